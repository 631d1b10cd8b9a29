//! The profile, checked against the keys that Apple documents.

use std::collections::BTreeSet;

use passpoint::{Credentials, InnerMethod, Provider, apple};
use plist::{Dictionary, Value};

use crate::support::{authority, credentials, provider};

/// The keys of the top level and of every payload.
const COMMON: &[&str] = &["PayloadType", "PayloadVersion", "PayloadIdentifier", "PayloadUUID", "PayloadDisplayName"];

/// The profile and its payloads by their type.
struct Profile {
    top: Dictionary,
    wifi: Dictionary,
    root: Option<Dictionary>,
}

impl Profile {
    fn of(provider: &Provider, credentials: &Credentials) -> Self {
        Self::read(&apple(provider, credentials).body)
    }

    fn read(bytes: &[u8]) -> Self {
        let top = Value::from_reader_xml(bytes).unwrap().into_dictionary().unwrap();
        let payloads: Vec<_> = array(&top, "PayloadContent").iter().map(|it| it.as_dictionary().unwrap()).collect();
        let find = |kind| payloads.iter().copied().find(|it| text(it, "PayloadType") == kind).cloned();
        let (wifi, root) = (find("com.apple.wifi.managed").unwrap(), find("com.apple.security.root"));
        assert_eq!(payloads.len(), 1 + usize::from(root.is_some()), "nothing else is in it");
        Self { top, wifi, root }
    }

    fn eap(&self) -> &Dictionary {
        self.wifi.get("EAPClientConfiguration").unwrap().as_dictionary().unwrap()
    }

    fn payloads(&self) -> impl Iterator<Item = &Dictionary> {
        [&self.top, &self.wifi].into_iter().chain(&self.root)
    }
}

fn text<'a>(dictionary: &'a Dictionary, key: &str) -> &'a str {
    dictionary.get(key).and_then(Value::as_string).unwrap_or_else(|| panic!("no text {key}"))
}

fn array<'a>(dictionary: &'a Dictionary, key: &str) -> &'a [Value] {
    dictionary.get(key).and_then(Value::as_array).unwrap_or_else(|| panic!("no array {key}"))
}

fn texts<'a>(dictionary: &'a Dictionary, key: &str) -> Vec<&'a str> {
    array(dictionary, key).iter().map(|it| it.as_string().unwrap()).collect()
}

#[test]
fn every_payload_has_what_every_payload_needs() {
    let profile = Profile::of(&provider(|_| ()), &credentials());
    let mut ids = BTreeSet::new();
    for payload in profile.payloads() {
        assert_eq!(payload.get("PayloadVersion").unwrap().as_unsigned_integer(), Some(1));
        assert!(text(payload, "PayloadIdentifier").starts_with("test.example.wifi.passpoint"));
        let id = text(payload, "PayloadUUID");
        let parts: Vec<_> = id.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12], "{id}");
        assert!(id.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte)), "{id}");
        ids.extend([id, text(payload, "PayloadIdentifier")]);
    }
    assert_eq!(ids.len(), 6, "each is its own: {ids:?}");
}

