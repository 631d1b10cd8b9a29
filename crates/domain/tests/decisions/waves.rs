//! The commands of a batch that are decided together, and their writes.

use std::sync::Arc;

use domain::batch::{Needs, Stale, Stored, Update, Wave};
use domain::customer::KeyKind::{self, Email, ExtId, PhoneNumber};
use domain::customer::{Customer, Key, Patch, PostCustomer, ProfileChanges, Refusal};
use domain::ports::{Command, CommandError, CorruptRow, Outcome};
use domain::value::{CustomerId, Username};

use crate::registry::{DEFAULT_LOCATION, ORGANIZATION, post, put, stored, values};

/// A POST that would create the customer with this id.
fn fresh(id: u128, deduplicate: &str, changes: ProfileChanges) -> PostCustomer {
    let mut post = post(deduplicate, changes);
    post.fresh.id = CustomerId::from_bits(id);
    post.fresh.username = Username::parse(&format!("generated-{id}")).unwrap();
    post
}

fn commands(posts: impl IntoIterator<Item = PostCustomer>) -> Vec<Command> {
    posts.into_iter().map(|post| Command::Post(Arc::new(post))).collect()
}

/// The data of a store that has these customers, each the owner of its keys.
fn found(customers: &[Customer]) -> Stored {
    let mut found = Stored::default();
    found.organizations.insert(ORGANIZATION, Ok(DEFAULT_LOCATION));
    for customer in customers {
        found.owners.extend(customer.keys().into_iter().map(|key| ((ORGANIZATION, key), customer.id)));
        found.customers.insert((ORGANIZATION, customer.id), Ok(customer.clone()));
    }
    found
}

fn key(kind: KeyKind, value: &str) -> Key {
    Key { kind, value: value.to_owned() }
}

fn decide(commands: &[Command], customers: &[Customer]) -> Wave {
    Wave::decide(commands, &found(customers)).unwrap()
}

#[test]
fn independent_commands_share_a_wave() {
    let old = stored(1, values(&[(Email, "old@x.org")]));
    let mut batch = commands([
        fresh(10, "email", values(&[(Email, "old@x.org"), (ExtId, "1")])),
        fresh(11, "email", values(&[(Email, "new@x.org")])),
        fresh(12, "", ProfileChanges::default()),
    ]);
    batch.push(Command::Put(Arc::new(put(values(&[(PhoneNumber, "+14155552671")])))));
    let wave = decide(&batch[..3], std::slice::from_ref(&old));
    let outcomes: Vec<_> = wave.answers.iter().map(|answer| answer.as_ref().unwrap().outcome).collect();
    assert_eq!(outcomes, [Outcome::Updated, Outcome::Created, Outcome::Created]);
    assert_eq!(wave.created, [1, 2]);
    assert_eq!(wave.updated, [Update { answer: 0, unless: Some(CustomerId::from_bits(10)) }]);
    let taken: Vec<_> = wave.taken.iter().map(|taken| (taken.entry.key.value.as_str(), taken.must_own)).collect();
    assert_eq!(taken, [("1", false), ("new@x.org", true)], "only a key that was looked for has to be free");
    assert_eq!(wave.released, []);
    assert_eq!(decide(&batch, &[old]).answers.len(), 3, "the PUT changes whom the first one changed");
}

#[test]
fn a_command_that_needs_what_an_earlier_one_writes_waits() {
    let old = stored(1, values(&[(Email, "old@x.org"), (ExtId, "old")]));
    let email = |address| values(&[(Email, address)]);
    for (why, first, second) in [
        ("it looks for a value that is taken", fresh(10, "", email("a@x.org")), fresh(11, "email", email("A@x.org"))),
        (
            "it looks for a value that is given up",
            fresh(10, "email", values(&[(Email, "old@x.org"), (ExtId, "new")])),
            fresh(11, "extId", values(&[(ExtId, "old")])),
        ),
        (
            "it takes a value that is given up",
            fresh(10, "email", values(&[(Email, "old@x.org"), (ExtId, "new")])),
            fresh(11, "", values(&[(ExtId, "old")])),
        ),
        (
            "it meets the same customer by another value",
            fresh(10, "email", email("old@x.org")),
            fresh(11, "extId", values(&[(ExtId, "old")])),
        ),
        ("it is the same command", fresh(10, "", email("a@x.org")), fresh(10, "", email("a@x.org"))),
        (
            "it takes the same name",
            PostCustomer { username: Username::parse("mario").ok(), ..fresh(10, "", ProfileChanges::default()) },
            PostCustomer { username: Username::parse("mario").ok(), ..fresh(11, "", ProfileChanges::default()) },
        ),
    ] {
        let batch = commands([first, second]);
        assert_eq!(decide(&batch, std::slice::from_ref(&old)).answers.len(), 1, "{why}");
    }
}

#[test]
fn a_refusal_is_decided_on_what_is_written_then() {
    let old = stored(1, values(&[(Email, "old@x.org"), (ExtId, "old")]));
    let refused = PostCustomer {
        changes: ProfileChanges { policies: Patch::Keep, ..values(&[(ExtId, "old")]) },
        ..fresh(11, "extId", ProfileChanges::default())
    };
    let batch = commands([fresh(10, "email", values(&[(Email, "old@x.org"), (ExtId, "new")])), refused]);
    assert_eq!(decide(&batch, std::slice::from_ref(&old)).answers.len(), 1);
    let alone = decide(&batch[1..], &[]);
    assert!(matches!(alone.answers[..], [Err(CommandError::Refused(Refusal::PolicyNotAccepted(_)))]));
    assert!(alone.created.is_empty() && alone.taken.is_empty());
}

