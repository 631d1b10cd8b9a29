//! Temporary tokens.

use std::sync::Arc;

use domain::ports::{Clock, CustomerError, IdSource};
use domain::token::{CustomerToken, LiveToken};
use domain::value::{CustomerId, OrganizationId};
use jiff::SignedDuration;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::ambient::{TestIds, TestSecrets};
use crate::{Stores, Venue};

/// Alive to the last millisecond before its expiry, dead from then on, for a look-up and for a hit.
pub async fn lives_until_it_expires(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    let (token, new) = venue.token(customer.id, 5, Some(3));
    let expires_at = new.expires_at;
    stores.tokens.issue(new).await.unwrap();
    let live = |hits_left| {
        Some(LiveToken { organization_id: venue.id, customer_id: customer.id, expires_at, hits_left: Some(hits_left) })
    };
    let last = expires_at - SignedDuration::from_millis(1);
    assert_eq!(stores.tokens.look_up(&token, venue.clock.now()).await.unwrap(), live(3));
    assert_eq!(stores.tokens.look_up(&token, last).await.unwrap(), live(3));
    assert_eq!(stores.tokens.hit(&token, last).await.unwrap(), live(2));
    assert_eq!(stores.tokens.look_up(&token, expires_at).await.unwrap(), None);
    assert_eq!(stores.tokens.hit(&token, expires_at).await.unwrap(), None);
    assert_eq!(stores.tokens.look_up(&token, last).await.unwrap(), live(2), "a hit of a dead token uses nothing");
}

/// Mail scanners open links.
pub async fn looking_up_uses_no_hit(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    let (token, new) = venue.token(customer.id, 300, Some(1));
    stores.tokens.issue(new).await.unwrap();
    for _ in 0..3 {
        let live = stores.tokens.look_up(&token, venue.clock.now()).await.unwrap();
        assert_eq!(live.unwrap().hits_left, Some(1));
    }
    assert_eq!(stores.tokens.hit(&token, venue.clock.now()).await.unwrap().unwrap().hits_left, Some(0));
    assert_eq!(stores.tokens.look_up(&token, venue.clock.now()).await.unwrap(), None, "used up is dead");
    assert_eq!(stores.tokens.hit(&token, venue.clock.now()).await.unwrap(), None);
}

/// Each of many that are asked for at once is answered with its own customer, and the dead ones with none.
pub async fn many_at_once_are_told_apart(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let mut tokens = Vec::new();
    for n in 0..40 {
        let customer = venue.create(venue.post()).await;
        let (token, new) = venue.token(customer.id, 300, None);
        if n % 4 > 0 {
            stores.tokens.issue(new).await.unwrap();
        }
        tokens.push((token, (n % 4 > 0).then_some(customer.id)));
    }
    let start = Arc::new(Barrier::new(tokens.len() * 5));
    let mut tasks = JoinSet::new();
    for (token, expected) in std::iter::repeat_n(&tokens, 5).flatten() {
        let (stores, start, now) = (stores.tokens.clone(), start.clone(), venue.clock.now());
        let (token, expected) = (token.clone(), *expected);
        tasks.spawn(async move {
            start.wait().await;
            let live = stores.look_up(&token, now).await.unwrap();
            assert_eq!(live.map(|live| live.customer_id), expected);
        });
    }
    tasks.join_all().await;
}

/// Of 200 at once five succeed, and each of them learns another number of hits left.
pub async fn hits_are_counted_exactly_under_concurrency(stores: &Stores) {
    const USES: usize = 200;
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    let (token, new) = venue.token(customer.id, 300, Some(5));
    stores.tokens.issue(new).await.unwrap();
    let start = Arc::new(Barrier::new(USES));
    let mut tasks = JoinSet::new();
    for _ in 0..USES {
        let (tokens, token, now, start) = (stores.tokens.clone(), token.clone(), venue.clock.now(), start.clone());
        tasks.spawn(async move {
            start.wait().await;
            tokens.hit(&token, now).await.unwrap()
        });
    }
    let mut left: Vec<_> = tasks.join_all().await.into_iter().flatten().map(|live| live.hits_left.unwrap()).collect();
    left.sort_unstable();
    assert_eq!(left, [0, 1, 2, 3, 4]);
}

