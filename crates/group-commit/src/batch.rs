//! Handing a batch to the store, and every caller its own answers.

use std::error::Error;
use std::future::poll_fn;
use std::iter;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use domain::ports::{BoxError, Command, CommandError, CustomerStore, ErrorChain, StoreError, Written};
use tokio::sync::oneshot;

use crate::error::Fault;

/// What a command gets.
type Answer = Result<Written, CommandError>;

/// What a caller gets: an answer for each of its commands.
pub(crate) type Answers = Result<Vec<Answer>, StoreError>;

/// One call of `write`: what one caller wants in one transaction.
pub(crate) struct Call {
    /// At least one.
    pub(crate) commands: Vec<Command>,
    /// Where the answers go. Closed when the caller hung up.
    pub(crate) caller: oneshot::Sender<Answers>,
}

impl Call {
    fn answer(self, answers: Answers) {
        // A caller that hung up wants no answer.
        drop(self.caller.send(answers));
    }
}

/// Why a batch has no answers.
enum Failure {
    /// The store says so, and that nothing was written.
    Store(StoreError),
    Fault(Fault),
}

/// Carries the calls out in one transaction, and answers each of them.
///
/// When the store itself is at fault, one of the calls may be the reason; then each is carried out by itself, one after
/// the other, so that the others do not suffer from it.
pub(crate) async fn carry_out(store: &dyn CustomerStore, calls: Vec<Call>) {
    if calls.len() == 1 {
        return carry_out_each(store, calls).await;
    }
    // Copies, because each call may have to be carried out again by itself.
    let commands = calls.iter().flat_map(|call| call.commands.iter().cloned()).collect();
    match write(store, commands).await {
        Ok(answers) => deal_out(calls, answers),
        Err(Failure::Store(StoreError::Unavailable(cause))) => tell_unavailable(calls, cause),
        Err(Failure::Store(error @ (StoreError::Internal(_) | StoreError::Corrupt(_)))) => {
            warn_of(&error, calls.len());
            carry_out_each(store, calls).await;
        }
        Err(Failure::Fault(fault)) => calls.into_iter().for_each(|call| call.answer(Err(fault.into()))),
    }
}

/// Carries out each call in a transaction of its own, until the store is unavailable: each of the others would wait for it
/// as long, and whoever comes meanwhile behind all of them.
async fn carry_out_each(store: &dyn CustomerStore, calls: Vec<Call>) {
    let mut calls = calls.into_iter();
    while let Some(mut call) = calls.next() {
        let commands = std::mem::take(&mut call.commands);
        match write(store, commands).await {
            Ok(answers) => call.answer(Ok(answers)),
            Err(Failure::Store(StoreError::Unavailable(cause))) => {
                return tell_unavailable(iter::once(call).chain(calls), cause);
            }
            Err(Failure::Store(error)) => call.answer(Err(error)),
            Err(Failure::Fault(fault)) => call.answer(Err(fault.into())),
        }
    }
}

/// Gives every call its own of the answers. There is one for each command.
fn deal_out(calls: Vec<Call>, answers: Vec<Answer>) {
    let mut answers = answers.into_iter();
    for call in calls {
        let own = answers.by_ref().take(call.commands.len()).collect();
        call.answer(Ok(own));
    }
}

/// Tells all of them the one cause: no copy of it can be made, and each caller's log is to have it.
fn tell_unavailable(calls: impl IntoIterator<Item = Call>, cause: BoxError) {
    let cause: Arc<dyn Error + Send + Sync> = cause.into();
    for call in calls {
        call.answer(Err(StoreError::Unavailable(cause.clone().into())));
    }
}

/// Nobody is told of this error: the calls get the answers of their second try.
fn warn_of(error: &StoreError, calls: usize) {
    tracing::warn!(error = %ErrorChain(error), calls, "a batch failed; its calls are carried out one by one");
}

/// Writes a batch. `Ok` has one answer for each command.
async fn write(store: &dyn CustomerStore, commands: Vec<Command>) -> Result<Vec<Answer>, Failure> {
    let expected = commands.len();
    let mut writing = pin!(async { store.write(commands).await });
    // A task of its own would catch a panic too, but be one more to wait for. As with a task, the store has to be sound
    // after its own panic.
    let written = poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| writing.as_mut().poll(context)));
        polled.map_or(Poll::Ready(None), |polled| polled.map(Some))
    });
    match written.await {
        Some(Ok(answers)) if answers.len() == expected => Ok(answers),
        Some(Ok(answers)) => Err(Failure::Fault(Fault::WrongAnswers { commands: expected, answers: answers.len() })),
        Some(Err(error)) => Err(Failure::Store(error)),
        None => Err(Failure::Fault(Fault::Panicked)),
    }
}
