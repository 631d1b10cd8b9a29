//! What a public app may change of a customer, by role, proof and field.

use std::sync::Arc;

use domain::access::Role;
use domain::batch::{Stored, Wave};
use domain::customer::KeyKind::{Email, ExtId, ExtProp1, ExtProp2, Guid, PhoneNumber};
use domain::customer::{
    Customer, Decision, DeviceChanges, DocumentChanges, Evidence, Patch, PolicyChanges, PostCustomer,
    ProcessingDataChanges, ProfileChanges, PutCustomer, decide_put,
};
use domain::history::{Call, Event, Field, Fields};
use domain::ports::Command;
use domain::value::{DoubleOptin, Password, PolicyName};
use serde_json::json;

use crate::registry::{
    CLAIM, DEFAULT_LOCATION, KNOWN_LOCATION, NAMED_LOCATION, NOW, ORGANIZATION, accepted, custom, decide, post, put,
    stored, text, values,
};

/// The evidence of a caller.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Shown {
    Nothing,
    Installation,
    Password,
    Device,
    WrongInstallation,
    WrongPassword,
    AnothersDevice,
}

const SHOWN: [(Shown, bool); 7] = [
    (Shown::Nothing, false),
    (Shown::Installation, true),
    (Shown::Password, true),
    (Shown::Device, true),
    (Shown::WrongInstallation, false),
    (Shown::WrongPassword, false),
    (Shown::AnothersDevice, false),
];

fn evidence(shown: Shown) -> Evidence {
    let password = |text| Some(Password::parse(text).unwrap());
    let none = Evidence::default();
    match shown {
        Shown::Nothing => none,
        Shown::Installation => Evidence { install_ids: vec![text("install-1"), text("x")], ..none },
        Shown::Password => Evidence { password: password("stored-password"), ..none },
        Shown::Device => Evidence { device_of: Some(ada().id), ..none },
        Shown::WrongInstallation => Evidence { install_ids: vec![text("INSTALL-1"), text("x")], ..none },
        Shown::WrongPassword => Evidence { password: password("generated-password"), ..none },
        Shown::AnothersDevice => Evidence { device_of: Some(stored(2, ProfileChanges::default()).id), ..none },
    }
}

/// A customer that an app created and that is not locked.
fn ada() -> Customer {
    let mut changes = values(&[(Email, "ada@x.org"), (PhoneNumber, "+14155552671"), (ExtId, "1"), (Guid, "g-1")]);
    if let Patch::Set(device) = &mut changes.device {
        device.install_id = Patch::Set(text("install-1"));
    }
    changes.policies = Patch::Set(PolicyChanges { mktg_communications: Patch::Set(true), ..accepted() });
    Customer { locked: false, ..stored(1, changes) }
}

/// A different value in every protected field.
fn protected() -> ProfileChanges {
    let mut changes = values(&[
        (Email, "eve@x.org"),
        (PhoneNumber, "+393331234567"),
        (ExtId, "2"),
        (ExtProp1, "p1"),
        (ExtProp2, "p2"),
    ]);
    let person = &mut changes.person;
    person.phone_verified = Patch::Set(true);
    person.email_verified = Patch::Set(true);
    person.double_optin = Patch::Set(DoubleOptin::parse("confirmed").unwrap());
    person.profile_id = Patch::Set(text("gold"));
    changes.policies = Patch::Set(PolicyChanges {
        privacy: Patch::Set(false),
        terms_of_use: Patch::Set(false),
        minimum_age_verification: Patch::Set(true),
        mktg_communications: Patch::Set(false),
        customs_cleared: false,
        customs: [(PolicyName::parse("loyalty").unwrap(), Patch::Set(true))].into(),
    });
    changes.document = Patch::Set(DocumentChanges {
        member_id: Patch::Set(text("m")),
        number: Patch::Set(text("n")),
        passport_number: Patch::Set(text("pn")),
        personal_id: Patch::Set(text("pi")),
        kind: Patch::Set(text("passport")),
    });
    changes.processing_data =
        Patch::Set(ProcessingDataChanges { profiling: Patch::Set(true), processing_personal_data: Patch::Set(true) });
    let other = || Patch::Set(text("x"));
    changes.device = Patch::Set(DeviceChanges {
        source: other(),
        bundle: other(),
        vendor_id: other(),
        adv_id: other(),
        install_id: other(),
        os: other(),
        device: other(),
        created: other(),
        guid: other(),
        modified: other(),
        last_seen: other(),
    });
    changes
}

