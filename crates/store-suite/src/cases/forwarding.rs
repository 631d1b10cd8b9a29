//! Accounts elsewhere, and who waits to be sent there.

use std::collections::BTreeSet;
use std::slice;

use domain::customer::Customer;
use domain::forwarding::{Account, Attempt, ClientSecret, Identity, Outcome, Parcel, RemoteId, Settlement, Standing};
use domain::ports::Clock;
use domain::value::{CustomerId, OrganizationId};
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;

use crate::edit::{Edit, text};
use crate::{IntoCommand, Stores, Venue};

/// An organization with an account.
async fn open(stores: &Stores) -> Venue<'_> {
    let venue = Venue::open(stores).await;
    assert!(stores.forwarding.set_up_account(&venue.account()).await.unwrap());
    venue
}

fn later(venue: &Venue<'_>, seconds: i64) -> Timestamp {
    venue.clock.now() + SignedDuration::from_secs(seconds)
}

/// Those who are due after so many seconds, for a minute.
async fn take(venue: &Venue<'_>, seconds: i64) -> Vec<Parcel> {
    take_for(venue, &venue.account(), seconds).await
}

async fn take_for(venue: &Venue<'_>, account: &Account, seconds: i64) -> Vec<Parcel> {
    let (at, until) = (later(venue, seconds), later(venue, seconds + 60));
    venue.stores.forwarding.take(account, at, until, 99).await.unwrap()
}

async fn take_one(venue: &Venue<'_>, seconds: i64) -> Parcel {
    let mut parcels = take(venue, seconds).await;
    assert_eq!(parcels.len(), 1);
    parcels.remove(0)
}

async fn settle(venue: &Venue<'_>, parcel: &Parcel, outcome: Outcome) {
    venue.stores.forwarding.settle(venue.id, &[Settlement::of(parcel, outcome)]).await.unwrap();
}

fn done(id: &str) -> Outcome {
    Outcome::Done(Some(text(id)))
}

async fn standing(venue: &Venue<'_>) -> Standing {
    venue.stores.forwarding.standing(venue.id, u32::MAX).await.unwrap()
}

async fn create_and_send(venue: &Venue<'_>, id: &str) -> Customer {
    let customer = venue.create(venue.post()).await;
    settle(venue, &take_one(venue, 1).await, done(id)).await;
    customer
}

/// An account comes back as it was set up last, and goes once.
pub async fn an_account_reads_back(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let ours = async || {
        let accounts = stores.forwarding.accounts().await.unwrap();
        // Those of other cases may be there too, also such as cannot be read.
        accounts.into_iter().flatten().filter(|account| account.organization_id == venue.id).collect::<Vec<_>>()
    };
    let first = venue.account();
    assert!(stores.forwarding.set_up_account(&first).await.unwrap());
    assert_eq!(ours().await, slice::from_ref(&first));
    let identity = Identity::Value(domain::customer::KeyKind::Email);
    let client_secret = ClientSecret::parse("neu").unwrap();
    let second = Account { identity, client_secret, set_up_at: later(&venue, 1), ..first };
    assert!(stores.forwarding.set_up_account(&second).await.unwrap());
    assert_eq!(ours().await, slice::from_ref(&second));
    assert!(stores.forwarding.remove_account(venue.id).await.unwrap());
    assert!(!stores.forwarding.remove_account(venue.id).await.unwrap());
    assert_eq!(ours().await, []);
    let nobody = Account { organization_id: OrganizationId::from_bits(1), ..second };
    assert!(!stores.forwarding.set_up_account(&nobody).await.unwrap());
}

/// Whoever is created, changed or erased waits, as it is then; alone and in a batch. Without an account nobody does.
pub async fn who_is_written_waits(stores: &Stores) {
    let (venue, other) = (open(stores).await, Venue::open(stores).await);
    other.create(other.post()).await;
    assert_eq!(take(&other, 1).await, []);
    let customer = venue.create(venue.post()).await;
    let parcel = take_one(&venue, 1).await;
    assert_eq!(parcel.customer, Some(customer.clone()));
    assert_eq!((parcel.waiting.sent, parcel.waiting.remote_id.clone()), (false, None));
    settle(&venue, &parcel, done("r1")).await;
    assert_eq!(take(&venue, 99).await, [], "there is nothing to do");
    let changed = venue.update(venue.put(customer.id).first_name("Luigi")).await;
    let parcel = take_one(&venue, 100).await;
    assert_eq!((parcel.customer, parcel.waiting.sent), (Some(changed), true));
    assert_eq!(parcel.waiting.remote_id, Some(text("r1")));
    let batch = vec![venue.post().into_command(), venue.post().into_command(), venue.erase(customer.id).into_command()];
    assert!(stores.customers.write(batch).await.unwrap().iter().all(Result::is_ok));
    assert_eq!(standing(&venue).await.waiting, 3);
    assert_eq!(stores.forwarding.standing(venue.id, 2).await.unwrap().waiting, 2, "no further");
}

