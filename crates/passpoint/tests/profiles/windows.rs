//! Windows' documents, checked against the sequences of their schemas, and the signature by the program xmlsec1.

use std::fs;

use passpoint::{
    Credentials, Error, Field, InnerMethod, ProviderDescription, windows_profile, windows_provisioning, windows_script,
};
use roxmltree::{Document, Node};

use crate::sequence::{MAYBE, ONE, SOME, Sequence, at, check, text};
use crate::signers::{p256, rsa};
use crate::support::{authority, credentials, provider, run, succeeds};

const CARRIER: &str = "http://www.microsoft.com/networking/CarrierControl/v1";
const CARRIER_WLAN: &str = "http://www.microsoft.com/networking/CarrierControl/WLAN/v1";
const WLAN: &str = "http://www.microsoft.com/networking/WLAN/profile/v1";
const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";
const EAP: &str = "MSM/security/OneX/EAPConfig/EapHostConfig";
const TTLS: &str = "MSM/security/OneX/EAPConfig/EapHostConfig/Config/EapTtls";

/// The elements that both kinds of profile may have, by path.
const SEQUENCES: &[(&str, Sequence<'_>)] = &[
    ("SSIDConfig", &[("SSID", SOME)]),
    ("SSIDConfig/SSID", &[("name", ONE)]),
    ("Hotspot2", &[("DomainName", MAYBE), ("NAIRealm", MAYBE), ("Network3GPP", MAYBE), ("RoamingConsortium", MAYBE)]),
    ("Hotspot2/NAIRealm", &[("name", SOME)]),
    ("MSM", &[("security", ONE)]),
    ("MSM/security/authEncryption", &[("authentication", ONE), ("encryption", ONE), ("useOneX", ONE)]),
    ("MSM/security/OneX", &[("authMode", MAYBE), ("EAPConfig", ONE)]),
    (EAP, &[("EapMethod", ONE), ("Config", ONE)]),
    (
        "MSM/security/OneX/EAPConfig/EapHostConfig/EapMethod",
        &[("Type", ONE), ("VendorId", ONE), ("VendorType", ONE), ("AuthorId", ONE)],
    ),
    (TTLS, &[("ServerValidation", ONE), ("Phase2Authentication", ONE), ("Phase1Identity", ONE)]),
    (
        "MSM/security/OneX/EAPConfig/EapHostConfig/Config/EapTtls/ServerValidation",
        &[("ServerNames", ONE), ("TrustedRootCAHash", 0..=usize::MAX), ("DisablePrompt", ONE)],
    ),
    (
        "MSM/security/OneX/EAPConfig/EapHostConfig/Config/EapTtls/Phase1Identity",
        &[("IdentityPrivacy", ONE), ("AnonymousIdentity", ONE)],
    ),
];

/// The namespaces of the elements that change the namespace.
const NAMESPACES: &[(&str, &str)] = &[
    ("MSM/security/OneX", "http://www.microsoft.com/networking/OneX/v1"),
    (EAP, "http://www.microsoft.com/provisioning/EapHostConfig"),
    ("MSM/security/OneX/EAPConfig/EapHostConfig/EapMethod/Type", "http://www.microsoft.com/provisioning/EapCommon"),
    ("MSM/security/OneX/EAPConfig/EapHostConfig/EapMethod/AuthorId", "http://www.microsoft.com/provisioning/EapCommon"),
    (TTLS, "http://www.microsoft.com/provisioning/EapTtlsConnectionPropertiesV1"),
];

fn provisioning(change: impl FnOnce(&mut ProviderDescription), credentials: &Credentials) -> String {
    let document = windows_provisioning(&provider(change), credentials, &rsa().identity()).unwrap();
    String::from_utf8(document.body).unwrap()
}

fn plain(change: impl FnOnce(&mut ProviderDescription)) -> String {
    String::from_utf8(windows_profile(&provider(change)).body).unwrap()
}

/// Checks what both kinds of profile must have.
fn assert_profile(profile: Node<'_, '_>) {
    for (path, sequence) in SEQUENCES {
        check(at(profile, path), sequence).unwrap();
    }
    for (path, namespace) in NAMESPACES {
        assert_eq!(at(profile, path).tag_name().namespace(), Some(*namespace), "{path}");
    }
    assert_eq!(text(profile, "name"), "Café <Sole> & \"Mare\"");
    assert_eq!(text(profile, "SSIDConfig/SSID/name"), "_Passpoint");
    assert_eq!(text(profile, "Hotspot2/DomainName"), "wifi.example.test");
    assert_eq!(text(profile, "Hotspot2/NAIRealm/name"), "example.test");
    let encryption = ["authentication", "encryption", "useOneX"];
    let encryption = encryption.map(|name| text(profile, &format!("MSM/security/authEncryption/{name}")));
    assert_eq!(encryption, ["WPA2", "AES", "true"]);
    let method = at(profile, "MSM/security/OneX/EAPConfig/EapHostConfig/EapMethod");
    assert_eq!(["Type", "VendorId", "VendorType", "AuthorId"].map(|name| text(method, name)), ["21", "0", "0", "311"]);
    let ttls = at(profile, TTLS);
    assert_eq!(text(ttls, "Phase1Identity/IdentityPrivacy"), "true");
    assert_eq!(text(ttls, "Phase1Identity/AnonymousIdentity"), "anonymous@example.test");
    assert_eq!(text(ttls, "ServerValidation/ServerNames"), "radius.wifi.example.test;b.wifi.example.test");
    assert_eq!(text(ttls, "ServerValidation/DisablePrompt"), "true");
}

fn two_servers(description: &mut ProviderDescription) {
    description.server_names.push("b.wifi.example.test".to_owned());
}

#[test]
fn the_document_of_the_settings_app_is_in_order() {
    let xml = provisioning(two_servers, &credentials());
    let document = Document::parse(&xml).unwrap();
    let root = document.root_element();
    assert_eq!((root.tag_name().name(), root.tag_name().namespace()), ("CarrierProvisioning", Some(CARRIER)));
    check(root, &[("Global", ONE), ("WLANProfiles", ONE), ("Signature", ONE)]).unwrap();
    check(at(root, "Global"), &[("CarrierId", ONE), ("SubscriberId", ONE)]).unwrap();
    let profile = at(root, "WLANProfiles/WLANProfile");
    assert_eq!(profile.tag_name().namespace(), Some(CARRIER_WLAN));
    check(profile, &[("name", ONE), ("SSIDConfig", ONE), ("Hotspot2", ONE), ("MSM", ONE)]).unwrap();
    let security = at(profile, "MSM/security");
    check(security, &[("authEncryption", ONE), ("OneX", ONE), ("EapHostUserCredentials", ONE)]).unwrap();
    assert_profile(profile);
    let user = at(security, "EapHostUserCredentials");
    check(user, &[("EapMethod", ONE), ("Credentials", ONE)]).unwrap();
    check(at(user, "EapMethod"), &[("Type", ONE), ("AuthorId", ONE)]).unwrap();
    check(at(user, "Credentials/EapTtls"), &[("Username", ONE), ("Password", ONE)]).unwrap();
    let namespace = |path| at(user, path).tag_name().namespace();
    assert_eq!(namespace("Credentials"), Some("http://www.microsoft.com/provisioning/EapHostUserCredentials"));
    assert_eq!(namespace("Credentials/EapTtls"), Some("http://www.microsoft.com/provisioning/EapTtlsUserPropertiesV1"));
}

#[test]
fn the_plain_profile_is_in_order_and_holds_no_login() {
    let xml = plain(two_servers);
    let document = Document::parse(&xml).unwrap();
    let profile = document.root_element();
    assert_eq!((profile.tag_name().name(), profile.tag_name().namespace()), ("WLANProfile", Some(WLAN)));
    let head = [("name", ONE), ("SSIDConfig", ONE), ("Hotspot2", ONE)];
    let connection = [("connectionType", ONE), ("connectionMode", ONE), ("autoSwitch", MAYBE), ("MSM", ONE)];
    check(profile, &[head.as_slice(), &connection].concat()).unwrap();
    check(at(profile, "MSM/security"), &[("authEncryption", ONE), ("OneX", ONE)]).unwrap();
    assert_profile(profile);
    assert_eq!((text(profile, "connectionType"), text(profile, "connectionMode")), ("ESS", "auto"));
}

#[test]
fn the_authority_is_told_by_its_sha1() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("authority.der"), &authority().der).unwrap();
    let arguments = ["dgst", "-sha1", "-r", "authority.der"];
    let digest = String::from_utf8(run(place.path(), "openssl", &arguments)).unwrap();
    let xml = plain(|_| ());
    let document = Document::parse(&xml).unwrap();
    let hash = text(document.root_element(), &format!("{TTLS}/ServerValidation/TrustedRootCAHash"));
    assert_eq!(hash.split(' ').map(str::len).collect::<Vec<_>>(), [2; 20]);
    assert_eq!(Some(hash.replace(' ', "").as_str()), digest.split(' ').next());
    assert!(!plain(|it| it.ca_certificate = None).contains("TrustedRootCAHash"));
}

