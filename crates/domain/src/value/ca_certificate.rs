//! Certificates in PEM form.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::{InvalidValue, limits};

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";
/// The tag of a SEQUENCE (X.690, 8.9).
const SEQUENCE: u8 = 0x30;

/// One certificate as PEM text (RFC 7468) of at most 16,384 bytes. Only its outer form is checked here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaCertificate(String);

impl CaCertificate {
    /// Parses a certificate.
    ///
    /// # Errors
    /// Too long, or not exactly one certificate.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let text = text.trim();
        if text.len() > limits::CERTIFICATE_BYTES {
            return Err(InvalidValue::too_long(limits::CERTIFICATE_BYTES, "bytes"));
        }
        if decode(text).is_some_and(|der| is_certificate(&der)) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidValue::invalid("must be one certificate in PEM form"))
        }
    }

    /// The PEM text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn decode(pem: &str) -> Option<Vec<u8>> {
    let body = pem.strip_prefix(BEGIN)?.strip_suffix(END)?;
    STANDARD.decode(body.split_ascii_whitespace().collect::<String>()).ok()
}

/// Whether it is a single SEQUENCE that begins with another one, the signed part.
fn is_certificate(der: &[u8]) -> bool {
    let Some((certificate, [])) = sequence(der) else { return false };
    sequence(certificate).is_some_and(|(signed, rest)| !signed.is_empty() && !rest.is_empty())
}

/// The content of the DER SEQUENCE that begins here, and the bytes after it.
fn sequence(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = match *der {
        [SEQUENCE, length @ 0..=0x7F, ref rest @ ..] => (usize::from(length), rest),
        [SEQUENCE, 0x81, length, ref rest @ ..] => (usize::from(length), rest),
        [SEQUENCE, 0x82, high, low, ref rest @ ..] => (usize::from(u16::from_be_bytes([high, low])), rest),
        _ => return None,
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pem(der: &[u8]) -> String {
        format!("{BEGIN}\n{}\n{END}\n", STANDARD.encode(der))
    }

    #[test]
    fn takes_the_form_of_a_certificate() {
        let der = [&[SEQUENCE, 0x81, 0x84, SEQUENCE, 0x7F][..], &[0; 0x7F], &[0; 3]].concat();
        let text = pem(&der);
        assert_eq!(CaCertificate::parse(&text.replace('\n', "\r\n")).unwrap().as_str().lines().count(), 3);
        assert_eq!(CaCertificate::parse(&text).unwrap().as_str(), text.trim());
    }

    #[test]
    fn refuses_the_rest() {
        let fine = [SEQUENCE, 4, SEQUENCE, 1, 0, 0];
        assert!(CaCertificate::parse(&pem(&fine)).is_ok());
        for text in [
            "",
            BEGIN,
            &format!("{BEGIN}{END}"),
            &pem(&fine).replace("CERTIFICATE", "PRIVATE KEY"),
            &pem(&fine).replace(END, ""),
            &format!("{}{}", pem(&fine), pem(&fine)),
            &pem(b"no DER"),
            &pem(&fine[..5]),
            &pem(&[&fine[..], &[0]].concat()),
            &pem(&[SEQUENCE, 0]),
            &pem(&[SEQUENCE, 2, 2, 0]),
            &format!("{BEGIN}\n&&&&\n{END}"),
        ] {
            assert!(CaCertificate::parse(text).is_err(), "{text:?}");
        }
        assert!(CaCertificate::parse(&pem(&[0; 16_384])).is_err());
    }
}
