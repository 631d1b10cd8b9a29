//! The answer to a repeated POST with an idempotency key.

use std::sync::Arc;

use domain::batch::{Needs, Stored, Wave};
use domain::customer::{Customer, Patch, PostCustomer, ProfileChanges, Receipt, Refusal, Repeatable};
use domain::ports::{Command, CommandError, Outcome, Written};
use domain::value::{CustomerId, Username};

use crate::registry::{DEFAULT_LOCATION, ORGANIZATION, STORED_LOCATION, THEN, post, stored, text};

fn repeatable(request: &str) -> Repeatable {
    Repeatable::new("key", request.as_bytes()).unwrap()
}

/// A POST under the key, with this access point if any.
fn keyed(request: &str, hotspot: Option<&str>) -> PostCustomer {
    let mut changes = ProfileChanges::default();
    changes.person.hotspot_id = hotspot.map_or(Patch::Keep, |id| Patch::Set(text(id)));
    PostCustomer { repeatable: Some(repeatable(request)), ..post("", changes) }
}

/// Decides it with this record of the key and these existing customers.
fn decide(post: PostCustomer, receipt: &Receipt, customers: &[Customer]) -> Result<Written, CommandError> {
    let mut found = Stored::default();
    found.organizations.insert(ORGANIZATION, Ok(DEFAULT_LOCATION));
    found.receipts.insert((ORGANIZATION, repeatable("").key), Ok(receipt.clone()));
    found.customers.extend(customers.iter().map(|customer| ((ORGANIZATION, customer.id), Ok(customer.clone()))));
    let mut wave = Wave::decide(&[Command::Post(Arc::new(post))], &found).unwrap();
    assert_eq!((wave.created.len(), wave.updated.len(), wave.taken.len(), wave.receipts.len()), (0, 0, 0, 0));
    wave.answers.remove(0)
}

fn receipt(outcome: Outcome) -> Receipt {
    let (customer_id, request) = (CustomerId::from_bits(1), repeatable("body").request);
    Receipt { request, customer_id, outcome, location_id: DEFAULT_LOCATION, locked: false, at: THEN }
}

/// The record's customer after later changes: locked, and with another location and access point.
fn changed() -> Customer {
    let mut changes = ProfileChanges::default();
    changes.person.hotspot_id = Patch::Set(text("now"));
    let customer = stored(1, changes);
    assert!(customer.locked && customer.location_id == STORED_LOCATION);
    customer
}

#[test]
fn what_may_have_changed_is_that_of_the_first_answer() {
    for (outcome, sent, told) in [
        (Outcome::Created, Some("then"), Some("then")),
        (Outcome::Created, None, None),
        (Outcome::Updated, Some("then"), Some("then")),
        // The earlier values are not kept.
        (Outcome::Updated, None, Some("now")),
    ] {
        let written = decide(keyed("body", sent), &receipt(outcome), &[changed()]).unwrap();
        let mut expected = changed();
        (expected.location_id, expected.locked, expected.modified_at) = (DEFAULT_LOCATION, false, THEN);
        expected.profile.person.hotspot_id = told.map(text);
        assert_eq!(written, Written { customer: expected, outcome, lock_changed: false });
    }
}

#[test]
fn another_request_is_refused_and_a_customer_that_is_gone_is_unknown() {
    let receipt = receipt(Outcome::Created);
    let refused = decide(keyed("another body", None), &receipt, &[changed()]);
    assert_eq!(refused, Err(CommandError::Refused(Refusal::KeyReused)));
    let gone = decide(keyed("body", None), &receipt, &[]);
    assert_eq!(gone, Err(CommandError::Refused(Refusal::UnknownCustomer)), "it is not created again");
}

#[test]
fn two_of_one_key_never_share_a_wave() {
    let mut other = keyed("another body", None);
    (other.fresh.id, other.fresh.username) = (CustomerId::from_bits(2), Username::parse("other").unwrap());
    let commands = [keyed("body", None), other].map(|post| Command::Post(Arc::new(post)));
    let needs = Needs::of(&commands);
    assert_eq!((needs.commands, needs.receipts.len()), (1, 1));
}
