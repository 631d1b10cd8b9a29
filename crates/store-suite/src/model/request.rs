//! Steps as requests, and customers as the model sees them.

use domain::access::Role;
use domain::customer::{
    Customer, Deduplication, DeviceChanges, Evidence, Patch, PolicyChanges, PostCustomer, Profile, ProfileChanges,
    PutCustomer, Refusal,
};
use domain::ports::{CommandError, IdSource, Outcome, Written};
use domain::value::{
    Custom, CustomChanges, CustomerId, Email, LocationId, Password, PhoneNumber, PolicyName, Username,
};
use serde_json::{Map, Value};

use super::plain::{Answer, Person};
use super::step::{Field, Place, Post, Put, Values};
use crate::Venue;
use crate::ambient::TestIds;
use crate::edit::text;

pub(super) fn post(venue: &Venue<'_>, post: &Post) -> PostCustomer {
    let names: Vec<_> = post.deduplicate.iter().map(|(_, name)| *name).collect();
    PostCustomer {
        deduplicate: Deduplication::parse(&names.join(",")).unwrap(),
        source: post.source,
        location_id: location(venue, post.location),
        username: post.username.map(|name| Username::parse(name).unwrap()),
        password: post.password.map(|password| Password::parse(password).unwrap()),
        lock: post.lock,
        changes: changes(&post.values),
        role: if post.public_app { Role::PublicApp } else { Role::OrganizationManager },
        evidence: Evidence {
            password: post.password.map(|password| Password::parse(password).unwrap()),
            ..Evidence::default()
        },
        ..venue.post()
    }
}

pub(super) fn put(venue: &Venue<'_>, id: CustomerId, put: &Put) -> PutCustomer {
    PutCustomer {
        location_id: location(venue, put.location),
        lock: put.lock,
        changes: changes(&put.values),
        ..venue.put(id)
    }
}

fn location(venue: &Venue<'_>, place: Option<Place>) -> Option<LocationId> {
    place.map(|place| match place {
        Place::Lobby => venue.location_id,
        Place::Nowhere => LocationId::from_bits(TestIds.next()),
    })
}

fn changes(values: &Values) -> ProfileChanges {
    let mut changes = ProfileChanges::default();
    let mut device = DeviceChanges::default();
    let mut policies = PolicyChanges::default();
    let mut custom = Map::new();
    let person = &mut changes.person;
    for (field, value) in values {
        let value = value.map(|text| text.typed);
        match field {
            Field::Phone => person.phone_number = patch(value, |typed| PhoneNumber::parse(typed).unwrap()),
            Field::Email => person.email = patch(value, |typed| Email::parse(typed).unwrap()),
            Field::ExtId => person.ext_id = patch(value, text),
            Field::ExtProp1 => person.ext_prop1 = patch(value, text),
            Field::ExtProp2 => person.ext_prop2 = patch(value, text),
            Field::FirstName => person.first_name = patch(value, text),
            Field::Guid => device.guid = patch(value, text),
            Field::Os => device.os = patch(value, text),
            Field::Tier => drop(custom.insert("tier".to_owned(), value.into())),
            Field::Privacy => policies.privacy = patch(value, flag),
            Field::TermsOfUse => policies.terms_of_use = patch(value, flag),
            Field::Marketing => policies.mktg_communications = patch(value, flag),
            Field::Loyalty => drop(policies.customs.insert(loyalty(), patch(value, flag))),
        }
    }
    changes.device = Patch::Set(device);
    changes.policies = Patch::Set(policies);
    changes.custom = Patch::Set(CustomChanges::parse(custom).unwrap());
    changes
}

fn patch<T>(value: Option<&str>, form: impl FnOnce(&str) -> T) -> Patch<T> {
    value.map_or(Patch::Clear, |value| Patch::Set(form(value)))
}

fn flag(text: &str) -> bool {
    text.parse().unwrap()
}

fn loyalty() -> PolicyName {
    PolicyName::parse("loyalty").unwrap()
}

/// An answer of the store, in the words of the model.
pub(super) fn answer(answer: Result<Written, CommandError>) -> Result<Answer, String> {
    let paths = |violations: Vec<domain::Violation>| violations.into_iter().map(|violation| violation.field).collect();
    Ok(match answer {
        Ok(Written { customer, outcome: Outcome::Created, .. }) => Answer::Created(person(customer)?),
        Ok(Written { customer, outcome: Outcome::Updated, .. }) => Answer::Updated(person(customer)?),
        Ok(Written { customer, outcome: Outcome::Erased, .. }) => Answer::Erased(person(customer)?),
        Err(CommandError::Refused(refusal)) => match refusal {
            Refusal::UnknownCustomer => Answer::Unknown,
            Refusal::ForeignCustomer => Answer::Foreign,
            Refusal::Invalid(violations) => Answer::Invalid(paths(violations)),
            Refusal::PolicyNotAccepted(violations) => Answer::Denied(paths(violations)),
            Refusal::DuplicateConflict(conflicts) => Answer::Conflict(
                conflicts
                    .into_iter()
                    .map(|conflict| (conflict.kind.as_str().to_owned(), conflict.customer_id))
                    .collect(),
            ),
            Refusal::UsernameTaken => Answer::Taken,
            Refusal::KeyReused => return Err("no request has a key".to_owned()),
            Refusal::UnknownOrganization => return Err("the organization is not there".to_owned()),
        },
        Err(CommandError::Corrupt(row)) => return Err(row.to_string()),
    })
}

/// A customer in the words of the model.
///
/// # Errors
/// It has a value in a field that no step ever changes.
pub(super) fn person(mut customer: Customer) -> Result<Person, String> {
    let profile = &mut customer.profile;
    let (person, policies) = (&mut profile.person, &mut profile.policies);
    let flag = |flag: Option<bool>| flag.map(|flag| flag.to_string());
    let fields = [
        (Field::Phone, person.phone_number.take().map(|number| number.as_str().to_owned())),
        (Field::Email, person.email.take().map(|email| email.as_str().to_owned())),
        (Field::ExtId, person.ext_id.take().map(|text| text.as_str().to_owned())),
        (Field::ExtProp1, person.ext_prop1.take().map(|text| text.as_str().to_owned())),
        (Field::ExtProp2, person.ext_prop2.take().map(|text| text.as_str().to_owned())),
        (Field::FirstName, person.first_name.take().map(|text| text.as_str().to_owned())),
        (Field::Guid, profile.device.guid.take().map(|text| text.as_str().to_owned())),
        (Field::Os, profile.device.os.take().map(|text| text.as_str().to_owned())),
        (Field::Tier, tier(&mut profile.custom)),
        (Field::Privacy, flag(policies.privacy.take())),
        (Field::TermsOfUse, flag(policies.terms_of_use.take())),
        (Field::Marketing, flag(policies.mktg_communications.take())),
        (Field::Loyalty, flag(policies.customs.remove(&loyalty()))),
    ];
    if *profile != Profile::default() {
        return Err(format!("values that nobody gave: {profile:?}"));
    }
    Ok(Person {
        id: customer.id,
        location: customer.location_id,
        source: customer.source,
        username: customer.username.as_str().to_owned(),
        password: customer.password.reveal().to_owned(),
        locked: customer.locked,
        fields: fields.into_iter().filter_map(|(field, value)| Some((field, value?))).collect(),
        created_at: customer.created_at,
        modified_at: customer.modified_at,
    })
}

fn tier(custom: &mut Custom) -> Option<String> {
    let mut members = custom.members().clone();
    let tier = members.remove("tier");
    *custom = Custom::parse(members).unwrap();
    match tier? {
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}
