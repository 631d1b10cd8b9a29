//! The wiring of adapters to ports.

use std::sync::Arc;

use c4w_client::Forwarder;
use domain::ports::{
    CustomerDirectory, CustomerLists, CustomerStore, ForwardingStore, HistoryStore, HousekeepingStore,
    InstallationStore, KeyStore, NetworkSessionStore, OrganizationStore, Readiness, SecretSource, ServiceStore,
    SessionStore, TokenStore,
};
use group_commit::GroupCommit;
use http_api::{JwtKey, Ports, RadiusPorts};
use prometheus_client::registry::Registry;
use store_postgres::PostgresStore;
use store_sqlite::SqliteStore;
use system::{OsSecrets, Sealer, SystemClock, Uuidv7Ids};
use tokio::runtime::Handle;

use crate::config::{Config, Database};
use crate::failure::Failure;
use crate::first_start::{self, Keys};
use crate::forwarding::{Forwarding, Metrics};
use crate::journal_metrics::JournalMetrics;
use crate::key_check;
use crate::ledger;
use crate::readiness::{Ready, Watched, WriteWatch};

/// The maximum number of writes queued for a batch. Each is a request that holds its body, and this is how many a
/// database completes in the time limit of a request.
const QUEUE: usize = 8192;

/// Connections for requests of RADIUS servers and health checks. Concurrent logins share two of them.
const RADIUS_CONNECTIONS: u32 = 4;

/// Connections for reading the outbox.
const FORWARDING_CONNECTIONS: u32 = 2;

/// The default pool of PgBouncer per user and database, minus two connections for a start or an administration command.
const POOLED_CONNECTIONS: u32 = 18;
const _: () = assert!(
    store_postgres::DEFAULT_CONNECTIONS + RADIUS_CONNECTIONS + FORWARDING_CONNECTIONS + LIST_CONNECTIONS
        <= POOLED_CONNECTIONS,
    "one instance fits the pooler's defaults"
);

/// The adapters, wired together.
pub(crate) struct Wired {
    pub(crate) ports: Ports,
    pub(crate) forwarding: Forwarding,
    /// For administration, whose calls may take longer.
    pub(crate) accounts: Arc<dyn ForwardingStore>,
    pub(crate) housekeeping: Arc<dyn HousekeepingStore>,
    pub(crate) keys: Arc<dyn KeyStore>,
    pub(crate) sealer: Arc<Sealer>,
    /// The stores without the ledger, for facts that are already recorded.
    pub(crate) unrecorded: Unrecorded,
    pub(crate) jwt_key: JwtKey,
    /// Whether the registry may be new.
    begun: bool,
    store: Store,
}

/// The purpose of opening a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Everything,
    /// Short transactions, also beside a server that has the embedded database open.
    Beside,
    /// Accepts the signing key of the key file as the registry's from now on.
    AcceptSigningKey,
}

/// Stores without a ledger.
pub(crate) struct Unrecorded {
    pub(crate) customers: Arc<dyn CustomerStore>,
    pub(crate) services: Arc<dyn ServiceStore>,
}

/// Connections for pages of lists, histories and sessions, and so the number of pieces that are read at once: lists
/// take no connection from writes and look-ups.
const LIST_CONNECTIONS: u32 = 2;

/// The store, and its dedicated pools for RADIUS servers, forwarding and lists, which are closed in the end.
enum Store {
    Sqlite { store: Arc<SqliteStore>, apart: [Arc<SqliteStore>; 3] },
    Postgres { store: Arc<PostgresStore>, apart: [Arc<PostgresStore>; 3] },
}

/// The number of connections of each dedicated pool.
const APART: [u32; 3] = [RADIUS_CONNECTIONS, FORWARDING_CONNECTIONS, LIST_CONNECTIONS];

/// The store of RADIUS servers and health checks.
enum Radius {
    Sqlite(Arc<SqliteStore>),
    Postgres(Arc<PostgresStore>),
}

impl Wired {
    /// Opens key file and database. On the first start, when neither exists, creates them.
    pub(crate) async fn open(config: &Config) -> Result<Self, Failure> {
        Self::open_for(config, Purpose::Everything).await
    }

    /// Opens them for one purpose.
    pub(crate) async fn open_for(config: &Config, purpose: Purpose) -> Result<Self, Failure> {
        Ok(Self::open_as(config, Absent::Refused, purpose).await?)
    }

