//! The file of the geteduroam apps, checked against the sequences of its schema.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use passpoint::{Error, Field, InnerMethod, eap_config};
use roxmltree::{Document, Node};

use crate::sequence::{ANY, MAYBE, ONE, SOME, Sequence, at, check, text};
use crate::support::{authority, credentials, provider};

const PROVIDER: &str = "EAPIdentityProvider";
const METHOD: &str = "EAPIdentityProvider/AuthenticationMethods/AuthenticationMethod";

/// The elements that the schema allows, by path.
const SEQUENCES: &[(&str, Sequence<'_>)] = &[
    (
        "EAPIdentityProvider",
        &[
            ("ValidUntil", MAYBE),
            ("AuthenticationMethods", ONE),
            ("CredentialApplicability", ONE),
            ("ProviderInfo", MAYBE),
            ("VendorSpecific", MAYBE),
        ],
    ),
    ("EAPIdentityProvider/AuthenticationMethods", &[("AuthenticationMethod", SOME)]),
    (
        METHOD,
        &[
            ("EAPMethod", ONE),
            ("ServerSideCredential", MAYBE),
            ("ClientSideCredential", MAYBE),
            ("InnerAuthenticationMethod", ANY),
        ],
    ),
    ("EAPIdentityProvider/CredentialApplicability", &[("IEEE80211", ANY), ("IEEE8023", ANY)]),
    ("EAPIdentityProvider/ProviderInfo", &[("DisplayName", ANY), ("Description", ANY)]),
];

/// The elements that the schema allows within the method.
const OF_METHOD: &[(&str, Sequence<'_>)] = &[
    ("EAPMethod", &[("Type", ONE)]),
    ("ServerSideCredential", &[("CA", ANY), ("ServerID", ANY)]),
    (
        "ClientSideCredential",
        &[
            ("OuterIdentity", MAYBE),
            ("InnerIdentityPrefix", MAYBE),
            ("InnerIdentitySuffix", MAYBE),
            ("InnerIdentityHint", MAYBE),
            ("UserName", MAYBE),
            ("Password", MAYBE),
        ],
    ),
    ("InnerAuthenticationMethod", &[("EAPMethod", MAYBE), ("NonEAPAuthMethod", MAYBE)]),
];

fn elements<'a, 'input>(from: Node<'a, 'input>, path: &str) -> Vec<Node<'a, 'input>> {
    at(from, path).children().filter(Node::is_element).collect()
}

#[test]
fn elements_are_in_the_order_of_the_schema() {
    for change in [|_: &mut _| (), |it: &mut passpoint::ProviderDescription| it.ca_certificate = None] {
        let body = eap_config(&provider(change), &credentials()).unwrap().body;
        let document = Document::parse(str::from_utf8(&body).unwrap()).unwrap();
        let root = document.root_element();
        assert_eq!(root.tag_name().name(), "EAPIdentityProviderList");
        check(root, &[(PROVIDER, SOME)]).unwrap();
        for (path, sequence) in SEQUENCES {
            check(at(root, path), sequence).unwrap();
        }
        for (path, sequence) in OF_METHOD {
            check(at(at(root, METHOD), path), sequence).unwrap();
        }
        for network in elements(root, "EAPIdentityProvider/CredentialApplicability") {
            check(network, &[("SSID", MAYBE), ("ConsortiumOID", MAYBE), ("MinRSNProto", MAYBE)]).unwrap();
        }
    }
}

#[test]
fn it_says_who_how_and_where() {
    let body = eap_config(&provider(|_| ()), &credentials()).unwrap().body;
    let document = Document::parse(str::from_utf8(&body).unwrap()).unwrap();
    let root = document.root_element();
    assert_eq!(at(root, PROVIDER).attribute("ID"), Some("example.test"));
    assert_eq!(at(root, PROVIDER).attribute("namespace"), Some("urn:RFC4282:realm"));
    let method = at(root, METHOD);
    assert_eq!(text(method, "EAPMethod/Type"), "21");
    assert_eq!(text(method, "InnerAuthenticationMethod/NonEAPAuthMethod/Type"), "3");
    assert_eq!(text(method, "ClientSideCredential/OuterIdentity"), "anonymous@example.test");
    let certificate = at(method, "ServerSideCredential/CA");
    assert_eq!((certificate.attribute("format"), certificate.attribute("encoding")), (Some("X.509"), Some("base64")));
    assert_eq!(BASE64_STANDARD.decode(certificate.text().unwrap()).unwrap(), authority().der);
    assert_eq!(text(method, "ServerSideCredential/ServerID"), "radius.wifi.example.test");
    let networks = elements(root, "EAPIdentityProvider/CredentialApplicability");
    let networks: Vec<_> =
        networks.into_iter().map(|it| (text(it, "ConsortiumOID"), text(it, "MinRSNProto"))).collect();
    assert_eq!(networks, [("5a03ba0000", "CCMP"), ("004096", "CCMP")]);
    assert_eq!(text(root, "EAPIdentityProvider/ProviderInfo/DisplayName"), "Café <Sole> & \"Mare\"");
}

/// The app for Linux identifies a network by nothing else, and others require the SSID to come first.
#[test]
fn an_ssid_comes_before_the_consortiums_and_is_enough() {
    for (consortiums, expected) in [(true, &["SSID", "ConsortiumOID", "ConsortiumOID"][..]), (false, &["SSID"])] {
        let provider = provider(|it| {
            it.ssid = Some("Lido & Co".to_owned());
            it.roaming_consortiums.truncate(if consortiums { 2 } else { 0 });
        });
        let body = eap_config(&provider, &credentials()).unwrap().body;
        let document = Document::parse(str::from_utf8(&body).unwrap()).unwrap();
        let networks = elements(document.root_element(), "EAPIdentityProvider/CredentialApplicability");
        assert_eq!(text(networks[0], "SSID"), "Lido & Co");
        let known_by: Vec<_> =
            networks.iter().map(|it| it.first_element_child().unwrap().tag_name().name().to_owned()).collect();
        assert_eq!(known_by, expected);
        for network in networks {
            check(network, &[("SSID", MAYBE), ("ConsortiumOID", MAYBE), ("MinRSNProto", ONE)]).unwrap();
        }
    }
}

#[test]
fn pap_has_its_number() {
    let pap = provider(|it| it.inner_method = InnerMethod::Pap);
    let body = eap_config(&pap, &credentials()).unwrap().body;
    let document = Document::parse(str::from_utf8(&body).unwrap()).unwrap();
    let method = at(document.root_element(), METHOD);
    assert_eq!(text(method, "InnerAuthenticationMethod/NonEAPAuthMethod/Type"), "1");
}

#[test]
fn without_a_consortium_no_network_could_be_told() {
    let error = eap_config(&provider(|it| it.roaming_consortiums.clear()), &credentials()).unwrap_err();
    assert_eq!(error, Error::Missing { field: Field::RoamingConsortiums });
    assert_eq!(error.to_string(), "roamingConsortiums is missing");
}

#[test]
fn it_is_served_as_the_apps_want_it() {
    let document = eap_config(&provider(|_| ()), &credentials()).unwrap();
    assert_eq!(document.media_type, "application/eap-config");
    assert!(document.file_name.unwrap().ends_with(".eap-config"));
}
