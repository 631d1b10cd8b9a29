//! Failures of the store.

use domain::ports::{CorruptRow, StoreError};

use crate::support::{AMPLE, Answers, Bench, Handed, ONE_LANE, Waiting, answers, command, marks};

/// Three calls of two commands that share a batch, and the batch.
async fn three(bench: &mut Bench) -> ([Waiting; 3], Handed) {
    let first = bench.call(vec![command(1, 0)]).await;
    let call = |n| vec![command(n, 2 * n), command(n, 2 * n + 1)];
    let calls = [bench.call(call(1)).await, bench.call(call(2)).await, bench.call(call(3)).await];
    bench.batch().await.carry_out();
    assert_eq!(marks(first).await, [0]);
    let batch = bench.batch().await;
    assert_eq!(batch.marks(), [2, 3, 4, 5, 6, 7]);
    (calls, batch)
}

/// The store carries out the next call.
async fn goes_on(bench: &mut Bench) {
    let next = bench.call(vec![command(1, 99)]).await;
    assert_eq!(bench.carry_out_all().await, [[99]]);
    assert_eq!(marks(next).await, [99]);
}

fn internal(told: Answers) -> String {
    match told {
        Err(StoreError::Internal(cause)) => cause.to_string(),
        other => panic!("not internal: {other:?}"),
    }
}

fn corrupt() -> StoreError {
    CorruptRow { table: "customer", column: "email", id: "7".into() }.into()
}

#[tokio::test]
async fn everybody_is_told_that_the_store_is_unavailable_and_why() {
    let mut bench = Bench::new(ONE_LANE, AMPLE);
    let (calls, batch) = three(&mut bench).await;
    batch.end(Err(StoreError::Unavailable(Box::new(StoreError::Internal("the disk is full".into())))));
    for call in calls {
        let Err(StoreError::Unavailable(cause)) = answers(call).await else { panic!("not unavailable") };
        assert_eq!(cause.to_string(), "the store failed");
        assert_eq!(cause.source().unwrap().to_string(), "the disk is full");
    }
    bench.assert_no_batch().await;
    goes_on(&mut bench).await;
}

#[tokio::test]
async fn a_poisonous_call_fails_alone() {
    for error in [|| StoreError::Internal("poison".into()), corrupt] {
        let mut bench = Bench::new(ONE_LANE, AMPLE);
        let ([one, poison, other], batch) = three(&mut bench).await;
        batch.end(Err(error()));
        let alone = bench.batch().await;
        assert_eq!(alone.marks(), [2, 3]);
        bench.assert_no_batch().await;
        alone.carry_out();
        assert_eq!(marks(one).await, [2, 3]);
        let alone = bench.batch().await;
        assert_eq!(alone.marks(), [4, 5]);
        alone.end(Err(error()));
        assert_eq!(answers(poison).await.unwrap_err().to_string(), error().to_string());
        let alone = bench.batch().await;
        assert_eq!(alone.marks(), [6, 7]);
        alone.carry_out();
        assert_eq!(marks(other).await, [6, 7]);
        goes_on(&mut bench).await;
    }
}

#[tokio::test]
async fn calls_are_not_tried_alone_with_a_store_that_has_gone_away() {
    let mut bench = Bench::new(ONE_LANE, AMPLE);
    let ([one, two, three], batch) = three(&mut bench).await;
    batch.end(Err(corrupt()));
    bench.batch().await.carry_out();
    assert_eq!(marks(one).await, [2, 3]);
    bench.batch().await.end(Err(StoreError::Unavailable("no route to the server".into())));
    for call in [two, three] {
        let Err(StoreError::Unavailable(cause)) = answers(call).await else { panic!("not unavailable") };
        assert_eq!(cause.to_string(), "no route to the server");
    }
    bench.assert_no_batch().await;
    goes_on(&mut bench).await;
}

#[tokio::test]
async fn those_who_come_meanwhile_wait_until_each_was_tried_alone() {
    let mut bench = Bench::new(ONE_LANE, AMPLE);
    let (_calls, batch) = three(&mut bench).await;
    let late = bench.call(vec![command(1, 50)]).await;
    batch.end(Err(corrupt()));
    assert_eq!(bench.carry_out_all().await, [vec![2, 3], vec![4, 5], vec![6, 7], vec![50]]);
    assert_eq!(marks(late).await, [50]);
}

#[tokio::test]
async fn a_call_that_was_alone_is_not_tried_again() {
    let mut bench = Bench::new(ONE_LANE, AMPLE);
    let call = bench.call(vec![command(1, 0), command(1, 1)]).await;
    bench.batch().await.end(Err(StoreError::Internal("poison".into())));
    assert_eq!(internal(answers(call).await), "poison");
    bench.assert_no_batch().await;
    goes_on(&mut bench).await;
}

#[tokio::test]
async fn a_store_that_panics_fails_its_batch_and_goes_on() {
    let mut bench = Bench::new(ONE_LANE, AMPLE);
    let (calls, batch) = three(&mut bench).await;
    let late = bench.call(vec![command(1, 50)]).await;
    batch.panic();
    for call in calls {
        assert_eq!(internal(answers(call).await), "the store panicked");
    }
    // It is unknown how much of it was written, so it is not tried again.
    assert_eq!(bench.carry_out_all().await, [[50]]);
    assert_eq!(marks(late).await, [50]);
    let alone = bench.call(vec![command(1, 51)]).await;
    bench.batch().await.panic();
    assert_eq!(internal(answers(alone).await), "the store panicked");
    goes_on(&mut bench).await;
}

#[tokio::test]
async fn answers_that_cannot_be_told_apart_are_given_to_nobody() {
    for number in [5, 7] {
        let mut bench = Bench::new(ONE_LANE, AMPLE);
        let (calls, batch) = three(&mut bench).await;
        let wrong = batch.answers().into_iter().cycle().take(number).collect();
        batch.end(Ok(wrong));
        for call in calls {
            assert_eq!(internal(answers(call).await), format!("the store gave {number} answers to 6 commands"));
        }
        bench.assert_no_batch().await;
        goes_on(&mut bench).await;
    }
}

#[tokio::test]
async fn a_single_call_needs_its_number_of_answers_too() {
    let mut bench = Bench::new(ONE_LANE, AMPLE);
    let call = bench.call(vec![command(1, 0), command(1, 1)]).await;
    bench.batch().await.end(Ok(Vec::new()));
    assert_eq!(internal(answers(call).await), "the store gave 0 answers to 2 commands");
    goes_on(&mut bench).await;
}