/// Without a number there is no counting.
pub async fn is_unlimited_without_hits(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    let (token, new) = venue.token(customer.id, 300, None);
    stores.tokens.issue(new).await.unwrap();
    for _ in 0..3 {
        assert_eq!(stores.tokens.hit(&token, venue.clock.now()).await.unwrap().unwrap().hits_left, None);
    }
}

/// A minute from the fetch that used a hit, more fetches use none, and do not prolong it; the next one uses the next hit.
pub async fn a_redemption_is_repeated_for_a_minute(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    let (token, new) = venue.token(customer.id, 300, Some(2));
    let expires_at = new.expires_at;
    stores.tokens.issue(new).await.unwrap();
    let start = venue.clock.now();
    for (after, left) in [(0, Some(1)), (1, Some(1)), (59_999, Some(1)), (60_000, Some(0)), (119_999, Some(0))] {
        let now = start + SignedDuration::from_millis(after);
        let organization_id = venue.id;
        let live =
            left.map(|left| LiveToken { organization_id, customer_id: customer.id, expires_at, hits_left: Some(left) });
        assert!(stores.tokens.redeemable(&token, now).await.unwrap().is_some(), "after {after} ms");
        assert_eq!(stores.tokens.redeem(&token, now).await.unwrap(), live, "after {after} ms");
        let after = stores.tokens.redeemable(&token, now).await.unwrap();
        assert_eq!(after, live, "to ask for it uses nothing");
    }
    let now = start + SignedDuration::from_millis(119_999);
    assert_eq!(stores.tokens.look_up(&token, now).await.unwrap(), None, "used up for everybody else");
    assert_eq!(stores.tokens.hit(&token, now).await.unwrap(), None, "used up for everybody else");
    let now = start + SignedDuration::from_millis(120_000);
    assert_eq!(stores.tokens.redeemable(&token, now).await.unwrap(), None);
    assert_eq!(stores.tokens.redeem(&token, now).await.unwrap(), None);
}

/// A clock was ahead when it was redeemed. The time of grace is not as long as the clock was wrong.
pub async fn a_redemption_of_a_wrong_clock_grants_nothing(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    let (token, new) = venue.token(customer.id, 30 * 24 * 3600, Some(2));
    stores.tokens.issue(new).await.unwrap();
    let now = venue.clock.now();
    let ahead = now + SignedDuration::from_hours(24);
    assert_eq!(stores.tokens.redeem(&token, ahead).await.unwrap().unwrap().hits_left, Some(1));
    let close = ahead - SignedDuration::from_secs(59);
    assert_eq!(
        stores.tokens.redeem(&token, close).await.unwrap().unwrap().hits_left,
        Some(1),
        "another instance's clock"
    );
    assert_eq!(stores.tokens.redeem(&token, now).await.unwrap().unwrap().hits_left, Some(0), "uses a hit");
    assert_eq!(stores.tokens.redeem(&token, now).await.unwrap().unwrap().hits_left, Some(0), "and is repeated");
    let over = now + SignedDuration::from_secs(61);
    assert_eq!(stores.tokens.redeemable(&token, over).await.unwrap(), None);
    assert_eq!(stores.tokens.redeem(&token, over).await.unwrap(), None);
}

/// A hit is no redemption, and a dead token cannot be redeemed.
pub async fn a_redemption_needs_a_live_token(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    let (token, new) = venue.token(customer.id, 5, Some(1));
    let expires_at = new.expires_at;
    stores.tokens.issue(new).await.unwrap();
    assert!(stores.tokens.hit(&token, venue.clock.now()).await.unwrap().is_some());
    assert_eq!(stores.tokens.redeem(&token, venue.clock.now()).await.unwrap(), None, "used up by a hit");
    let (short, new) = venue.token(customer.id, 5, Some(1));
    stores.tokens.issue(new).await.unwrap();
    assert!(stores.tokens.redeem(&short, expires_at - SignedDuration::from_millis(1)).await.unwrap().is_some());
    assert_eq!(stores.tokens.redeem(&short, expires_at).await.unwrap(), None, "expired within its minute");
    assert_eq!(stores.tokens.redeemable(&short, expires_at).await.unwrap(), None, "expired within its minute");
    let (free, new) = venue.token(customer.id, 300, None);
    stores.tokens.issue(new).await.unwrap();
    for _ in 0..3 {
        assert_eq!(stores.tokens.redeem(&free, venue.clock.now()).await.unwrap().unwrap().hits_left, None);
    }
    let unknown = CustomerToken::generate(venue.id, &TestSecrets);
    assert_eq!(stores.tokens.redeem(&unknown, venue.clock.now()).await.unwrap(), None);
    assert_eq!(stores.tokens.redeemable(&unknown, venue.clock.now()).await.unwrap(), None);
}

