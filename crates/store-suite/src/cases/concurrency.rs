//! Many writers at once.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use domain::customer::{PostCustomer, Refusal};
use domain::ports::{CommandError, Outcome, Written};
use domain::value::CustomerId;
use tokio::sync::Barrier;
use tokio::task::{JoinSet, yield_now};

use crate::edit::{Edit, EditPost};
use crate::{IntoCommand, Stores, Venue};

const WRITERS: usize = 64;

/// Sends every POST from a task of its own, all at the same time.
async fn all_at_once(stores: &Stores, posts: Vec<PostCustomer>) -> Vec<Result<Written, CommandError>> {
    let start = Arc::new(Barrier::new(posts.len()));
    let mut tasks = JoinSet::new();
    for post in posts {
        let (customers, start) = (stores.customers.clone(), start.clone());
        tasks.spawn(async move {
            start.wait().await;
            customers.write(vec![post.into_command()]).await.unwrap().remove(0)
        });
    }
    tasks.join_all().await
}

/// One is created, all others meet it.
pub async fn one_new_address_makes_one_customer(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let case = |n: usize| if n.is_multiple_of(2) { "new@example.org" } else { "New@Example.ORG" };
    let posts = (0..WRITERS).map(|n| venue.post().email(case(n)).deduplicate("email")).collect();
    let answers: Vec<_> = all_at_once(stores, posts).await.into_iter().map(Result::unwrap).collect();
    let ids: BTreeSet<_> = answers.iter().map(|written| written.customer.id).collect();
    assert_eq!(ids.len(), 1, "one id for all");
    let created = answers.iter().filter(|written| written.outcome == Outcome::Created).count();
    assert_eq!(created, 1);
}

/// Pairs that share an e-mail with one neighbour and a number with the other: each writer meets one customer or is told
/// of the conflict, and afterwards every value finds a customer who has it.
pub async fn crossed_values_never_make_two_owners(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let emails: Vec<_> = (0..4).map(|n| format!("{n}@example.org")).collect();
    let phones: Vec<_> = (0..4).map(|n| format!("+39333123456{n}")).collect();
    let posts = (0..WRITERS)
        .map(|n| venue.post().email(&emails[n % 4]).phone(&phones[n / 4 % 4]).deduplicate("email,phoneNumber"))
        .collect();
    let answers = all_at_once(stores, posts).await;
    let mut created = BTreeSet::new();
    for answer in &answers {
        match answer {
            Ok(written) if written.outcome == Outcome::Created => {
                assert!(created.insert(written.customer.id), "created twice");
            }
            Ok(_) => {}
            Err(CommandError::Refused(Refusal::DuplicateConflict(conflicts))) => {
                let ids: BTreeSet<_> = conflicts.iter().map(|conflict| conflict.customer_id).collect();
                assert_eq!((conflicts.len(), ids.len()), (2, 2), "two names met two customers");
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    for answer in answers.into_iter().flatten() {
        assert!(created.contains(&answer.customer.id), "an answer names a customer that was created");
    }
    for post in emails.iter().map(|email| venue.post().email(email).deduplicate("email")) {
        finds_one_of_those_who_have_it(&venue, &created, post).await;
    }
    for post in phones.iter().map(|phone| venue.post().phone(phone).deduplicate("phoneNumber")) {
        finds_one_of_those_who_have_it(&venue, &created, post).await;
    }
}

/// A hit takes over what is sent, so a value may have been given up by everybody; otherwise one who has it is found.
async fn finds_one_of_those_who_have_it(venue: &Venue<'_>, created: &BTreeSet<CustomerId>, post: PostCustomer) {
    let key = post.deduplicate.keys(&post.changes).remove(0);
    let mut owners = BTreeSet::new();
    for id in created {
        if venue.find(*id).await.unwrap().keys().contains(&key) {
            owners.insert(*id);
        }
    }
    let written = venue.write(post).await.unwrap();
    if owners.is_empty() {
        assert_eq!(written.outcome, Outcome::Created, "{key:?}");
    } else {
        assert!(owners.contains(&written.customer.id), "{key:?}");
    }
}

/// A username goes to the first; the others are refused and leave nothing behind.
pub async fn one_username_goes_to_one_customer(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let posts: Vec<_> = (0..WRITERS).map(|_| venue.post().username("mario").email("a@example.org")).collect();
    let ids: Vec<_> = posts.iter().map(|post| post.fresh.id).collect();
    let answers = all_at_once(stores, posts).await;
    let (created, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(created.len(), 1);
    let taken = CommandError::Refused(Refusal::UsernameTaken);
    assert!(refused.iter().all(|answer| answer.as_ref().is_err_and(|error| *error == taken)), "{refused:?}");
    let mut stored = 0;
    for id in ids {
        stored += usize::from(venue.find(id).await.is_some());
    }
    assert_eq!(stored, 1);
}

/// A caller that hangs up, at whatever moment, leaves a customer with its keys or no trace, and a store that works.
pub async fn an_abandoned_write_is_whole_or_nothing(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let (mut polls, mut finished) = (0, false);
    // Every moment at first, then ever later ones, until the write is done before it is abandoned.
    while !finished || polls < WRITERS {
        let email = format!("{polls}@example.org");
        let post = venue.post().email(&email);
        let id = post.fresh.id;
        finished |= abandon_after(polls, venue.write(post)).await;
        let next = venue.write(venue.post().email(&email).deduplicate("email")).await.unwrap();
        assert_eq!(next.outcome == Outcome::Updated, next.customer.id == id);
        assert_eq!(venue.find(id).await.is_some(), next.customer.id == id);
        polls += 1 + polls / 8;
    }
}

/// Polls so often, then drops. Whether it was ready by then.
async fn abandon_after(polls: usize, work: impl Future) -> bool {
    let mut work = pin!(work);
    for _ in 0..polls {
        if poll_fn(|context| Poll::Ready(work.as_mut().poll(context).is_ready())).await {
            return true;
        }
        yield_now().await;
    }
    false
}
