//! A batch of commands in one transaction.

use async_trait::async_trait;
use domain::customer::{Customer, Refusal};
use domain::ports::{
    Batching, Command, CommandError, CorruptRow, CustomerStore, Cut, PasswordSealer, StoreError, Written,
};
use domain::value::{CustomerId, OrganizationId};
use sqlx::SqliteConnection;

use super::{find, post, put};
use crate::SqliteStore;
use crate::error::store_error;

#[async_trait]
impl CustomerStore for SqliteStore {
    async fn write(&self, batch: Vec<Command>) -> Result<Vec<Result<Written, CommandError>>, StoreError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        let mut answers = Vec::with_capacity(batch.len());
        for command in batch {
            match carry_out(&mut tx, &*self.sealer, command).await {
                Ok(written) => answers.push(Ok(written)),
                Err(Failure::Command(error)) => answers.push(Err(error)),
                Err(Failure::Store(error)) => return Err(error),
            }
        }
        tx.commit().await.map_err(store_error)?;
        Ok(answers)
    }

    async fn find(&self, organization_id: OrganizationId, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        let mut connection = self.readers.acquire().await.map_err(store_error)?;
        find::find(&mut connection, &*self.sealer, organization_id, id).await
    }

    fn batching(&self) -> Batching {
        // One writer.
        Batching { cut: Cut::Anywhere, at_once: 1, commands: 256 }
    }
}

/// Whatever a command is refused for is known before its first write, so that a refused one leaves nothing to undo and
/// the others of the batch go on.
async fn carry_out(
    db: &mut SqliteConnection,
    sealer: &dyn PasswordSealer,
    command: Command,
) -> Result<Written, Failure> {
    match command {
        Command::Post(command) => post::carry_out(db, sealer, &command).await,
        Command::Put(command) => put::carry_out(db, sealer, &command).await,
    }
}

/// Why a command was not carried out.
pub(super) enum Failure {
    /// For a reason of its own: the others of the batch go on.
    Command(CommandError),
    /// Because the store failed, and the whole batch with it.
    Store(StoreError),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Command(refusal.into())
    }
}

impl From<CorruptRow> for Failure {
    fn from(row: CorruptRow) -> Self {
        Self::Command(CommandError::Corrupt(row))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Corrupt(row) => row.into(),
            error => Self::Store(error),
        }
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(store_error(error))
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Store(StoreError::Internal(error.into()))
    }
}