/// Of 100 at once all succeed by one hit.
pub async fn redemptions_at_once_use_one_hit(stores: &Stores) {
    const FETCHES: usize = 100;
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    let (token, new) = venue.token(customer.id, 300, Some(3));
    stores.tokens.issue(new).await.unwrap();
    let start = Arc::new(Barrier::new(FETCHES));
    let mut tasks = JoinSet::new();
    for _ in 0..FETCHES {
        let (tokens, token, now, start) = (stores.tokens.clone(), token.clone(), venue.clock.now(), start.clone());
        tasks.spawn(async move {
            start.wait().await;
            tokens.redeem(&token, now).await.unwrap().map(|live| live.hits_left)
        });
    }
    assert!(tasks.join_all().await.into_iter().all(|left| left == Some(Some(2))));
}

/// A token that nobody issued, and one whose bucket was changed, are dead.
pub async fn unknown_tokens_are_dead(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    let (token, new) = venue.token(customer.id, 300, None);
    stores.tokens.issue(new).await.unwrap();
    let other_bucket = format!("{:02x}{}", venue.id.bucket().number() ^ 1, &token.reveal()[2..]);
    for unknown in [CustomerToken::generate(venue.id, &TestSecrets), CustomerToken::parse(&other_bucket).unwrap()] {
        assert_eq!(stores.tokens.look_up(&unknown, venue.clock.now()).await.unwrap(), None);
        assert_eq!(stores.tokens.hit(&unknown, venue.clock.now()).await.unwrap(), None);
    }
    assert!(stores.tokens.look_up(&token, venue.clock.now()).await.unwrap().is_some());
}

/// No token for a customer of another organization, or of none; and none is left behind.
pub async fn tells_foreign_from_unknown(stores: &Stores) {
    let (venue, other) = (Venue::open(stores).await, Venue::open(stores).await);
    let theirs = other.create(other.post()).await;
    let (foreign, new) = venue.token(theirs.id, 300, None);
    assert!(matches!(stores.tokens.issue(new).await, Err(CustomerError::ForeignCustomer)));
    let (unknown, new) = venue.token(CustomerId::from_bits(TestIds.next()), 300, None);
    assert!(matches!(stores.tokens.issue(new.clone()).await, Err(CustomerError::UnknownCustomer)));
    let nowhere = OrganizationId::from_bits(TestIds.next());
    let new = domain::token::NewToken { organization_id: nowhere, customer_id: theirs.id, ..new };
    assert!(matches!(stores.tokens.issue(new).await, Err(CustomerError::ForeignCustomer)));
    for token in [foreign, unknown] {
        assert_eq!(stores.tokens.look_up(&token, venue.clock.now()).await.unwrap(), None);
    }
}

/// Forgets what is dead by then, and nothing else. Another case may purge or add tokens meanwhile, so only those of this
/// one are looked at.
pub async fn purge_forgets_the_expired(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    let (short, new) = venue.token(customer.id, 1, None);
    let issued = new.clone();
    stores.tokens.issue(new).await.unwrap();
    let (long, new) = venue.token(customer.id, 2, None);
    stores.tokens.issue(new).await.unwrap();
    let start = venue.clock.now();
    venue.clock.advance(999);
    stores.tokens.purge_tokens(venue.clock.now()).await.unwrap();
    assert!(stores.tokens.look_up(&short, start).await.unwrap().is_some(), "not yet");
    venue.clock.advance(1);
    assert!(stores.tokens.purge_tokens(venue.clock.now()).await.unwrap() >= 1);
    assert_eq!(stores.tokens.look_up(&short, start).await.unwrap(), None, "forgotten, not only dead");
    assert!(stores.tokens.look_up(&long, start).await.unwrap().is_some());
    stores.tokens.issue(issued).await.unwrap();
    assert!(stores.tokens.look_up(&short, start).await.unwrap().is_some(), "its row is gone");
}
