//! Where customers are kept.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{CorruptRow, StoreError};
use crate::customer::{Customer, EraseCustomer, PostCustomer, PutCustomer, Refusal};
use crate::value::{CustomerId, OrganizationId};

/// Keeps customers and the keys by which they are found.
///
/// A key has one owner in an organization: the customer that took it first. Others with the same value queue behind, in
/// the order in which they took it; when the owner gives the value up, the next in the queue owns it.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait CustomerStore: Send + Sync {
    /// Carries out a batch of commands in one transaction and answers each by itself, in order.
    ///
    /// Later commands see what earlier ones wrote. A command that is refused writes nothing and spoils no other. When
    /// this returns `Ok`, what was written is durable.
    ///
    /// For [`Command::Post`] the store MUST look up the owners of [`PostCustomer::sought`], and carry
    /// out what [`crate::customer::decide_post`] says of them; concurrent calls with one key never make two owners. It
    /// MUST answer [`Refusal::UsernameTaken`] when another customer of the organization has the username, and
    /// [`Refusal::UnknownOrganization`] when there is no such organization.
    ///
    /// When it is [`PostCustomer::repeatable`], the store MUST keep a [`crate::customer::Receipt`] in the same
    /// transaction, and whoever comes with the same key in the organization gets
    /// [`crate::customer::Receipt::answer_again`], until the receipt is forgotten; also when both come at once. A request
    /// that was refused leaves no receipt.
    ///
    /// For [`Command::Erase`] it MUST remove the customer with its keys, tokens, installations and sessions on the network,
    /// take from its history all but who did what when, and leave nothing of them in its files beyond what the database
    /// itself needs some time to write over. Whoever is next in the queue of a key owns it then, and the username is free.
    /// Nothing that comes at the same time leaves anything behind.
    ///
    /// Where the organization has an account elsewhere ([`super::ForwardingStore`]), whoever is written waits to be sent there
    /// from then on: it MUST write who is in [`crate::batch::Wave::waiting`], in the same transaction.
    ///
    /// It MUST write what [`crate::batch::Wave::events`] tells, in the same transaction. A command that created a customer
    /// before is not carried out again, and answered as if the customer were there, also when it is erased since: no id is
    /// used twice.
    ///
    /// A row that cannot be read MUST fail the commands that need it, by [`CommandError::Corrupt`], and no other. It is
    /// repaired by a [`Command::Put`] that gives every unreadable column a new value, and removed by [`Command::Erase`]
    /// whatever cannot be read of it; either MUST give up the keys that the customer has and the row does not tell
    /// ([`crate::batch::Wave::lost`]).
    ///
    /// For [`Command::Put`] and [`Command::Erase`] it MUST answer [`Refusal::ForeignCustomer`] when the id belongs to
    /// another organization, and [`Refusal::UnknownCustomer`] when it belongs to none.
    ///
    /// # Errors
    /// The whole batch failed, and nothing of it was written.
    async fn write(&self, batch: Vec<Command>) -> Result<Vec<Result<Written, CommandError>>, StoreError>;

    /// Answers a batch as [`CustomerStore::write`] would, and writes nothing: whatever it tells was never there. It counts for
    /// a batch like any other, so others may wait for it.
    ///
    /// # Errors
    /// The whole batch failed.
    async fn rehearse(&self, batch: Vec<Command>) -> Result<Vec<Result<Written, CommandError>>, StoreError>;

    /// The customer with this id in this organization; `None` when the organization has none.
    ///
    /// # Errors
    /// The store failed, or the row cannot be read.
    async fn find(&self, organization_id: OrganizationId, id: CustomerId) -> Result<Option<Customer>, StoreError>;

    /// Forgets receipts of requests that came before this time, a bounded number of them so that writers do not wait long,
    /// and tells how many. None: there are no more.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn purge_receipts(&self, before: Timestamp) -> Result<u64, StoreError>;

    /// How commands that come at the same time are best put into batches. The same for the life of the store.
    fn batching(&self) -> Batching;
}

/// How a store likes its batches. It takes any other batch too, but not as quickly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batching {
    /// Which commands can share a batch.
    pub cut: Cut,
    /// How many batches the store works on at the same time. Of one bucket there is never more than one, when
    /// [`Cut::ByBucket`].
    pub at_once: usize,
    /// Commands that have to wait before a batch goes beside those that the store works on already. Fewer wait until none
    /// is worked on: two small batches cost more than one of twice the size.
    pub beside: usize,
    /// Commands of a batch, at most: what is larger holds locks for too long.
    pub commands: usize,
}

/// Which commands can share a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// All of them.
    Anywhere,
    /// Those whose organizations are in the same [`crate::value::Bucket`]: the store keeps buckets on different machines.
    ByBucket,
}

/// Something to write. Copies are cheap: whoever hands it on may have to do so again.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Create a customer, or update the one that is found by its values.
    Post(Arc<PostCustomer>),
    /// Change a customer.
    Put(Arc<PutCustomer>),
    /// Remove a customer.
    Erase(EraseCustomer),
}

/// What a command wrote.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// The customer as it is stored now, or as it was.
    pub customer: Customer,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether the command locked or unlocked a customer who was there before.
    pub lock_changed: bool,
}

/// What became of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The customer is new.
    Created,
    /// The customer was there already.
    Updated,
    /// The customer is gone.
    Erased,
}

/// Why one command of a batch was not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandError {
    /// By a rule.
    Refused(Refusal),
    /// A row that it needs cannot be read.
    Corrupt(CorruptRow),
}

impl Command {
    /// The organization whose customer it writes.
    pub fn organization_id(&self) -> OrganizationId {
        match self {
            Self::Post(post) => post.organization_id,
            Self::Put(put) => put.organization_id,
            Self::Erase(erase) => erase.organization_id,
        }
    }
}

impl From<Refusal> for CommandError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Why a single command was not carried out.
#[derive(Debug)]
pub enum WriteError {
    /// By a rule.
    Refused(Refusal),
    /// By the store.
    Store(StoreError),
}

/// Carries out one command.
///
/// # Errors
/// It was refused, or the store failed.
pub async fn write_one(store: &dyn CustomerStore, command: Command) -> Result<Written, WriteError> {
    let mut answers = store.write(vec![command]).await.map_err(WriteError::Store)?;
    match answers.pop() {
        Some(Ok(written)) => Ok(written),
        Some(Err(CommandError::Refused(refusal))) => Err(WriteError::Refused(refusal)),
        Some(Err(CommandError::Corrupt(row))) => Err(WriteError::Store(row.into())),
        None => Err(WriteError::Store(StoreError::Internal("a store gave no answer to a command".into()))),
    }
}
