//! Which calls share a batch.

use std::sync::Arc;

use domain::ports::{Batching, CustomerStore, MockCustomerStore};
use domain::value::{CustomerId, OrganizationId};
use group_commit::GroupCommit;

use crate::support::{AMPLE, Bench, ONE_LANE, command, is_waiting, marks};

#[tokio::test]
async fn the_first_goes_alone_and_those_who_came_meanwhile_together() {
    let mut bench = Bench::new(ONE_LANE, AMPLE);
    let first = bench.call(vec![command(1, 0)]).await;
    let alone = bench.batch().await;
    assert_eq!(alone.marks(), [0]);
    let mut others = Vec::new();
    for mark in 1..=50 {
        others.push(bench.call(vec![command(1, mark)]).await);
    }
    bench.assert_no_batch().await;
    alone.carry_out();
    assert_eq!(marks(first).await, [0]);
    let together = bench.batch().await;
    assert_eq!(together.marks(), (1..=50).collect::<Vec<_>>());
    together.carry_out();
    for (other, mark) in others.into_iter().zip(1..) {
        assert_eq!(marks(other).await, [mark], "everybody gets their own answer");
    }
}

#[tokio::test]
async fn nothing_is_answered_before_its_batch_is_written() {
    let mut bench = Bench::new(ONE_LANE, AMPLE);
    let mut first = bench.call(vec![command(1, 0)]).await;
    let mut second = bench.call(vec![command(1, 1)]).await;
    let batch = bench.batch().await;
    assert!(is_waiting(&mut first).await);
    batch.carry_out();
    assert!(!is_waiting(&mut first).await);
    let batch = bench.batch().await;
    assert!(is_waiting(&mut second).await);
    batch.carry_out();
    assert_eq!(marks(second).await, [1]);
}

#[tokio::test]
async fn a_batch_has_no_more_commands_than_the_store_likes() {
    let mut bench = Bench::new(Batching { commands: 4, ..ONE_LANE }, AMPLE);
    let mut calls = Vec::new();
    for mark in 0..10 {
        calls.push(bench.call(vec![command(1, mark)]).await);
    }
    let sizes: Vec<_> = bench.carry_out_all().await.iter().map(Vec::len).collect();
    assert_eq!(sizes, [1, 4, 4, 1]);
}

#[tokio::test]
async fn as_many_batches_are_in_flight_as_the_store_likes() {
    let mut bench = Bench::new(Batching { at_once: 2, ..ONE_LANE }, AMPLE);
    let mut calls = Vec::new();
    for mark in 0..4 {
        calls.push(bench.call(vec![command(1, mark)]).await);
    }
    let (one, other) = (bench.batch().await, bench.batch().await);
    assert_eq!((one.marks(), other.marks()), (vec![0], vec![1]));
    bench.assert_no_batch().await;
    other.carry_out();
    let third = bench.batch().await;
    assert_eq!(third.marks(), [2, 3]);
    one.carry_out();
    bench.assert_no_batch().await;
    third.carry_out();
}

#[tokio::test]
async fn a_batch_goes_beside_another_only_when_it_is_large_enough() {
    let mut bench = Bench::new(Batching { at_once: 2, beside: 3, ..ONE_LANE }, AMPLE);
    let mut calls = vec![bench.call(vec![command(1, 0)]).await];
    let first = bench.batch().await;
    calls.push(bench.call(vec![command(1, 1), command(1, 2)]).await);
    bench.assert_no_batch().await;
    calls.push(bench.call(vec![command(1, 3)]).await);
    let beside = bench.batch().await;
    assert_eq!(beside.marks(), [1, 2, 3]);
    calls.push(bench.call(vec![command(1, 4)]).await);
    first.carry_out();
    bench.assert_no_batch().await;
    // The store is idle otherwise.
    beside.carry_out();
    assert_eq!(bench.carry_out_all().await, [[4]]);
}

#[tokio::test]
async fn a_limit_makes_batches_smaller_and_never_larger() {
    for (limit, expected) in [(2, vec![vec![0], vec![1, 2], vec![3, 4]]), (9, vec![vec![0], vec![1, 2, 3], vec![4]])] {
        let mut bench = Bench::limited(Batching { commands: 3, ..ONE_LANE }, limit);
        let mut calls = Vec::new();
        for mark in 0..5 {
            calls.push(bench.call(vec![command(1, mark)]).await);
        }
        assert_eq!(bench.carry_out_all().await, expected);
    }
}

#[tokio::test]
async fn a_store_that_likes_nothing_gets_one_at_a_time() {
    let mut bench = Bench::new(Batching { at_once: 0, commands: 0, ..ONE_LANE }, AMPLE);
    let mut calls = Vec::new();
    for mark in 0..3 {
        calls.push(bench.call(vec![command(1, mark)]).await);
    }
    assert_eq!(bench.carry_out_all().await, [[0], [1], [2]]);
}

#[tokio::test]
async fn the_commands_of_a_call_stay_together_and_in_order() {
    let mut bench = Bench::new(Batching { commands: 8, ..ONE_LANE }, AMPLE);
    let first = bench.call(vec![command(1, 0)]).await;
    let three = bench.call(vec![command(1, 3), command(1, 2), command(1, 1)]).await;
    let four = bench.call(vec![command(2, 4), command(2, 5), command(3, 6), command(2, 7)]).await;
    let two = bench.call(vec![command(1, 8), command(1, 9)]).await;
    // One more command of the last call would still fit.
    assert_eq!(bench.carry_out_all().await, [vec![0], vec![3, 2, 1, 4, 5, 6, 7], vec![8, 9]]);
    assert_eq!(marks(first).await, [0]);
    assert_eq!(marks(three).await, [3, 2, 1]);
    assert_eq!(marks(four).await, [4, 5, 6, 7]);
    assert_eq!(marks(two).await, [8, 9]);
}

#[tokio::test]
async fn a_call_that_is_larger_than_a_batch_goes_alone_and_whole() {
    let mut bench = Bench::new(Batching { commands: 2, ..ONE_LANE }, AMPLE);
    let _first = bench.call(vec![command(1, 0)]).await;
    let _before = bench.call(vec![command(1, 1)]).await;
    let large = bench.call((2..7).map(|mark| command(1, mark)).collect()).await;
    let _after = bench.call(vec![command(1, 7)]).await;
    assert_eq!(bench.carry_out_all().await, [vec![0], vec![1], vec![2, 3, 4, 5, 6], vec![7]]);
    assert_eq!(marks(large).await, [2, 3, 4, 5, 6]);
}

#[tokio::test]
async fn a_call_without_commands_is_answered_at_once() {
    let mut bench = Bench::new(ONE_LANE, 0);
    let _first = bench.call(vec![command(1, 0)]).await;
    let _in_flight = bench.batch().await;
    assert_eq!(bench.at_once(Vec::new()).await.unwrap(), []);
    bench.assert_no_batch().await;
}

#[tokio::test]
async fn the_rest_is_that_of_the_store_inside() {
    let (organization, id) = (OrganizationId::from_bits(1), CustomerId::from_bits(2));
    let mut inner = MockCustomerStore::new();
    inner.expect_batching().return_const(ONE_LANE);
    inner.expect_find().once().withf(move |of, found| (*of, *found) == (organization, id)).returning(|_, _| Ok(None));
    let group = GroupCommit::new(Arc::new(inner), AMPLE);
    assert_eq!(group.batching(), ONE_LANE);
    assert_eq!(group.find(organization, id).await.unwrap(), None);
}
