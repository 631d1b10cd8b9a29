//! A batch, carried out in one transaction.

use async_trait::async_trait;
use domain::batch::{Needs, Wave};
use domain::customer::Customer;
use domain::ports::{Batching, Command, CommandError, CustomerStore, Cut, PasswordSealer, StoreError, Written};
use domain::value::{CustomerId, OrganizationId};
use sqlx::PgConnection;

use super::{find, read, write};
use crate::PostgresStore;
use crate::error::Failure;
use crate::store::{once, repeat};

type Answers = Vec<Result<Written, CommandError>>;

#[async_trait]
impl CustomerStore for PostgresStore {
    async fn write(&self, batch: Vec<Command>) -> Result<Answers, StoreError> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        once!(self, |db, repeated| carry_out(db, &*self.sealer, &batch, repeated))
    }

    async fn find(&self, organization_id: OrganizationId, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        let found: Result<_, StoreError> = repeat!(self, |db| find::find(db, &*self.sealer, organization_id, id));
        Ok(found?.transpose()?)
    }

    fn batching(&self) -> Batching {
        if self.spread {
            // A transaction stays on the machine of its bucket, and buckets do not meet each other.
            Batching { cut: Cut::ByBucket, at_once: 8, commands: 128 }
        } else {
            // Two: while one waits for the disk, the other one works.
            Batching { cut: Cut::Anywhere, at_once: 2, commands: 128 }
        }
    }
}

async fn carry_out(
    db: &mut PgConnection,
    sealer: &dyn PasswordSealer,
    mut commands: &[Command],
    repeated: bool,
) -> Result<Answers, Failure> {
    let mut answers = Vec::with_capacity(commands.len());
    while !commands.is_empty() {
        let needs = if repeated { Needs::of_all(commands) } else { Needs::of(commands) };
        let stored = read::read(db, sealer, &needs).await?;
        let mut wave = Wave::decide(&commands[..needs.commands], &stored)?;
        write::write(db, sealer, &mut wave).await?;
        commands = &commands[wave.answers.len()..];
        answers.append(&mut wave.answers);
    }
    Ok(answers)
}
