//! The store of customers.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{CorruptRow, StoreError};
use crate::customer::{Customer, EraseCustomer, PostCustomer, PutCustomer, Refusal};
use crate::value::{CustomerId, OrganizationId};

/// Stores customers and the keys by which they are found.
///
/// A key has one owner in an organization: the customer that took it first. Others with the same value queue behind the
/// owner, in the order in which they took it; when the owner releases the value, the next in the queue becomes the
/// owner.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait CustomerStore: Send + Sync {
    /// Carries out a batch of commands in one transaction, and answers each separately, in order.
    ///
    /// Later commands see the writes of earlier ones. A refused command writes nothing and does not affect the others.
    /// When this returns `Ok`, all writes are durable.
    ///
    /// For [`Command::Post`] the store MUST look up the owners of [`PostCustomer::sought`], and carry out the decision
    /// of [`crate::customer::decide_post`]; concurrent calls with one key never create two owners. It MUST answer
    /// [`Refusal::UsernameTaken`] if another customer of the organization has the username, and
    /// [`Refusal::UnknownOrganization`] if there is no such organization.
    ///
    /// If the command is [`PostCustomer::repeatable`], the store MUST write a [`crate::customer::Receipt`] in the same
    /// transaction, and a later request with the same key in the organization gets
    /// [`crate::customer::Receipt::answer_again`] until the record is purged, even if both requests are concurrent. A
    /// refused request leaves no record.
    ///
    /// For [`Command::Erase`] it MUST remove the customer with its keys, tokens, installations and network sessions,
    /// reduce its history to the callers and times, and leave no other data of the customer in its files beyond what
    /// the database itself needs some time to overwrite. The next in the queue of each key then owns it, and the
    /// username is free. Concurrent writes leave nothing behind.
    ///
    /// If the organization has an upstream account ([`super::ForwardingStore`]), a written customer is queued to be
    /// sent there: the store MUST write the entries of [`crate::batch::Wave::waiting`] in the same transaction.
    ///
    /// It MUST write [`crate::batch::Wave::events`] in the same transaction. A command that created a customer before
    /// is not carried out again, and is answered as if the customer existed, even if it was erased since: no id is used
    /// twice.
    ///
    /// An unreadable row MUST fail the commands that need it with [`CommandError::Corrupt`], and no others. A
    /// [`Command::Put`] that gives every unreadable column a new value repairs it, and [`Command::Erase`] removes it
    /// whatever part of it is unreadable; either MUST release the customer's keys that the row does not show
    /// ([`crate::batch::Wave::lost`]).
    ///
    /// For [`Command::Put`] and [`Command::Erase`] it MUST answer [`Refusal::ForeignCustomer`] if the id belongs to
    /// another organization, and [`Refusal::UnknownCustomer`] if it belongs to none.
    ///
    /// # Errors
    /// The whole batch failed, and nothing of it was written.
    async fn write(&self, batch: Vec<Command>) -> Result<Vec<Result<Written, CommandError>>, StoreError>;

    /// Answers a batch as [`CustomerStore::write`] would, and writes nothing (a dry run). It counts as a batch like any
    /// other, so others may wait for it.
    ///
    /// # Errors
    /// The whole batch failed.
    async fn rehearse(&self, batch: Vec<Command>) -> Result<Vec<Result<Written, CommandError>>, StoreError>;

    /// The customer with this id in this organization, if there is one.
    ///
    /// # Errors
    /// The store failed, or the row cannot be read.
    async fn find(&self, organization_id: OrganizationId, id: CustomerId) -> Result<Option<Customer>, StoreError>;

    /// Purges idempotency records of requests before this time, a bounded number per call so that writers do not wait
    /// long, and returns how many. Zero means that there are no more.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn purge_receipts(&self, before: Timestamp) -> Result<u64, StoreError>;

    /// How concurrent commands are best put into batches. Constant for the life of the store.
    fn batching(&self) -> Batching;
}

/// The batches that suit a store. It accepts any other batch too, but is slower.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batching {
    /// Which commands can share a batch.
    pub cut: Cut,
    /// How many batches the store works on concurrently; with [`Cut::ByBucket`] never more than one per bucket.
    pub at_once: usize,
    /// The number of queued commands from which a batch goes while others are in flight. Fewer commands wait until none
    /// is in flight: two small batches cost more than one of twice the size.
    pub beside: usize,
    /// The maximum number of commands per batch: a larger one holds locks for too long.
    pub commands: usize,
}

/// Which commands can share a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// All commands.
    Anywhere,
    /// Those whose organizations share a [`crate::value::Bucket`]: the store keeps buckets on different machines.
    ByBucket,
}

/// A write. Clones are cheap, since a decorator may have to pass it on again.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Create a customer, or update an existing one.
    Post(Arc<PostCustomer>),
    /// Change a customer.
    Put(Arc<PutCustomer>),
    /// Erase a customer.
    Erase(EraseCustomer),
}

/// The result of a command.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// The customer as stored now, or as it was before it was erased.
    pub customer: Customer,
    /// What happened to the customer.
    pub outcome: Outcome,
    /// Whether the command locked or unlocked an existing customer.
    pub lock_changed: bool,
}

/// What happened to a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The customer was created.
    Created,
    /// The customer existed and was updated.
    Updated,
    /// The customer was erased.
    Erased,
}

/// A reason why one command of a batch was not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandError {
    /// A rule refused it.
    Refused(Refusal),
    /// A row that it needs cannot be read.
    Corrupt(CorruptRow),
}

impl Command {
    /// The organization of the customer that it writes.
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

/// A reason why a single command was not carried out.
#[derive(Debug)]
pub enum WriteError {
    /// A rule refused it.
    Refused(Refusal),
    /// The store failed.
    Store(StoreError),
}

/// Carries out a single command.
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
