//! Random commands against the store and against a plain model of it, with every answer compared.
//!
//! The model is written from the rules and not from the code that carries them out: a list of people, and for each value
//! the queue of those who have it. So a rule that the domain or a store gets wrong shows as a difference.
//!
//! Values come from small pools, so that commands meet each other's customers all the time. Every run has an
//! organization of its own; that is why a failing one can be shrunk on the same store.

mod drive;
mod plain;
mod request;
mod step;

use std::cell::RefCell;
use std::collections::BTreeSet;

use proptest::test_runner::{Config, TestCaseError, TestRunner};
use tokio::runtime::Handle;

use crate::{Stores, Venue};

/// Random runs, unless the environment variable `GUESTBOOK_MODEL_CASES` has another number.
const CASES: u32 = 256;

/// Compares the store with the model. Must not be called from within the runtime.
///
/// # Panics
/// They differ; the message shows the shortest sequence of steps that was found for it.
pub fn check(runtime: &Handle, stores: &Stores) {
    let cases = std::env::var("GUESTBOOK_MODEL_CASES").map_or(CASES, |number| number.parse().unwrap());
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let stranger = runtime.block_on(async {
        let other = Venue::open(stores).await;
        other.create(other.post()).await.id
    });
    let met = RefCell::new(BTreeSet::new());
    let compared = TestRunner::new(config).run(&step::steps(), |steps| {
        let kinds = runtime.block_on(drive::run(stores, stranger, &steps)).map_err(TestCaseError::fail)?;
        met.borrow_mut().extend(kinds);
        Ok(())
    });
    if let Err(difference) = compared {
        panic!("{difference}");
    }
    if cases >= CASES {
        let met: Vec<_> = met.into_inner().into_iter().collect();
        assert_eq!(met, plain::Answer::KINDS, "the runs are to meet every kind of answer");
    }
}
