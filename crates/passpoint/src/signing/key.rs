//! Private keys and their signatures. The signature of a message is always the same.
//!
//! ring signs with RSA, since the crate `rsa` leaks keys through timing. p256 signs with ECDSA, since ring's nonces are
//! random.

use p256::SecretKey;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{DerSignature, SigningKey};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use x509_cert::der::pem;

use crate::{Error, Field};

/// A key that signs SHA-256.
pub(super) enum Key {
    Rsa(RsaKeyPair),
    P256(SigningKey),
}

impl Key {
    /// Parses PEM: PKCS#8, or the older form of either kind.
    pub(super) fn parse(pem: &str) -> Result<Self, Error> {
        let (label, der) =
            pem::decode_vec(pem.trim().as_bytes()).map_err(|_| invalid("must be a private key in PEM form"))?;
        match label {
            "PRIVATE KEY" => RsaKeyPair::from_pkcs8(&der).map(Self::Rsa).or_else(|_| p256(&der)),
            "RSA PRIVATE KEY" => RsaKeyPair::from_der(&der).map(Self::Rsa).map_err(|_| invalid(UNSUPPORTED)),
            "EC PRIVATE KEY" => p256(&der),
            _ => Err(invalid("must be a private key in PEM form, without a passphrase")),
        }
    }

    /// The public key as it appears in a certificate.
    pub(super) fn public(&self) -> Vec<u8> {
        match self {
            Self::Rsa(key) => key.public().as_ref().to_vec(),
            Self::P256(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
        }
    }

    /// The signature: PKCS#1 v1.5 for RSA, or the two numbers of ECDSA in DER.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                // This padding has no random part.
                let signed = key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature);
                signed.map(|()| signature).map_err(|_| invalid("does not sign"))
            }
            Self::P256(key) => {
                let signature: DerSignature = key.try_sign(message).map_err(|_| invalid("does not sign"))?;
                Ok(signature.as_bytes().to_vec())
            }
        }
    }
}

const UNSUPPORTED: &str = "must be of RSA with 2048 to 4096 bits, or on the curve P-256";

fn p256(der: &[u8]) -> Result<Key, Error> {
    SecretKey::from_der(der).map(|key| Key::P256(key.into())).map_err(|_| invalid(UNSUPPORTED))
}

fn invalid(fault: &'static str) -> Error {
    Error::Invalid { field: Field::SigningKey, fault }
}
