//! The changes of a POST to an existing customer.

use domain::access::Role;
use domain::customer::KeyKind::Email;
use domain::customer::{
    Customer, Decision, DeviceChanges, DocumentChanges, Evidence, Hit, Patch, Policies, PolicyChanges, PostCustomer,
    ProcessingDataChanges, ProfileChanges, Refusal, decide_post,
};
use domain::value::{Password, PolicyName, Username};
use domain::{ViolationCode, limits};
use serde_json::json;

use crate::registry::{
    NAMED_LOCATION, NOW, STORED_LOCATION, UNKNOWN_LOCATION, custom, customs, decide, faults, post, stored, text, values,
};

/// A customer with a value in every part of the profile.
fn mario() -> Customer {
    let mut changes = values(&[(Email, "mario@x.org")]);
    changes.person.first_name = Patch::Set(text("Mario"));
    changes.person.last_name = Patch::Set(text("Rossi"));
    changes.custom = custom(&json!({"a": 1, "b": 2}));
    changes.policies = Patch::Set(PolicyChanges { mktg_communications: Patch::Set(true), ..Default::default() });
    changes.document = Patch::Set(DocumentChanges { number: Patch::Set(text("D1")), ..Default::default() });
    changes.processing_data = Patch::Set(ProcessingDataChanges { profiling: Patch::Set(true), ..Default::default() });
    changes.device = Patch::Set(DeviceChanges { os: Patch::Set(text("iOS")), ..Default::default() });
    stored(1, changes)
}

/// A POST that finds Mario and has no policies.
fn found(mut changes: ProfileChanges) -> PostCustomer {
    changes.person.email = values(&[(Email, "mario@x.org")]).person.email;
    let said = changes.policies.clone();
    let mut post = post("email", changes);
    post.changes.policies = said;
    post
}

#[track_caller]
fn updated(post: &PostCustomer, before: &Customer) -> Customer {
    match decide(post, std::slice::from_ref(before)) {
        Ok(Decision::Update(customer)) => *customer,
        other => panic!("not updated: {other:?}"),
    }
}

#[test]
fn what_is_sent_overrides_and_the_rest_stays() {
    let mut changes = ProfileChanges {
        custom: custom(&json!({"b": 3, "c": 4})),
        document: Patch::Set(DocumentChanges { kind: Patch::Set(text("passport")), ..Default::default() }),
        device: Patch::Set(DeviceChanges { os: Patch::Set(text("Android")), ..Default::default() }),
        ..Default::default()
    };
    changes.person.first_name = Patch::Set(text("Luigi"));

    let mut expected = mario();
    expected.profile.person.first_name = Some(text("Luigi"));
    expected.profile.document.kind = Some(text("passport"));
    expected.profile.device.os = Some(text("Android"));
    expected.modified_at = NOW;
    let mut after = updated(&found(changes), &mario());
    assert_eq!(json!(after.profile.custom.members()), json!({"a": 1, "b": 3, "c": 4}));
    after.profile.custom = expected.profile.custom.clone();
    assert_eq!(after, expected);
}

#[test]
fn nulls_count_as_absent() {
    let loyalty = || PolicyName::parse("loyalty").unwrap();
    let mut before = mario();
    before.profile.policies.customs.insert(loyalty(), true);
    let clearing = ProfileChanges {
        custom: custom(&json!({"a": null})),
        policies: Patch::Set(PolicyChanges {
            mktg_communications: Patch::Clear,
            customs: [(loyalty(), Patch::Clear)].into(),
            ..Default::default()
        }),
        document: Patch::Set(DocumentChanges { number: Patch::Clear, ..Default::default() }),
        processing_data: Patch::Set(ProcessingDataChanges { profiling: Patch::Clear, ..Default::default() }),
        device: Patch::Set(DeviceChanges { os: Patch::Clear, ..Default::default() }),
        ..Default::default()
    };
    let whole_groups = ProfileChanges {
        custom: Patch::Clear,
        policies: Patch::Clear,
        document: Patch::Clear,
        processing_data: Patch::Clear,
        device: Patch::Clear,
        ..Default::default()
    };
    for mut changes in [clearing, whole_groups] {
        changes.person.last_name = Patch::Clear;
        let after = updated(&found(changes), &before);
        assert_eq!(after, Customer { modified_at: NOW, ..before.clone() });
    }
}

