//! Which erasures, locks and revocations are recorded and when, and what happens to the entries on a failure.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use domain::access::Role;
use domain::customer::PutCustomer;
use domain::ledger::{Author, Entry, Fact, Replay};
use domain::ports::{
    Clock, Command, CommandError, CustomerStore, Ledger, MockCustomerStore, MockServiceStore, OutcomeUnknown,
    ServiceStore, StoreError,
};
use domain::value::CustomerId;
use ledger::{RecordingCustomers, RecordingServices};
use store_sqlite::SqliteStore;
use store_suite::ambient::{TestClock, TestIds};
use store_suite::edit::{Edit, EditPost};
use store_suite::{IntoCommand, Stores, TestSealer, Venue};

/// A ledger in memory that can fail.
#[derive(Default)]
struct Memory {
    entries: Mutex<Vec<Entry>>,
    broken: Mutex<bool>,
}

#[async_trait]
impl Ledger for Memory {
    async fn append(&self, entries: Vec<Entry>) -> Result<(), StoreError> {
        if !entries.is_empty() && *self.broken.lock().unwrap() {
            return Err(StoreError::Unavailable("the disk is full".into()));
        }
        self.entries.lock().unwrap().extend(entries);
        Ok(())
    }
}

impl Memory {
    fn breaks(&self, broken: bool) {
        *self.broken.lock().unwrap() = broken;
    }

    fn facts(&self) -> Vec<Fact> {
        self.entries.lock().unwrap().iter().map(|entry| entry.fact.clone()).collect()
    }

    fn replay(&self) -> Replay {
        Replay::of(vec![self.entries.lock().unwrap().clone()])
    }
}

/// A real store that records.
async fn stores() -> (Stores, Arc<Memory>) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("guestbook.db");
    let store = SqliteStore::open(&path, Arc::new(TestSealer::default())).await.unwrap();
    let mut stores = Stores::of(Arc::new(store), directory);
    let memory = Arc::new(Memory::default());
    stores.customers = Arc::new(recording(stores.customers.clone(), &memory));
    stores.services = Arc::new(RecordingServices::new(stores.services.clone(), memory.clone(), Arc::new(TestIds)));
    (stores, memory)
}

fn recording(inner: Arc<dyn CustomerStore>, memory: &Arc<Memory>) -> RecordingCustomers {
    RecordingCustomers::new(inner, memory.clone(), Arc::new(TestClock::default()), Arc::new(TestIds))
}

fn erased(venue: &Venue<'_>, customer_id: CustomerId) -> Fact {
    Fact::Erased { organization_id: venue.id, customer_id }
}

fn locked(venue: &Venue<'_>, customer_id: CustomerId, locked: bool) -> Fact {
    Fact::Locked { organization_id: venue.id, customer_id, locked }
}

#[tokio::test]
async fn an_erasure_is_recorded_with_its_author() {
    let (stores, memory) = stores().await;
    let venue = Venue::open(&stores).await;
    let customer = venue.create(venue.post()).await;
    venue.write(venue.erase(customer.id)).await.unwrap();
    let entries = memory.entries.lock().unwrap().clone();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].fact, erased(&venue, customer.id));
    assert_eq!(entries[0].by, Author::Service(venue.service_id));
    assert_eq!(entries[0].at, venue.clock.now());
}

#[tokio::test]
async fn an_erasure_that_cannot_be_recorded_is_not_carried_out() {
    let (stores, memory) = stores().await;
    let venue = Venue::open(&stores).await;
    let customer = venue.create(venue.post()).await;
    memory.breaks(true);
    let failed = stores.customers.write(vec![venue.erase(customer.id).into_command()]).await;
    assert!(matches!(failed, Err(StoreError::Unavailable(_))), "{failed:?}");
    assert_eq!(venue.find(customer.id).await, Some(customer.clone()));
    // Commands that neither erase nor lock need no ledger.
    let other = venue.create(venue.post().email("a@example.org")).await;
    venue.update(venue.put(other.id).first_name("Ada")).await;
    memory.breaks(false);
    venue.write(venue.erase(customer.id)).await.unwrap();
    assert_eq!(memory.facts(), [erased(&venue, customer.id)]);
}