/// What changes nothing, is refused, or was only rehearsed lets nobody wait.
pub async fn who_stays_as_it_is_does_not_wait(stores: &Stores) {
    let venue = open(stores).await;
    let customer = create_and_send(&venue, "r1").await;
    venue.update(venue.put(customer.id)).await;
    venue.refusal(venue.put(CustomerId::from_bits(7))).await;
    let rehearsed = vec![venue.post().into_command(), venue.put(customer.id).first_name("Luigi").into_command()];
    assert!(stores.customers.rehearse(rehearsed).await.unwrap().iter().all(Result::is_ok));
    assert_eq!(standing(&venue).await, Standing::default());
    assert_eq!(take(&venue, 99).await, []);
}

/// Nobody is with two takers at once, until the time is over.
pub async fn takers_share(stores: &Stores) {
    let venue = open(stores).await;
    for _ in 0..40 {
        venue.create(venue.post()).await;
    }
    let (mut tasks, at, until) = (JoinSet::new(), later(&venue, 1), later(&venue, 61));
    for _ in 0..8 {
        let (forwarding, account) = (stores.forwarding.clone(), venue.account());
        tasks.spawn(async move { forwarding.take(&account, at, until, 5).await.unwrap() });
    }
    let taken: Vec<_> = tasks.join_all().await.into_iter().flatten().map(|parcel| parcel.waiting.customer_id).collect();
    assert_eq!(taken.iter().collect::<BTreeSet<_>>().len(), taken.len(), "nobody twice");
    assert_eq!(taken.len() + take(&venue, 1).await.len(), 40, "nobody is left out");
    assert_eq!(take(&venue, 60).await, []);
    let again = take(&venue, 61).await;
    assert!(again.len() == 40 && again.iter().all(|parcel| parcel.waiting.sent), "it may be there");
}

/// The longest due comes first.
pub async fn the_longest_due_comes_first(stores: &Stores) {
    let venue = open(stores).await;
    let customers = [venue.create(venue.post()).await, venue.create(venue.post()).await];
    let parcels = take(&venue, 1).await;
    for (customer, seconds) in customers.iter().zip([20, 10]) {
        let parcel = parcels.iter().find(|parcel| parcel.waiting.customer_id == customer.id).unwrap();
        let outcome = Outcome::Later { at: later(&venue, seconds), attempt: Attempt::default() };
        settle(&venue, parcel, outcome).await;
    }
    let (at, until) = (later(&venue, 30), later(&venue, 60));
    let first = stores.forwarding.take(&venue.account(), at, until, 1).await.unwrap();
    assert_eq!(first[0].waiting.customer_id, customers[1].id);
}

/// A change that comes on the way is sent after that, and not beside it; what became known of the id is kept.
pub async fn who_changes_on_the_way_waits_again(stores: &Stores) {
    let venue = open(stores).await;
    let customer = venue.create(venue.post()).await;
    let parcel = take_one(&venue, 1).await;
    let changed = venue.update(venue.put(customer.id).first_name("Luigi")).await;
    assert_eq!(take(&venue, 2).await, [], "an older state is on the way");
    settle(&venue, &parcel, done("r1")).await;
    let again = take_one(&venue, 2).await;
    assert_eq!((again.customer.as_ref(), again.waiting.remote_id.clone()), (Some(&changed), Some(text("r1"))));
    let erased = venue.write(venue.erase(customer.id)).await.unwrap();
    assert_eq!(erased.customer.id, customer.id);
    let attempt = Attempt { failures: 1, failing_since: Some(later(&venue, 2)), fault: Some("status 422".to_owned()) };
    settle(&venue, &again, Outcome::GiveUp { at: later(&venue, 2), attempt }).await;
    let last = take_one(&venue, 3).await;
    assert_eq!((last.customer, last.waiting.attempt), (None, Attempt::default()), "it is given up no more");
}

