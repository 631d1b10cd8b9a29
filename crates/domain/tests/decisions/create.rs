//! The requirements of a creation.

use domain::ViolationCode;
use domain::access::Role;
use domain::customer::{
    Customer, Decision, DocumentChanges, KeyKind, Patch, Policies, PolicyChanges, PostCustomer, Profile,
    ProfileChanges, Refusal, decide_post,
};
use domain::organization::{ListedPolicy, PolicyKind, PolicyList};
use domain::value::{Password, PolicyName, Source, Username};
use serde_json::json;

use crate::registry::{
    DEFAULT_LOCATION, FRESH, KNOWN_LOCATION, NAMED_LOCATION, NOW, ORGANIZATION, UNKNOWN_LOCATION, accepted, created,
    custom, customs, decide, faults, post, values,
};

fn only_accepted() -> Profile {
    let policies = Policies { privacy: Some(true), terms_of_use: Some(true), ..Default::default() };
    Profile { policies, ..Default::default() }
}

#[test]
fn what_is_not_given_has_its_default() {
    let expected = Customer {
        id: FRESH,
        organization_id: ORGANIZATION,
        location_id: DEFAULT_LOCATION,
        source: Source::Kiosk,
        username: Username::parse("generated").unwrap(),
        password: Password::parse("generated-password").unwrap(),
        locked: true,
        profile: only_accepted(),
        created_at: NOW,
        modified_at: NOW,
    };
    assert_eq!(created(&post("", ProfileChanges::default())), expected);
}

#[test]
fn what_is_given_is_taken() {
    let post = PostCustomer {
        location_id: Some(NAMED_LOCATION),
        username: Some(Username::parse("mario").unwrap()),
        password: Some(Password::parse("geheim").unwrap()),
        ..post("", values(&[(KeyKind::Email, "Mario@X.org"), (KeyKind::Guid, "g-1")]))
    };
    let customer = created(&post);
    assert_eq!(customer.location_id, NAMED_LOCATION);
    assert_eq!((customer.username.as_str(), customer.password.reveal()), ("mario", "geheim"));
    assert_eq!(customer.profile.person.email.unwrap().as_str(), "Mario@X.org");
    assert_eq!(customer.profile.device.guid.unwrap().as_str(), "g-1");
}

#[test]
fn lock_is_true_unless_said_otherwise() {
    for role in Role::ALL {
        for (lock, locked) in [(None, true), (Some(true), true), (Some(false), false)] {
            let post = PostCustomer { lock, role, ..post("", ProfileChanges::default()) };
            assert_eq!(created(&post).locked, locked, "{role:?} {lock:?}");
        }
    }
}

#[test]
fn nulls_count_as_absent() {
    let mut changes = ProfileChanges {
        custom: custom(&json!({"kept": {"inner": null}, "gone": null})),
        document: Patch::Set(DocumentChanges { number: Patch::Clear, ..Default::default() }),
        processing_data: Patch::Clear,
        device: Patch::Clear,
        policies: Patch::Set(PolicyChanges {
            mktg_communications: Patch::Clear,
            customs: [(PolicyName::parse("loyalty").unwrap(), Patch::Clear)].into(),
            ..accepted()
        }),
        ..Default::default()
    };
    changes.person.email = Patch::Clear;
    let profile = created(&post("email,guid", changes)).profile;
    assert_eq!(json!(profile.custom.members()), json!({"kept": {"inner": null}}));
    assert_eq!(Profile { custom: Default::default(), ..profile }, only_accepted());
}

#[test]
fn both_policies_must_be_accepted() {
    use Patch::{Clear, Keep, Set};
    let both = ["policies.termsOfUse", "policies.privacy"];
    for (privacy, terms_of_use, missing) in [
        (Keep, Keep, &both[..]),
        (Clear, Set(false), &both[..]),
        (Set(false), Set(true), &both[1..]),
        (Keep, Set(true), &both[1..]),
        (Set(true), Set(false), &both[..1]),
        (Set(true), Keep, &both[..1]),
    ] {
        let policies = Patch::Set(PolicyChanges { privacy, terms_of_use, ..Default::default() });
        let post = post("", ProfileChanges { policies, ..Default::default() });
        let refusal = decide(&post, &[]).unwrap_err();
        assert!(matches!(refusal, Refusal::PolicyNotAccepted(_)), "{refusal:?}");
        let missing: Vec<_> = missing.iter().map(|path| ((*path).to_owned(), ViolationCode::NotAccepted)).collect();
        assert_eq!(faults(refusal), missing);
    }
}

/// An organization can require more than the two.
#[test]
fn what_the_organization_requires_must_be_accepted() {
    let listed = |name: &str, required| ListedPolicy { kind: PolicyKind::parse(name).unwrap(), required, url: None };
    let asked = PolicyList::new(vec![
        listed("customs.house", true),
        listed("minimumAgeVerification", true),
        listed("customs.news", false),
    ]);
    let post = |house, age| {
        let customs = [(PolicyName::parse("house").unwrap(), Patch::Set(house))].into();
        let policies = PolicyChanges { minimum_age_verification: Patch::Set(age), customs, ..accepted() };
        let changes = ProfileChanges { policies: Patch::Set(policies), ..Default::default() };
        PostCustomer { asked: asked.clone().unwrap(), ..post("", changes) }
    };
    created(&post(true, true));
    let refusal = decide(&post(false, false), &[]).unwrap_err();
    assert!(matches!(refusal, Refusal::PolicyNotAccepted(_)), "{refusal:?}");
    let paths: Vec<_> = faults(refusal).into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["policies.customs.house", "policies.minimumAgeVerification"]);
}

#[test]
fn policies_that_are_null_are_not_accepted() {
    let post = post("", ProfileChanges { policies: Patch::Clear, ..Default::default() });
    assert_eq!(faults(decide(&post, &[]).unwrap_err()).len(), 2);
}

#[test]
fn a_location_must_be_the_organizations() {
    let nowhere = post("", ProfileChanges::default());
    assert!(matches!(decide_post(&nowhere, &[], UNKNOWN_LOCATION), Ok(Decision::Create(_))), "none is named");
    let named = PostCustomer { location_id: Some(NAMED_LOCATION), ..nowhere };
    assert!(matches!(decide_post(&named, &[], KNOWN_LOCATION), Ok(Decision::Create(_))));
    let refusal = decide_post(&named, &[], UNKNOWN_LOCATION).unwrap_err();
    assert!(matches!(refusal, Refusal::Invalid(_)));
    assert_eq!(faults(refusal), [("locationId".to_owned(), ViolationCode::Unknown)]);
}

#[test]
fn custom_policies_are_bounded() {
    let decide = |count| {
        let Patch::Set(customs) = customs(0, count) else { unreachable!() };
        let policies = Patch::Set(PolicyChanges { customs: customs.customs, ..accepted() });
        decide(&post("", ProfileChanges { policies, ..Default::default() }), &[])
    };
    assert!(decide(domain::limits::CUSTOM_POLICIES).is_ok());
    let refusal = decide(domain::limits::CUSTOM_POLICIES + 1).unwrap_err();
    assert_eq!(faults(refusal), [("policies.customs".to_owned(), ViolationCode::TooLong)]);
}
