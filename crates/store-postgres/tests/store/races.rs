//! Others write in the middle of what the store does. Each is held there until the store is seen to wait for it.

use domain::customer::Patch;
use domain::ports::Outcome;
use domain::value::CustomerId;
use store_suite::edit::{Edit, EditPost};
use store_suite::{IntoCommand, Venue};

use crate::rival::{Rival, waiting};
use crate::support::{Place, start};

/// The owner of a value gives it up.
const LEAVE: &str = "UPDATE customer SET email = NULL, version = version + 1
                     WHERE id = (SELECT customer_id FROM customer_key WHERE rank = 0);
                     DELETE FROM customer_key WHERE rank = 0";

/// Who stands in the queues, in their order.
fn queue(place: &Place) -> Vec<String> {
    let rows =
        place.psql("SELECT rank, replace(customer_id::text, '-', '') FROM customer_key ORDER BY kind, value, rank");
    rows.lines().map(str::to_owned).collect()
}

fn at(rank: u32, id: CustomerId) -> String {
    format!("{rank}|{id}")
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_changes_its_address_meanwhile_is_no_hit() {
    let place = Place::new();
    let (_, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    let there = venue.create(venue.post().email("a@example.org")).await;
    let rival = Rival::holding(
        &place,
        "UPDATE customer SET email = 'b@example.org', version = version + 1; UPDATE customer_key SET value = 'b@example.org'",
    )
    .await;
    let writing = start(&venue, venue.post().email("a@example.org").deduplicate("email"));
    waiting(&place, 1).await;
    rival.commit().await;
    let written = writing.await.unwrap();
    assert_eq!(written.outcome, Outcome::Created);
    assert_eq!(queue(&place), [at(0, written.customer.id), at(0, there.id)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_taken_back_is_none() {
    let place = Place::new();
    let (_, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    let there = venue.create(venue.post().email("a@example.org")).await;
    let mut rival = Rival::holding(&place, LEAVE).await;
    let writing = start(&venue, venue.post().email("a@example.org").deduplicate("email"));
    waiting(&place, 1).await;
    rival.run("ROLLBACK").await;
    assert_eq!(writing.await.unwrap().customer.id, there.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hit_keeps_what_others_changed_meanwhile() {
    let place = Place::new();
    let (_, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    let there = venue.create(venue.post().email("a@example.org")).await;
    let rival = Rival::holding(&place, "UPDATE customer SET first_name = 'Mario', version = version + 1").await;
    let hit = start(&venue, venue.post().email("a@example.org").ext_id("1").deduplicate("email"));
    let put = start(&venue, venue.put(there.id).guid("g"));
    waiting(&place, 2).await;
    rival.commit().await;
    for writing in [hit, put] {
        assert_eq!(writing.await.unwrap().outcome, Outcome::Updated);
    }
    let changed = "SELECT version, first_name, ext_id, device->>'guid' FROM customer";
    assert_eq!(place.psql(changed), "4|Mario|1|g");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_keeps_what_others_changed_meanwhile() {
    let place = Place::new();
    let (_, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    let there = venue.create(venue.post().email("a@example.org")).await;
    let rival = Rival::holding(&place, "UPDATE customer SET first_name = 'Mario', version = version + 1").await;
    let batch = vec![
        venue.post().email("b@example.org").into_command(),
        venue.post().email("a@example.org").ext_id("1").deduplicate("email").into_command(),
    ];
    let customers = stores.customers.clone();
    let writing = tokio::spawn(async move { customers.write(batch).await.unwrap() });
    waiting(&place, 1).await;
    rival.commit().await;
    let outcomes: Vec<_> = writing.await.unwrap().into_iter().map(|answer| answer.unwrap().outcome).collect();
    assert_eq!(outcomes, [Outcome::Created, Outcome::Updated]);
    let changed = format!("SELECT version, first_name, ext_id FROM customer WHERE id = '{}'", there.id);
    assert_eq!(place.psql(&changed), "3|Mario|1");
    assert_eq!(place.psql("SELECT count(*) FROM customer"), "2");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_takes_the_address_first_is_the_hit() {
    let place = Place::new();
    let (_, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    let first = venue.create(venue.post()).await;
    let rival = Rival::holding(
        &place,
        "UPDATE customer SET email = 'a@example.org', version = version + 1;
         INSERT INTO customer_key SELECT bucket, organization_id, 2, email, 0, id FROM customer",
    )
    .await;
    let writing = start(&venue, venue.post().email("a@example.org").deduplicate("email"));
    waiting(&place, 1).await;
    rival.commit().await;
    let written = writing.await.unwrap();
    assert_eq!((written.outcome, written.customer.id), (Outcome::Updated, first.id));
    assert_eq!(queue(&place), [at(0, first.id)]);
    assert_eq!(place.psql("SELECT count(*) FROM customer"), "1", "nothing is left of the first attempt");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_owns_what_the_owner_gives_up() {
    let place = Place::new();
    let (_, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    venue.create(venue.post().email("a@example.org")).await;
    let rival = Rival::holding(&place, LEAVE).await;
    let writing = start(&venue, venue.post().email("a@example.org"));
    waiting(&place, 1).await;
    rival.commit().await;
    let newcomer = writing.await.unwrap().customer.id;
    assert_eq!(queue(&place), [at(0, newcomer)]);
}

/// The newcomer has seen that there is an owner, and is about to line up behind it.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_lines_up_behind_an_owner_who_leaves() {
    let place = Place::new();
    let (_, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    venue.create(venue.post().email("a@example.org")).await;
    let mut rival = Rival::holding(&place, "SELECT FROM customer_key WHERE rank = 0 FOR UPDATE").await;
    let writing = start(&venue, venue.post().email("a@example.org"));
    waiting(&place, 1).await;
    rival.run(LEAVE).await;
    rival.commit().await;
    let newcomer = writing.await.unwrap().customer.id;
    assert_eq!(queue(&place), [at(0, newcomer)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_ranks_behind_whoever_moves_up() {
    let place = Place::new();
    let (_, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    venue.create(venue.post().email("a@example.org")).await;
    let next = venue.create(venue.post().email("a@example.org")).await;
    let mut rival = Rival::holding(&place, LEAVE).await;
    rival.run("UPDATE customer_key SET rank = 0").await;
    let writing = start(&venue, venue.post().email("a@example.org"));
    waiting(&place, 1).await;
    rival.commit().await;
    let newcomer = writing.await.unwrap().customer.id;
    assert_eq!(queue(&place), [at(0, next.id), at(1, newcomer)]);
}

/// Two leave the queue at the same time: the one who moves up is on its way out, too.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_moves_up_who_leaves_too() {
    let place = Place::new();
    let (_, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    let owner = venue.create(venue.post().email("a@example.org")).await;
    let next = venue.create(venue.post().email("a@example.org")).await;
    let last = venue.create(venue.post().email("a@example.org")).await;
    let rival = Rival::holding(
        &place,
        &format!(
            "UPDATE customer SET email = NULL, version = version + 1 WHERE id = '{id}';
             DELETE FROM customer_key WHERE customer_id = '{id}'",
            id = next.id
        ),
    )
    .await;
    let writing = start(&venue, venue.put(owner.id).with(|changes| changes.person.email = Patch::Clear));
    waiting(&place, 1).await;
    rival.commit().await;
    writing.await.unwrap();
    assert_eq!(queue(&place), [at(0, last.id)]);
}