/// Whoever is erased waits for being erased there, and is forgotten then.
pub async fn who_is_erased_is_forgotten_in_the_end(stores: &Stores) {
    let venue = open(stores).await;
    let customer = create_and_send(&venue, "r1").await;
    venue.write(venue.erase(customer.id)).await.unwrap();
    let parcel = take_one(&venue, 5).await;
    assert_eq!((parcel.customer.as_ref(), parcel.waiting.remote_id.clone()), (None, Some(text("r1"))));
    settle(&venue, &parcel, Outcome::Done(None)).await;
    assert_eq!(standing(&venue).await, Standing::default());
    let unsent = venue.create(venue.post()).await;
    venue.write(venue.erase(unsent.id)).await.unwrap();
    for seconds in [10, 100] {
        let parcel = take_one(&venue, seconds).await;
        assert!(parcel.customer.is_none() && !parcel.waiting.sent, "it was never sent, however often it is taken");
    }
}

/// What is remembered of failures comes back.
pub async fn failures_are_remembered(stores: &Stores) {
    let venue = open(stores).await;
    venue.create(venue.post()).await;
    let attempt = Attempt { failures: 3, failing_since: Some(later(&venue, 1)), fault: Some("status 503".to_owned()) };
    settle(&venue, &take_one(&venue, 1).await, Outcome::Later { at: later(&venue, 9), attempt: attempt.clone() }).await;
    assert_eq!(take(&venue, 8).await, []);
    assert_eq!(standing(&venue).await, Standing { waiting: 1, oldest: Some(venue.clock.now()), dead: 0, held: false });
    assert_eq!(stores.forwarding.last_fault(venue.id).await.unwrap().as_deref(), Some("status 503"));
    let another = open(stores).await;
    assert_eq!(stores.forwarding.last_fault(another.id).await.unwrap(), None);
    assert_eq!(take_one(&venue, 9).await.waiting.attempt, attempt);
}

/// Who was given up is listed with its reason, and waits again when somebody asks for it, or when it changes.
pub async fn who_was_given_up_is_listed(stores: &Stores) {
    let (venue, mut ids) = (open(stores).await, BTreeSet::new());
    for _ in 0..3 {
        ids.insert(venue.create(venue.post()).await.id);
    }
    let attempt = Attempt { failures: 1, failing_since: Some(later(&venue, 1)), fault: Some("status 422".to_owned()) };
    for parcel in take(&venue, 1).await {
        settle(&venue, &parcel, Outcome::GiveUp { at: later(&venue, 2), attempt: attempt.clone() }).await;
    }
    assert_eq!(standing(&venue).await, Standing { waiting: 0, oldest: None, dead: 3, held: false });
    assert_eq!(stores.forwarding.last_fault(venue.id).await.unwrap().as_deref(), Some("status 422"));
    assert_eq!(stores.forwarding.standing(venue.id, 2).await.unwrap().dead, 2, "no further");
    let forwarding = &stores.forwarding;
    let first = forwarding.dead_letters(venue.id, None, 1).await.unwrap().remove(0).unwrap();
    assert_eq!((first.given_up_at, &first.waiting.attempt), (later(&venue, 2), &attempt));
    let rest = forwarding.dead_letters(venue.id, Some(first.waiting.customer_id), 9).await.unwrap();
    let rest = rest.into_iter().map(|letter| letter.unwrap().waiting.customer_id);
    let listed: Vec<_> = std::iter::once(first.waiting.customer_id).chain(rest).collect();
    assert_eq!(listed, ids.into_iter().collect::<Vec<_>>());
    assert_eq!(forwarding.retry(venue.id, Some(listed[0]), later(&venue, 5)).await.unwrap(), 1);
    assert_eq!(take_one(&venue, 5).await.waiting.attempt, Attempt::default());
    venue.update(venue.put(listed[1]).first_name("Luigi")).await;
    assert_eq!(take_one(&venue, 5).await.waiting.customer_id, listed[1]);
    assert_eq!(forwarding.retry(venue.id, None, later(&venue, 5)).await.unwrap(), 1);
    assert_eq!(take_one(&venue, 5).await.waiting.customer_id, listed[2]);
    assert_eq!(forwarding.retry(venue.id, None, later(&venue, 5)).await.unwrap(), 0);
}