#[tokio::test]
async fn an_erasure_that_is_refused_is_withdrawn() {
    let (stores, memory) = stores().await;
    let (venue, other) = (Venue::open(&stores).await, Venue::open(&stores).await);
    let theirs = other.create(other.post()).await;
    let ours = venue.create(venue.post()).await;
    let nobody = CustomerId::from_bits(1);
    let batch = [theirs.id, ours.id, nobody].map(|id| venue.erase(id).into_command()).to_vec();
    let answers = stores.customers.write(batch).await.unwrap();
    assert_eq!(answers.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, true, false]);
    let left: Vec<_> = memory.replay().erased.into_keys().collect();
    assert_eq!(left, [(venue.id, ours.id)]);
}

/// A store that always fails.
fn failing(error: impl Fn() -> StoreError + Send + 'static) -> Arc<dyn CustomerStore> {
    let mut inner = MockCustomerStore::new();
    inner.expect_write().returning(move |_| Err(error()));
    Arc::new(inner)
}

#[tokio::test]
async fn an_erasure_that_failed_is_withdrawn_unless_it_may_have_happened() {
    let (stores, _) = stores().await;
    let venue = Venue::open(&stores).await;
    let erase = || vec![venue.erase(CustomerId::from_bits(1)).into_command()];
    let memory = Arc::new(Memory::default());
    let away = || StoreError::Unavailable("the database is away".into());
    assert!(recording(failing(away), &memory).write(erase()).await.is_err());
    assert_eq!(memory.facts().len(), 2);
    assert!(memory.replay().erased.is_empty());

    let memory = Arc::new(Memory::default());
    let unknown = || StoreError::Unavailable(OutcomeUnknown("the server went away".into()).into());
    assert!(recording(failing(unknown), &memory).write(erase()).await.is_err());
    assert_eq!(memory.facts(), [erased(&venue, CustomerId::from_bits(1))]);
}

#[tokio::test]
async fn an_erasure_that_cannot_be_withdrawn_is_withdrawn_later() {
    let (stores, _) = stores().await;
    let venue = Venue::open(&stores).await;
    let memory = Arc::new(Memory::default());
    let breaks = memory.clone();
    let store = recording(
        failing(move || {
            breaks.breaks(true);
            StoreError::Unavailable("the machine has no disk any more".into())
        }),
        &memory,
    );
    let erase = |id| vec![venue.erase(CustomerId::from_bits(id)).into_command()];
    assert!(store.write(erase(1)).await.is_err());
    assert_eq!(memory.replay().erased.len(), 1);
    memory.breaks(false);
    assert!(store.write(erase(2)).await.is_err());
    memory.breaks(false);
    assert!(store.write(erase(3)).await.is_err());
    let left: Vec<_> = memory.replay().erased.into_keys().map(|(_, id)| id).collect();
    assert_eq!(left, [CustomerId::from_bits(3)]);
}

#[tokio::test]
async fn locks_are_recorded_when_they_change_or_are_put() {
    let (stores, memory) = stores().await;
    let venue = Venue::open(&stores).await;
    let customer = venue.create(venue.post().email("a@example.org").lock(false)).await;
    let hit = || venue.post().email("a@example.org").deduplicate("email");
    let put = |lock| PutCustomer { lock: Some(lock), ..venue.put(customer.id) };
    venue.update(put(false)).await;
    venue.update(put(true)).await;
    venue.update(hit().lock(true)).await;
    venue.update(hit().lock(false)).await;
    venue.update(hit()).await;
    let missing = PutCustomer { id: CustomerId::from_bits(1), ..put(true) };
    assert!(venue.write(missing).await.is_err());
    assert_eq!(memory.facts(), [false, true, false].map(|lock| locked(&venue, customer.id, lock)));
}

/// The lock is set although its caller gets an error. The owed entry is recorded together with that of the second
/// request.
#[tokio::test]
async fn a_lock_that_could_not_be_recorded_is_recorded_with_the_next() {
    let (stores, memory) = stores().await;
    let venue = Venue::open(&stores).await;
    let customer = venue.create(venue.post().lock(false)).await;
    let lock = || PutCustomer { lock: Some(true), ..venue.put(customer.id) }.into_command();
    memory.breaks(true);
    assert!(stores.customers.write(vec![lock()]).await.is_err());
    memory.breaks(false);
    assert!(stores.customers.write(vec![lock()]).await.unwrap()[0].is_ok());
    assert_eq!(memory.facts(), [(); 2].map(|()| locked(&venue, customer.id, true)));
}