#[test]
fn consortiums_are_listed_or_left_out() {
    let xml = plain(|_| ());
    let document = Document::parse(&xml).unwrap();
    let list = at(document.root_element(), "Hotspot2/RoamingConsortium");
    check(list, &[("OUI", SOME)]).unwrap();
    let ids: Vec<_> = list.children().map(|it| it.text().unwrap()).collect();
    assert_eq!(ids, ["5A03BA0000", "004096"]);
    assert!(!plain(|it| it.roaming_consortiums.clear()).contains("RoamingConsortium"));
}

#[test]
fn a_link_brings_mschapv2_only_and_the_plain_profile_either() {
    let inner = |xml: &str| {
        let document = Document::parse(xml).unwrap();
        let inner = at(document.root_element(), &format!("{TTLS}/Phase2Authentication"));
        inner.first_element_child().unwrap().tag_name().name().to_owned()
    };
    assert_eq!(inner(&plain(|_| ())), "MSCHAPv2Authentication");
    assert_eq!(inner(&plain(|it| it.inner_method = InnerMethod::Pap)), "PAPAuthentication");
    let pap = provider(|it| it.inner_method = InnerMethod::Pap);
    let error = windows_provisioning(&pap, &credentials(), &rsa().identity()).unwrap_err();
    assert_eq!(error.field(), Field::InnerMethod);
}