/// A different value in fields that any caller may change.
fn open() -> ProfileChanges {
    let mut changes = ProfileChanges { custom: custom(&json!({"tier": 1})), ..ProfileChanges::default() };
    changes.person.first_name = Patch::Set(text("Augusta"));
    changes.person.company_name = Patch::Set(text("Engines"));
    changes
}

fn both() -> ProfileChanges {
    let (mut changes, open) = (protected(), open());
    changes.custom = open.custom;
    changes.person.first_name = open.person.first_name;
    changes.person.company_name = open.person.company_name;
    changes
}

fn merged(changes: ProfileChanges, lock: Option<bool>) -> Customer {
    let ada = ada();
    let profile = changes.merge(&ada.profile).unwrap();
    Customer { profile, locked: lock.unwrap_or(ada.locked), location_id: NAMED_LOCATION, modified_at: NOW, ..ada }
}

/// Found by the device's guid, since identifying values are among those that are sent.
fn hit(role: Role, shown: Shown, lock: Option<bool>) -> PostCustomer {
    let mut changes = both();
    changes.device = Patch::Keep;
    let mut named = post("guid", values(&[(Guid, "g-1")]));
    let Patch::Set(device) = &mut named.changes.device else { unreachable!() };
    let Patch::Set(sent) = protected().device else { unreachable!() };
    let guid = device.guid.clone();
    *device = DeviceChanges { guid, ..sent };
    changes.device = named.changes.device;
    let location_id = Some(NAMED_LOCATION);
    PostCustomer { role, evidence: evidence(shown), lock, location_id, changes, ..named }
}

fn update(role: Role, shown: Shown, lock: Option<bool>) -> PutCustomer {
    let location_id = Some(NAMED_LOCATION);
    PutCustomer { role, evidence: evidence(shown), lock, location_id, ..put(both()) }
}

#[test]
fn role_and_proof_decide_what_a_hit_changes() {
    for (shown, proven) in SHOWN {
        for lock in [None, Some(true), Some(false)] {
            for role in [Role::OrganizationManager, Role::PublicApp] {
                let post = hit(role, shown, lock);
                let Ok(Decision::Update(after)) = decide(&post, &[ada()]) else { panic!("not updated: {shown:?}") };
                let trusted = role == Role::OrganizationManager || proven;
                // Ada is not locked, so whether an app unlocks is not visible here.
                let expected = if trusted { merged(post.changes.clone(), lock) } else { merged(open(), None) };
                assert_eq!(*after, expected, "{role:?} {shown:?} {lock:?}");
                // The id that is sent counts as evidence too.
                assert_eq!(post.is_trusted_with(&after), trusted, "{role:?} {shown:?}");
            }
        }
    }
}

#[test]
fn role_and_proof_decide_what_an_update_changes() {
    for (shown, proven) in SHOWN {
        for role in [Role::OrganizationManager, Role::PublicApp] {
            let put = update(role, shown, Some(true));
            let after = decide_put(&put, &ada(), KNOWN_LOCATION).unwrap();
            let trusted = role == Role::OrganizationManager || proven;
            let expected = if trusted { merged(both(), Some(true)) } else { merged(open(), None) };
            assert_eq!(after, expected, "{role:?} {shown:?}");
        }
    }
}

/// Null does not clear protected fields either.
#[test]
fn nothing_is_cleared_of_a_customer_that_was_only_found() {
    let mut changes = ProfileChanges {
        policies: Patch::Clear,
        document: Patch::Clear,
        processing_data: Patch::Clear,
        device: Patch::Clear,
        ..ProfileChanges::default()
    };
    changes.person.email = Patch::Clear;
    changes.person.phone_number = Patch::Clear;
    changes.person.ext_id = Patch::Clear;
    let put = PutCustomer { role: Role::PublicApp, ..put(changes) };
    assert_eq!(decide_put(&put, &ada(), KNOWN_LOCATION).unwrap(), Customer { modified_at: NOW, ..ada() });
}

