//! Callers that hang up.

use crate::support::{AMPLE, Bench, ONE_LANE, command, marks};

#[tokio::test]
async fn what_still_waits_is_never_handed_over() {
    let mut bench = Bench::new(ONE_LANE, AMPLE);
    let first = bench.call(vec![command(1, 0)]).await;
    let mut waiting = Vec::new();
    for mark in 1..=6 {
        waiting.push(bench.call(vec![command(mark % 2, mark)]).await);
    }
    let stays = waiting.remove(3);
    drop(waiting);
    assert_eq!(bench.carry_out_all().await, [[0], [4]]);
    assert_eq!((marks(first).await, marks(stays).await), (vec![0], vec![4]));
}

#[tokio::test]
async fn a_queue_of_nobody_makes_no_batch() {
    let mut bench = Bench::new(ONE_LANE, AMPLE);
    let _first = bench.call(vec![command(1, 0)]).await;
    drop((bench.call(vec![command(1, 1)]).await, bench.call(vec![command(2, 2)]).await));
    assert_eq!(bench.carry_out_all().await, [[0]]);
    let next = bench.call(vec![command(1, 3)]).await;
    assert_eq!(bench.carry_out_all().await, [[3]]);
    assert_eq!(marks(next).await, [3]);
}

#[tokio::test]
async fn what_was_handed_over_is_carried_out_without_its_caller() {
    let mut bench = Bench::new(ONE_LANE, AMPLE);
    let first = bench.call(vec![command(1, 0)]).await;
    let (leaves, stays) = (bench.call(vec![command(1, 1)]).await, bench.call(vec![command(1, 2)]).await);
    let alone = bench.batch().await;
    // The caller that started the task.
    drop(first);
    alone.carry_out();
    let together = bench.batch().await;
    drop(leaves);
    assert_eq!(together.marks(), [1, 2]);
    together.carry_out();
    assert_eq!(marks(stays).await, [2]);
    bench.assert_no_batch().await;
}

#[tokio::test]
async fn a_caller_that_leaves_before_its_task_ran_is_carried_out_too() {
    let mut bench = Bench::new(ONE_LANE, AMPLE);
    drop(bench.call(vec![command(1, 0)]).await);
    assert_eq!(bench.carry_out_all().await, [[0]]);
}
