//! Cryptographic Message Syntax (RFC 5652): a signature that contains the signed content.

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedAttributes, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use sha2::{Digest, Sha256};
use x509_cert::attr::Attribute;
use x509_cert::der::asn1::{Any, ObjectIdentifier, OctetString, SetOfVec};
use x509_cert::der::oid::db::{rfc5911, rfc5912};
use x509_cert::der::{Encode, EncodeValue, Result, Tagged};
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::SigningIdentity;
use super::key::Key;
use crate::{Error, Field};

/// A message with the content, its signature, and the chain to check it with.
pub(crate) fn signed(content: &[u8], identity: &SigningIdentity) -> std::result::Result<Vec<u8>, Error> {
    let unwritable = |_| Error::Invalid { field: Field::SigningCertificates, fault: "cannot be put into a signature" };
    let attributes = attributes(content).map_err(unwritable)?;
    // The signature covers the attributes as a SET, not in the form that they have in the message.
    let signature = identity.key.sign(&attributes.to_der().map_err(unwritable)?)?;
    message(content, identity, attributes, signature).and_then(|message| message.to_der()).map_err(unwritable)
}

fn message(
    content: &[u8],
    identity: &SigningIdentity,
    attributes: SignedAttributes,
    signature: Vec<u8>,
) -> Result<ContentInfo> {
    let certificates: Vec<_> = identity.chain().cloned().map(CertificateChoices::Certificate).collect();
    let data = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![algorithm(rfc5912::ID_SHA_256, None)])?,
        encap_content_info: EncapsulatedContentInfo {
            econtent_type: rfc5911::ID_DATA,
            econtent: Some(Any::encode_from(&OctetString::new(content)?)?),
        },
        certificates: Some(CertificateSet::try_from(certificates)?),
        crls: None,
        signer_infos: SignerInfos::try_from(vec![signer(identity, attributes, signature)?])?,
    };
    Ok(ContentInfo { content_type: rfc5911::ID_SIGNED_DATA, content: Any::encode_from(&data)? })
}

fn signer(identity: &SigningIdentity, attributes: SignedAttributes, signature: Vec<u8>) -> Result<SignerInfo> {
    let certificate = identity.certificate.tbs_certificate();
    let signature_algorithm = match identity.key {
        Key::Rsa(_) => algorithm(rfc5912::RSA_ENCRYPTION, Some(Any::null())),
        Key::P256(_) => algorithm(rfc5912::ECDSA_WITH_SHA_256, None),
    };
    Ok(SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: certificate.issuer().clone(),
            serial_number: certificate.serial_number().clone(),
        }),
        digest_alg: algorithm(rfc5912::ID_SHA_256, None),
        signed_attrs: Some(attributes),
        signature_algorithm,
        signature: OctetString::new(signature)?,
        unsigned_attrs: None,
    })
}

/// The signed attributes: the type of the content and its digest.
fn attributes(content: &[u8]) -> Result<SignedAttributes> {
    let digest = OctetString::new(Sha256::digest(content).to_vec())?;
    SetOfVec::try_from(vec![
        attribute(rfc5911::ID_CONTENT_TYPE, &rfc5911::ID_DATA)?,
        attribute(rfc5911::ID_MESSAGE_DIGEST, &digest)?,
    ])
}

fn attribute(oid: ObjectIdentifier, value: &(impl Tagged + EncodeValue)) -> Result<Attribute> {
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![Any::encode_from(value)?])? })
}

fn algorithm(oid: ObjectIdentifier, parameters: Option<Any>) -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid, parameters }
}
