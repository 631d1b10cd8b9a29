//! The bound of the queue.

use domain::ports::StoreError;
use group_commit::QueueFull;

use crate::support::{Answers, Bench, ONE_LANE, command, marks, settle};

fn full(answers: Answers) -> QueueFull {
    match answers {
        Err(StoreError::Unavailable(cause)) => *cause.downcast().unwrap(),
        other => panic!("not unavailable: {other:?}"),
    }
}

#[tokio::test]
async fn what_is_too_much_is_refused_at_once_and_not_queued() {
    let mut bench = Bench::new(ONE_LANE, 3);
    let _first = bench.call(vec![command(1, 0)]).await;
    let mut waiting = Vec::new();
    for mark in 1..=3 {
        waiting.push(bench.call(vec![command(1, mark)]).await);
    }
    let in_flight = bench.batch().await;
    assert_eq!(full(bench.at_once(vec![command(2, 4)]).await), QueueFull { waiting: 3, limit: 3 });
    in_flight.carry_out();
    assert_eq!(bench.carry_out_all().await, [[1, 2, 3]]);
}

#[tokio::test]
async fn commands_count_and_not_calls() {
    let mut bench = Bench::new(ONE_LANE, 3);
    let _first = bench.call(vec![command(1, 0)]).await;
    let _two = bench.call(vec![command(1, 1), command(1, 2)]).await;
    assert_eq!(full(bench.at_once(vec![command(2, 3), command(2, 4)]).await), QueueFull { waiting: 2, limit: 3 });
    let _one = bench.call(vec![command(1, 5)]).await;
    assert_eq!(bench.carry_out_all().await, [vec![0], vec![1, 2, 5]]);
}

#[tokio::test]
async fn what_was_handed_over_makes_room() {
    let mut bench = Bench::new(ONE_LANE, 1);
    let mut call = bench.call(vec![command(1, 0)]).await;
    for mark in 1..10 {
        let next = bench.call(vec![command(1, mark)]).await;
        full(bench.at_once(vec![command(1, 0)]).await);
        bench.batch().await.carry_out();
        assert_eq!(marks(call).await, [mark - 1]);
        settle().await;
        call = next;
    }
}

#[tokio::test]
async fn what_finds_the_store_free_does_not_wait_and_is_never_too_much() {
    let mut bench = Bench::new(ONE_LANE, 0);
    for _ in 0..3 {
        let call = bench.call(vec![command(1, 0), command(1, 1)]).await;
        full(bench.at_once(vec![command(1, 2)]).await);
        bench.batch().await.carry_out();
        assert_eq!(marks(call).await, [0, 1]);
        bench.assert_no_batch().await;
    }
}

#[tokio::test]
async fn a_caller_that_hung_up_gives_its_place_back() {
    let mut bench = Bench::new(ONE_LANE, 2);
    let _first = bench.call(vec![command(1, 0)]).await;
    for mark in 1..=2 {
        drop(bench.call(vec![command(1, mark)]).await);
    }
    full(bench.at_once(vec![command(1, 3)]).await);
    assert_eq!(bench.carry_out_all().await, [[0]]);
    let _first = bench.call(vec![command(1, 4)]).await;
    let _waiting = bench.call(vec![command(1, 5), command(1, 6)]).await;
    assert_eq!(bench.carry_out_all().await, [vec![4], vec![5, 6]]);
}
