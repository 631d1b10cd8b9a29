//! Which adapter stands behind which port.

use std::sync::Arc;

use domain::ports::SecretSource;
use http_api::{JwtKey, Ports};
use store_sqlite::SqliteStore;
use system::{KeyFile, OsSecrets, SystemClock, Uuidv7Ids};

use crate::config::Config;
use crate::failure::Failure;

/// The adapters, wired together.
pub(crate) struct Wired {
    pub(crate) ports: Ports,
    pub(crate) jwt_key: JwtKey,
    store: Arc<SqliteStore>,
}

impl Wired {
    /// Opens key file and database, and makes them when they are not there yet.
    pub(crate) async fn open(config: &Config) -> Result<Self, Failure> {
        let secrets: Arc<dyn SecretSource> = Arc::new(OsSecrets);
        let keys = keys(config, secrets.as_ref())?;
        let sealer = Arc::new(keys.sealer(secrets.clone()));
        let store = SqliteStore::open(config.database_file(), sealer)
            .await
            .map_err(|error| Failure::new("opening the database", &error))?;
        let store = Arc::new(store);
        let ports = Ports {
            customers: store.clone(),
            tokens: store.clone(),
            organizations: store.clone(),
            services: store.clone(),
            sessions: store.clone(),
            readiness: store.clone(),
            clock: Arc::new(SystemClock),
            ids: Arc::new(Uuidv7Ids),
            secrets,
        };
        Ok(Self { ports, jwt_key: JwtKey::from_seed(keys.signing_seed()), store })
    }

    /// Writes out what is still in memory, and closes the database.
    pub(crate) async fn close(self) -> Result<(), Failure> {
        self.store.close().await.map_err(|error| Failure::new("closing the database", &error))
    }
}

fn keys(config: &Config, secrets: &dyn SecretSource) -> Result<KeyFile, Failure> {
    let path = config.key_file();
    let failed =
        |error: &dyn std::error::Error| Failure::new(format!("opening the key file {}", path.display()), error);
    if path.exists() {
        return KeyFile::load(&path).map_err(|error| failed(&error));
    }
    if config.database_file().exists() {
        return Err(Failure::because(format!(
            "there is a database but no key file {}; restore the one that the database was made with",
            path.display()
        )));
    }
    std::fs::create_dir_all(&config.data_dir).map_err(|error| failed(&error))?;
    KeyFile::create(&path, secrets).map_err(|error| failed(&error))
}