#[test]
fn the_carrier_is_the_provider_whoever_the_customer_is() {
    let carrier = |id: &str, domain: &str| {
        let xml = provisioning(
            |it| {
                it.domain = domain.to_owned();
                it.ca_certificate = None;
            },
            &Credentials::parse("u", "p", id).unwrap(),
        );
        let document = Document::parse(&xml).unwrap();
        assert_eq!(text(document.root_element(), "Global/SubscriberId"), id);
        text(document.root_element(), "Global/CarrierId").to_owned()
    };
    let id = carrier("customer-1", "wifi.example.test");
    assert_eq!((id.len(), id.starts_with('{'), id.ends_with('}')), (38, true, true));
    assert_eq!(carrier("customer-2", "wifi.example.test"), id);
    assert_ne!(carrier("customer-1", "wifi.example.org"), id);
}

/// Whether xmlsec1 accepts the document's signature.
fn is_verified(xml: &str) -> bool {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("document.xml"), xml).unwrap();
    fs::write(place.path().join("root.pem"), &rsa().root).unwrap();
    succeeds(place.path(), "xmlsec1", &["--verify", "--trusted-pem", "root.pem", "document.xml"])
}

#[test]
fn xmlsec1_verifies_the_signature() {
    let xml = provisioning(|_| (), &credentials());
    assert!(is_verified(&xml));
    for (from, to) in [
        ("wonder land!1", "wonder land!2"),
        ("anonymous@example.test", "anonymous@example.org"),
        ("<authMode>user", "<authMode >user "),
        ("<SubscriberId>", "<SubscriberId x=\"1\">"),
        (
            "Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"",
            "Algorithm=\"http://www.w3.org/2000/09/xmldsig#sha1\"",
        ),
    ] {
        assert!(xml.contains(from), "{from}");
        assert!(!is_verified(&xml.replacen(from, to, 1)), "{from} -> {to}");
    }
}

#[test]
fn special_characters_are_signed_in_their_canonical_form() {
    let special = "<a b=\"c\">&amp;'</a> ]]> %{x} übel € 日😀";
    let credentials = Credentials::parse(special, special, special).unwrap();
    assert!(is_verified(&provisioning(|it| it.friendly_name = special.to_owned(), &credentials)));
}

#[test]
fn the_document_is_written_in_canonical_form() {
    let special = "<a b=\"c\">&amp;'</a> ]]> %{x} übel € 日😀";
    let xml =
        provisioning(|it| it.friendly_name = special.to_owned(), &Credentials::parse(special, special, "c").unwrap());
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("document.xml"), &xml).unwrap();
    let canonical = String::from_utf8(run(place.path(), "xmllint", &["--c14n", "document.xml"])).unwrap();
    let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    assert_eq!(xml.strip_prefix(declaration), Some(canonical.as_str()));
}