    /// Creates an empty registry, even if the one that the key file belongs to was lost.
    pub(crate) async fn begin(config: &Config) -> Result<Self, Failure> {
        let opened = match Self::open_as(config, Absent::Refused, Purpose::Everything).await {
            Err(Unopened::Lost(_)) => Self::open_as(config, Absent::Begun, Purpose::Everything).await,
            opened => opened,
        };
        let wired = opened?;
        if wired.begun {
            return Ok(wired);
        }
        wired.close().await?;
        Err(Failure::because("there is already a registry, which stays as it is"))
    }

    async fn open_as(config: &Config, absent: Absent, purpose: Purpose) -> Result<Self, Unopened> {
        let secrets: Arc<dyn SecretSource> = Arc::new(OsSecrets);
        let key_file = Keys::open(config, secrets.as_ref())?;
        let absent = if key_file.have_registry { absent } else { Absent::Begun };
        let sealer = Arc::new(key_file.file.sealer(secrets.clone()));
        let opened = open(config, (absent, purpose), sealer.clone(), secrets).await;
        if opened.is_err() {
            key_file.withdraw(config);
        }
        let (mut ports, forwarding, store) = opened?;
        key_file.confirm()?;
        let jwt_key = JwtKey::from_seed(key_file.file.signing_seed());
        let (accounts, housekeeping, keys) = store.for_administration();
        let unrecorded = Unrecorded { customers: ports.customers.clone(), services: ports.services.clone() };
        ledger::record(config, &mut ports)?;
        let begun = absent == Absent::Begun;
        let wired = Self { ports, forwarding, accounts, housekeeping, keys, sealer, unrecorded, jwt_key, begun, store };
        key_check::check(&wired, purpose).await?;
        Ok(wired)
    }

    /// Registers the store's metrics.
    pub(crate) fn register(&self, registry: &mut Registry) {
        match &self.store {
            Store::Sqlite { store, .. } => JournalMetrics::of(store).register(registry),
            Store::Postgres { .. } => {}
        }
    }

    /// Opens the connections of RADIUS servers and health checks, which then belong to the runtime that runs this.
    pub(crate) fn open_radius(&self) -> impl Future<Output = Result<(), Failure>> + use<> {
        let opened = match &self.store {
            Store::Sqlite { apart: [radius, ..], .. } => Radius::Sqlite(radius.clone()),
            Store::Postgres { apart: [radius, ..], .. } => Radius::Postgres(radius.clone()),
        };
        async move {
            let opened = match opened {
                Radius::Sqlite(store) => store.open_readers().await,
                Radius::Postgres(store) => store.open_connections().await,
            };
            opened.map_err(|error| Failure::new("opening the connections of RADIUS servers", &error))
        }
    }

    /// Writes out buffered data, and closes the database.
    pub(crate) async fn close(self) -> Result<(), Failure> {
        match self.store {
            Store::Sqlite { store, apart } => {
                let mut closed = Ok(());
                for store in apart.into_iter().chain([store]) {
                    closed = store.close().await.and(closed);
                }
                closed.map_err(|error| Failure::new("closing the database", &error))
            }
            Store::Postgres { store, apart } => {
                for store in apart.into_iter().chain([store]) {
                    store.close().await;
                }
                Ok(())
            }
        }
    }
}

impl Store {
    fn for_administration(&self) -> (Arc<dyn ForwardingStore>, Arc<dyn HousekeepingStore>, Arc<dyn KeyStore>) {
        match self {
            Self::Sqlite { store, .. } => (store.clone(), store.clone(), store.clone()),
            Self::Postgres { store, .. } => (store.clone(), store.clone(), store.clone()),
        }
    }
}

/// How a missing registry is handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Absent {
    Begun,
    Refused,
}

/// A sealer with existing keys.
pub(crate) fn existing_sealer(config: &Config) -> Result<Arc<Sealer>, Failure> {
    Ok(Arc::new(first_start::existing(config)?.sealer(Arc::new(OsSecrets))))
}

/// The reason why the database was not opened.
enum Unopened {
    /// The registry that the key file belongs to is missing.
    Lost(Failure),
    Other(Failure),
}

impl From<Unopened> for Failure {
    fn from(unopened: Unopened) -> Self {
        match unopened {
            Unopened::Lost(failure) | Unopened::Other(failure) => failure,
        }
    }
}

impl From<Failure> for Unopened {
    fn from(failure: Failure) -> Self {
        Self::Other(failure)
    }
}

