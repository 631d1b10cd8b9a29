//! Passes a batch to the store and returns each caller its own answers.

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

/// The answer to one command.
type Answer = Result<Written, CommandError>;

/// The answer to one call: one for each of its commands.
pub(crate) type Answers = Result<Vec<Answer>, StoreError>;

/// One call of `write`: commands that belong in one transaction.
pub(crate) struct Call {
    /// At least one.
    pub(crate) commands: Vec<Command>,
    /// The channel for the answers. Closed if the caller hung up.
    pub(crate) caller: oneshot::Sender<Answers>,
}

impl Call {
    fn answer(self, answers: Answers) {
        // A caller that hung up needs no answer.
        drop(self.caller.send(answers));
    }
}

/// The reason why a batch has no answers.
enum Failure {
    /// The store reports an error; nothing was written.
    Store(StoreError),
    Fault(Fault),
}

/// Carries out the calls in one transaction and answers each of them.
///
/// When the store itself fails, one of the calls may be the cause. Then each call is carried out separately, one after
/// the other, so that the others do not fail with it.
pub(crate) async fn carry_out(store: &dyn CustomerStore, calls: Vec<Call>) {
    if calls.len() == 1 {
        return carry_out_each(store, calls).await;
    }
    // Cloned, because each call may have to be carried out again separately.
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

/// Carries out each call in a transaction of its own until the store is unavailable. The remaining calls are then
/// answered at once: each would wait for the store as long as this one did, and delay all later calls.
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

/// Returns each call its share of the answers. There is one for each command.
fn deal_out(calls: Vec<Call>, answers: Vec<Answer>) {
    let mut answers = answers.into_iter();
    for call in calls {
        let own = answers.by_ref().take(call.commands.len()).collect();
        call.answer(Ok(own));
    }
}

/// Reports the same cause to all callers. It is shared because it cannot be cloned, and each caller logs it.
fn tell_unavailable(calls: impl IntoIterator<Item = Call>, cause: BoxError) {
    let cause: Arc<dyn Error + Send + Sync> = cause.into();
    for call in calls {
        call.answer(Err(StoreError::Unavailable(cause.clone().into())));
    }
}

/// Logs an error that no caller sees: the calls get the answers of their second attempt.
fn warn_of(error: &StoreError, calls: usize) {
    tracing::warn!(error = %ErrorChain(error), calls, "a batch failed; its calls are carried out one by one");
}

/// Writes a batch. `Ok` has one answer for each command.
async fn write(store: &dyn CustomerStore, commands: Vec<Command>) -> Result<Vec<Answer>, Failure> {
    let expected = commands.len();
    let mut writing = pin!(async { store.write(commands).await });
    // A separate task would catch a panic too, but is one more task to wait for. In both cases the store has to be
    // sound after a panic of its own.
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
