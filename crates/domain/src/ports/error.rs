//! How a store fails.

/// The cause of a failure, for the log.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A store could not do what it was asked. Nothing of the call was written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Not now: the database is away, busy or full. The same call may work later.
    #[error("the store is unavailable")]
    Unavailable(#[source] BoxError),
    /// What is stored cannot be read.
    #[error(transparent)]
    Corrupt(#[from] CorruptRow),
    /// The store itself is at fault.
    #[error("the store failed")]
    Internal(#[source] BoxError),
}

/// A stored row that is no value of the domain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unreadable row: table {table}, column {column}, id {id}")]
pub struct CorruptRow {
    /// The table.
    pub table: &'static str,
    /// The first column that cannot be read.
    pub column: &'static str,
    /// The row's id.
    pub id: String,
}

/// Why something was not done for a customer.
#[derive(Debug)]
pub enum CustomerError {
    /// There is no such customer.
    UnknownCustomer,
    /// The customer belongs to another organization.
    ForeignCustomer,
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for CustomerError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
