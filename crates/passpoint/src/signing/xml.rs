//! Enveloped XML signatures (XML-DSig): the signature is inside the element that it signs.
//!
//! A signature covers the canonical form of a document. Documents here are written in that form ([`Element`]), so none
//! has to be parsed and canonicalized.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};
use x509_cert::Certificate;
use x509_cert::der::Encode;

use super::SigningIdentity;
use crate::xml::Element;
use crate::{Error, Field};

const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const CANONICAL_XML: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";

/// Appends the element's signature to it as the last child. Windows checks RSA signatures only.
pub(crate) fn enveloped(element: Element, identity: &SigningIdentity) -> Result<Element, Error> {
    if !identity.is_rsa() {
        return Err(Error::Invalid { field: Field::SigningKey, fault: "must be of RSA for Windows to check it" });
    }
    let info = signed_info(&Sha256::digest(element.canonical()));
    // On its own, the element must declare its namespace; inside the signature it inherits it.
    let signed = info.clone().attribute("xmlns", SIGNATURE).canonical();
    let value = BASE64_STANDARD.encode(identity.key.sign(signed.as_bytes())?);
    let certificates: Result<Vec<_>, _> = identity.chain().map(certificate).collect();
    let key_info = Element::of("KeyInfo", [Element::of("X509Data", certificates?)]);
    let signature = Element::of("Signature", [info, Element::text("SignatureValue", value), key_info]);
    Ok(element.with([signature.attribute("xmlns", SIGNATURE)]))
}

/// The signed information: the algorithms and the digest of the document.
fn signed_info(digest: &[u8]) -> Element {
    let by = |name, algorithm| Element::new(name).attribute("Algorithm", algorithm);
    let reference = [
        Element::of("Transforms", [by("Transform", ENVELOPED)]),
        by("DigestMethod", SHA256),
        Element::text("DigestValue", BASE64_STANDARD.encode(digest)),
    ];
    Element::of(
        "SignedInfo",
        [
            by("CanonicalizationMethod", CANONICAL_XML),
            by("SignatureMethod", RSA_SHA256),
            Element::of("Reference", reference).attribute("URI", ""),
        ],
    )
}

fn certificate(certificate: &Certificate) -> Result<Element, Error> {
    let unwritable = |_| Error::Invalid { field: Field::SigningCertificates, fault: "cannot be put into a signature" };
    let der = certificate.to_der().map_err(unwritable)?;
    Ok(Element::text("X509Certificate", BASE64_STANDARD.encode(der)))
}
