//! Very many customers, listed while others come and go.
//!
//! Not one of the cases: it takes seconds and not milliseconds, so that each kind of store runs it once.

use std::cell::Cell;
use std::collections::HashSet;

use domain::customer::PostCustomer;
use domain::list::Filter;
use domain::value::{CustomerId, Source};

use crate::scroll::{BY_ID, BY_USERNAME, Scroll};
use crate::{IntoCommand, Stores, Venue};

const CUSTOMERS: usize = 100_000;
/// Written at a time: what is fast, and what leaves room for a list beside it.
const MANY: usize = 1000;
const FEW: usize = 20;
/// One of so many came through another door.
const SELDOM: usize = 1000;

/// Whoever was there from the first page to the last is met exactly once, in either order; also where a filter takes so few
/// that pages come back empty.
pub async fn is_met_once(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let (mut crowd, mut few) = (HashSet::new(), HashSet::new());
    while crowd.len() < CUSTOMERS {
        for (source, id) in add(&venue, MANY).await {
            crowd.insert(id);
            few.extend((source == Source::Kiosk).then_some(id));
        }
    }
    let seldom = Filter { sources: Some([Source::Kiosk].into()), ..Filter::default() };
    for (start, reverse, filter) in
        [(BY_ID, false, Filter::default()), (BY_USERNAME, true, Filter::default()), (BY_USERNAME, false, seldom)]
    {
        let expected = if filter.is_open() { &crowd } else { &few };
        let scroll = Scroll { reverse, filter, size: MANY, ..Scroll::of(&venue, start) };
        let (done, leaving) = (Cell::new(false), crowd.iter().copied());
        let (met, (came, gone)) = tokio::join!(meet(&scroll, &done), come_and_go(&venue, &done, leaving));
        assert!(came > 0 && !gone.is_empty(), "others came and went meanwhile");
        let missed = expected.iter().filter(|id| !gone.contains(*id) && !met.contains(*id)).count();
        assert_eq!(missed, 0, "were there all the time");
        crowd.retain(|id| !gone.contains(id));
        few.retain(|id| !gone.contains(id));
    }
}

/// Everybody on the way, nobody of them twice.
async fn meet(scroll: &Scroll<'_>, done: &Cell<bool>) -> HashSet<CustomerId> {
    let (mut met, mut place, mut pages) = (HashSet::new(), Some(scroll.start.clone()), 0);
    while let Some(start) = place {
        let page = Scroll { start, ..scroll.clone() }.page().await;
        let next = page.next.clone();
        for contact in page.into_contacts() {
            assert!(met.insert(contact.id), "{} was met twice", contact.id);
        }
        place = next;
        pages += 1;
    }
    done.set(true);
    if !scroll.filter.is_open() {
        assert!(pages >= CUSTOMERS / MANY, "no page looks at more than that");
    }
    met
}

/// Until that is done, others come, and of these some go.
async fn come_and_go(
    venue: &Venue<'_>,
    done: &Cell<bool>,
    mut leaving: impl Iterator<Item = CustomerId>,
) -> (usize, HashSet<CustomerId>) {
    let (mut came, mut gone) = (0, HashSet::new());
    while !done.get() {
        came += add(venue, FEW).await.len();
        let leaving: Vec<_> = leaving.by_ref().take(FEW).collect();
        let commands = leaving.iter().map(|id| venue.erase(*id).into_command()).collect();
        assert!(venue.stores.customers.write(commands).await.unwrap().iter().all(Result::is_ok));
        gone.extend(leaving);
    }
    (came, gone)
}

async fn add(venue: &Venue<'_>, count: usize) -> Vec<(Source, CustomerId)> {
    let source = |n| if n % SELDOM == 0 { Source::Kiosk } else { Source::Api };
    let posts: Vec<_> = (0..count).map(|n| PostCustomer { source: source(n), ..venue.post() }).collect();
    let added = posts.iter().map(|post| (post.source, post.fresh.id)).collect();
    let commands = posts.into_iter().map(IntoCommand::into_command).collect();
    assert!(venue.stores.customers.write(commands).await.unwrap().iter().all(Result::is_ok));
    added
}
