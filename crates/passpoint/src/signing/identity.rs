//! The signer.

use std::fmt;

use x509_cert::Certificate;

use super::key::Key;
use crate::{Error, Field, certificate};

/// A certificate with its chain and its key. `Debug` does not show the key.
pub struct SigningIdentity {
    pub(super) certificate: Certificate,
    issuers: Vec<Certificate>,
    pub(super) key: Key,
}

impl SigningIdentity {
    /// Parses PEM texts: the signer's certificate, then that of its issuer, and so on, with or without the root.
    /// Devices need the whole chain to a root that they trust. Whether the certificates are valid now is not checked.
    ///
    /// # Errors
    /// One of them cannot be read, the chain is in another order, or the key does not match the certificate.
    pub fn parse(certificates: &str, key: &str) -> Result<Self, Error> {
        let field = Field::SigningCertificates;
        let (certificate, issuers) = certificate::chain(field, certificates)?;
        let identity = Self { certificate, issuers, key: Key::parse(key)? };
        let subjects = identity.chain().skip(1).map(|it| it.tbs_certificate().subject());
        if !identity.chain().zip(subjects).all(|(it, issuer)| it.tbs_certificate().issuer() == issuer) {
            return Err(Error::Invalid { field, fault: "must be a chain, the signer's certificate first" });
        }
        let public = identity.certificate.tbs_certificate().subject_public_key_info();
        if public.subject_public_key.raw_bytes() != identity.key.public() {
            return Err(Error::Invalid { field: Field::SigningKey, fault: "must belong to the first certificate" });
        }
        Ok(identity)
    }

    /// Whether Windows accepts its signatures.
    pub fn is_rsa(&self) -> bool {
        matches!(self.key, Key::Rsa(_))
    }

    /// The chain, beginning with the signer's certificate.
    pub(super) fn chain(&self) -> impl Iterator<Item = &Certificate> {
        std::iter::once(&self.certificate).chain(&self.issuers)
    }
}

impl fmt::Debug for SigningIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningIdentity").field("certificates", &self.chain().count()).finish_non_exhaustive()
    }
}