/// Customers from before wait when somebody asks for it, a part at a time.
pub async fn customers_from_before_are_enqueued(stores: &Stores) {
    let (venue, start) = (Venue::open(stores).await, CustomerId::from_bits(0));
    let forwarding = &stores.forwarding;
    let mut customers = BTreeSet::new();
    for _ in 0..5 {
        customers.insert(venue.create(venue.post()).await.id);
    }
    assert_eq!(forwarding.enqueue(venue.id, start, 9, later(&venue, 1)).await.unwrap(), None, "there is no account");
    forwarding.set_up_account(&venue.account()).await.unwrap();
    assert_eq!(take(&venue, 1).await, []);
    let (mut from, mut parts) = (Some(start), 0);
    while let Some(next) = from {
        from = forwarding.enqueue(venue.id, next, 2, later(&venue, 1)).await.unwrap();
        parts += 1;
    }
    let taken: BTreeSet<_> = take(&venue, 1).await.iter().map(|parcel| parcel.waiting.customer_id).collect();
    assert_eq!((taken, parts), (customers, 3));
}

/// Another account than [`Venue::account`].
fn another(venue: &Venue<'_>) -> Account {
    Account { remote_organization: text("c6b4"), ..venue.account() }
}

/// Forgets all, two at a time; tells in how many parts.
async fn forget(venue: &Venue<'_>) -> usize {
    let (mut from, mut parts) = (Some(CustomerId::from_bits(0)), 0);
    while let Some(next) = from {
        from = venue.stores.forwarding.forget(venue.id, next, 2).await.unwrap();
        parts += 1;
    }
    parts
}

/// Ids of the one account are not those of another one; those of the same one stay.
pub async fn another_account_knows_nobody(stores: &Stores) {
    let venue = open(stores).await;
    let customer = create_and_send(&venue, "r1").await;
    let known = async |account: Account, seconds| -> (bool, Option<RemoteId>) {
        stores.forwarding.set_up_account(&account).await.unwrap();
        stores.forwarding.enqueue(venue.id, customer.id, 1, later(&venue, seconds)).await.unwrap();
        let Parcel { waiting, .. } = take_for(&venue, &account, seconds).await.remove(0);
        (waiting.sent, waiting.remote_id)
    };
    assert_eq!(known(venue.account(), 100).await, (true, Some(text("r1"))));
    assert_eq!(known(another(&venue), 200).await, (false, None));
    stores.forwarding.remove_account(venue.id).await.unwrap();
    assert_eq!(known(another(&venue), 300).await, (false, None), "it is another one, though it looks the same");
}

/// Whoever is on the way to one account waits for the next one at once, and what becomes of it there says nothing here.
pub async fn who_is_on_the_way_is_left_to_the_next_account(stores: &Stores) {
    let venue = open(stores).await;
    let customer = venue.create(venue.post()).await;
    let erased = venue.create(venue.post()).await;
    venue.write(venue.erase(erased.id)).await.unwrap();
    let mut old = take(&venue, 1).await;
    old.sort_by_key(|parcel| parcel.customer.is_none());
    stores.forwarding.set_up_account(&another(&venue)).await.unwrap();
    assert_eq!(take(&venue, 2).await, [], "nobody waits for it any more");
    settle(&venue, &old[0], done("r1")).await;
    settle(&venue, &old[1], Outcome::Done(None)).await;
    assert_eq!(standing(&venue).await.waiting, 2);
    let mut new = take_for(&venue, &another(&venue), 2).await;
    new.sort_by_key(|parcel| parcel.customer.is_none());
    assert_eq!(new.len(), 2);
    settle(&venue, &old[0], done("r1")).await;
    settle(&venue, &old[1], Outcome::Done(None)).await;
    assert_eq!(standing(&venue).await.waiting, 2);
    settle(&venue, &new[0], done("r2")).await;
    settle(&venue, &new[1], Outcome::Done(None)).await;
    assert_eq!(standing(&venue).await, Standing::default());
    venue.update(venue.put(customer.id).first_name("Luigi")).await;
    assert_eq!(take_for(&venue, &another(&venue), 3).await[0].waiting.remote_id, Some(text("r2")));
}

/// Who is set up again with another secret is the same account: whoever is on the way stays there, and comes back from it.
pub async fn who_is_on_the_way_stays_with_the_same_account(stores: &Stores) {
    let venue = open(stores).await;
    venue.create(venue.post()).await;
    let parcel = take_one(&venue, 1).await;
    let client_secret = ClientSecret::parse("neu").unwrap();
    let again = Account { client_secret, set_up_at: later(&venue, 2), ..venue.account() };
    stores.forwarding.set_up_account(&again).await.unwrap();
    assert_eq!(take_for(&venue, &again, 2).await, []);
    settle(&venue, &parcel, done("r1")).await;
    assert_eq!(standing(&venue).await, Standing::default());
}

