//! Which adapter stands behind which port.

use std::path::Path;
use std::sync::Arc;

use c4w_client::Forwarder;
use domain::ports::{
    CustomerDirectory, CustomerLists, CustomerStore, ForwardingStore, HistoryStore, InstallationStore,
    NetworkSessionStore, OrganizationStore, Readiness, SecretSource, ServiceStore, SessionStore, TokenStore,
};
use group_commit::GroupCommit;
use http_api::{JwtKey, Ports, RadiusPorts};
use store_postgres::PostgresStore;
use store_sqlite::SqliteStore;
use system::{KeyFile, OsSecrets, Sealer, SystemClock, Uuidv7Ids};

use crate::config::{Config, Database};
use crate::failure::Failure;
use crate::forwarding::{Forwarding, Metrics};

/// Writes that may wait for their batch. Each is a request that holds its body, and as many of them as a database gets done
/// in the time that a request may take.
const QUEUE: usize = 8192;

/// Connections of requests of RADIUS servers. Logins that come at the same time share two of them.
const RADIUS_CONNECTIONS: u32 = 4;

/// Connections by which is asked who is to be sent elsewhere.
const FORWARDING_CONNECTIONS: u32 = 2;

/// What PgBouncer gives a user and a database by default, but for the two connections of a start or an administration command.
const POOLED_CONNECTIONS: u32 = 18;
const _: () = assert!(
    store_postgres::DEFAULT_CONNECTIONS + RADIUS_CONNECTIONS + FORWARDING_CONNECTIONS <= POOLED_CONNECTIONS,
    "one instance fits the pooler's defaults"
);

/// The adapters, wired together.
pub(crate) struct Wired {
    pub(crate) ports: Ports,
    pub(crate) forwarding: Forwarding,
    /// For administration, which may take its time.
    pub(crate) accounts: Arc<dyn ForwardingStore>,
    pub(crate) jwt_key: JwtKey,
    store: Store,
}

/// The store, and the same apart for RADIUS servers and for forwarding, to be closed in the end.
enum Store {
    Sqlite { store: Arc<SqliteStore>, apart: [Arc<SqliteStore>; 2] },
    Postgres { store: Arc<PostgresStore>, apart: [Arc<PostgresStore>; 2] },
}

impl Wired {
    /// Opens key file and database, and makes them when they are not there yet.
    pub(crate) async fn open(config: &Config) -> Result<Self, Failure> {
        let secrets: Arc<dyn SecretSource> = Arc::new(OsSecrets);
        let new = !config.key_file().exists();
        let keys = keys(config, secrets.as_ref())?;
        let opened = open(config, Arc::new(keys.sealer(secrets.clone())), secrets).await;
        if new && opened.is_err() && config.database.file().is_none() {
            // It belongs to nothing: whoever copies the right one here should find the place empty.
            let _ = std::fs::remove_file(config.key_file());
        }
        let (ports, forwarding, store) = opened?;
        let accounts: Arc<dyn ForwardingStore> = match &store {
            Store::Sqlite { store, .. } => store.clone(),
            Store::Postgres { store, .. } => store.clone(),
        };
        Ok(Self { ports, forwarding, accounts, jwt_key: JwtKey::from_seed(keys.signing_seed()), store })
    }

    /// Writes out what is still in memory, and closes the database.
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

async fn open(
    config: &Config,
    sealer: Arc<Sealer>,
    secrets: Arc<dyn SecretSource>,
) -> Result<(Ports, Forwarding, Store), Failure> {
    let failed = |error: &dyn std::error::Error| Failure::new("opening the database", error);
    match &config.database {
        Database::Embedded(file) | Database::Sqlite(file) => {
            let store = Arc::new(SqliteStore::open(file, sealer.clone()).await.map_err(|error| failed(&error))?);
            let apart =
                [RADIUS_CONNECTIONS, FORWARDING_CONNECTIONS].map(|connections| Arc::new(store.apart(connections)));
            let [radius, forwarding] = apart.clone();
            let ports = ports(store.clone(), radius, config, secrets, sealer);
            Ok((ports, sending(forwarding), Store::Sqlite { store, apart }))
        }
        Database::Postgres(settings) => {
            let settings = (**settings).clone();
            let settings = if config.write_batch_limit == Some(1) { settings.step_by_step() } else { settings };
            let store = PostgresStore::open(settings, sealer.clone()).await.map_err(|error| failed(&error))?;
            let store = Arc::new(store);
            let apart =
                [RADIUS_CONNECTIONS, FORWARDING_CONNECTIONS].map(|connections| Arc::new(store.apart(connections)));
            let [radius, forwarding] = apart.clone();
            let ports = ports(store.clone(), radius, config, secrets, sealer);
            Ok((ports, sending(forwarding), Store::Postgres { store, apart }))
        }
    }
}

fn ports<S>(
    store: Arc<S>,
    radius: Arc<S>,
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
    Ports {
        customers: customers(store.clone(), config.write_batch_limit),
        directory: store.clone(),
        histories: store.clone(),
        installations: store.clone(),
        lists: store.clone(),
        network_sessions: store.clone(),
        tokens: store.clone(),
        organizations: store.clone(),
        services: store.clone(),
        sessions: store.clone(),
        readiness: store,
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

/// Writes that come at the same time share a transaction, unless each is to have its own.
fn customers(store: Arc<dyn CustomerStore>, limit: Option<usize>) -> Arc<dyn CustomerStore> {
    match limit {
        Some(1) => store,
        Some(limit) => Arc::new(GroupCommit::limited(store, QUEUE, limit)),
        None => Arc::new(GroupCommit::new(store, QUEUE)),
    }
}

fn keys(config: &Config, secrets: &dyn SecretSource) -> Result<KeyFile, Failure> {
    let path = config.key_file();
    let failed =
        |error: &dyn std::error::Error| Failure::new(format!("opening the key file {}", path.display()), error);
    if path.exists() {
        return KeyFile::load(&path).map_err(|error| failed(&error));
    }
    if config.database.file().is_some_and(Path::exists) {
        return Err(Failure::because(format!(
            "there is a database but no key file {}; restore the one that the database was made with",
            path.display()
        )));
    }
    std::fs::create_dir_all(&config.data_dir).map_err(|error| failed(&error))?;
    KeyFile::create(&path, secrets).map_err(|error| failed(&error))
}
