//! A batch, carried out in one transaction.

use async_trait::async_trait;
use domain::batch::{Needs, Wave};
use domain::customer::Customer;
use domain::ports::{Batching, Command, CommandError, CustomerStore, Cut, StoreError, Written};
use domain::value::{CustomerId, OrganizationId};
use jiff::Timestamp;
use sqlx::{Connection, PgConnection};

use super::{find, orphan, read, receipt, write};
use crate::PostgresStore;
use crate::attempt::Attempts;
use crate::error::{Failure, store_error};
use crate::store::{once, repeat, repeat_write};
use crate::transaction::{Proof, Witness, insist, numbered};

type Answers = Vec<Result<Written, CommandError>>;

#[async_trait]
impl CustomerStore for PostgresStore {
    async fn write(&self, batch: Vec<Command>) -> Result<Answers, StoreError> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let mut attempts = Attempts::begin();
        if self.single
            && let [command] = batch.as_slice()
        {
            match self.write_single(command).await {
                Ok(Some(written)) => return Ok(vec![Ok(written)]),
                Ok(None) => {}
                // From now on nothing is taken for granted: it may have been carried out.
                Err(error) => attempts.after(error).await.map_err(store_error)?,
            }
        }
        once!(self, attempts, |db, repeated| self.carry_out(db, &batch, repeated))
    }

    async fn rehearse(&self, batch: Vec<Command>) -> Result<Answers, StoreError> {
        repeat!(self, |db| self.carry_out_and_undo(db, &batch))
    }

    async fn find(&self, organization_id: OrganizationId, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        let found: Result<_, StoreError> = repeat!(self, |db| find::find(db, &*self.sealer, organization_id, id));
        Ok(found?.transpose()?)
    }

    async fn purge_receipts(&self, before: Timestamp) -> Result<u64, StoreError> {
        repeat_write!(self, |db| receipt::purge(db, before))
    }

    fn batching(&self) -> Batching {
        if self.spread {
            // A transaction stays on the machine of its bucket, and buckets do not meet each other.
            Batching { cut: Cut::ByBucket, at_once: 8, beside: 1, commands: 128 }
        } else {
            // Two: while one waits for the disk, the other one works.
            Batching { cut: Cut::Anywhere, at_once: 2, beside: 32, commands: 128 }
        }
    }
}

impl PostgresStore {
    /// The answers of a transaction that was never there.
    async fn carry_out_and_undo(&self, db: &mut PgConnection, batch: &[Command]) -> Result<Answers, Failure> {
        let mut tx = db.begin().await?;
        let (answers, _) = self.carry_out(&mut tx, batch, false).await?;
        tx.rollback().await?;
        Ok(answers)
    }

    /// The answers, and by what the transaction is found: by any event, which nobody removes. Without one nothing has
    /// changed, and everything may be carried out again.
    pub(crate) async fn carry_out(
        &self,
        db: &mut PgConnection,
        mut commands: &[Command],
        repeated: bool,
    ) -> Result<(Answers, Proof), Failure> {
        let mut answers = Vec::with_capacity(commands.len());
        let (mut proof, mut witness) = (Proof::none(), None);
        if repeated && !self.spread {
            // What is found may have been written before, and may not be at a standby yet.
            insist(db).await?;
        }
        while !commands.is_empty() {
            let needs = if repeated { Needs::of_all(commands) } else { Needs::of(commands) };
            let mut met = read::read(db, &*self.sealer, &needs, repeated, &mut proof).await?;
            if repeated {
                orphan::tell(db, &needs, &mut met.stored).await?;
            }
            let mut wave = Wave::decide(&commands[..needs.commands], &met.stored)?;
            if !repeated && wave.refuses_on_trust(commands) {
                let needs = Needs::of_all(commands);
                met = read::read(db, &*self.sealer, &needs, repeated, &mut proof).await?;
                wave = Wave::decide(&commands[..needs.commands], &met.stored)?;
            }
            witness = witness.or_else(|| wave.events.first().map(Witness::of));
            // What was tried before may have met a conflict, and so may a username that was asked for. The server logs those of a
            // COPY, with the values.
            let copies = !repeated && !self.spread && needs.usernames.is_empty();
            write::write(db, &*self.sealer, &met.versions, &mut wave, copies).await?;
            commands = &commands[wave.answers.len()..];
            answers.append(&mut wave.answers);
        }
        // The number that came with a reading is that of another machine, where the tables are spread over some.
        if self.spread { numbered(db, answers).await } else { Ok((answers, proof.with_witness(witness))) }
    }
}