#[test]
fn the_signature_has_the_algorithms_and_certificates_that_windows_wants() {
    let xml = provisioning(|_| (), &credentials());
    let document = Document::parse(&xml).unwrap();
    let signature = at(document.root_element(), "Signature");
    assert_eq!(signature.tag_name().namespace(), Some(SIGNATURE));
    check(signature, &[("SignedInfo", ONE), ("SignatureValue", ONE), ("KeyInfo", ONE)]).unwrap();
    let algorithm = |path| at(signature, path).attribute("Algorithm").unwrap();
    let canonical = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
    assert_eq!(algorithm("SignedInfo/CanonicalizationMethod"), canonical);
    assert_eq!(algorithm("SignedInfo/SignatureMethod"), "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256");
    let enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
    assert_eq!(algorithm("SignedInfo/Reference/Transforms/Transform"), enveloped);
    assert_eq!(algorithm("SignedInfo/Reference/DigestMethod"), "http://www.w3.org/2001/04/xmlenc#sha256");
    assert_eq!(at(signature, "SignedInfo/Reference").attribute("URI"), Some(""));
    let data = at(signature, "KeyInfo/X509Data");
    check(data, &[("X509Certificate", 2..=2)]).unwrap();
}

#[test]
fn a_key_that_windows_does_not_take_is_refused() {
    let error = windows_provisioning(&provider(|_| ()), &credentials(), &p256().identity()).unwrap_err();
    assert!(matches!(error, Error::Invalid { field: Field::SigningKey, .. }), "{error}");
}

#[test]
fn they_are_served_as_files_of_xml() {
    let signed = windows_provisioning(&provider(|_| ()), &credentials(), &rsa().identity()).unwrap();
    for document in [signed, windows_profile(&provider(|_| ()))] {
        assert_eq!(document.media_type, "text/xml");
        assert!(document.file_name.unwrap().ends_with(".xml"));
    }
}

/// The text that cmd.exe writes to a file for the lines between parentheses.
fn echoed(script: &str, file: &str) -> String {
    let start = format!("> \"%place%\\{file}\" (\r\n");
    let lines = script.split(&start).nth(1).unwrap().split("\r\n)\r\n").next().unwrap().lines();
    let unescaped = |line: &str| {
        let (mut text, mut chars) = (String::new(), line.chars());
        while let Some(char) = chars.next() {
            match char {
                '^' => text.push(chars.next().unwrap()),
                '%' => assert_eq!(chars.next(), Some('%'), "a variable: {line}"),
                '&' | '|' | '<' | '>' | '(' | ')' | '"' => panic!("{char} means something in {line}"),
                _ => text.push(char),
            }
            text.extend((char == '%').then_some('%'));
        }
        text + "\n"
    };
    lines.map(|line| unescaped(line.strip_prefix("echo ").unwrap())).collect()
}

#[test]
fn a_script_brings_the_authority_and_the_profile() {
    let provider = provider(|it| it.friendly_name = "Café 100% <Sole> & \"Mare\" (|^) !x! %PATH%".to_owned());
    let script = windows_script(&provider);
    assert_eq!(script.file_name, Some("wifi.cmd"));
    let script = String::from_utf8(script.body).unwrap();
    assert!(script.is_ascii() && script.lines().all(|line| line.len() < 8000));
    assert_eq!(script.matches('\n').count(), script.matches("\r\n").count());
    assert_eq!(echoed(&script, "authority.crt").trim(), authority().pem.trim());
    let written = echoed(&script, "wifi.xml").replace(">\n<", "><");
    let written = Document::parse(written.trim()).unwrap();
    let profile = String::from_utf8(windows_profile(&provider).body).unwrap();
    let profile = Document::parse(&profile).unwrap();
    let texts = |document: &Document<'_>| -> Vec<_> {
        document.descendants().filter(Node::is_text).map(|it| it.text().unwrap().to_owned()).collect()
    };
    assert_eq!(texts(&written), texts(&profile));
}

#[test]
fn a_script_without_an_authority_trusts_nobody() {
    let script = String::from_utf8(windows_script(&provider(|it| it.ca_certificate = None)).body).unwrap();
    assert!(!script.contains("certutil") && script.contains("netsh wlan add profile"), "{script}");
}
