//! Batches of one bucket.

use std::collections::{BTreeMap, BTreeSet};

use domain::ports::{Batching, Command, Cut};
use domain::value::{Bucket, OrganizationId};

use crate::support::{AMPLE, Bench, Handed, ONE_LANE, command, marks, settle};

const BY_BUCKET: Batching = Batching { cut: Cut::ByBucket, at_once: 3, beside: 1, commands: 4 };

fn bucket(organization: u128) -> Bucket {
    OrganizationId::from_bits(organization).bucket()
}

fn buckets(commands: &[Command]) -> BTreeSet<Bucket> {
    commands.iter().map(|command| command.organization_id().bucket()).collect()
}

/// This many organizations of different buckets.
fn apart<const COUNT: usize>() -> [u128; COUNT] {
    let mut by_bucket = BTreeMap::new();
    for organization in 0..1000 {
        by_bucket.entry(bucket(organization)).or_insert(organization);
    }
    by_bucket.into_values().take(COUNT).collect::<Vec<_>>().try_into().unwrap()
}

/// Two organizations of one bucket.
fn neighbours() -> [u128; 2] {
    let other = (1..).find(|other| bucket(*other) == bucket(0)).unwrap();
    [0, other]
}

#[tokio::test]
async fn a_batch_has_one_bucket_and_a_bucket_one_batch() {
    let mut bench = Bench::new(BY_BUCKET, AMPLE);
    let (mut waiting, mut in_flight, mut seen) = (Vec::new(), Vec::new(), 0);
    for n in 0..400 {
        waiting.push(bench.call(vec![command(n * n % 23, n)]).await);
    }
    while seen < 400 {
        while in_flight.len() < 3 && seen < 400 {
            let batch = bench.batch().await;
            seen += batch.commands.len();
            assert!(batch.commands.len() <= 4);
            assert_eq!(buckets(&batch.commands).len(), 1);
            in_flight.push(batch);
            let busy: BTreeSet<_> = in_flight.iter().flat_map(|batch| buckets(&batch.commands)).collect();
            assert_eq!(busy.len(), in_flight.len(), "two batches of a bucket");
        }
        bench.assert_no_batch().await;
        // Not in the order of their arrival.
        in_flight.swap_remove(seen % in_flight.len()).carry_out();
    }
    in_flight.into_iter().for_each(Handed::carry_out);
    for (call, mark) in waiting.into_iter().zip(0..) {
        assert_eq!(marks(call).await, [mark]);
    }
}

#[tokio::test]
async fn a_busy_bucket_waits_while_others_go() {
    let mut bench = Bench::new(BY_BUCKET, AMPLE);
    let [one, other] = apart();
    let _first = (bench.call(vec![command(one, 0)]).await, bench.call(vec![command(one, 1)]).await);
    let busy = bench.batch().await;
    bench.assert_no_batch().await;
    let _other = bench.call(vec![command(other, 2)]).await;
    let meanwhile = bench.batch().await;
    assert_eq!(meanwhile.marks(), [2]);
    busy.carry_out();
    assert_eq!(bench.carry_out_all().await, [[1]]);
    meanwhile.carry_out();
}

#[tokio::test]
async fn organizations_of_one_bucket_share_a_batch() {
    let mut bench = Bench::new(BY_BUCKET, AMPLE);
    let [one, other] = neighbours();
    let _first = bench.call(vec![command(one, 0)]).await;
    let _waiting = (bench.call(vec![command(one, 1)]).await, bench.call(vec![command(other, 2)]).await);
    let _pair = bench.call(vec![command(one, 3), command(other, 4)]).await;
    assert_eq!(bench.carry_out_all().await, [vec![0], vec![1, 2, 3, 4]]);
}

#[tokio::test]
async fn the_bucket_that_has_waited_longest_is_next() {
    let mut bench = Bench::new(Batching { at_once: 1, ..BY_BUCKET }, AMPLE);
    let [full, second, third] = apart();
    let mut waiting = Vec::new();
    for mark in 0..9 {
        waiting.push(bench.call(vec![command(full, mark)]).await);
    }
    waiting.push(bench.call(vec![command(second, 10)]).await);
    waiting.push(bench.call(vec![command(third, 11)]).await);
    assert_eq!(bench.carry_out_all().await, [vec![0], vec![10], vec![11], vec![1, 2, 3, 4], vec![5, 6, 7, 8]]);
}

#[tokio::test]
async fn a_call_of_several_buckets_goes_straight_to_the_store() {
    let mut bench = Bench::new(Batching { at_once: 1, ..BY_BUCKET }, 0);
    let [one, other] = apart();
    let _first = bench.call(vec![command(one, 0)]).await;
    let busy = bench.batch().await;
    let both = bench.call(vec![command(one, 1), command(one, 2), command(other, 3)]).await;
    let straight = bench.batch().await;
    assert_eq!(straight.marks(), [1, 2, 3]);
    straight.carry_out();
    assert_eq!(marks(both).await, [1, 2, 3]);
    busy.carry_out();
    settle().await;
}

#[tokio::test]
async fn one_lane_mixes_buckets() {
    let mut bench = Bench::new(ONE_LANE, AMPLE);
    let [one, other, third] = apart();
    let _first = bench.call(vec![command(one, 0)]).await;
    let _waiting = (bench.call(vec![command(one, 1)]).await, bench.call(vec![command(other, 2)]).await);
    let _both = bench.call(vec![command(third, 3), command(one, 4)]).await;
    assert_eq!(bench.carry_out_all().await, [vec![0], vec![1, 2, 3, 4]]);
}