#[test]
fn outside_ids_find_nobody_for_a_public_app() {
    for (kind, value) in [(ExtId, "1"), (ExtProp1, "p"), (ExtProp2, "p"), (Email, "ada@x.org"), (Guid, "g-1")] {
        let found = stored(1, values(&[(kind, value)]));
        for role in [Role::OrganizationManager, Role::PublicApp] {
            let post = PostCustomer { role, ..post(kind.as_str(), values(&[(kind, value)])) };
            let finds = role == Role::OrganizationManager || !kind.is_outside_id();
            assert_eq!(post.sought().len(), usize::from(finds), "{role:?} {kind:?}");
            let decision = decide(&post, std::slice::from_ref(&found)).unwrap();
            assert_eq!(matches!(decision, Decision::Update(_)), finds, "{role:?} {kind:?}");
        }
    }
}

/// The data that a store reads for a command on Ada.
fn registry() -> Stored {
    let mut registry = Stored::default();
    registry.organizations.insert(ORGANIZATION, Ok(DEFAULT_LOCATION));
    registry.locations.insert((ORGANIZATION, NAMED_LOCATION));
    registry.forwarding.insert(ORGANIZATION);
    for key in ada().keys() {
        registry.owners.insert((ORGANIZATION, key), ada().id);
    }
    registry.customers.insert((ORGANIZATION, ada().id), Ok(ada()));
    registry
}

fn events(command: Command) -> (Vec<Event>, usize) {
    let wave = Wave::decide(&[command], &registry()).unwrap();
    assert!(wave.answers.iter().all(Result::is_ok));
    (wave.events, wave.waiting.len())
}

/// Every field that was not applied is among the claims, and so are the consents.
#[test]
fn what_is_not_taken_is_kept_as_a_claim() {
    let open: Fields = [Field::FirstName, Field::CompanyName, Field::Custom, Field::LocationId].into_iter().collect();
    for (command, call, guid_changes) in [
        (Command::Post(Arc::new(hit(Role::PublicApp, Shown::Nothing, Some(true)))), Call::Hit, false),
        (Command::Put(Arc::new(update(Role::PublicApp, Shown::WrongPassword, Some(true)))), Call::Update, true),
    ] {
        let (events, waiting) = events(command);
        let [change, claim] = &events[..] else { panic!("{events:?}") };
        assert_eq!((change.call, change.fields), (call, open));
        assert_eq!((claim.call, claim.id, claim.at), (Call::Claim, CLAIM, NOW));
        let others =
            [Field::Source, Field::Username, Field::Password, Field::HotspotId, Field::LastName, Field::Gender]
                .into_iter()
                .chain([Field::BirthDate, Field::Language, Field::Country, Field::ZipCode, Field::CivilStatus])
                .chain([Field::Picture]);
        let untouched: Fields = others.chain(open.iter()).collect();
        let expected: Vec<_> = Field::ALL
            .iter()
            .copied()
            .filter(|field| *field < Field::DevicesBundle && !untouched.contains(*field))
            .filter(|field| guid_changes || *field != Field::DeviceGuid)
            .collect();
        assert_eq!(claim.fields.iter().collect::<Vec<_>>(), expected);
        let consents: Vec<_> = claim.consents().map(|consent| (consent.policy.to_owned(), consent.accepted)).collect();
        let said = [("privacy", false), ("termsOfUse", false), ("minimumAgeVerification", true)]
            .into_iter()
            .chain([("mktgCommunications", false), ("loyalty", true)]);
        assert_eq!(consents, said.map(|(policy, accepted)| (policy.to_owned(), accepted)).collect::<Vec<_>>());
        assert_eq!(waiting, 1, "a claim is nothing to forward");
    }
}

#[test]
fn what_says_nothing_new_is_no_claim() {
    let same = || ProfileChanges { policies: Patch::Set(accepted()), ..values(&[(Email, "ada@x.org")]) };
    let role = Role::PublicApp;
    for command in [
        Command::Post(Arc::new(PostCustomer { role, lock: Some(false), ..post("email", same()) })),
        Command::Put(Arc::new(PutCustomer { role, ..put(same()) })),
        Command::Post(Arc::new(PostCustomer { lock: Some(true), ..post("email", same()) })),
    ] {
        assert!(events(command).0.iter().all(|event| event.call != Call::Claim));
    }
    let claimed = Command::Put(Arc::new(PutCustomer { role, ..put(values(&[(Email, "eve@x.org")])) }));
    let (events, waiting) = events(claimed);
    assert_eq!(events.iter().map(|event| event.call).collect::<Vec<_>>(), [Call::Claim]);
    assert_eq!(waiting, 0);
}
