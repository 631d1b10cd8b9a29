//! The settings that Android reads from the files.

use passpoint::{Credentials, InnerMethod, android};
use profile_readers::android::{Subscription, parse};

use crate::support::{authority, credentials, provider};

#[test]
fn everything_that_the_provider_has_arrives() {
    let document = android(&provider(|_| ()), &credentials());
    let expected = Subscription {
        friendly_name: "Café <Sole> & \"Mare\"".to_owned(),
        fqdn: "wifi.example.test".to_owned(),
        consortiums: vec![0x5A_03BA_0000, 0x00_4096],
        realm: "example.test".to_owned(),
        username: "anna@example.test".to_owned(),
        password: "wonder land!1".to_owned(),
        inner_method: "MS-CHAP-V2".to_owned(),
        trusted_names: vec![],
        authority: Some(authority().der.clone()),
    };
    assert_eq!(parse(&document.body), Ok(expected));
}

#[test]
fn the_authority_and_consortiums_are_left_out_when_there_are_none() {
    let bare = provider(|it| {
        it.ca_certificate = None;
        it.roaming_consortiums.clear();
        it.inner_method = InnerMethod::Pap;
    });
    let subscription = parse(&android(&bare, &credentials()).body).unwrap();
    assert_eq!((subscription.authority, subscription.consortiums), (None, vec![]));
    assert_eq!((subscription.inner_method.as_str(), subscription.trusted_names), ("PAP", vec![]));
}

#[test]
fn servers_elsewhere_are_named_when_the_authority_is_one_of_the_web() {
    let elsewhere = provider(|it| {
        it.ca_certificate = None;
        it.server_names = vec!["a.example.org".to_owned(), "wifi.example.test".to_owned()];
    });
    let subscription = parse(&android(&elsewhere, &credentials()).body).unwrap();
    assert_eq!(subscription.trusted_names, ["a.example.org", "wifi.example.test"]);
}

#[test]
fn the_longest_values_fit() {
    let label = "a".repeat(63);
    let domain = format!("{label}.{label}.{label}.{}", "b".repeat(61));
    let longest = provider(|it| {
        it.friendly_name = "f".repeat(255);
        it.realm.clone_from(&domain);
        it.server_names = vec![domain.clone()];
        it.domain = domain;
        it.roaming_consortiums = vec!["FFFFFFFFFF".to_owned(); 36];
    });
    let credentials = Credentials::parse(&"u".repeat(63), &"p".repeat(189), "c").unwrap();
    let subscription = parse(&android(&longest, &credentials).body).unwrap();
    assert_eq!((subscription.fqdn.len(), subscription.realm.len(), subscription.consortiums.len()), (253, 253, 36));
}

#[test]
fn it_is_served_as_android_wants_it() {
    let document = android(&provider(|_| ()), &credentials());
    assert_eq!(document.media_type, "application/x-wifi-config");
    assert_eq!(document.transfer_encoding, Some("base64"));
    assert_eq!(document.file_name, None, "a Content-Disposition would keep Android from taking it");
    assert!(document.body.split(|byte| *byte == b'\n').all(|line| line.len() <= 76));
}
