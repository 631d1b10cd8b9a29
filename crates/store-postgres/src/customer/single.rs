//! One command by itself, in two statements.
//!
//! When nobody else writes, a caller waits for round trips above all. So a command that comes alone reads what it needs
//! in one statement, without locks, and writes in another one that commits by itself and holds only if nothing that was
//! read has changed. Whatever is not that simple is left to the transaction of a batch: keys that somebody has or gives
//! up, names that were asked for, receipts, refusals, customers who wait to be sent elsewhere, and rivals who were quicker.

use std::slice;

use domain::batch::{Needs, Taken, Wave};
use domain::customer::Customer;
use domain::history::Event;
use domain::ports::{Command, ErrorChain, PasswordSealer, Written};
use domain::value::LocationId;
use sqlx::postgres::PgBindIterExt;
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::columns::{CHANGE, CREATE, FIND, ONE_BY_ID, ONE_BY_KEYS, QUICKER, UPDATE};
use super::read::{Met, Versions};
use super::write::Row;
use super::{read, row, write};
use crate::PostgresStore;
use crate::attempt::{Attempts, in_time};
use crate::error::{Failure, Remedy, remedy};
use crate::history;
use crate::row::{bucket, uuid};
use crate::transaction::insist;

/// What is to be written, if that is simple.
enum Write<'w> {
    /// A customer who owns all of its keys.
    Create(Row<'w>, Vec<&'w Taken>, &'w Event),
    /// A customer who keeps all of its keys, and what is told of it.
    Update(Row<'w>, Option<&'w Event>),
}

impl PostgresStore {
    /// Carries out a command if that is simple. `None`: it was not carried out, and is for the transaction of a batch.
    ///
    /// # Errors
    /// It may have been carried out, or nobody knows what became of it.
    pub(super) async fn write_single(&self, command: &Command) -> Result<Option<Written>, Failure> {
        let needs = Needs::of(slice::from_ref(command));
        if !needs.usernames.is_empty() || !needs.receipts.is_empty() {
            return Ok(None);
        }
        let mut lease = self.lease().await?;
        let Met { stored, versions } = in_time(meet(&mut lease, &*self.sealer, &needs)).await?;
        let wave = Wave::decide(slice::from_ref(command), &stored).unwrap_or_default();
        let Some(write) = Write::of(&wave, &versions) else {
            lease.end(&Ok(()));
            return Ok(None);
        };
        let done = in_time(write.carry_out(&mut lease, &*self.sealer)).await;
        lease.end(&done);
        let done = match (done, &write) {
            (Err(lost), Write::Update(row, _)) if remedy(&lost) == Remedy::Reconnect => {
                self.ask_for(row, &lost).await?
            }
            (done, _) => done?,
        };
        Ok(wave.answers.into_iter().next().and_then(Result::ok).filter(|_| done))
    }

    /// Whether a customer was written that had this version before. If not, it never will be, even if the server has still
    /// to come to it.
    ///
    /// # Errors
    /// [`Failure::Unknown`].
    async fn ask_for(&self, row: &Row<'_>, lost: &Failure) -> Result<bool, Failure> {
        tracing::info!(error = %ErrorChain(lost), "asking what became of a change");
        let mut attempts = Attempts::begin();
        loop {
            let asked = async {
                let mut lease = self.lease().await?;
                let done = in_time(fence(&mut lease, &*self.sealer, row.customer, row.rests_on.0)).await;
                lease.end(&done);
                done
            };
            match asked.await {
                Ok(written) => return Ok(written),
                Err(error @ Failure::Unknown(_)) => return Err(error),
                Err(error) => attempts.after(error).await.map_err(|error| Failure::Unknown(error.into()))?,
            }
        }
    }
}

async fn meet(db: &mut PgConnection, sealer: &dyn PasswordSealer, needs: &Needs) -> Result<Met, Failure> {
    // One command names one place.
    let Some((organization_id, location_id)) = needs.places.first() else { return Ok(Met::default()) };
    let by_id = !needs.customers.is_empty();
    let meet = sqlx::query(if by_id { ONE_BY_ID.as_str() } else { ONE_BY_KEYS.as_str() })
        .bind([bucket(*organization_id)])
        .bind(uuid(organization_id.to_bytes()))
        .bind(location_id.map(|id| uuid(id.to_bytes())));
    let meet = if by_id { read::bind_customers(meet, &needs.customers) } else { read::bind_keys(meet, needs) };
    let mut met = Met::default();
    for row in meet.fetch_all(db).await? {
        let default = LocationId::from_bytes(read::bytes(&row, "default_location_id")?);
        met.stored.organizations.insert(*organization_id, Ok(default));
        if row.try_get("forwards")? {
            met.stored.forwarding.insert(*organization_id);
        }
        if let Some(id) = row.try_get::<Option<Uuid>, _>("known_location_id")? {
            met.stored.locations.insert((*organization_id, LocationId::from_bytes(*id.as_bytes())));
        }
        match row.try_get::<Option<Uuid>, _>("id")? {
            None => {}
            Some(_) if by_id => drop(met.add_customer(&row, sealer)?),
            Some(_) => met.add_owner(&row, sealer)?,
        }
    }
    Ok(met)
}

