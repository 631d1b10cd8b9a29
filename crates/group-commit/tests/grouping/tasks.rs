//! The tasks that carry out batches.

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::mpsc::error::TryRecvError;

use crate::support::{AMPLE, Bench, ONE_LANE, answers, command, marks, settle};

fn runtime() -> Runtime {
    Builder::new_current_thread().build().unwrap()
}

fn tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

#[test]
fn a_runtime_is_needed_for_writing_only() {
    let mut bench = Bench::new(ONE_LANE, AMPLE);
    runtime().block_on(async {
        let call = bench.call(vec![command(1, 0)]).await;
        bench.batch().await.carry_out();
        assert_eq!(marks(call).await, [0]);
    });
}

#[tokio::test]
async fn no_task_stays_when_nothing_waits() {
    let mut bench = Bench::new(ONE_LANE, AMPLE);
    let calls = (bench.call(vec![command(1, 0)]).await, bench.call(vec![command(1, 1)]).await);
    assert_eq!(tasks(), 1);
    bench.carry_out_all().await;
    assert_eq!((marks(calls.0).await, marks(calls.1).await), (vec![0], vec![1]));
    assert_eq!(tasks(), 0);
}

#[tokio::test]
async fn what_was_handed_over_outlives_the_last_handle() {
    let mut bench = Bench::new(ONE_LANE, AMPLE);
    let calls = (bench.call(vec![command(1, 0)]).await, bench.call(vec![command(1, 1)]).await);
    let batch = bench.batch().await;
    drop(calls);
    let mut handed = bench.close();
    settle().await;
    batch.carry_out();
    settle().await;
    assert_eq!(
        handed.try_recv().err(),
        Some(TryRecvError::Disconnected),
        "what still waited has no caller, and the store inside is gone"
    );
    assert_eq!(tasks(), 0);
}

#[test]
fn a_runtime_that_is_shut_down_takes_its_batch_with_it_and_nothing_else() {
    let mut bench = Bench::new(ONE_LANE, AMPLE);
    let (first, other) = (runtime(), runtime());
    let (lost, waits) = first.block_on(async {
        let calls = (bench.call(vec![command(1, 0)]).await, bench.call(vec![command(1, 1)]).await);
        bench.batch().await;
        calls
    });
    drop(first);
    other.block_on(async {
        assert!(answers(lost).await.is_err());
        let next = bench.call(vec![command(1, 2)]).await;
        assert_eq!(bench.carry_out_all().await, [[1, 2]]);
        assert_eq!((marks(waits).await, marks(next).await), (vec![1], vec![2]));
    });
}