#[test]
fn there_is_no_key_that_apple_does_not_know_there() {
    let profile = Profile::of(&provider(|_| ()), &credentials());
    let check = |dictionary: &Dictionary, known: &[&str]| {
        let unknown: Vec<_> = dictionary.keys().filter(|key| !known.contains(&key.as_str())).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    };
    let of = |more: &[&'static str]| [COMMON, more].concat();
    check(&profile.top, &of(&["PayloadOrganization", "PayloadContent"]));
    check(profile.root.as_ref().unwrap(), &of(&["PayloadContent"]));
    let network = ["AutoJoin", "EncryptionType", "IsHotspot", "DomainName", "DisplayedOperatorName"];
    let hotspot = ["NAIRealmNames", "RoamingConsortiumOIs", "ServiceProviderRoamingEnabled", "EAPClientConfiguration"];
    check(&profile.wifi, &of(&[network.as_slice(), &hotspot].concat()));
    let login = ["AcceptEAPTypes", "TTLSInnerAuthentication", "OuterIdentity", "UserName", "UserPassword"];
    let server = ["TLSTrustedServerNames", "PayloadCertificateAnchorUUID", "TLSMinimumVersion", "TLSMaximumVersion"];
    check(profile.eap(), &[login.as_slice(), &server].concat());
}

#[test]
fn the_network_is_a_passpoint_network_of_the_provider() {
    let profile = Profile::of(&provider(|_| ()), &credentials());
    assert_eq!(text(&profile.top, "PayloadType"), "Configuration");
    assert_eq!(text(&profile.top, "PayloadDisplayName"), "Café <Sole> & \"Mare\"");
    let wifi = &profile.wifi;
    for key in ["IsHotspot", "AutoJoin", "ServiceProviderRoamingEnabled"] {
        assert_eq!(wifi.get(key).unwrap().as_boolean(), Some(true), "{key}");
    }
    assert_eq!(text(wifi, "DomainName"), "wifi.example.test");
    assert_eq!(text(wifi, "EncryptionType"), "WPA2");
    assert_eq!(text(wifi, "DisplayedOperatorName"), "Café <Sole> & \"Mare\"");
    assert_eq!(texts(wifi, "NAIRealmNames"), ["example.test"]);
    assert_eq!(texts(wifi, "RoamingConsortiumOIs"), ["5A03BA0000", "004096"]);
}

#[test]
fn the_login_is_complete_so_that_nobody_is_asked() {
    let profile = Profile::of(&provider(|_| ()), &credentials());
    let eap = profile.eap();
    assert_eq!(array(eap, "AcceptEAPTypes"), [Value::from(21_u64)]);
    assert_eq!(text(eap, "TTLSInnerAuthentication"), "MSCHAPv2");
    assert_eq!(text(eap, "UserName"), "anna@example.test");
    assert_eq!(text(eap, "UserPassword"), "wonder land!1");
    assert_eq!(text(eap, "OuterIdentity"), "anonymous@example.test");
    assert_eq!(texts(eap, "TLSTrustedServerNames"), ["radius.wifi.example.test"]);
    let pap = Profile::of(&provider(|it| it.inner_method = InnerMethod::Pap), &credentials());
    assert_eq!(text(pap.eap(), "TTLSInnerAuthentication"), "PAP");
}

#[test]
fn the_anchor_is_the_authority_that_is_in_the_same_profile() {
    let profile = Profile::of(&provider(|_| ()), &credentials());
    let root = profile.root.as_ref().unwrap();
    assert_eq!(texts(profile.eap(), "PayloadCertificateAnchorUUID"), [text(root, "PayloadUUID")]);
    assert_eq!(root.get("PayloadContent").unwrap().as_data().unwrap(), authority().der);
}

#[test]
fn what_the_provider_does_not_have_is_left_out() {
    let bare = provider(|it| {
        it.ca_certificate = None;
        it.roaming_consortiums.clear();
        it.roaming = false;
    });
    let profile = Profile::of(&bare, &credentials());
    assert!(profile.root.is_none());
    assert!(!profile.eap().contains_key("PayloadCertificateAnchorUUID"));
    assert!(!profile.wifi.contains_key("RoamingConsortiumOIs"));
    assert_eq!(profile.wifi.get("ServiceProviderRoamingEnabled").unwrap().as_boolean(), Some(false));
}

#[test]
fn a_new_file_of_a_provider_replaces_the_old_one() {
    let [anna, bert] = ["customer-1", "customer-2"].map(|id| Credentials::parse("u", "p", id).unwrap());
    assert_eq!(apple(&provider(|_| ()), &anna), apple(&provider(|_| ()), &anna));
    let [first, second] = [&anna, &bert].map(|it| Profile::of(&provider(|_| ()), it));
    assert_eq!(text(&first.top, "PayloadIdentifier"), text(&second.top, "PayloadIdentifier"));
    assert_ne!(text(&first.top, "PayloadUUID"), text(&second.top, "PayloadUUID"));
    assert_ne!(text(&first.wifi, "PayloadUUID"), text(&second.wifi, "PayloadUUID"));
}

#[test]
fn it_is_served_as_apple_wants_it() {
    let document = apple(&provider(|_| ()), &credentials());
    assert_eq!(document.media_type, "application/x-apple-aspen-config");
    assert_eq!(document.transfer_encoding, None);
    assert!(document.file_name.unwrap().ends_with(".mobileconfig"));
}