#[test]
fn many_line_up_for_a_value_that_nobody_looks_for() {
    let shop = || values(&[(ExtId, "shop")]);
    let wave = decide(&commands([fresh(10, "", shop()), fresh(11, "", shop()), fresh(12, "", shop())]), &[]);
    let ids: Vec<_> = wave.taken.iter().map(|taken| taken.entry.customer_id).collect();
    assert_eq!(ids, [10, 11, 12].map(CustomerId::from_bits), "in their order");
}

#[test]
fn a_key_that_changes_is_given_up_and_taken() {
    let old = stored(1, values(&[(Email, "old@x.org"), (ExtId, "old")]));
    let wave = decide(&commands([fresh(10, "extId", values(&[(ExtId, "old"), (Email, "new@x.org")]))]), &[old]);
    assert_eq!(wave.released[0].key, key(Email, "old@x.org"));
    assert_eq!((wave.released.len(), wave.taken.len()), (1, 1));
    assert_eq!(wave.taken[0].entry.key, key(Email, "new@x.org"));
    assert!(!wave.taken[0].must_own);
}

#[test]
fn a_command_that_was_carried_out_before_writes_nothing() {
    let old = stored(10, values(&[(Email, "old@x.org")]));
    let wave = decide(&commands([fresh(10, "email", values(&[(Email, "other@x.org")]))]), std::slice::from_ref(&old));
    let written = wave.answers[0].as_ref().unwrap();
    assert_eq!((&written.customer, written.outcome), (&old, Outcome::Created));
    assert!(wave.created.is_empty() && wave.updated.is_empty() && wave.taken.is_empty() && wave.released.is_empty());
}

#[test]
fn a_row_that_cannot_be_read_fails_who_needs_it() {
    let mut found = found(&[stored(1, values(&[(Email, "old@x.org")]))]);
    let row = CorruptRow { table: "customer", column: "email", id: "1".into() };
    found.customers.insert((ORGANIZATION, CustomerId::from_bits(1)), Err(row.clone().into()));
    let batch = commands([
        fresh(10, "email", values(&[(Email, "old@x.org")])),
        fresh(11, "email", values(&[(Email, "new@x.org")])),
    ]);
    let wave = Wave::decide(&batch, &found).unwrap();
    assert_eq!(wave.answers[0], Err(CommandError::Corrupt(row)));
    assert!(wave.answers[1].is_ok());
}

#[test]
fn an_owner_that_no_longer_has_the_value_is_read_again() {
    let batch = commands([fresh(10, "email", values(&[(Email, "old@x.org")]))]);
    let mut changed = found(&[stored(1, values(&[(Email, "new@x.org")]))]);
    changed.owners.insert((ORGANIZATION, key(Email, "old@x.org")), CustomerId::from_bits(1));
    assert_eq!(Wave::decide(&batch, &changed).unwrap_err(), Stale);
    changed.customers.clear();
    assert_eq!(Wave::decide(&batch, &changed).unwrap_err(), Stale, "nor one that is gone");
}

#[test]
fn asks_for_what_matters_and_no_more() {
    let named = PostCustomer { username: Username::parse("mario").ok(), ..fresh(11, "", ProfileChanges::default()) };
    let mut batch = commands([fresh(10, "email", values(&[(Email, "A@x.org"), (ExtId, "1")])), named]);
    batch.push(Command::Put(Arc::new(put(ProfileChanges::default()))));
    let id = |bits| (ORGANIZATION, CustomerId::from_bits(bits));
    let needs = Needs::of(&batch);
    assert_eq!(needs.commands, 3);
    assert_eq!(needs.places.into_iter().collect::<Vec<_>>(), [(ORGANIZATION, None)]);
    assert_eq!(needs.keys.into_iter().collect::<Vec<_>>(), [(ORGANIZATION, key(Email, "a@x.org"))]);
    assert_eq!(needs.customers.into_iter().collect::<Vec<_>>(), [id(1), id(11)]);
    assert_eq!(needs.usernames.len(), 1, "a random name is nobody's");
    let all = Needs::of_all(&batch);
    assert_eq!(all.meant().collect::<Vec<_>>(), [id(1)]);
    assert_eq!(all.customers.into_iter().collect::<Vec<_>>(), [id(1), id(10), id(11)]);
    assert_eq!(all.usernames.len(), 2);
}

#[test]
fn asks_for_no_more_than_a_wave() {
    let batch = commands([
        fresh(10, "email", values(&[(Email, "a@x.org")])),
        fresh(11, "email", values(&[(Email, "b@x.org")])),
        fresh(12, "email", values(&[(Email, "a@x.org")])),
        fresh(13, "email", values(&[(Email, "c@x.org")])),
    ]);
    let needs = Needs::of(&batch);
    assert_eq!((needs.commands, needs.keys.len()), (2, 2));
}
