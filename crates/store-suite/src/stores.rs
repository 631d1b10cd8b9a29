//! The ports of one store.

use std::any::Any;
use std::sync::Arc;

use domain::ports::{
    CustomerDirectory, CustomerLists, CustomerStore, ForwardingStore, HistoryStore, HousekeepingStore,
    InstallationStore, KeyStore, NetworkSessionStore, OrganizationStore, Readiness, ServiceStore, SessionStore,
    TokenStore,
};

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
            keep: Arc::new(keep),
        }
    }
}
