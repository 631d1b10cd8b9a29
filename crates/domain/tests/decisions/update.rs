//! The changes of a PUT.

use domain::customer::KeyKind::{Email, Guid};
use domain::customer::{
    Customer, DeviceChanges, DocumentChanges, Patch, Policies, PolicyChanges, ProcessingData, ProcessingDataChanges,
    ProfileChanges, PutCustomer, Refusal, decide_put,
};
use domain::value::PolicyName;
use domain::{ViolationCode, limits};
use serde_json::json;

use crate::registry::{
    KNOWN_LOCATION, NAMED_LOCATION, NOW, UNKNOWN_LOCATION, accepted, custom, customs, faults, put, stored, text, values,
};

fn loyalty() -> PolicyName {
    PolicyName::parse("loyalty").unwrap()
}

/// A customer with two values in every part of the profile, which reveals that a part is replaced as a whole.
fn mario() -> Customer {
    let mut changes = values(&[(Email, "mario@x.org")]);
    changes.person.first_name = Patch::Set(text("Mario"));
    changes.custom = custom(&json!({"a": 1, "b": 2}));
    changes.policies = Patch::Set(PolicyChanges { customs: [(loyalty(), Patch::Set(true))].into(), ..accepted() });
    changes.document = Patch::Set(DocumentChanges {
        number: Patch::Set(text("D1")),
        kind: Patch::Set(text("passport")),
        ..Default::default()
    });
    changes.processing_data =
        Patch::Set(ProcessingDataChanges { profiling: Patch::Set(true), processing_personal_data: Patch::Set(true) });
    changes.device = Patch::Set(DeviceChanges {
        os: Patch::Set(text("iOS")),
        guid: Patch::Set(text("device")),
        ..Default::default()
    });
    stored(1, changes)
}

fn change(put: &PutCustomer) -> Customer {
    decide_put(put, &mario(), KNOWN_LOCATION).unwrap()
}

#[test]
fn nothing_sent_changes_nothing_but_the_time() {
    assert_eq!(change(&put(ProfileChanges::default())), Customer { modified_at: NOW, ..mario() });
}

#[test]
fn null_clears_one_value_and_leaves_its_neighbours() {
    let mut changes = ProfileChanges {
        policies: Patch::Set(PolicyChanges {
            privacy: Patch::Clear,
            terms_of_use: Patch::Set(false),
            customs: [(loyalty(), Patch::Clear)].into(),
            ..Default::default()
        }),
        document: Patch::Set(DocumentChanges { number: Patch::Clear, ..Default::default() }),
        processing_data: Patch::Set(ProcessingDataChanges { profiling: Patch::Clear, ..Default::default() }),
        device: Patch::Set(DeviceChanges { guid: Patch::Clear, bundle: Patch::Set(text("app")), ..Default::default() }),
        ..Default::default()
    };
    changes.person.email = Patch::Clear;

    let mut expected = Customer { modified_at: NOW, ..mario() };
    expected.profile.person.email = None;
    expected.profile.policies = Policies { terms_of_use: Some(false), ..Default::default() };
    expected.profile.document.number = None;
    expected.profile.processing_data = ProcessingData { profiling: None, processing_personal_data: Some(true) };
    expected.profile.device.guid = None;
    expected.profile.device.bundle = Some(text("app"));
    assert_eq!(change(&put(changes)), expected);
    assert!(mario().keys().iter().any(|key| key.kind == Guid) && expected.keys().is_empty());
}

#[test]
fn a_group_that_is_null_is_emptied() {
    let clearing = ProfileChanges {
        custom: Patch::Clear,
        policies: Patch::Clear,
        document: Patch::Clear,
        processing_data: Patch::Clear,
        device: Patch::Clear,
        ..Default::default()
    };
    let mut expected = Customer { modified_at: NOW, ..mario() };
    expected.profile = domain::customer::Profile { person: expected.profile.person, ..Default::default() };
    assert_eq!(change(&put(clearing)), expected);
}

#[test]
fn custom_merges_by_member_and_null_removes_one() {
    let changes = ProfileChanges { custom: custom(&json!({"a": null, "c": {"x": null}})), ..Default::default() };
    assert_eq!(json!(change(&put(changes)).profile.custom.members()), json!({"b": 2, "c": {"x": null}}));
}

#[test]
fn lock_and_location_change_when_said() {
    for (lock, was, expected) in
        [(None, true, true), (None, false, false), (Some(false), true, false), (Some(true), false, true)]
    {
        let put = PutCustomer { lock, ..put(ProfileChanges::default()) };
        let after = decide_put(&put, &Customer { locked: was, ..mario() }, KNOWN_LOCATION).unwrap();
        assert_eq!(after.locked, expected, "{lock:?}, was {was}");
    }
    let moved = PutCustomer { location_id: Some(NAMED_LOCATION), ..put(ProfileChanges::default()) };
    assert_eq!(change(&moved).location_id, NAMED_LOCATION);
}

#[test]
fn every_fault_is_told_at_once() {
    let many =
        json!((0..limits::CUSTOM_MEMBERS - 1).map(|n| (format!("k{n}"), json!(n))).collect::<serde_json::Map<_, _>>());
    let put = PutCustomer {
        location_id: Some(NAMED_LOCATION),
        ..put(ProfileChanges {
            custom: custom(&many),
            policies: customs(0, limits::CUSTOM_POLICIES),
            ..Default::default()
        })
    };
    let faults_in = |surroundings| {
        let refusal = decide_put(&put, &mario(), surroundings).unwrap_err();
        assert!(matches!(refusal, Refusal::Invalid(_)));
        faults(refusal)
    };
    let location = ("locationId".to_owned(), ViolationCode::Unknown);
    let limits = ["custom", "policies.customs"].map(|path| (path.to_owned(), ViolationCode::TooLong));
    assert_eq!(faults_in(UNKNOWN_LOCATION), [&[location], &limits[..]].concat());
    assert_eq!(faults_in(KNOWN_LOCATION), limits);
}

#[test]
fn an_unknown_location_alone_is_refused() {
    let put = PutCustomer { location_id: Some(NAMED_LOCATION), ..put(ProfileChanges::default()) };
    let refusal = decide_put(&put, &mario(), UNKNOWN_LOCATION).unwrap_err();
    assert_eq!(faults(refusal), [("locationId".to_owned(), ViolationCode::Unknown)]);
}
