//! The customer that a POST finds.

use domain::customer::KeyKind::{self, Email, ExtId, ExtProp1, ExtProp2, Guid, PhoneNumber};
use domain::customer::{
    Conflict, Customer, Decision, Deduplication, DeviceChanges, Hit, Patch, ProfileChanges, Refusal, decide_post,
};
use domain::value::CustomerId;

use crate::registry::{FRESH, KNOWN_LOCATION, decide, post, stored, values};

const PHONE_1: &str = "+14155552671";
const PHONE_2: &str = "+393331234567";

/// For each kind, a value without an owner, and one with an owner.
const SAMPLES: [(KeyKind, &str, &str); 6] = [
    (PhoneNumber, PHONE_1, PHONE_2),
    (Email, "new@x.org", "old@x.org"),
    (ExtId, "new", "old"),
    (ExtProp1, "new", "old"),
    (ExtProp2, "new", "old"),
    (Guid, "new", "old"),
];

#[derive(Debug, PartialEq)]
enum Met {
    Nobody,
    Customer(u128),
    Several(Vec<(KeyKind, u128)>),
}

fn met(decision: Result<Decision, Refusal>) -> Met {
    let bits = |id: CustomerId| u128::from_be_bytes(id.to_bytes());
    match decision {
        Ok(Decision::Create(customer)) => {
            assert_eq!(customer.id, FRESH);
            Met::Nobody
        }
        Ok(Decision::Update(customer)) => Met::Customer(bits(customer.id)),
        Err(Refusal::DuplicateConflict(conflicts)) => Met::Several(
            conflicts.into_iter().map(|Conflict { kind, customer_id }| (kind, bits(customer_id))).collect(),
        ),
        Err(other) => panic!("refused: {other:?}"),
    }
}

/// 1 has e-mail, number and device; 2 has the second number and its own ids; 3 shares its outside id with 2.
fn registry() -> Vec<Customer> {
    vec![
        stored(1, values(&[(Email, "Mario@X.org"), (PhoneNumber, PHONE_1), (Guid, "device-1")])),
        stored(2, values(&[(PhoneNumber, PHONE_2), (ExtId, "crm-2"), (ExtProp1, "shop-2"), (Guid, "device-2")])),
        stored(3, values(&[(ExtId, "crm-2"), (ExtProp2, "card-3"), (Guid, "device-1")])),
    ]
}

#[test]
fn identity_names_lead_to_one_customer_or_to_a_conflict() {
    for (deduplicate, sent, expected) in [
        ("", &[(Email, "mario@x.org"), (PhoneNumber, PHONE_1)][..], Met::Nobody),
        ("email", &[], Met::Nobody),
        ("email", &[(PhoneNumber, PHONE_1)], Met::Nobody),
        ("email", &[(Email, "luigi@x.org"), (PhoneNumber, PHONE_1)], Met::Nobody),
        ("email", &[(Email, "MARIO@x.org")], Met::Customer(1)),
        ("email", &[(Email, "mario@x.org"), (PhoneNumber, PHONE_2)], Met::Customer(1)),
        ("email,phoneNumber", &[(Email, "mario@x.org"), (PhoneNumber, PHONE_1)], Met::Customer(1)),
        ("phoneNumber,email", &[(Email, "luigi@x.org"), (PhoneNumber, PHONE_1)], Met::Customer(1)),
        ("email,extId", &[(Email, "mario@x.org")], Met::Customer(1)),
        ("extId", &[(ExtId, "crm-2")], Met::Customer(2)),
        ("extPro2", &[(ExtProp2, "card-3")], Met::Customer(3)),
        (
            "phoneNumber,email",
            &[(Email, "mario@x.org"), (PhoneNumber, PHONE_2)],
            Met::Several(vec![(PhoneNumber, 2), (Email, 1)]),
        ),
        (
            "email,phoneNumber,extId,extProp1,extProp2",
            &[(Email, "mario@x.org"), (PhoneNumber, PHONE_1), (ExtProp1, "none"), (ExtProp2, "card-3")],
            Met::Several(vec![(Email, 1), (PhoneNumber, 1), (ExtProp2, 3)]),
        ),
    ] {
        assert_eq!(met(decide(&post(deduplicate, values(sent)), &registry())), expected, "{deduplicate} {sent:?}");
    }
}

