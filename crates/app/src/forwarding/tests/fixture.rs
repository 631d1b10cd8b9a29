//! A store with an outbox in memory, and an upstream whose answers the test controls.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use domain::Timestamp;
use domain::customer::Customer;
use domain::forwarding::{
    Account, Attempt, ClientSecret, Fault, Identity, Lease, Outcome, Parcel, RemoteId, Settlement, Standing, Waiting,
};
use domain::ports::{Clock, CorruptRow, MockForwardingStore, StoreError, Upstream};
use domain::value::{CustomerId, OrganizationId, ShortText, WebUrl};
use tokio::time::Instant;

use crate::forwarding::{Forwarding, Metrics};

/// The state and the record of the test.
#[derive(Default)]
pub(super) struct Inside {
    pub(super) accounts: Vec<Result<Account, CorruptRow>>,
    /// The queued customers and when each is due. The id of a customer contains the organization's number and its own.
    pub(super) waiting: BTreeMap<CustomerId, (Timestamp, Parcel)>,
    pub(super) given_up: Vec<CustomerId>,
    /// How many further attempts of the store to write results fail.
    pub(super) unwritable: usize,
    /// How many further readings of the clock panic.
    pub(super) broken: usize,
    /// The upstream's answers for a customer; without one, it accepts the customer.
    pub(super) answers: HashMap<String, VecDeque<Fault>>,
    /// The upstream's answer for all customers of an organization.
    pub(super) away: HashMap<OrganizationId, Fault>,
    /// How long the upstream takes to answer.
    pub(super) takes: Duration,
    /// The deliveries: customer, time and secret.
    pub(super) sent: Vec<(String, u64, String)>,
    /// Whether the state of forwarding cannot be read.
    pub(super) unknown: bool,
    on_the_way: usize,
    /// The maximum number of concurrent deliveries.
    pub(super) most: usize,
}

/// The environment of the lanes.
pub(super) struct World {
    inside: Mutex<Inside>,
    start: Instant,
}

impl World {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { inside: Mutex::default(), start: Instant::now() })
    }

    pub(super) fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap()
    }

    /// Queues customers of an account, due now.
    pub(super) fn let_wait(&self, account: &Account, numbers: impl IntoIterator<Item = u128>) {
        for number in numbers {
            let customer_id =
                CustomerId::from_bits((u128::from_be_bytes(account.organization_id.to_bytes()) << 64) | number);
            let waiting = Waiting {
                organization_id: account.organization_id,
                customer_id,
                change: 1,
                sent: true,
                remote_id: Some(ShortText::parse(&format!("r{number}")).unwrap()),
                attempt: Attempt::default(),
            };
            let parcel = Parcel { waiting, lease: Lease { account: 1, number: 0 }, customer: None };
            self.inside().waiting.insert(customer_id, (self.time(), parcel));
        }
    }

    fn time(&self) -> Timestamp {
        Timestamp::from_second(1_000_000).unwrap() + self.start.elapsed()
    }

    /// The number of queued customers.
    pub(super) fn waiting(&self) -> usize {
        self.inside().waiting.len()
    }

    /// The number of deliveries.
    pub(super) fn sent(&self) -> usize {
        self.inside().sent.len()
    }

    /// The seconds in which customers were sent.
    pub(super) fn seconds(&self) -> Vec<u64> {
        self.inside().sent.iter().map(|(_, second, _)| *second).collect()
    }

    pub(super) fn forwarding(self: &Arc<Self>) -> Forwarding {
        let mut store = MockForwardingStore::new();
        let world = self.clone();
        store.expect_accounts().returning(move || Ok(world.inside().accounts.clone()));
        let world = self.clone();
        store.expect_standing().returning(move |organization_id, _| world.standing(organization_id));
        let world = self.clone();
        store.expect_take().returning(move |account, at, until, limit| world.take(account, at, until, limit));
        let world = self.clone();
        store.expect_settle().returning(move |_, settlements| world.settle(settlements));
        let metrics = Metrics::default();
        Forwarding { store: Arc::new(store), upstream: self.clone(), clock: self.clone(), metrics }
    }

    fn standing(&self, organization_id: OrganizationId) -> Result<Standing, StoreError> {
        let inside = self.inside();
        let is_its = |parcel: &&(Timestamp, Parcel)| parcel.1.waiting.organization_id == organization_id;
        let waiting = inside.waiting.values().filter(is_its).count() as u64;
        let oldest = (waiting > 0).then(|| Timestamp::from_second(1_000_000).unwrap());
        if inside.unknown {
            return Err(StoreError::Unavailable("away".into()));
        }
        Ok(Standing { waiting, oldest, dead: inside.given_up.len() as u64, held: false })
    }

    fn take(&self, account: &Account, at: Timestamp, until: Timestamp, limit: u16) -> Result<Vec<Parcel>, StoreError> {
        let mut inside = self.inside();
        let due = inside
            .waiting
            .values_mut()
            .filter(|(due, parcel)| *due <= at && parcel.waiting.organization_id == account.organization_id);
        let taken = due.take(usize::from(limit)).map(|(due, parcel)| {
            *due = until;
            parcel.lease.number += 1;
            parcel.clone()
        });
        Ok(taken.collect())
    }

    fn settle(&self, settlements: &[Settlement]) -> Result<(), StoreError> {
        let mut inside = self.inside();
        if inside.unwritable > 0 {
            inside.unwritable -= 1;
            return Err(StoreError::Unavailable("away".into()));
        }
        for Settlement { customer_id, lease, outcome, .. } in settlements {
            let (due, parcel) = inside.waiting.get_mut(customer_id).unwrap();
            assert_eq!(parcel.lease, *lease, "it is somebody else's");
            match outcome {
                Outcome::Later { at, attempt } => {
                    *due = *at;
                    parcel.waiting.attempt = attempt.clone();
                }
                Outcome::Done(_) => drop(inside.waiting.remove(customer_id)),
                Outcome::GiveUp { .. } => {
                    inside.waiting.remove(customer_id);
                    inside.given_up.push(*customer_id);
                }
            }
        }
        Ok(())
    }
}

