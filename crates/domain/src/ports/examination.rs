//! What is found when a registry is read from end to end.

use super::CorruptRow;
use crate::customer::KeyKind;

/// How much was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Examined {
    /// Organizations.
    pub organizations: u64,
    /// Customers.
    pub customers: u64,
    /// Rows of every table, these among them.
    pub rows: u64,
}

/// Something that is stored and cannot be right. None shows anything of a person but ids.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// The database's own check failed.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// A row that is no value of the domain.
    #[error(transparent)]
    Unreadable(#[from] CorruptRow),
    /// Rows of something that is not there.
    #[error("table {table}: {rows} rows are of a {parent} that is not there, the first of {id}")]
    Orphaned {
        /// The table.
        table: &'static str,
        /// What is not there.
        parent: &'static str,
        /// How many rows.
        rows: u64,
        /// The id of the first one's parent.
        id: String,
    },
    /// A customer who is not found by one of the values that it has.
    #[error("customer {id} is not found by its {kind}", kind = kind.as_str())]
    MissingKey {
        /// The customer.
        id: String,
        /// By which value.
        kind: KeyKind,
    },
    /// Keys that lead to customers who do not have the value.
    #[error("{keys} keys lead to customers who do not have the value")]
    StrayKeys {
        /// How many.
        keys: u64,
    },
    /// Values that customers have, and nobody owns.
    #[error("{values} values have no owner")]
    Ownerless {
        /// How many.
        values: u64,
    },
}

/// Which rows belong to what: the tables whose rows name an organization, a location or a customer, and whether a row may
/// outlive its customer.
///
/// - A history stays when its customer is erased, and so does what forwarding knows of it until it was sent.
/// - A receipt of a customer who was erased leads nowhere, and expires.
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
