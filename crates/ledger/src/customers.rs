//! A store decorator that records erasures and locks of customers.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use domain::Timestamp;
use domain::customer::{Customer, PostCustomer};
use domain::ledger::{Author, Entry, Fact};
use domain::ports::{
    Batching, Clock, Command, CommandError, CustomerStore, ErrorChain, IdSource, Ledger, StoreError, Written,
};
use domain::value::{CustomerId, LedgerEntryId, OrganizationId};

type Answers = Result<Vec<Result<Written, CommandError>>, StoreError>;

/// A decorator of a [`CustomerStore`] that records erasures before it passes them on, and locks before they are
/// answered: see [`domain::ledger`]. It passes everything else straight to the inner store.
///
/// An erasure or a lock is carried out even if its caller stops waiting. It needs a tokio runtime.
pub struct RecordingCustomers {
    recorder: Arc<Recorder>,
}

struct Recorder {
    inner: Arc<dyn CustomerStore>,
    ledger: Arc<dyn Ledger>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    /// Entries that could not be recorded: locks that changed, whose callers got an error, and withdrawals. They are
    /// recorded together with the next entry, since repeating a request that set a lock would find nothing to change.
    owed: Mutex<Vec<Entry>>,
}

impl RecordingCustomers {
    /// Records the erasures and locks of this store.
    pub fn new(
        inner: Arc<dyn CustomerStore>,
        ledger: Arc<dyn Ledger>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Self {
        Self { recorder: Arc::new(Recorder { inner, ledger, clock, ids, owed: Mutex::default() }) }
    }
}

#[async_trait]
impl CustomerStore for RecordingCustomers {
    async fn write(&self, batch: Vec<Command>) -> Answers {
        if !batch.iter().any(takes_away) {
            return self.recorder.inner.write(batch).await;
        }
        // The entry and its outcome belong together, even if the caller goes away in between.
        let recorder = self.recorder.clone();
        let written = tokio::spawn(async move { recorder.write(batch).await });
        written.await.unwrap_or_else(|error| Err(StoreError::Internal(error.into())))
    }

    async fn rehearse(&self, batch: Vec<Command>) -> Answers {
        self.recorder.inner.rehearse(batch).await
    }

    async fn find(&self, organization_id: OrganizationId, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        self.recorder.inner.find(organization_id, id).await
    }

    async fn purge_receipts(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.recorder.inner.purge_receipts(before).await
    }

    fn batching(&self) -> Batching {
        self.recorder.inner.batching()
    }
}

impl Recorder {
    async fn write(&self, batch: Vec<Command>) -> Answers {
        let commands = batch.clone();
        let intents: Vec<_> = commands.iter().map(|command| self.intent(command)).collect();
        self.record(intents.iter().flatten().cloned().collect()).await?;
        let answers = self.inner.write(batch).await;
        self.withdraw(&intents, &answers).await;
        let answers = answers?;
        let locks: Vec<_> =
            commands.iter().zip(&answers).filter_map(|(command, answer)| self.lock(command, answer)).collect();
        if let Err(error) = self.record(locks.clone()).await {
            self.owed().extend(locks);
            return Err(error);
        }
        Ok(answers)
    }

    /// The entry to record before a command is carried out.
    fn intent(&self, command: &Command) -> Option<Entry> {
        let Command::Erase(erase) = command else { return None };
        let fact = Fact::Erased { organization_id: erase.organization_id, customer_id: erase.id };
        Some(self.entry(Author::Service(erase.by), fact))
    }

    /// Withdraws the entries of commands that are known to have failed.
    async fn withdraw(&self, intents: &[Option<Entry>], answers: &Answers) {
        let failed = |at: usize| match answers {
            Ok(answers) => answers.get(at).is_some_and(Result::is_err),
            Err(error) => !error.is_outcome_unknown(),
        };
        let void = |(at, entry): (usize, &Option<Entry>)| {
            let entry = entry.as_ref().filter(|_| failed(at))?;
            Some(self.entry(entry.by.clone(), Fact::Void { entry: entry.id }))
        };
        let void: Vec<_> = intents.iter().enumerate().filter_map(void).collect();
        if !void.is_empty()
            && let Err(error) = self.record(void.clone()).await
        {
            tracing::warn!(error = %ErrorChain(&error), "the ledger entry of a failed erasure could not be withdrawn yet");
            self.owed().extend(void);
        }
    }

    /// The lock that a command set. A PUT is recorded even if it changed nothing: it may repeat one whose process was
    /// killed between the transaction and the entry. A POST is not: otherwise an import that has the lock of every row
    /// would record every row each time.
    fn lock(&self, command: &Command, answer: &Result<Written, CommandError>) -> Option<Entry> {
        let (by, is_explicit) = match command {
            Command::Post(post) => (post.by, false),
            Command::Put(put) => (put.by, put.lock.is_some()),
            Command::Erase(_) => return None,
        };
        let written = answer.as_ref().ok().filter(|written| written.lock_changed || is_explicit)?;
        let Customer { id: customer_id, organization_id, locked, .. } = written.customer;
        Some(self.entry(Author::Service(by), Fact::Locked { organization_id, customer_id, locked }))
    }

    fn entry(&self, by: Author, fact: Fact) -> Entry {
        Entry { id: LedgerEntryId::from_bits(self.ids.next()), at: self.clock.now(), by, fact }
    }

    /// Records entries, after those that are still owed.
    async fn record(&self, entries: Vec<Entry>) -> Result<(), StoreError> {
        let owed = std::mem::take(&mut *self.owed());
        let recorded = self.ledger.append([owed.clone(), entries].concat()).await;
        if recorded.is_err() {
            self.owed().splice(0..0, owed);
        }
        recorded
    }

    fn owed(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.owed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a command may erase or lock a customer.
fn takes_away(command: &Command) -> bool {
    match command {
        Command::Erase(_) => true,
        Command::Put(put) => put.lock.is_some(),
        Command::Post(post) => may_relock(post),
    }
}

/// Whether a POST may lock an existing customer. A POST that only ever creates cannot.
fn may_relock(post: &PostCustomer) -> bool {
    post.lock.is_some() && post.deduplicate != domain::customer::Deduplication::default()
}
