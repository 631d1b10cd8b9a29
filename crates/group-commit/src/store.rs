//! The store that callers see.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use domain::Timestamp;
use domain::customer::Customer;
use domain::ports::{Batching, Command, CustomerStore, Cut, StoreError};
use domain::value::{CustomerId, OrganizationId};
use tokio::sync::oneshot;

use crate::batch::{self, Answers, Call};
use crate::error::{Fault, QueueFull};
use crate::queue::{Batch, LaneId, Queue};

/// A decorator of a [`CustomerStore`] that gathers the writes that arrive while the inner store is busy, and passes
/// them on as one batch as soon as it is free. Everything else goes straight to the inner store.
///
/// A call is never split: its commands stay together, in their order and in one transaction. A call with more commands
/// than a batch should have is a batch of its own.
///
/// Organizations take turns, one command each, so a bulk load does not keep other organizations out. A call of several
/// commands goes when its organization has had as many turns. A call counts for the organization of its first command.
///
/// Where batches are cut by bucket, a free writer takes the bucket that has been ready longest. A call with commands of
/// several buckets fits into no such batch. It goes straight to the inner store, without queue, bound or turns.
///
/// A batch that was passed on is carried out even if its callers are gone. A queued call is dropped with its caller,
/// but keeps its place in the bound until its turn comes. When a batch fails because the store is unavailable, all of
/// its callers get the error; when the store itself is at fault, each call is tried once more separately.
///
/// Writing needs a tokio runtime, whose tasks carry out the batches. A task ends when no call is queued.
pub struct GroupCommit {
    group: Arc<Group>,
    batching: Batching,
}

/// The state that callers and the tasks of batches share.
struct Group {
    inner: Arc<dyn CustomerStore>,
    queue: Mutex<Queue>,
}

/// A batch that the store is free for. Dropping it frees the store again, even if the runtime is shut down before the
/// batch was carried out.
struct Turn {
    group: Arc<Group>,
    batch: Batch,
}

impl GroupCommit {
    /// Gathers writes for this store. At most `queue` commands are queued; a call beyond that fails at once with an
    /// unavailable store whose source is [`QueueFull`].
    pub fn new(inner: Arc<dyn CustomerStore>, queue: usize) -> Self {
        Self::limited(inner, queue, usize::MAX)
    }

    /// Like [`GroupCommit::new`], with at most this many commands in a batch, even if the store allows more.
    pub fn limited(inner: Arc<dyn CustomerStore>, queue: usize, commands: usize) -> Self {
        let batching = inner.batching();
        let batching = Batching { commands: commands.min(batching.commands), ..batching };
        Self { batching, group: Arc::new(Group { inner, queue: Mutex::new(Queue::new(batching, queue)) }) }
    }
}

#[async_trait]
impl CustomerStore for GroupCommit {
    async fn write(&self, batch: Vec<Command>) -> Answers {
        let Some(organization) = batch.first().map(Command::organization_id) else { return Ok(Vec::new()) };
        let lane = match self.batching.cut {
            Cut::Anywhere => None,
            Cut::ByBucket if is_of_several_buckets(&batch) => return self.group.inner.write(batch).await,
            Cut::ByBucket => Some(organization.bucket()),
        };
        let (caller, answers) = oneshot::channel();
        let call = Call { commands: batch, caller };
        if let Some(turn) = self.group.come(lane, organization, call)? {
            tokio::spawn(turn.carry_out_and_go_on());
        }
        answers.await.unwrap_or_else(|_| Err(Fault::Dropped.into()))
    }

    /// A dry run is a batch of its own and is not shared.
    async fn rehearse(&self, batch: Vec<Command>) -> Answers {
        self.group.inner.rehearse(batch).await
    }

    async fn find(&self, organization_id: OrganizationId, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        self.group.inner.find(organization_id, id).await
    }

    async fn purge_receipts(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.group.inner.purge_receipts(before).await
    }

    fn batching(&self) -> Batching {
        self.batching
    }
}

/// Whether the commands are of several buckets, so that no batch of one bucket can contain them all.
fn is_of_several_buckets(batch: &[Command]) -> bool {
    let mut pairs = batch.iter().zip(batch.iter().skip(1));
    pairs.any(|(one, next)| {
        let (one, next) = (one.organization_id(), next.organization_id());
        // Mostly it is one organization, and computing a bucket takes a hash.
        one != next && one.bucket() != next.bucket()
    })
}

impl Group {
    /// Queues a call, and takes the next batch if the store is free.
    fn come(
        self: &Arc<Self>,
        lane: LaneId,
        organization: OrganizationId,
        call: Call,
    ) -> Result<Option<Turn>, QueueFull> {
        let batch = self.queue().push(lane, organization, call)?;
        Ok(batch.map(|batch| self.turn(batch)))
    }

    /// Takes the next batch, if the store is free and a call is queued.
    fn next(self: &Arc<Self>) -> Option<Turn> {
        let batch = self.queue().take()?;
        Some(self.turn(batch))
    }

    fn turn(self: &Arc<Self>, batch: Batch) -> Turn {
        Turn { group: self.clone(), batch }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        // No caller's code runs under the lock, so even a panic leaves the queue intact.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// Carries out the batch and then those that were queued meanwhile, until no call is queued.
    async fn carry_out_and_go_on(self) {
        let group = self.group.clone();
        let mut turn = Some(self);
        while let Some(mut current) = turn {
            batch::carry_out(&*group.inner, std::mem::take(&mut current.batch.calls)).await;
            drop(current);
            turn = group.next();
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.group.queue().finish(self.batch.lane);
    }
}
