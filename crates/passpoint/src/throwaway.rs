//! A throw-away authority for tests of a setup, and a RADIUS server's certificate issued by it.

use std::str::FromStr;
use std::time::Duration;

use p256::SecretKey;
use p256::ecdsa::{DerSignature, SigningKey};
use p256::pkcs8::{EncodePrivateKey, LineEnding};
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder, CertificateBuilder, Result};
use x509_cert::certificate::TbsCertificate;
use x509_cert::der::EncodePem;
use x509_cert::der::asn1::{Ia5String, UtcTime};
use x509_cert::der::oid::ObjectIdentifier;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectAltName,
    SubjectKeyIdentifier,
};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{SubjectPublicKeyInfo, SubjectPublicKeyInfoRef};
use x509_cert::time::{Time, Validity};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// The authority has to last as long as the profiles that contain it.
const AUTHORITY_DAYS: u32 = 3650;
/// Apple's devices refuse server certificates valid for more than 825 days.
const SERVER_DAYS: u32 = 820;
/// The extended key usage of a TLS server (RFC 5280, 4.2.1.12).
const SERVER_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1");

/// An authority and a server's certificate, all in PEM. The authority's own key is discarded, so it cannot sign
/// anything else.
pub struct ThrowawayAuthority {
    /// The certificate by which devices check the server.
    pub authority: String,
    /// The server's certificate.
    pub certificate: String,
    /// The server's private key (PKCS #8).
    pub key: String,
}

/// Creates an authority and a certificate for a server of this name. The seeds of the two keys are random bytes; `now`
/// is the time since 1970.
///
/// `None` if a seed is not a valid key (about one in 2^32 is not), or if the time or the name is invalid.
pub fn throwaway_authority(server_name: &str, seeds: [[u8; 32]; 2], now: Duration) -> Option<ThrowawayAuthority> {
    make(server_name, seeds, now).ok()
}

type Fallible<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn make(server_name: &str, [authority, server]: [[u8; 32]; 2], now: Duration) -> Fallible<ThrowawayAuthority> {
    let signer = SigningKey::from_slice(&authority)?;
    let issuer = Name::from_str("CN=Throw-away authority of a demonstration")?;
    let root = Authority(issuer.clone());
    let authority = certificate(root, 1, validity(now, AUTHORITY_DAYS)?, &SecretKey::from_slice(&authority)?, &signer)?;
    let key = SecretKey::from_slice(&server)?;
    let name = Ia5String::new(server_name)?;
    let server = Server { issuer, subject: Name::from_str(&format!("CN={server_name}"))?, name };
    let certificate = certificate(server, 2, validity(now, SERVER_DAYS)?, &key, &signer)?;
    Ok(ThrowawayAuthority { authority, certificate, key: key.to_pkcs8_pem(LineEnding::LF)?.to_string() })
}

/// Valid from the day before, since clocks differ.
fn validity(now: Duration, days: u32) -> Fallible<Validity> {
    let time = |time| UtcTime::from_unix_duration(time).map(Time::UtcTime);
    Ok(Validity::new(time(now.saturating_sub(DAY))?, time(now + DAY * days)?))
}

fn certificate(
    profile: impl BuilderProfile,
    serial: u32,
    validity: Validity,
    key: &SecretKey,
    signer: &SigningKey,
) -> Fallible<String> {
    let public = SubjectPublicKeyInfo::from_key(&key.public_key())?;
    let builder = CertificateBuilder::new(profile, SerialNumber::from(serial), validity, public)?;
    Ok(builder.build::<_, DerSignature>(signer)?.to_pem(LineEnding::LF)?)
}

/// An authority that may only sign servers' certificates.
struct Authority(Name);

impl BuilderProfile for Authority {
    fn get_issuer(&self, subject: &Name) -> Name {
        subject.clone()
    }

    fn get_subject(&self) -> Name {
        self.0.clone()
    }

    fn build_extensions(
        &self,
        own: SubjectPublicKeyInfoRef<'_>,
        _: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> Result<Vec<Extension>> {
        let subject = tbs.subject();
        let constraints = BasicConstraints { ca: true, path_len_constraint: Some(0) };
        Ok(vec![
            constraints.to_extension(subject, &[])?,
            KeyUsage(KeyUsages::KeyCertSign.into()).to_extension(subject, &[])?,
            SubjectKeyIdentifier::try_from(own)?.to_extension(subject, &[])?,
        ])
    }
}

struct Server {
    issuer: Name,
    subject: Name,
    name: Ia5String,
}

impl BuilderProfile for Server {
    fn get_issuer(&self, _: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        own: SubjectPublicKeyInfoRef<'_>,
        issuer: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> Result<Vec<Extension>> {
        let subject = tbs.subject();
        let constraints = BasicConstraints { ca: false, path_len_constraint: None };
        Ok(vec![
            constraints.to_extension(subject, &[])?,
            KeyUsage(KeyUsages::DigitalSignature.into()).to_extension(subject, &[])?,
            ExtendedKeyUsage(vec![SERVER_AUTH]).to_extension(subject, &[])?,
            SubjectAltName(vec![GeneralName::DnsName(self.name.clone())]).to_extension(subject, &[])?,
            SubjectKeyIdentifier::try_from(own)?.to_extension(subject, &[])?,
            AuthorityKeyIdentifier::try_from(issuer)?.to_extension(subject, &[])?,
        ])
    }
}
