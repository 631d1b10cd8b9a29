//! Signed profiles, checked by the program openssl, and keys that cannot sign.

use std::fs;

use passpoint::{Error, Field, SigningIdentity, apple, apple_signed};

use crate::signers::{Signer, p256, rsa};
use crate::support::{credentials, provider, run, succeeds};

/// The content that openssl extracts from the message, if it accepts the signature.
fn verified(message: &[u8], root: &str) -> Option<Vec<u8>> {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("message"), message).unwrap();
    fs::write(place.path().join("root.pem"), root).unwrap();
    let arguments =
        ["cms", "-verify", "-inform", "DER", "-binary", "-in", "message", "-CAfile", "root.pem", "-out", "content"];
    succeeds(place.path(), "openssl", &arguments).then(|| fs::read(place.path().join("content")).unwrap())
}

fn signed(signer: &Signer) -> Vec<u8> {
    apple_signed(&provider(|_| ()), &credentials(), &signer.identity()).unwrap().body
}

#[test]
fn openssl_verifies_the_signature_and_finds_the_profile_inside() {
    let plain = apple(&provider(|_| ()), &credentials());
    for signer in [rsa(), p256()] {
        assert_eq!(verified(&signed(signer), &signer.root), Some(plain.body.clone()));
    }
    assert_eq!(verified(&signed(rsa()), &p256().root), None, "another root");
}

#[test]
fn a_changed_profile_is_not_verified() {
    let message = signed(rsa());
    let at = message.windows(6).position(|it| it == b"wonder").unwrap();
    let mut changed = message.clone();
    changed[at] = b'W';
    assert_eq!(verified(&changed, &rsa().root), None);
}

#[test]
fn the_same_profile_has_the_same_signature() {
    for signer in [rsa(), p256()] {
        assert_eq!(signed(signer), signed(signer));
    }
}

#[test]
fn a_signed_profile_is_served_as_an_unsigned_one() {
    let plain = apple(&provider(|_| ()), &credentials());
    let signed = apple_signed(&provider(|_| ()), &credentials(), &rsa().identity()).unwrap();
    assert_eq!((signed.media_type, signed.file_name), (plain.media_type, plain.file_name));
}

#[test]
fn keys_are_taken_in_every_form_that_programs_write() {
    for (signer, label) in [(rsa(), "RSA"), (p256(), "EC")] {
        assert!(signer.old_key.contains(&format!("BEGIN {label} PRIVATE KEY")));
        let identity = SigningIdentity::parse(&signer.chain, &signer.old_key).unwrap();
        let body = apple_signed(&provider(|_| ()), &credentials(), &identity).unwrap().body;
        assert_eq!(body, signed(signer));
        assert_eq!(identity.is_rsa(), label == "RSA");
    }
}

/// The field that the error names for this chain and key.
fn fault(certificates: &str, key: &str) -> Field {
    SigningIdentity::parse(certificates, key).unwrap_err().field()
}

#[test]
fn a_chain_that_is_none_is_refused() {
    let rsa = rsa();
    let second = rsa.chain.rfind("-----BEGIN").unwrap();
    let (first, second) = rsa.chain.split_at(second);
    assert_eq!(fault(&format!("{second}{first}"), &rsa.key), Field::SigningCertificates);
    assert_eq!(fault(&format!("{first}{}", rsa.root), &rsa.key), Field::SigningCertificates);
    assert_eq!(fault("nonsense", &rsa.key), Field::SigningCertificates);
    let missing = Error::Missing { field: Field::SigningCertificates };
    assert_eq!(SigningIdentity::parse(" ", &rsa.key).unwrap_err(), missing);
    assert!(SigningIdentity::parse(first, &rsa.key).is_ok(), "without the middle");
    assert!(SigningIdentity::parse(&format!("{}{}", rsa.chain, rsa.root), &rsa.key).is_ok(), "with the root");
}

#[test]
fn a_key_that_is_none_or_another_ones_is_refused() {
    let (rsa, p256) = (rsa(), p256());
    assert_eq!(fault(&rsa.chain, &p256.key), Field::SigningKey);
    assert_eq!(fault(&p256.chain, &rsa.key), Field::SigningKey);
    assert_eq!(fault(&rsa.chain, &rsa.chain), Field::SigningKey);
    assert_eq!(fault(&rsa.chain, ""), Field::SigningKey);
    assert_eq!(fault(&rsa.chain, &rsa.key.replace("MII", "MIJ")), Field::SigningKey);
    let place = tempfile::tempdir().unwrap();
    for kind in [["EC", "ec_paramgen_curve:P-384"], ["RSA", "rsa_keygen_bits:1024"]] {
        let arguments = ["genpkey", "-algorithm", kind[0], "-pkeyopt", kind[1]];
        let key = String::from_utf8(run(place.path(), "openssl", &arguments)).unwrap();
        let error = SigningIdentity::parse(&rsa.chain, &key).unwrap_err();
        assert!(error.to_string().starts_with("signingKey must be of RSA"), "{error}");
    }
}

#[test]
fn debug_shows_no_key() {
    assert_eq!(format!("{:?}", rsa().identity()), "SigningIdentity { certificates: 2, .. }");
}