impl<'w> Write<'w> {
    fn of(wave: &'w Wave, versions: &Versions) -> Option<Self> {
        match (wave.created.as_slice(), wave.updated.as_slice()) {
            // A claim beside a change is a second event.
            _ if wave.events.len() > 1 => None,
            _ if !wave.released.is_empty() || !wave.lost.is_empty() || !wave.waiting.is_empty() => None,
            ([answer], []) => {
                // In the order in which everybody asks for keys.
                let mut taken: Vec<_> = wave.taken.iter().collect();
                taken.sort();
                Some(Self::Create(Row::created(wave, *answer)?, taken, wave.events.first()?))
            }
            ([], [update]) if wave.taken.is_empty() => {
                Some(Self::Update(Row::updated(wave, update, versions)?, wave.events.first()))
            }
            _ => None,
        }
    }

    /// Whether it was written. If not, something that it rests on has changed.
    async fn carry_out(&self, db: &mut PgConnection, sealer: &dyn PasswordSealer) -> Result<bool, Failure> {
        let (Self::Create(row, ..) | Self::Update(row, _)) = self;
        let (buckets, rows) = ([bucket(row.customer.organization_id)], slice::from_ref(row));
        match self {
            Self::Create(_, taken, event) => {
                let arguments = write::for_insert(&buckets, rows, sealer)
                    .add(taken.iter().map(|taken| taken.entry.key.kind.number()).bind_iter())
                    .add(taken.iter().map(|taken| taken.entry.key.value.as_str()).bind_iter());
                let arguments = history::add_event(arguments, event);
                let create = sqlx::query_scalar_with(CREATE.as_str(), arguments.finish()?);
                let created: Result<Vec<i64>, _> = create.fetch_all(db).await;
                match created {
                    Err(sqlx::Error::Database(refused)) if refused.code().as_deref() == Some(QUICKER) => Ok(false),
                    created => Ok(created? == [1]),
                }
            }
            Self::Update(_, Some(event)) => {
                let arguments = history::add_event(write::for_update(&buckets, rows), event);
                let changed: i64 = sqlx::query_scalar_with(CHANGE.as_str(), arguments.finish()?).fetch_one(db).await?;
                Ok(changed == 1)
            }
            Self::Update(_, None) => {
                let update = sqlx::query_with(UPDATE.as_str(), write::for_update(&buckets, rows).finish()?);
                Ok(update.execute(db).await?.rows_affected() == 1)
            }
        }
    }
}

/// Takes the version that a change rests on, so that the change cannot be made any more, unless it was made. Then tells which.
async fn fence(
    db: &mut PgConnection,
    sealer: &dyn PasswordSealer,
    customer: &Customer,
    version: i64,
) -> Result<bool, Failure> {
    let (bucket, organization_id) = (bucket(customer.organization_id), uuid(customer.organization_id.to_bytes()));
    let id = uuid(customer.id.to_bytes());
    let fence = sqlx::query(
        "UPDATE customer AS c SET version = c.version + 1
         WHERE c.bucket = $1 AND c.organization_id = $2 AND c.id = $3 AND c.version = $4",
    );
    let fence = fence.bind(bucket).bind(organization_id).bind(id).bind(version);
    if fence.execute(&mut *db).await?.rows_affected() == 1 {
        return Ok(false);
    }
    let find = sqlx::query(FIND.as_str()).bind(bucket).bind(organization_id).bind(id);
    match find.fetch_optional(&mut *db).await? {
        // Ours, or that of a rival or of an earlier fence that took the version from ours.
        Some(row) if row.try_get::<i64, _>("version")? == version + 1 => {
            let written = row::restore(&row, sealer).as_ref() == Ok(customer);
            if written {
                insist(db).await?;
            }
            Ok(written)
        }
        _ => Err(Failure::Unknown("the customer has changed again since".into())),
    }
}
