//! A store whose answers the test controls, and calls that the test can observe.

use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use domain::access::Role;
use domain::customer::{Customer, Evidence, ProfileChanges, PutCustomer};
use domain::ports::{Batching, Command, CommandError, CorruptRow, CustomerStore, Cut, StoreError, Written};
use domain::value::{CustomerId, EventId, OrganizationId, ServiceId};
use group_commit::GroupCommit;
use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};
use tokio::task::yield_now;

pub(crate) type Answer = Result<Written, CommandError>;
pub(crate) type Answers = Result<Vec<Answer>, StoreError>;

/// A queue that no test fills.
pub(crate) const AMPLE: usize = 100_000;

/// One lane, one batch at a time.
pub(crate) const ONE_LANE: Batching = Batching { cut: Cut::Anywhere, at_once: 1, beside: 1, commands: 100 };

/// A grouped store, and the batches that it passes to the inner store.
pub(crate) struct Bench {
    group: Arc<GroupCommit>,
    handed: mpsc::UnboundedReceiver<Handed>,
}

/// A batch that the inner store holds until the test decides its outcome.
pub(crate) struct Handed {
    pub(crate) commands: Vec<Command>,
    end: oneshot::Sender<Answers>,
}

/// A call that was polled once. Dropping it hangs up.
pub(crate) type Waiting = Pin<Box<dyn Future<Output = Answers> + Send>>;

impl Bench {
    pub(crate) fn new(batching: Batching, queue: usize) -> Self {
        Self::around(batching, |inner| GroupCommit::new(inner, queue))
    }

    pub(crate) fn limited(batching: Batching, commands: usize) -> Self {
        Self::around(batching, |inner| GroupCommit::limited(inner, AMPLE, commands))
    }

    fn around(batching: Batching, group: impl FnOnce(Arc<Manual>) -> GroupCommit) -> Self {
        let (hand, handed) = mpsc::unbounded_channel();
        Self { group: Arc::new(group(Arc::new(Manual { batching, hand }))), handed }
    }

    /// Calls `write` and polls it once.
    pub(crate) async fn call(&self, commands: Vec<Command>) -> Waiting {
        let group = self.group.clone();
        let mut waiting: Waiting = Box::pin(async move { group.write(commands).await });
        match poll_once(&mut waiting).await {
            None => waiting,
            Some(answers) => Box::pin(async move { answers }),
        }
    }

    /// Calls `write`, which has to answer without waiting.
    pub(crate) async fn at_once(&self, commands: Vec<Command>) -> Answers {
        poll_once(self.group.write(commands)).await.unwrap()
    }

    /// Drops the grouped store. The channel still yields the batches that it passes on, and closes once the inner store
    /// is dropped.
    pub(crate) fn close(self) -> mpsc::UnboundedReceiver<Handed> {
        self.handed
    }

    /// The next batch that the store inside gets.
    pub(crate) async fn batch(&mut self) -> Handed {
        settle().await;
        self.handed.try_recv().unwrap()
    }

    /// Fails when the store inside got a batch that the test has not seen.
    pub(crate) async fn assert_no_batch(&mut self) {
        settle().await;
        assert!(self.handed.try_recv().is_err(), "another batch was handed over");
    }

    /// Carries out all batches that are passed on, and returns the marks of each.
    pub(crate) async fn carry_out_all(&mut self) -> Vec<Vec<u128>> {
        let mut batches = Vec::new();
        settle().await;
        while let Ok(batch) = self.handed.try_recv() {
            batches.push(batch.marks());
            batch.carry_out();
            settle().await;
        }
        batches
    }
}

impl Handed {
    /// The marks of its commands.
    pub(crate) fn marks(&self) -> Vec<u128> {
        self.commands.iter().map(mark).collect()
    }

    /// Answers that contain the mark of each command.
    pub(crate) fn answers(&self) -> Vec<Answer> {
        self.commands.iter().map(|command| Err(answer(mark(command)))).collect()
    }

    /// Answers each command with its mark.
    pub(crate) fn carry_out(self) {
        let answers = self.answers();
        self.end(Ok(answers));
    }

    pub(crate) fn end(self, answers: Answers) {
        assert!(self.end.send(answers).is_ok(), "the store was abandoned");
    }

    /// Makes the inner store panic.
    pub(crate) fn panic(self) {
        drop(self.end);
    }
}

struct Manual {
    batching: Batching,
    hand: mpsc::UnboundedSender<Handed>,
}

#[async_trait]
impl CustomerStore for Manual {
    async fn write(&self, commands: Vec<Command>) -> Answers {
        let (end, answers) = oneshot::channel();
        self.hand.send(Handed { commands, end }).unwrap();
        answers.await.unwrap_or_else(|_| panic!("as the test wants it"))
    }

    async fn rehearse(&self, commands: Vec<Command>) -> Answers {
        self.write(commands).await
    }

    async fn find(&self, _: OrganizationId, _: CustomerId) -> Result<Option<Customer>, StoreError> {
        Ok(None)
    }

    async fn purge_receipts(&self, _: Timestamp) -> Result<u64, StoreError> {
        Ok(0)
    }

    fn batching(&self) -> Batching {
        self.batching
    }
}

/// A command of an organization, identified by its mark.
pub(crate) fn command(organization: u128, mark: u128) -> Command {
    Command::Put(Arc::new(PutCustomer {
        organization_id: OrganizationId::from_bits(organization),
        id: CustomerId::from_bits(mark),
        location_id: None,
        lock: None,
        changes: ProfileChanges::default(),
        by: ServiceId::from_bits(0),
        role: Role::OrganizationManager,
        evidence: Evidence::default(),
        event_id: EventId::from_bits(0),
        claim_id: EventId::from_bits(0),
        at: Timestamp::UNIX_EPOCH,
    }))
}

pub(crate) fn mark(command: &Command) -> u128 {
    match command {
        Command::Put(put) => u128::from_be_bytes(put.id.to_bytes()),
        Command::Post(_) | Command::Erase(_) => panic!("no test posts"),
    }
}

/// An answer that identifies the command it belongs to.
fn answer(mark: u128) -> CommandError {
    CommandError::Corrupt(CorruptRow { table: "customer", column: "test", id: mark.to_string() })
}

/// The answer that the call has received by now.
pub(crate) async fn answers(mut call: Waiting) -> Answers {
    settle().await;
    poll_once(&mut call).await.unwrap()
}

/// The marks of the commands that the call has been answered by now.
pub(crate) async fn marks(call: Waiting) -> Vec<u128> {
    let mark = |answer| match answer {
        Err(CommandError::Corrupt(row)) => row.id.parse().unwrap(),
        other => panic!("no answer of the test: {other:?}"),
    };
    answers(call).await.unwrap().into_iter().map(mark).collect()
}

/// Whether the call is still unanswered.
pub(crate) async fn is_waiting(call: &mut Waiting) -> bool {
    settle().await;
    poll_once(call).await.is_none()
}

async fn poll_once(call: impl Future<Output = Answers>) -> Option<Answers> {
    tokio::select! { biased; answers = call => Some(answers), () = std::future::ready(()) => None }
}

/// Lets every task run as far as it can. The single thread yields to all others in turn, and no test has a chain of
/// tasks this long.
pub(crate) async fn settle() {
    for _ in 0..20 {
        yield_now().await;
    }
}