#[test]
fn source_username_and_password_are_those_of_the_creation() {
    let post = PostCustomer {
        username: Some(Username::parse("luigi").unwrap()),
        password: Some(Password::parse("other").unwrap()),
        ..found(ProfileChanges::default())
    };
    assert_ne!(post.source, mario().source);
    assert_eq!(updated(&post, &mario()), Customer { modified_at: NOW, ..mario() });
}

#[test]
fn policies_merge_and_none_is_needed() {
    let policies = PolicyChanges {
        privacy: Patch::Set(false),
        customs: [(PolicyName::parse("loyalty").unwrap(), Patch::Set(false))].into(),
        ..Default::default()
    };
    let after = updated(&found(ProfileChanges { policies: Patch::Set(policies), ..Default::default() }), &mario());
    let expected = Policies {
        privacy: Some(false),
        mktg_communications: Some(true),
        customs: [(PolicyName::parse("loyalty").unwrap(), false)].into(),
        ..Default::default()
    };
    assert_eq!(after.profile.policies, expected);
}

#[test]
fn lock_is_taken_when_sent_but_a_public_app_only_locks_and_only_its_own_customer() {
    for role in Role::ALL {
        for (locked, lock) in
            [true, false].into_iter().flat_map(|was| [None, Some(true), Some(false)].map(|l| (was, l)))
        {
            let expected = match lock {
                Some(false) if role == Role::PublicApp => locked,
                lock => lock.unwrap_or(locked),
            };
            let before = Customer { locked, ..mario() };
            let evidence = Evidence { password: Some(before.password.clone()), ..Evidence::default() };
            let post = PostCustomer { lock, role, evidence, ..found(ProfileChanges::default()) };
            assert_eq!(updated(&post, &before).locked, expected, "{role:?} sends {lock:?}, was {locked}");
            let stranger = PostCustomer { evidence: Evidence::default(), ..post };
            let expected = if role == Role::PublicApp { locked } else { expected };
            assert_eq!(updated(&stranger, &before).locked, expected, "{role:?} sends {lock:?}, was {locked}");
        }
    }
}

#[test]
fn the_location_stays_unless_another_one_is_named() {
    assert_eq!(updated(&found(ProfileChanges::default()), &mario()).location_id, STORED_LOCATION);
    let moved = PostCustomer { location_id: Some(NAMED_LOCATION), ..found(ProfileChanges::default()) };
    assert_eq!(updated(&moved, &mario()).location_id, NAMED_LOCATION);
    let before = mario();
    let refusal = decide_post(&moved, &[Hit { kind: Email, customer: &before }], UNKNOWN_LOCATION).unwrap_err();
    assert!(matches!(refusal, Refusal::Invalid(_)));
    assert_eq!(faults(refusal), [("locationId".to_owned(), ViolationCode::Unknown)]);
}

#[test]
fn limits_hold_for_the_merged_customer() {
    let many =
        |first| json!((first..first + 60).map(|n| (format!("k{n}"), json!(n))).collect::<serde_json::Map<_, _>>());
    let half = limits::CUSTOM_POLICIES / 2 + 1;
    let part = |first| ProfileChanges {
        custom: custom(&many(first)),
        policies: customs(first, half),
        ..values(&[(Email, "mario@x.org")])
    };
    let before = stored(1, part(0));
    assert!(decide(&found(part(0)), std::slice::from_ref(&before)).is_ok(), "the same ones again");
    let refusal = decide(&found(part(100)), std::slice::from_ref(&before)).unwrap_err();
    assert!(matches!(refusal, Refusal::Invalid(_)));
    let expected = ["custom", "policies.customs"].map(|path| (path.to_owned(), ViolationCode::TooLong));
    assert_eq!(faults(refusal), expected);
}
