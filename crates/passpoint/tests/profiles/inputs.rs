//! Invalid inputs are refused, and the error names the field.

use passpoint::{Credentials, Error, Field, Provider, ProviderDescription};

use crate::support::{authority, description, full_description, self_signed};

/// The errors of the description after this change.
fn faults(change: impl FnOnce(&mut ProviderDescription)) -> Vec<Error> {
    let mut description = full_description();
    change(&mut description);
    Provider::parse(&description).err().unwrap_or_default()
}

fn credential_faults(username: &str, password: &str, customer_id: &str) -> Vec<Error> {
    Credentials::parse(username, password, customer_id).err().unwrap_or_default()
}

fn invalid(field: Field, faults: &[Error]) -> bool {
    matches!(faults, [Error::Invalid { field: found, .. }] if *found == field)
}

#[test]
fn all_faults_of_a_description_are_told_at_once() {
    let empty = Provider::parse(&ProviderDescription::default()).unwrap_err();
    let missing = [Field::Realm, Field::FriendlyName, Field::Domain, Field::ServerNames];
    assert_eq!(empty, missing.map(|field| Error::Missing { field }));
    let broken = Provider::parse(&ProviderDescription {
        realm: "no host".to_owned(),
        friendly_name: "a\nb".to_owned(),
        domain: "nodot".to_owned(),
        server_names: vec!["*.example.test".to_owned()],
        roaming_consortiums: vec!["0x5A03BA".to_owned()],
        ca_certificate: Some("-----BEGIN CERTIFICATE-----".to_owned()),
        ssid: Some("x".repeat(33)),
        ..ProviderDescription::default()
    });
    let fields: Vec<_> = broken.unwrap_err().into_iter().map(|error| error.field().as_str()).collect();
    let expected = ["realm", "friendlyName", "domain", "serverNames", "roamingConsortiums", "caCertificate", "ssid"];
    assert_eq!(fields, expected);
}

#[test]
fn all_faults_of_credentials_are_told_at_once() {
    let missing = [Field::Username, Field::Password, Field::CustomerId].map(|field| Error::Missing { field });
    assert_eq!(credential_faults("", "", ""), missing);
}

#[test]
fn lengths_are_bounded_in_bytes() {
    assert_eq!(credential_faults(&"u".repeat(63), &"p".repeat(189), &"c".repeat(255)), []);
    assert_eq!(credential_faults(&format!("{}u", "ü".repeat(31)), &"日".repeat(63), "c"), []);
    let long = credential_faults(&"ü".repeat(32), &"p".repeat(190), &"c".repeat(256));
    let limits = [(Field::Username, 63), (Field::Password, 189), (Field::CustomerId, 255)];
    assert_eq!(long, limits.map(|(field, limit)| Error::TooLong { field, limit }));
    assert_eq!(faults(|it| it.friendly_name = "ä".repeat(127) + "n"), []);
    let long = faults(|it| it.friendly_name = "ä".repeat(128));
    assert_eq!(long, [Error::TooLong { field: Field::FriendlyName, limit: 255 }]);
    let long = faults(|it| it.realm = "a.".repeat(127));
    assert_eq!(long, [Error::TooLong { field: Field::Realm, limit: 253 }]);
}

#[test]
fn a_username_has_no_blank_around_it_since_android_cuts_it_off() {
    for name in [" anna", "anna ", " "] {
        assert!(invalid(Field::Username, &credential_faults(name, "p", "c")), "{name:?}");
    }
    assert_eq!(credential_faults("anna  b", " p ", "c"), []);
}

#[test]
fn control_characters_are_refused() {
    assert!(invalid(Field::Username, &credential_faults("an\0na", "p", "c")));
    assert!(invalid(Field::Password, &credential_faults("anna", "p\n", "c")));
    assert!(invalid(Field::CustomerId, &credential_faults("anna", "p", "c\r")));
    assert!(invalid(Field::FriendlyName, &faults(|it| it.friendly_name = "a\u{1}".to_owned())));
}

#[test]
fn a_friendly_name_is_taken_without_the_blanks_around_it() {
    let bare = Provider::parse(&ProviderDescription { friendly_name: "Lido".to_owned(), ..description() });
    let wide = Provider::parse(&ProviderDescription { friendly_name: " Lido \n".to_owned(), ..description() });
    assert_eq!(bare, wide);
    assert_eq!(faults(|it| it.friendly_name = "  ".to_owned()), [Error::Missing { field: Field::FriendlyName }]);
}

#[test]
fn roaming_consortiums_are_three_or_five_bytes() {
    for id in ["", "5A03B", "5A03BA00", "5A03BA000", "5A03BA00000", "5A-03-BA", " 5A03B", "5A03BG"] {
        assert!(
            invalid(Field::RoamingConsortiums, &faults(|it| it.roaming_consortiums = vec![id.to_owned()])),
            "{id:?}"
        );
    }
    assert_eq!(faults(|it| it.roaming_consortiums = vec!["5A03BA".to_owned(); 36]), []);
    let many = faults(|it| it.roaming_consortiums = vec!["5A03BA".to_owned(); 37]);
    assert_eq!(many, [Error::TooMany { field: Field::RoamingConsortiums, limit: 36 }]);
}

#[test]
fn there_is_a_bound_of_server_names() {
    assert_eq!(faults(|it| it.server_names = vec!["a.wifi.example.test".to_owned(); 32]), []);
    let many = faults(|it| it.server_names = vec!["a.wifi.example.test".to_owned(); 33]);
    assert_eq!(many, [Error::TooMany { field: Field::ServerNames, limit: 32 }]);
}

#[test]
fn with_an_authority_of_its_own_the_server_is_within_the_domain() {
    let elsewhere = |it: &mut ProviderDescription| it.server_names.push("radius.example.org".to_owned());
    assert!(invalid(Field::ServerNames, &faults(elsewhere)));
    let public = faults(|it| {
        elsewhere(it);
        it.ca_certificate = None;
    });
    assert_eq!(public, []);
    assert_eq!(faults(|it| it.server_names = vec!["WIFI.example.test".to_owned()]), []);
}

#[test]
fn the_certificate_is_one_of_an_authority() {
    let with = |pem: String| faults(|it| it.ca_certificate = Some(pem));
    assert!(invalid(Field::CaCertificate, &with(format!("{0}{0}", authority().pem))));
    assert!(invalid(Field::CaCertificate, &with(self_signed("CA:FALSE").pem)));
    assert!(invalid(Field::CaCertificate, &with("MIIB".to_owned())));
    assert!(invalid(Field::CaCertificate, &with(authority().pem.replace("MII", "MIJ"))));
    assert_eq!(with(" \n".to_owned()), [Error::Missing { field: Field::CaCertificate }]);
    let text = format!("subject: CN=Test\n{}\r\n \n", authority().pem.replace('\n', "\r\n"));
    assert_eq!(with(text), []);
}

#[test]
fn errors_and_debug_forms_show_no_value() {
    let errors = credential_faults("geheim\0", "geheim\0", "c");
    assert_eq!(errors[1].to_string(), "password must not contain control characters");
    assert!(!format!("{errors:?}").contains("geheim"));
    let credentials = Credentials::parse("anna", "geheim", "c").unwrap();
    assert_eq!(format!("{credentials:?}"), "Credentials { username: \"anna\", customer_id: \"c\", .. }");
    let provider = Provider::parse(&description()).unwrap();
    let document = passpoint::apple(&provider, &credentials);
    assert!(!format!("{document:?}").contains("geheim"));
    assert!(format!("{document:?}").starts_with("Document { media_type: \"application/x-apple-aspen-config\""));
}
