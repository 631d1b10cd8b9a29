//! The order of turns.

use domain::ports::Batching;

use crate::support::{AMPLE, Bench, ONE_LANE, Waiting, command, mark};

/// Queues this many calls of one organization, each of this many commands. Their marks are the organization's number.
async fn load(bench: &Bench, organization: u128, calls: usize, commands: usize) -> Vec<Waiting> {
    let mut waiting = Vec::new();
    for _ in 0..calls {
        waiting.push(bench.call(vec![command(organization, organization); commands]).await);
    }
    waiting
}

fn count(batch: &[u128], organization: u128) -> usize {
    batch.iter().filter(|mark| **mark == organization).count()
}

#[tokio::test]
async fn a_bulk_load_keeps_nobody_out_of_the_next_batch() {
    let mut bench = Bench::new(ONE_LANE, AMPLE);
    let _bulk = load(&bench, 1, 1000, 1).await;
    bench.batch().await.carry_out();
    let running = bench.batch().await;
    let _other = load(&bench, 2, 1, 1).await;
    running.carry_out();
    let next = bench.batch().await.marks();
    assert_eq!((count(&next, 1), count(&next, 2)), (99, 1));
}

#[tokio::test]
async fn organizations_share_a_batch_evenly() {
    let mut bench = Bench::new(Batching { commands: 30, ..ONE_LANE }, AMPLE);
    let _bulk = load(&bench, 1, 500, 1).await;
    let _others = (load(&bench, 2, 40, 1).await, load(&bench, 3, 40, 1).await);
    bench.batch().await.carry_out();
    for _ in 0..4 {
        let batch = bench.batch().await;
        assert_eq!([1, 2, 3].map(|organization| count(&batch.marks(), organization)), [10, 10, 10]);
        batch.carry_out();
    }
    let batch = bench.batch().await;
    assert_eq!(count(&batch.marks(), 1), 30, "who is alone gets everything");
}

#[tokio::test]
async fn the_turns_go_on_over_batches() {
    let mut bench = Bench::new(Batching { commands: 2, ..ONE_LANE }, AMPLE);
    let _first = load(&bench, 9, 1, 1).await;
    let mut waiting = Vec::new();
    for organization in [1, 2, 3, 4, 5] {
        waiting.extend(load(&bench, organization, 2, 1).await);
    }
    assert_eq!(bench.carry_out_all().await, [vec![9], vec![1, 2], vec![3, 4], vec![5, 1], vec![2, 3], vec![4, 5]]);
}

#[tokio::test]
async fn an_organization_is_served_in_the_order_of_its_calls() {
    let mut bench = Bench::new(Batching { commands: 7, ..ONE_LANE }, AMPLE);
    let mut waiting = Vec::new();
    for n in 0..100 {
        waiting.push(bench.call(vec![command(n % 3, n)]).await);
    }
    let mut seen = Vec::new();
    loop {
        let batch = bench.batch().await;
        seen.extend(batch.commands.iter().map(mark));
        batch.carry_out();
        if seen.len() == 100 {
            break;
        }
    }
    for organization in 0..3 {
        assert!(seen.iter().filter(|mark| **mark % 3 == organization).is_sorted(), "{seen:?}");
    }
}

#[tokio::test]
async fn packing_many_commands_into_a_call_wins_nothing() {
    let mut bench = Bench::new(Batching { commands: 40, ..ONE_LANE }, AMPLE);
    let _first = load(&bench, 9, 1, 1).await;
    let _waiting = (load(&bench, 1, 20, 10).await, load(&bench, 2, 200, 1).await);
    bench.batch().await.carry_out();
    for _ in 0..5 {
        let batch = bench.batch().await;
        assert_eq!((count(&batch.marks(), 1), count(&batch.marks(), 2)), (20, 20));
        batch.carry_out();
    }
}

#[tokio::test]
async fn a_call_of_many_commands_gets_its_turn() {
    let mut bench = Bench::new(Batching { commands: 40, ..ONE_LANE }, AMPLE);
    let _first = load(&bench, 9, 1, 1).await;
    let _waiting = (load(&bench, 1, 1000, 1).await, load(&bench, 2, 1, 40).await);
    let batches = bench.carry_out_all().await;
    // Forty turns later, if it does not fit into the rest of the batch.
    assert_eq!(batches[2], [2; 40], "{:?}", &batches[..4]);
}

#[tokio::test]
async fn small_calls_do_not_keep_filling_the_batch_that_a_large_one_needs() {
    let mut bench = Bench::new(Batching { commands: 3, ..ONE_LANE }, AMPLE);
    let mut waiting = load(&bench, 9, 1, 1).await;
    for (organization, calls, commands) in [(1, 20, 1), (2, 1, 3), (3, 20, 1)] {
        waiting.extend(load(&bench, organization, calls, commands).await);
    }
    let batches = bench.carry_out_all().await;
    assert_eq!(batches[..4], [vec![9], vec![1, 3, 1], vec![3, 1], vec![2, 2, 2]]);
}
