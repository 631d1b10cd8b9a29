//! Short forms of requests and stored customers, and a registry that finds customers as every store must.

use domain::access::Role;
use domain::customer::{
    Customer, Decision, Deduplication, DeviceChanges, Evidence, Fresh, Hit, KeyKind, Patch, PolicyChanges,
    PostCustomer, Profile, ProfileChanges, PutCustomer, Refusal, Surroundings, decide_post,
};
use domain::organization::PolicyList;
use domain::value::{
    CustomChanges, CustomerId, Email, EventId, LocationId, OrganizationId, Password, PhoneNumber, PolicyName,
    ServiceId, ShortText, Source, Username,
};
use domain::{Violation, ViolationCode};
use jiff::Timestamp;

pub(crate) const ORGANIZATION: OrganizationId = OrganizationId::from_bits(0xA);
pub(crate) const DEFAULT_LOCATION: LocationId = LocationId::from_bits(0xB0);
pub(crate) const STORED_LOCATION: LocationId = LocationId::from_bits(0xB1);
pub(crate) const NAMED_LOCATION: LocationId = LocationId::from_bits(0xB2);
/// The calling service.
pub(crate) const SERVICE: ServiceId = ServiceId::from_bits(0xC);
/// The id of a created customer.
pub(crate) const FRESH: CustomerId = CustomerId::from_bits(0xF);
/// The id of the event of a claim.
pub(crate) const CLAIM: EventId = EventId::from_bits(0xCA);
pub(crate) const THEN: Timestamp = Timestamp::constant(1_000, 0);
pub(crate) const NOW: Timestamp = Timestamp::constant(2_000, 0);

/// The location that the request names, if any, exists.
pub(crate) const KNOWN_LOCATION: Surroundings =
    Surroundings { default_location_id: DEFAULT_LOCATION, location_exists: true };
/// It does not exist.
pub(crate) const UNKNOWN_LOCATION: Surroundings =
    Surroundings { default_location_id: DEFAULT_LOCATION, location_exists: false };

pub(crate) fn text(text: &str) -> ShortText {
    ShortText::parse(text).unwrap()
}

/// Changes that only set these keys.
pub(crate) fn values(values: &[(KeyKind, &str)]) -> ProfileChanges {
    let mut changes = ProfileChanges::default();
    for (kind, value) in values {
        let person = &mut changes.person;
        match kind {
            KeyKind::PhoneNumber => person.phone_number = Patch::Set(PhoneNumber::parse(value).unwrap()),
            KeyKind::Email => person.email = Patch::Set(Email::parse(value).unwrap()),
            KeyKind::ExtId => person.ext_id = Patch::Set(text(value)),
            KeyKind::ExtProp1 => person.ext_prop1 = Patch::Set(text(value)),
            KeyKind::ExtProp2 => person.ext_prop2 = Patch::Set(text(value)),
            KeyKind::Guid => {
                changes.device = Patch::Set(DeviceChanges { guid: Patch::Set(text(value)), ..Default::default() });
            }
        }
    }
    changes
}

/// These custom members, from JSON.
pub(crate) fn custom(json: &serde_json::Value) -> Patch<CustomChanges> {
    Patch::Set(CustomChanges::parse(json.as_object().unwrap().clone()).unwrap())
}

/// This many custom policies, numbered from `first`.
pub(crate) fn customs(first: usize, count: usize) -> Patch<PolicyChanges> {
    let name = |number| PolicyName::parse(&format!("p{number}")).unwrap();
    let customs = (first..first + count).map(|number| (name(number), Patch::Set(true))).collect();
    Patch::Set(PolicyChanges { customs, ..Default::default() })
}

/// Both policies that a creation needs.
pub(crate) fn accepted() -> PolicyChanges {
    PolicyChanges { privacy: Patch::Set(true), terms_of_use: Patch::Set(true), ..Default::default() }
}

/// A POST of an Organization Manager with both policies accepted, unless the changes have policies.
pub(crate) fn post(deduplicate: &str, mut changes: ProfileChanges) -> PostCustomer {
    if changes.policies == Patch::Keep {
        changes.policies = Patch::Set(accepted());
    }
    PostCustomer {
        organization_id: ORGANIZATION,
        deduplicate: Deduplication::parse(deduplicate).unwrap(),
        source: Source::Kiosk,
        location_id: None,
        username: None,
        password: None,
        lock: None,
        changes,
        by: SERVICE,
        role: Role::OrganizationManager,
        evidence: Evidence::default(),
        claim_id: CLAIM,
        asked: PolicyList::default(),
        fresh: Fresh {
            id: FRESH,
            username: Username::parse("generated").unwrap(),
            password: Password::parse("generated-password").unwrap(),
            at: NOW,
        },
        repeatable: None,
    }
}

pub(crate) fn put(changes: ProfileChanges) -> PutCustomer {
    let id = CustomerId::from_bits(1);
    PutCustomer {
        organization_id: ORGANIZATION,
        id,
        location_id: None,
        lock: None,
        changes,
        by: SERVICE,
        role: Role::OrganizationManager,
        evidence: Evidence::default(),
        event_id: EventId::from_bits(0xE),
        claim_id: CLAIM,
        at: NOW,
    }
}

/// A customer whose source, time and location differ from those of a request.
pub(crate) fn stored(id: u128, changes: ProfileChanges) -> Customer {
    Customer {
        id: CustomerId::from_bits(id),
        organization_id: ORGANIZATION,
        location_id: STORED_LOCATION,
        source: Source::SplashPortal,
        username: Username::parse("stored").unwrap(),
        password: Password::parse("stored-password").unwrap(),
        locked: true,
        profile: changes.merge(&Profile::default()).unwrap(),
        created_at: THEN,
        modified_at: THEN,
    }
}

/// Decides a POST as a store does: the owner of a key is the first customer that has it.
pub(crate) fn decide(post: &PostCustomer, registry: &[Customer]) -> Result<Decision, Refusal> {
    let keys = post.sought();
    let owned = keys.iter().filter_map(|key| {
        let owner = registry.iter().find(|customer| customer.keys().contains(key))?;
        Some(Hit { kind: key.kind, customer: owner })
    });
    decide_post(post, &owned.collect::<Vec<_>>(), KNOWN_LOCATION)
}

/// The customer that a POST creates.
#[track_caller]
pub(crate) fn created(post: &PostCustomer) -> Customer {
    match decide(post, &[]) {
        Ok(Decision::Create(customer)) => *customer,
        other => panic!("not created: {other:?}"),
    }
}

/// The fields and codes of a refusal.
#[track_caller]
pub(crate) fn faults(refusal: Refusal) -> Vec<(String, ViolationCode)> {
    match refusal {
        Refusal::Invalid(violations) | Refusal::PolicyNotAccepted(violations) => {
            violations.into_iter().map(|Violation { field, code, .. }| (field, code)).collect()
        }
        other => panic!("no faults of fields: {other:?}"),
    }
}
