//! A batch of commands in one transaction.

use async_trait::async_trait;
use domain::batch::{Needs, Wave};
use domain::customer::Customer;
use domain::ports::{Batching, Command, CommandError, CustomerStore, Cut, StoreError, Written};
use domain::value::{CustomerId, OrganizationId};
use jiff::Timestamp;

use super::script::Script;
use super::{find, read, receipt, write};
use crate::SqliteStore;
use crate::error::store_error;

/// Commands of a wave, at most, so that what they ask for fits into one statement.
const WAVE: usize = 256;

type Answers = Vec<Result<Written, CommandError>>;

/// How a transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Commit,
    Rollback,
}

#[async_trait]
impl CustomerStore for SqliteStore {
    async fn write(&self, batch: Vec<Command>) -> Result<Answers, StoreError> {
        self.carry_out(&batch, End::Commit).await.map_err(store_error)
    }

    async fn rehearse(&self, batch: Vec<Command>) -> Result<Answers, StoreError> {
        self.carry_out(&batch, End::Rollback).await.map_err(store_error)
    }

    async fn find(&self, organization_id: OrganizationId, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        let mut connection = self.readers.acquire().await.map_err(store_error)?;
        find::find(&mut connection, &*self.sealer, organization_id, id).await
    }

    async fn purge_receipts(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        let purged = receipt::purge(&mut tx, before).await.map_err(store_error)?;
        tx.commit().await.map_err(store_error)?;
        Ok(purged)
    }

    fn batching(&self) -> Batching {
        // One writer.
        Batching { cut: Cut::Anywhere, at_once: 1, beside: 1, commands: 256 }
    }
}

impl SqliteStore {
    /// The transaction begins with the first reading and ends with the last writing, to save messages.
    async fn carry_out(&self, batch: &[Command], end: End) -> Result<Answers, sqlx::Error> {
        let mut turn = self.writer.turn().await?;
        let (mut answers, mut script) = (Vec::with_capacity(batch.len()), Script::default());
        let mut erased = false;
        script.push("BEGIN IMMEDIATE; ");
        while answers.len() < batch.len() {
            let waiting = &batch[answers.len()..];
            // Nothing is taken for granted: a command that was carried out before may find other customers now.
            let needs = Needs::of_all(&waiting[..waiting.len().min(WAVE)]);
            let stored = read::read(&mut turn, script, &*self.sealer, &needs).await?;
            let wave =
                Wave::decide(&waiting[..needs.commands], &stored).map_err(|stale| sqlx::Error::Decode(stale.into()))?;
            script = write::write(&mut turn, &*self.sealer, &wave, batch.len() == 1).await?;
            erased |= !wave.erased.is_empty();
            answers.extend(wave.answers);
        }
        script.push(match end {
            End::Commit => "COMMIT",
            End::Rollback => "ROLLBACK",
        });
        script.execute(&mut turn).await?;
        if erased && end == End::Commit {
            self.journal.forget(&mut turn).await;
        }
        turn.finish();
        Ok(answers)
    }
}