/// The process was killed between the transaction and the entry. The repeated request changes nothing.
#[tokio::test]
async fn a_lock_that_is_put_again_is_recorded() {
    let (stores, memory) = stores().await;
    let venue = Venue::open(&stores).await;
    let customer = venue.create(venue.post().lock(true)).await;
    assert!(memory.facts().is_empty());
    venue.update(PutCustomer { lock: Some(true), ..venue.put(customer.id) }).await;
    assert_eq!(memory.facts(), [locked(&venue, customer.id, true)]);
}

/// The caller went away: the entry and the erasure still belong together.
#[tokio::test]
async fn an_abandoned_erasure_is_carried_out() {
    let memory = Arc::new(Memory::default());
    let (begun, waits) = (Arc::new(tokio::sync::Notify::new()), Arc::new(tokio::sync::Notify::new()));
    let store = Arc::new(recording(Arc::new(Slow { begun: begun.clone(), waits: waits.clone() }), &memory));
    let (stores, _) = stores().await;
    let venue = Venue::open(&stores).await;
    let batch = vec![venue.erase(CustomerId::from_bits(1)).into_command()];
    let caller = tokio::spawn({
        let store = store.clone();
        async move { store.write(batch).await }
    });
    begun.notified().await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    waits.notify_one();
    while memory.facts().len() < 2 {
        tokio::task::yield_now().await;
    }
    assert!(memory.replay().erased.is_empty(), "it was refused, and is withdrawn");
}

/// A store that waits for a signal before it refuses.
struct Slow {
    begun: Arc<tokio::sync::Notify>,
    waits: Arc<tokio::sync::Notify>,
}

#[async_trait]
impl CustomerStore for Slow {
    async fn write(
        &self,
        batch: Vec<Command>,
    ) -> Result<Vec<Result<domain::ports::Written, CommandError>>, StoreError> {
        self.begun.notify_one();
        self.waits.notified().await;
        Ok(batch.iter().map(|_| Err(domain::customer::Refusal::UnknownCustomer.into())).collect())
    }

    async fn rehearse(&self, _: Vec<Command>) -> Result<Vec<Result<domain::ports::Written, CommandError>>, StoreError> {
        Ok(Vec::new())
    }

    async fn find(
        &self,
        _: domain::value::OrganizationId,
        _: CustomerId,
    ) -> Result<Option<domain::customer::Customer>, StoreError> {
        Ok(None)
    }

    async fn purge_receipts(&self, _: domain::Timestamp) -> Result<u64, StoreError> {
        Ok(0)
    }

    fn batching(&self) -> domain::ports::Batching {
        domain::ports::Batching { cut: domain::ports::Cut::Anywhere, at_once: 1, beside: 1, commands: 1 }
    }
}

#[tokio::test]
async fn a_revocation_is_recorded_first() {
    let (stores, memory) = stores().await;
    let venue = Venue::open(&stores).await;
    let new = venue.service(Role::PublicApp);
    let key = new.service.client_key.clone();
    stores.services.add(new).await.unwrap();
    let revoke = async || stores.services.revoke(&key, venue.clock.now()).await;
    memory.breaks(true);
    assert!(matches!(revoke().await, Err(StoreError::Unavailable(_))));
    assert_eq!(stores.services.find(&key).await.unwrap().unwrap().service.revoked_at, None);
    memory.breaks(false);
    assert!(revoke().await.unwrap());
    assert_eq!(memory.replay().revoked, [(key.clone(), venue.clock.now())]);
}

#[tokio::test]
async fn a_revocation_that_failed_is_withdrawn() {
    let (stores, _) = stores().await;
    let venue = Venue::open(&stores).await;
    let key = venue.service(Role::PublicApp).service.client_key;
    for answer in [Ok(false), Err("the database is away")] {
        let memory = Arc::new(Memory::default());
        let mut inner = MockServiceStore::new();
        inner.expect_revoke().returning(move |_, _| answer.map_err(|cause| StoreError::Unavailable(cause.into())));
        let store = RecordingServices::new(Arc::new(inner), memory.clone(), Arc::new(TestIds));
        drop(store.revoke(&key, venue.clock.now()).await);
        assert_eq!(memory.facts().len(), 2);
        assert!(memory.replay().revoked.is_empty());
    }
}
