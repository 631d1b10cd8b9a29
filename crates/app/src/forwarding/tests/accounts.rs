//! Several accounts.

use std::time::Duration;

use domain::forwarding::{Account, ClientSecret};
use domain::ports::CorruptRow;
use tokio::time::Instant;

use super::fixture::{World, account, away, seconds};
use crate::forwarding::PATIENCE;

#[tokio::test(start_paused = true)]
async fn an_account_that_is_away_holds_no_other_back() {
    let world = World::new();
    for number in [1, 2] {
        world.inside().accounts.push(Ok(account(number)));
        world.let_wait(&account(number), 0..50);
    }
    world.inside().away.insert(account(1).organization_id, away(Some(600)));
    let _running = world.forwarding().start();
    seconds(2).await;
    let inside = world.inside();
    assert!(inside.waiting.values().all(|(_, parcel)| parcel.waiting.organization_id == account(1).organization_id));
    assert_eq!(inside.waiting.len(), 50);
}

#[tokio::test(start_paused = true)]
async fn an_account_that_cannot_be_read_holds_no_other_back() {
    let world = World::new();
    let row = CorruptRow { table: "forwarding_account", column: "client_secret", id: "01".to_owned() };
    world.inside().accounts.extend([Err(row), Ok(account(2))]);
    world.let_wait(&account(2), 0..1);
    let _running = world.forwarding().start();
    seconds(1).await;
    assert_eq!(world.waiting(), 0);
}

#[tokio::test(start_paused = true)]
async fn accounts_are_followed() {
    let world = World::new();
    let _running = world.forwarding().start();
    world.let_wait(&account(1), 0..1);
    seconds(3).await;
    assert_eq!(world.sent(), 0, "there is none");
    world.inside().accounts.push(Ok(account(1)));
    seconds(2).await;
    assert_eq!(world.sent(), 1);
    let changed = Account { client_secret: ClientSecret::parse("neu").unwrap(), ..account(1) };
    world.inside().accounts = vec![Ok(changed)];
    seconds(2).await;
    world.let_wait(&account(1), 1..2);
    seconds(2).await;
    assert_eq!(world.inside().sent[1].2, "neu");
    world.inside().accounts.clear();
    seconds(2).await;
    world.let_wait(&account(1), 2..3);
    seconds(9).await;
    assert_eq!(world.sent(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_account_goes_on_after_a_fault_of_ours() {
    let world = World::new();
    world.inside().accounts.push(Ok(account(1)));
    world.inside().broken = 2;
    world.let_wait(&account(1), 0..1);
    let _running = world.forwarding().start();
    seconds(5).await;
    assert_eq!(world.waiting(), 0);
    assert_eq!(world.inside().broken, 0);
}

#[tokio::test(start_paused = true)]
async fn who_is_on_the_way_is_waited_for_when_the_server_stops_but_not_for_long() {
    for (takes, left, patience) in [(Duration::from_secs(3), 0, 2), (Duration::from_secs(30), 1, PATIENCE.as_secs())] {
        let world = World::new();
        world.inside().accounts.push(Ok(account(1)));
        world.inside().takes = takes;
        world.let_wait(&account(1), 0..1);
        let running = world.forwarding().start();
        // Between two intervals.
        tokio::time::sleep(Duration::from_millis(500)).await;
        world.let_wait(&account(1), 1..2);
        let begin = Instant::now();
        running.stop().await;
        assert_eq!((world.waiting(), begin.elapsed().as_secs()), (left + 1, patience));
    }
}
