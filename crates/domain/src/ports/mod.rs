//! The ports of the registry: traits that adapters implement.
//!
//! Every call of a store is one transaction. The traits document what each method guarantees, and the crate
//! `store-suite` proves it for every store. With the feature `mock` each store has a mock, for tests of failures that
//! are hard to cause.

mod ambient;
mod customers;
mod directory;
mod error;
mod examination;
mod forwarding;
mod histories;
mod housekeeping;
mod installations;
mod keys;
mod ledger;
mod lists;
mod network_sessions;
mod organizations;
mod readiness;
mod sealer;
mod services;
mod tokens;

pub use ambient::{Clock, IdSource, SecretSource, random_text};
pub use customers::{Batching, Command, CommandError, CustomerStore, Cut, Outcome, WriteError, Written, write_one};
pub use directory::CustomerDirectory;
pub use error::{BoxError, CorruptRow, CustomerError, ErrorChain, OutcomeUnknown, StoreError};
pub use examination::{Examined, Finding, TABLES_OF_CUSTOMERS, TABLES_OF_ORGANIZATIONS};
pub use forwarding::{ForwardingStore, Upstream};
pub use histories::HistoryStore;
pub use housekeeping::HousekeepingStore;
pub use installations::InstallationStore;
pub use keys::{Counted, KeyStore, Resealed, SealingKey};
pub use ledger::Ledger;
pub use lists::CustomerLists;
pub use network_sessions::NetworkSessionStore;
pub use organizations::{ConfigureError, FindLocationError, NewOrganization, OrganizationStore, Removal};
pub use readiness::Readiness;
pub use sealer::{GrantSealer, PasswordSealer, SealOwner, UnsealError};
pub use services::{ServiceStore, Session, SessionEpoch, SessionStore, StoredService};
pub use tokens::TokenStore;

#[cfg(feature = "mock")]
pub use self::{
    customers::MockCustomerStore,
    directory::MockCustomerDirectory,
    forwarding::{MockForwardingStore, MockUpstream},
    histories::MockHistoryStore,
    housekeeping::MockHousekeepingStore,
    installations::MockInstallationStore,
    keys::MockKeyStore,
    ledger::MockLedger,
    lists::MockCustomerLists,
    network_sessions::MockNetworkSessionStore,
    organizations::MockOrganizationStore,
    readiness::MockReadiness,
    services::{MockServiceStore, MockSessionStore},
    tokens::MockTokenStore,
};