fn lost(config: &Config, error: &dyn std::error::Error) -> Unopened {
    Unopened::Lost(Failure::because(format!(
        "{error}, but the key file {} belongs to one: name the right database, restore a backup, or begin an empty \
         registry on purpose with `http-api init`",
        config.key_file().display()
    )))
}

async fn open(
    config: &Config,
    (absent, purpose): (Absent, Purpose),
    sealer: Arc<Sealer>,
    secrets: Arc<dyn SecretSource>,
) -> Result<(Ports, Forwarding, Store), Unopened> {
    let failed = |error: &dyn std::error::Error| Unopened::Other(Failure::new("opening the database", error));
    match &config.database {
        Database::Embedded(file) | Database::Sqlite(file) => {
            let store = match absent {
                Absent::Begun => SqliteStore::open(file, sealer.clone()).await,
                Absent::Refused => SqliteStore::open_existing(file, sealer.clone()).await,
            };
            let store = match store {
                Err(store_sqlite::OpenError::InUse { .. }) if purpose == Purpose::Beside => {
                    SqliteStore::open_beside(file, sealer.clone()).await
                }
                store => store,
            };
            let store = store.map_err(|error| match error {
                store_sqlite::OpenError::Empty { .. } => lost(config, &error),
                error => failed(&error),
            });
            let store = Arc::new(store?);
            let apart = APART.map(|connections| Arc::new(store.apart(connections)));
            let [radius, forwarding, lists] = apart.clone();
            let ports = ports([store.clone(), radius, lists], config, secrets, sealer);
            Ok((ports, sending(forwarding), Store::Sqlite { store, apart }))
        }
        Database::Postgres(settings) => {
            let settings = (**settings).clone();
            let settings = if config.write_batch_limit == Some(1) { settings.step_by_step() } else { settings };
            let store = match absent {
                Absent::Begun => PostgresStore::open(settings, sealer.clone()).await,
                Absent::Refused => PostgresStore::open_existing(settings, sealer.clone()).await,
            };
            let store = store.map_err(|error| match error {
                store_postgres::OpenError::Empty { .. } => lost(config, &error),
                error => failed(&error),
            });
            let store = Arc::new(store?);
            let apart = APART.map(|connections| Arc::new(store.apart(connections)));
            let [radius, forwarding, lists] = apart.clone();
            let ports = ports([store.clone(), radius, lists], config, secrets, sealer);
            Ok((ports, sending(forwarding), Store::Postgres { store, apart }))
        }
    }
}

fn ports<S>(
    [store, radius, lists]: [Arc<S>; 3],
    config: &Config,
    secrets: Arc<dyn SecretSource>,
    grants: Arc<Sealer>,
) -> Ports
where
    S: CustomerStore
        + CustomerDirectory
        + HistoryStore
        + InstallationStore
        + CustomerLists
        + NetworkSessionStore
        + TokenStore
        + OrganizationStore
        + ServiceStore
        + SessionStore
        + Readiness
        + 'static,
{
    let watch = Arc::<WriteWatch>::default();
    let customers = customers(store.clone(), config.write_batch_limit);
    Ports {
        customers: Arc::new(Watched { inner: customers, watch: watch.clone() }),
        directory: store.clone(),
        histories: lists.clone(),
        installations: store.clone(),
        network_sessions: lists.clone(),
        lists,
        tokens: store.clone(),
        organizations: store.clone(),
        services: store.clone(),
        sessions: store,
        readiness: Arc::new(Ready { database: radius.clone(), watch, interface: Handle::current() }),
        radius: RadiusPorts {
            directory: radius.clone(),
            network_sessions: radius.clone(),
            organizations: radius.clone(),
            services: radius,
        },
        clock: Arc::new(SystemClock),
        ids: Arc::new(Uuidv7Ids),
        secrets,
        grants,
    }
}

fn sending(store: Arc<dyn ForwardingStore>) -> Forwarding {
    let (upstream, clock) = (Arc::new(Forwarder::new()), Arc::new(SystemClock));
    Forwarding { store, upstream, clock, metrics: Metrics::default() }
}

/// Combines concurrent writes into one transaction, unless each has to have its own.
fn customers(store: Arc<dyn CustomerStore>, limit: Option<usize>) -> Arc<dyn CustomerStore> {
    match limit {
        Some(1) => store,
        Some(limit) => Arc::new(GroupCommit::limited(store, QUEUE, limit)),
        None => Arc::new(GroupCommit::new(store, QUEUE)),
    }
}
