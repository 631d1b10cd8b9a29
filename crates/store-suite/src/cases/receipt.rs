//! A POST whose sender did not learn the answer, and sends it again under the same key.

use std::sync::Arc;

use domain::customer::{Customer, Patch, PostCustomer, Receipt, Refusal};
use domain::ports::{Clock, Command, CommandError, Outcome, Written};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::edit::{Edit, EditPost, text};
use crate::{IntoCommand, Stores, Venue};

/// The same request at another time: it would create another customer.
fn again(venue: &Venue<'_>, post: &PostCustomer) -> PostCustomer {
    PostCustomer { fresh: venue.post().fresh, ..post.clone() }
}

/// Whatever became of the customer since; and nothing is written.
pub async fn the_same_request_gets_the_first_answer(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let post = venue.post().email("a@example.org").lock(false).repeatable("key", "body");
    let first = venue.write(post.clone()).await.unwrap();
    assert_eq!(first.outcome, Outcome::Created);
    assert_eq!(venue.write(again(&venue, &post)).await.unwrap(), first);
    venue.clock.advance(1000);
    let put =
        venue.put(first.customer.id).lock(true).with(|changes| changes.person.hotspot_id = Patch::Set(text("ap")));
    let changed = venue.update(put).await;
    assert_eq!(venue.write(again(&venue, &post)).await.unwrap(), first);
    assert_eq!(venue.find(first.customer.id).await, Some(changed));
    let found = venue.write(venue.post().email("a@example.org").deduplicate("email")).await.unwrap();
    assert_eq!(found.customer.id, first.customer.id, "there is one customer");
}

/// What it found and changed is not changed again.
pub async fn the_same_hit_gets_the_first_answer(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let before = venue.create(venue.post().email("a@example.org")).await;
    let post = venue.post().email("a@example.org").deduplicate("email").first_name("Mario").lock(false);
    let post = post.with(|changes| changes.person.hotspot_id = Patch::Set(text("ap"))).repeatable("key", "body");
    venue.clock.advance(1000);
    let first = venue.write(post.clone()).await.unwrap();
    assert_eq!((first.outcome, first.customer.id, first.customer.locked), (Outcome::Updated, before.id, false));
    venue.clock.advance(1000);
    let changed = venue.update(venue.put(before.id).first_name("Luigi").lock(true)).await;
    let repeated = venue.write(again(&venue, &post)).await.unwrap();
    let told = |written: &Written| {
        let Customer { id, location_id, locked, modified_at, username, password, profile, .. } =
            written.customer.clone();
        (written.outcome, id, location_id, locked, modified_at, username, password, profile.person.hotspot_id)
    };
    assert_eq!(told(&repeated), told(&first));
    assert_eq!(venue.find(before.id).await, Some(changed));
}

/// One key is for one request, and the other one writes nothing.
pub async fn another_request_is_refused(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let first = venue.write(venue.post().repeatable("key", "body")).await.unwrap();
    let other = venue.post().repeatable("key", "another body").email("b@example.org");
    let id = other.fresh.id;
    assert_eq!(venue.refusal(other).await, Refusal::KeyReused);
    assert_eq!(venue.find(id).await, None);
    venue.create(venue.post().email("b@example.org").deduplicate("email")).await;
    assert_eq!(venue.write(venue.post().repeatable("key", "body")).await.unwrap(), first, "the receipt stays");
    assert_ne!(venue.create(venue.post().repeatable("other key", "body")).await.id, first.customer.id);
}

/// A request that failed may be put right, and sent under the same key.
pub async fn a_refused_request_leaves_none(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let refused = venue.post().without_policies().repeatable("key", "body");
    assert!(matches!(venue.refusal(refused).await, Refusal::PolicyNotAccepted(_)));
    venue.create(venue.post().username("mario")).await;
    let taken = venue.post().username("mario").repeatable("key", "body");
    assert_eq!(venue.refusal(taken).await, Refusal::UsernameTaken);
    venue.create(venue.post().repeatable("key", "better body")).await;
}

/// Two organizations may use one key.
pub async fn keys_are_the_organizations(stores: &Stores) {
    let (venue, other) = (Venue::open(stores).await, Venue::open(stores).await);
    let ours = venue.create(venue.post().repeatable("key", "body")).await;
    let theirs = other.create(other.post().repeatable("key", "body")).await;
    assert_ne!(ours.id, theirs.id);
    assert_eq!(other.write(other.post().repeatable("key", "body")).await.unwrap().customer, theirs);
}

/// Everybody gets the answer of whoever was first.
pub async fn many_at_once_make_one_customer(stores: &Stores) {
    const SENDERS: usize = 32;
    let venue = Venue::open(stores).await;
    let start = Arc::new(Barrier::new(SENDERS));
    let mut tasks = JoinSet::new();
    for _ in 0..SENDERS {
        let command = venue.post().email("a@example.org").repeatable("key", "body").into_command();
        let (customers, start) = (stores.customers.clone(), start.clone());
        tasks.spawn(async move {
            start.wait().await;
            customers.write(vec![command]).await.unwrap().remove(0).unwrap()
        });
    }
    let answers = tasks.join_all().await;
    assert_eq!(answers[0].outcome, Outcome::Created);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}

/// Inside a batch as anywhere else.
pub async fn one_batch_makes_one_customer(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let posts = [
        venue.post().repeatable("key", "body"),
        venue.post().repeatable("key", "body"),
        venue.post().repeatable("key", "another body"),
        venue.post().repeatable("other key", "body"),
        venue.post().repeatable("key", "body"),
    ];
    let batch: Vec<Command> = posts.into_iter().map(IntoCommand::into_command).collect();
    let answers = stores.customers.write(batch).await.unwrap();
    let first = answers[0].as_ref().unwrap();
    for same in [1, 4] {
        assert_eq!(answers[same].as_ref(), Ok(first));
    }
    assert_eq!(answers[2], Err(CommandError::Refused(Refusal::KeyReused)));
    assert_ne!(answers[3].as_ref().unwrap().customer.id, first.customer.id);
}

/// The very same command, which a store may carry out again when it does not know what became of it.
pub async fn a_lost_answer_is_given_again(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let post = venue.post().email("a@example.org").deduplicate("email").repeatable("key", "body");
    let first = venue.write(post.clone()).await.unwrap();
    assert_eq!(venue.write(post.clone()).await.unwrap(), first);
    assert_eq!(venue.write(again(&venue, &post)).await.unwrap(), first);
}

/// From then on the key is a new one. Another case may purge receipts meanwhile, so only those of this one are looked at.
pub async fn purge_forgets_the_old(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let old = venue.create(venue.post().repeatable("old", "body")).await;
    venue.clock.advance(1);
    let young = venue.create(venue.post().repeatable("young", "body")).await;
    venue.clock.advance(48 * 60 * 60 * 1000);
    assert!(stores.customers.purge_receipts(Receipt::kept_since(venue.clock.now())).await.unwrap() >= 1);
    assert_ne!(venue.create(venue.post().repeatable("old", "another body")).await.id, old.id);
    assert_eq!(venue.write(venue.post().repeatable("young", "body")).await.unwrap().customer, young);
}
