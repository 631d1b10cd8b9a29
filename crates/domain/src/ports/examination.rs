//! The findings of reading a whole registry.

use super::CorruptRow;
use crate::customer::KeyKind;

/// The amount of data that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Examined {
    /// The number of organizations.
    pub organizations: u64,
    /// The number of customers.
    pub customers: u64,
    /// The number of rows of every table, including these.
    pub rows: u64,
}

/// A defect of the stored data. Its text contains no personal data except ids.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// The database's own check failed.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// A row that is not a valid value of the domain.
    #[error(transparent)]
    Unreadable(#[from] CorruptRow),
    /// Rows whose parent does not exist.
    #[error("table {table}: {rows} rows are of a {parent} that is not there, the first of {id}")]
    Orphaned {
        /// The table.
        table: &'static str,
        /// The missing parent.
        parent: &'static str,
        /// The number of rows.
        rows: u64,
        /// The id of the first one's parent.
        id: String,
    },
    /// A customer that is not found by one of its values.
    #[error("customer {id} is not found by its {kind}", kind = kind.as_str())]
    MissingKey {
        /// The customer.
        id: String,
        /// The kind of the value.
        kind: KeyKind,
    },
    /// Keys of customers that do not have the value.
    #[error("{keys} keys lead to customers who do not have the value")]
    StrayKeys {
        /// The number of keys.
        keys: u64,
    },
    /// Values of customers that have no owner.
    #[error("{values} values have no owner")]
    Ownerless {
        /// The number of values.
        values: u64,
    },
}

/// The tables whose rows must not outlive their customer. Other tables name customers too:
///
/// - A history remains when its customer is erased, and so does the customer's outbox entry until the erasure was sent.
/// - An idempotency record of an erased customer refers to nothing, and expires.
pub const TABLES_OF_CUSTOMERS: [&str; 3] = ["customer_token", "customer_installation", "network_session"];

/// The tables whose rows belong to an organization.
pub const TABLES_OF_ORGANIZATIONS: [&str; 10] = [
    "location",
    "service",
    "customer",
    "customer_key",
    "customer_token",
    "customer_installation",
    "customer_history",
    "network_session",
    "forwarding",
    "forwarding_account",
];