#[test]
fn every_name_finds_its_own_value_and_no_other() {
    for (kind, new, old) in SAMPLES {
        let registry = [stored(7, values(&[(kind, old)]))];
        assert_eq!(met(decide(&post(kind.as_str(), values(&[(kind, old)])), &registry)), Met::Customer(7), "{kind:?}");
        assert_eq!(met(decide(&post(kind.as_str(), values(&[(kind, new)])), &registry)), Met::Nobody, "{kind:?}");
        for (other, _, old) in SAMPLES.into_iter().filter(|(other, ..)| *other != kind) {
            let post = post(kind.as_str(), values(&[(other, old)]));
            assert_eq!(met(decide(&post, &registry)), Met::Nobody, "{kind:?} named, {other:?} sent");
        }
    }
}

#[test]
fn names_without_a_value_are_skipped() {
    let deduplicate = Deduplication::parse("guid,email,phoneNumber").unwrap();
    let mut changes = values(&[(PhoneNumber, PHONE_1)]);
    changes.person.email = Patch::Clear;
    for device in [Patch::Keep, Patch::Clear, Patch::Set(DeviceChanges { guid: Patch::Clear, ..Default::default() })] {
        let keys = deduplicate.keys(&ProfileChanges { device, ..changes.clone() });
        assert_eq!(keys.iter().map(|key| key.kind).collect::<Vec<_>>(), [PhoneNumber]);
        assert_eq!(keys[0].value, PHONE_1);
    }
}

#[test]
fn the_guid_counts_only_when_no_identity_name_hits() {
    for (deduplicate, sent, expected) in [
        ("guid", &[(Guid, "device-1")][..], Met::Customer(1)),
        ("guid", &[(Guid, "device-9")], Met::Nobody),
        ("guid,email", &[(Guid, "device-2"), (Email, "mario@x.org")], Met::Customer(1)),
        ("guid,extProp2", &[(Guid, "device-2"), (ExtProp2, "card-3")], Met::Customer(3)),
        ("guid,email", &[(Guid, "device-2"), (Email, "luigi@x.org")], Met::Customer(2)),
        ("guid,email", &[(Guid, "device-1"), (Email, "luigi@x.org")], Met::Nobody),
        // A value that is sent but not named does not identify a customer.
        ("guid", &[(Guid, "device-1"), (Email, "luigi@x.org")], Met::Customer(1)),
        ("guid,extId", &[(Guid, "device-1"), (Email, "luigi@x.org"), (ExtId, "crm-9")], Met::Customer(1)),
    ] {
        assert_eq!(met(decide(&post(deduplicate, values(sent)), &registry())), expected, "{deduplicate} {sent:?}");
    }
}

/// The hit is passed directly: a store would find the customer by an equal value before considering the guid.
#[test]
fn the_guid_gives_way_to_each_identity_that_contradicts() {
    for (kind, new, old) in SAMPLES.into_iter().filter(|(kind, ..)| kind.is_identity()) {
        let post = post(&format!("guid,{}", kind.as_str()), values(&[(Guid, "device"), (kind, new)]));
        for (there, expected) in [
            (vec![(Guid, "device"), (kind, old)], Met::Nobody),
            (vec![(Guid, "device"), (kind, new)], Met::Customer(7)),
            (vec![(Guid, "device")], Met::Customer(7)),
        ] {
            let found = stored(7, values(&there));
            let decision = decide_post(&post, &[Hit { kind: Guid, customer: &found }], KNOWN_LOCATION);
            assert_eq!(met(decision), expected, "{kind:?} {there:?}");
        }
    }
}

#[test]
fn one_contradiction_is_enough() {
    let found = stored(7, values(&[(Guid, "device"), (Email, "mario@x.org"), (ExtId, "crm-7")]));
    let post = post("guid,email,extId", values(&[(Guid, "device"), (Email, "mario@x.org"), (ExtId, "crm-8")]));
    assert_eq!(met(decide_post(&post, &[Hit { kind: Guid, customer: &found }], KNOWN_LOCATION)), Met::Nobody);
}
