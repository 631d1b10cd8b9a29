//! Certificates in the settings.

use sha1::{Digest, Sha1};
use x509_cert::Certificate;
use x509_cert::der::Encode;
use x509_cert::ext::pkix::BasicConstraints;

use crate::{Error, Field};

/// The certificate of the authority that issued the RADIUS server's certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Authority {
    der: Vec<u8>,
}

impl Authority {
    /// Parses the PEM form of exactly one certificate. Android only installs certificates of authorities, and the
    /// server's own certificate, given by mistake, would lock out every device on the day of its renewal.
    pub(crate) fn parse(pem: &str) -> Result<Self, Error> {
        let invalid = |fault| Error::Invalid { field: Field::CaCertificate, fault };
        let (certificate, others) = chain(Field::CaCertificate, pem)?;
        if !others.is_empty() {
            return Err(invalid("must be one certificate"));
        }
        let constraints = certificate.tbs_certificate().get_extension::<BasicConstraints>();
        if !constraints.is_ok_and(|found| found.is_some_and(|(_, constraints)| constraints.ca)) {
            return Err(invalid(
                "must be the certificate of the authority that signed the RADIUS server's, not a server's own",
            ));
        }
        let der = certificate.to_der().map_err(|_| invalid(UNREADABLE))?;
        Ok(Self { der })
    }

    pub(crate) fn der(&self) -> &[u8] {
        &self.der
    }

    /// The digest by which Windows finds the authority among the machine's roots.
    pub(crate) fn sha1(&self) -> [u8; 20] {
        Sha1::digest(&self.der).into()
    }
}

/// Whether a text can be the authority's certificate of a provider.
///
/// # Errors
/// It is not one certificate in PEM form, or not that of an authority.
pub fn check_authority(pem: &str) -> Result<(), Error> {
    Authority::parse(pem).map(|_| ())
}

/// The fault of text that is no certificate.
const UNREADABLE: &str = "must be a certificate in PEM form";

/// The first certificate of a PEM text, and those that follow it.
pub(crate) fn chain(field: Field, pem: &str) -> Result<(Certificate, Vec<Certificate>), Error> {
    let certificates = Certificate::load_pem_chain(pem.trim().as_bytes());
    let mut certificates = certificates.map_err(|_| Error::Invalid { field, fault: UNREADABLE })?.into_iter();
    let first = certificates.next().ok_or(Error::Missing { field })?;
    Ok((first, certificates.collect()))
}
