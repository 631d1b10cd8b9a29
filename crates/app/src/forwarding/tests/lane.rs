//! One account.

use std::sync::Arc;
use std::time::Duration;

use domain::forwarding::Fault;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::fixture::{World, account, away, seconds};
use crate::forwarding::AT_ONCE;
use crate::forwarding::lane::Lane;

fn start(world: &Arc<World>) -> (watch::Sender<()>, JoinHandle<()>) {
    let (stop, stopped) = watch::channel(());
    (stop, tokio::spawn(Lane::new(world.forwarding(), account(1)).run(stopped)))
}

#[tokio::test(start_paused = true)]
async fn so_many_go_at_once_and_no_more() {
    let world = World::new();
    world.inside().takes = Duration::from_millis(300);
    world.let_wait(&account(1), 0..50);
    let _lane = start(&world);
    seconds(3).await;
    let inside = world.inside();
    assert_eq!((inside.waiting.len(), inside.sent.len(), inside.most), (0, 50, usize::from(AT_ONCE)));
}

#[tokio::test(start_paused = true)]
async fn a_slow_one_holds_no_other_back() {
    let world = World::new();
    world.inside().takes = Duration::from_secs(50);
    world.let_wait(&account(1), 0..1);
    let _lane = start(&world);
    seconds(1).await;
    world.inside().takes = Duration::from_millis(10);
    world.let_wait(&account(1), 1..100);
    seconds(2).await;
    assert_eq!(world.waiting(), 1);
    seconds(50).await;
    assert_eq!((world.waiting(), world.sent()), (0, 100));
}

#[tokio::test(start_paused = true)]
async fn who_is_refused_is_given_up_and_the_others_go_on() {
    let world = World::new();
    world.let_wait(&account(1), 0..20);
    for id in ["r3", "r4", "r5"] {
        world.inside().answers.insert(id.to_owned(), [Fault::Refused("status 422".to_owned())].into());
    }
    let _lane = start(&world);
    seconds(1).await;
    let inside = world.inside();
    assert_eq!((inside.waiting.len(), inside.given_up.len(), inside.sent.len()), (0, 3, 20));
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_away_is_asked_less_and_less_and_by_one_customer() {
    let world = World::new();
    world.let_wait(&account(1), 0..99);
    world.inside().away.insert(account(1).organization_id, away(None));
    let _lane = start(&world);
    seconds(20).await;
    assert_eq!(world.seconds()[usize::from(AT_ONCE)..], [1, 3, 7, 15]);
    world.inside().away.clear();
    seconds(20).await;
    assert_eq!(world.waiting(), 0);
    assert!(world.inside().given_up.is_empty());
}

#[tokio::test(start_paused = true)]
async fn one_failure_is_the_customers_alone() {
    let world = World::new();
    world.let_wait(&account(1), 0..50);
    world.inside().answers.insert("r0".to_owned(), [away(None)].into());
    let _lane = start(&world);
    seconds(3).await;
    assert_eq!((world.waiting(), world.sent()), (0, 51));
    assert!(world.seconds().iter().filter(|second| **second == 0).count() == 50, "{:?}", world.seconds());
}

#[tokio::test(start_paused = true)]
async fn an_account_is_left_alone_as_long_as_it_asks() {
    let world = World::new();
    world.let_wait(&account(1), 0..9);
    world.inside().answers.insert("r0".to_owned(), [away(Some(30))].into());
    let _lane = start(&world);
    seconds(29).await;
    assert_eq!(world.seconds(), [0; 8]);
    seconds(3).await;
    assert_eq!((world.waiting(), world.sent()), (0, 10));
}

#[tokio::test(start_paused = true)]
async fn what_became_of_them_is_written_once_the_store_is_back() {
    let world = World::new();
    world.let_wait(&account(1), 0..20);
    world.inside().unwritable = 3;
    let _lane = start(&world);
    seconds(2).await;
    assert_eq!((world.waiting(), world.sent()), (20, 8), "nobody else is taken");
    seconds(3).await;
    assert_eq!((world.waiting(), world.sent()), (0, 20), "nobody is sent twice");
}

#[tokio::test(start_paused = true)]
async fn who_is_on_the_way_is_waited_for_in_the_end() {
    let world = World::new();
    world.inside().takes = Duration::from_secs(40);
    world.let_wait(&account(1), 0..20);
    let (stop, lane) = start(&world);
    seconds(1).await;
    drop(stop);
    world.inside().unwritable = 2;
    let begin = Instant::now();
    lane.await.unwrap();
    assert_eq!((world.waiting(), world.sent()), (12, 8));
    assert_eq!(begin.elapsed().as_secs(), 41);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_stays_away_does_not_keep_a_lane_for_ever() {
    let world = World::new();
    world.let_wait(&account(1), 0..1);
    world.inside().unwritable = usize::MAX;
    let (stop, lane) = start(&world);
    seconds(1).await;
    drop(stop);
    lane.await.unwrap();
}