/// Whose time is over says nothing any more of a customer that another one has, nor of one that is settled.
pub async fn who_comes_too_late_says_nothing(stores: &Stores) {
    let venue = open(stores).await;
    let customer = venue.create(venue.post()).await;
    let slow = take_one(&venue, 1).await;
    let quick = take_one(&venue, 61).await;
    settle(&venue, &slow, done("r1")).await;
    assert_eq!(take(&venue, 62).await, [], "it is still on the way");
    settle(&venue, &quick, done("r2")).await;
    for outcome in [done("r1"), Outcome::Later { at: later(&venue, 63), attempt: Attempt::default() }] {
        settle(&venue, &slow, outcome).await;
        assert_eq!(standing(&venue).await, Standing::default());
    }
    venue.update(venue.put(customer.id).first_name("Luigi")).await;
    assert_eq!(take_one(&venue, 64).await.waiting.remote_id, Some(text("r2")));
}

/// An account that is removed is sent nobody. Its customers are forgotten a part at a time, and never those of another one.
pub async fn who_waited_for_a_removed_account_is_forgotten(stores: &Stores) {
    let venue = open(stores).await;
    let mut customers = Vec::new();
    for _ in 0..5 {
        customers.push(venue.create(venue.post()).await);
    }
    assert_eq!(forget(&venue).await, 1);
    assert_eq!(standing(&venue).await.waiting, 5, "there is an account");
    assert!(stores.forwarding.remove_account(venue.id).await.unwrap());
    assert_eq!(take(&venue, 1).await, []);
    venue.update(venue.put(customers[0].id).first_name("Luigi")).await;
    venue.create(venue.post()).await;
    assert_eq!(standing(&venue).await.waiting, 5, "nobody new waits");
    assert_eq!(forget(&venue).await, 3);
    assert_eq!(standing(&venue).await, Standing::default());
    assert_eq!(forget(&venue).await, 1);
}

/// They wait, and go on waiting, until forwarding is resumed; for one organization, or all.
pub async fn nobody_is_taken_while_accounts_are_held(stores: &Stores) {
    let (venue, other) = (open(stores).await, open(stores).await);
    for venue in [&venue, &other] {
        venue.create(venue.post()).await;
    }
    assert!(stores.forwarding.hold().await.unwrap() >= 2);
    for venue in [&venue, &other] {
        venue.create(venue.post()).await;
        assert_eq!(take(venue, 1).await, []);
        let standing = standing(venue).await;
        assert!(standing.held);
        assert_eq!(standing.waiting, 2);
    }
    assert!(stores.forwarding.set_up_account(&other.account()).await.unwrap());
    assert_eq!(take(&other, 1).await, [], "the same account is still held");
    assert_eq!(stores.forwarding.resume(Some(venue.id)).await.unwrap(), 1);
    assert_eq!(stores.forwarding.resume(Some(venue.id)).await.unwrap(), 0);
    assert_eq!(take(&venue, 1).await.len(), 2);
    assert!(!standing(&venue).await.held);
    assert_eq!(take(&other, 1).await, []);
    assert!(stores.forwarding.resume(None).await.unwrap() >= 1);
    assert_eq!(take(&other, 1).await.len(), 2);
}

/// Who is leased, or put off, by a clock that was ahead is not left alone for as long as that was wrong.
pub async fn who_was_put_off_by_a_wrong_clock_is_due(stores: &Stores) {
    const YEAR: i64 = 365 * 24 * 3600;
    let venue = open(stores).await;
    let customer = venue.create(venue.post()).await;
    let lost = take_one(&venue, YEAR).await;
    assert_eq!(lost.waiting.customer_id, customer.id);
    let again = take_one(&venue, 1).await;
    assert_eq!(again.waiting.customer_id, customer.id);
    settle(&venue, &lost, done("late")).await;
    assert_eq!(standing(&venue).await.waiting, 1, "its lease has ended");
    let attempt = Attempt { failures: 1, failing_since: Some(venue.clock.now()), fault: None };
    settle(&venue, &again, Outcome::Later { at: later(&venue, YEAR), attempt }).await;
    assert_eq!(standing(&venue).await.oldest, Some(venue.clock.now()));
    assert_eq!(take_one(&venue, 2).await.waiting.customer_id, customer.id);
}