impl Clock for World {
    fn now(&self) -> Timestamp {
        let mut inside = self.inside();
        if inside.broken > 0 {
            inside.broken -= 1;
            drop(inside);
            panic!("a fault of ours");
        }
        drop(inside);
        self.time()
    }
}

#[async_trait]
impl Upstream for World {
    async fn put(&self, _: &Account, _: &Customer, _: Option<RemoteId>) -> Result<RemoteId, Fault> {
        panic!("these customers are erased");
    }

    async fn erase(&self, account: &Account, remote_id: &RemoteId) -> Result<(), Fault> {
        let id = remote_id.as_str().to_owned();
        let takes = {
            let mut inside = self.inside();
            inside.on_the_way += 1;
            inside.most = inside.most.max(inside.on_the_way);
            let secret = account.client_secret.reveal().to_owned();
            inside.sent.push((id.clone(), self.start.elapsed().as_secs(), secret));
            inside.takes
        };
        tokio::time::sleep(takes).await;
        let mut inside = self.inside();
        inside.on_the_way -= 1;
        let away = inside.away.get(&account.organization_id).cloned();
        let told = inside.answers.get_mut(&id).and_then(VecDeque::pop_front);
        away.or(told).map_or(Ok(()), Err)
    }
}

/// The account of an organization with this number.
pub(super) fn account(number: u128) -> Account {
    Account {
        organization_id: OrganizationId::from_bits(number),
        url: WebUrl::parse("https://api.example.org").unwrap(),
        client_key: ShortText::parse("key").unwrap(),
        client_secret: ClientSecret::parse("geheim").unwrap(),
        remote_organization: ShortText::parse("b5a3").unwrap(),
        identity: Identity::ExtId,
        set_up_at: Timestamp::from_second(1_000_000).unwrap(),
    }
}

pub(super) fn away(retry_after: Option<u64>) -> Fault {
    Fault::Away { reason: "status 503".to_owned(), retry_after: retry_after.map(Duration::from_secs) }
}

pub(super) async fn seconds(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}
