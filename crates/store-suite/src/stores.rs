//! The ports of one store.

use std::any::Any;
use std::sync::Arc;

use async_trait::async_trait;
use domain::ports::{
    CustomerDirectory, CustomerLists, CustomerStore, ForwardingStore, HistoryStore, HousekeepingStore,
    InstallationStore, KeyStore, NetworkSessionStore, OrganizationStore, Readiness, ServiceStore, SessionStore,
    TokenStore,
};

/// A way past a store, by which a case makes a row unreadable.
#[async_trait]
pub trait Damager: Send + Sync {
    /// Writes the value into the column, whatever the store thinks of it.
    async fn damage(&self, damage: Damage);
}

/// A value that is none of the domain's, and where it goes.
#[derive(Debug, Clone, Copy)]
pub struct Damage {
    /// The table.
    pub table: &'static str,
    /// The column that gets the value.
    pub column: &'static str,
    /// The column by which the rows are found.
    pub key: &'static str,
    /// The id in that column.
    pub id: [u8; 16],
    /// The value.
    pub value: Bad,
}

/// A value that is none of the domain's.
#[derive(Debug, Clone, Copy)]
pub enum Bad {
    /// A text, which needs no quoting.
    Text(&'static str),
    /// A time that is beyond all times.
    Time,
}

/// One store, by its ports.
#[derive(Clone)]
#[expect(missing_docs, reason = "each is named after its port")]
pub struct Stores {
    pub customers: Arc<dyn CustomerStore>,
    pub directory: Arc<dyn CustomerDirectory>,
    pub forwarding: Arc<dyn ForwardingStore>,
    pub histories: Arc<dyn HistoryStore>,
    pub housekeeping: Arc<dyn HousekeepingStore>,
    pub installations: Arc<dyn InstallationStore>,
    pub keys: Arc<dyn KeyStore>,
    pub lists: Arc<dyn CustomerLists>,
    pub network_sessions: Arc<dyn NetworkSessionStore>,
    pub tokens: Arc<dyn TokenStore>,
    pub organizations: Arc<dyn OrganizationStore>,
    pub services: Arc<dyn ServiceStore>,
    pub sessions: Arc<dyn SessionStore>,
    pub readiness: Arc<dyn Readiness>,
    /// A way past the store. `None`: its tests run no case that takes one.
    pub damager: Option<Arc<dyn Damager>>,
    /// What has to live as long as the store, such as a temporary directory.
    pub keep: Arc<dyn Any + Send + Sync>,
}

impl Stores {
    /// The ports of a store that implements all of them.
    pub fn of<S>(store: Arc<S>, keep: impl Any + Send + Sync) -> Self
    where
        S: CustomerStore
            + CustomerDirectory
            + ForwardingStore
            + HistoryStore
            + HousekeepingStore
            + InstallationStore
            + KeyStore
            + CustomerLists
            + NetworkSessionStore
            + TokenStore
            + OrganizationStore
            + ServiceStore
            + SessionStore
            + Readiness
            + 'static,
    {
        Self {
            customers: store.clone(),
            directory: store.clone(),
            forwarding: store.clone(),
            histories: store.clone(),
            housekeeping: store.clone(),
            installations: store.clone(),
            keys: store.clone(),
            lists: store.clone(),
            network_sessions: store.clone(),
            tokens: store.clone(),
            organizations: store.clone(),
            services: store.clone(),
            sessions: store.clone(),
            readiness: store,
            damager: None,
            keep: Arc::new(keep),
        }
    }

    /// The same with a way past the store.
    #[must_use]
    pub fn with_damager(self, damager: Arc<dyn Damager>) -> Self {
        Self { damager: Some(damager), ..self }
    }

    /// Makes rows unreadable.
    ///
    /// # Panics
    /// There is no way past the store.
    pub async fn damage(&self, damage: Damage) {
        self.damager.as_ref().unwrap().damage(damage).await;
    }
}
