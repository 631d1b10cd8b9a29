//! One command by itself, in two statements.
//!
//! When nobody else writes, a caller waits for round trips above all. So a command that comes alone reads what it needs
//! in one statement, without locks, and writes in another one that commits by itself and holds only if nothing that was
//! read has changed. Whatever is not that simple is left to the transaction of a batch: keys that somebody has or gives
//! up, names that were asked for, refusals, and rivals who were quicker.

use std::collections::HashMap;
use std::slice;

use domain::batch::{Needs, Stored, Taken, Wave};
use domain::customer::Customer;
use domain::ports::{Command, PasswordSealer, Written};
use domain::value::{CustomerId, LocationId, OrganizationId};
use sqlx::postgres::{PgBindIterExt, PgRow};
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use super::columns::{CREATE, FIND_VERSION, ONE_BY_ID, ONE_BY_KEYS, UPDATE_SAME};
use super::{read, row, write};
use crate::PostgresStore;
use crate::attempt::{Attempts, in_time};
use crate::error::{Failure, Remedy, remedy};
use crate::row::{bucket, uuid};
use crate::store::{Lease, give_back};

/// What was found of its needs.
#[derive(Default)]
struct Met {
    stored: Stored,
    versions: HashMap<CustomerId, i64>,
}

/// What is to be written, if that is simple.
enum Write<'w> {
    /// A customer who owns all of its keys.
    Create(&'w Written, Vec<&'w Taken>),
    /// A customer who keeps all of its keys, as long as it has this version.
    Update(&'w Written, Option<CustomerId>, i64),
}

impl PostgresStore {
    /// Carries out a command if that is simple. `None`: it was not carried out, and is for the transaction of a batch.
    ///
    /// # Errors
    /// It may have been carried out, or nobody knows what became of it.
    pub(super) async fn write_single(&self, command: &Command) -> Result<Option<Written>, Failure> {
        let needs = Needs::of(slice::from_ref(command));
        if !needs.usernames.is_empty() {
            return Ok(None);
        }
        let mut lease = Lease::of(self.pool.acquire().await?);
        let Met { stored, versions } = in_time(meet(&mut lease.connection, &*self.sealer, &needs)).await?;
        let wave = Wave::decide(slice::from_ref(command), &stored).unwrap_or_default();
        let Some(write) = Write::of(&wave, &versions) else {
            lease.end(&Ok(()));
            return Ok(None);
        };
        let done = in_time(write.carry_out(&mut lease.connection, &*self.sealer)).await;
        lease.end(&done);
        let done = match (done, &write) {
            (Err(lost), Write::Update(Written { customer, .. }, _, version)) if remedy(&lost) == Remedy::Reconnect => {
                self.ask_for(customer, *version, &lost).await
            }
            (done, _) => done,
        };
        Ok(done?.then(|| write.written().clone()))
    }

    /// Whether a customer was written that had this version before. If not, it never will be, even if the server has still
    /// to come to it.
    ///
    /// # Errors
    /// [`Failure::Unknown`].
    async fn ask_for(&self, customer: &Customer, version: i64, lost: &Failure) -> Result<bool, Failure> {
        tracing::info!(error = lost as &dyn std::error::Error, "asking what became of a change");
        let mut attempts = Attempts::begin();
        loop {
            let asked = async {
                let mut connection = self.pool.acquire().await?;
                let done = in_time(fence(&mut connection, &*self.sealer, customer, version)).await;
                give_back(connection, &done);
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
    let by_id = needs.customers.first();
    let meet = sqlx::query(if by_id.is_some() { ONE_BY_ID.as_str() } else { ONE_BY_KEYS.as_str() })
        .bind(bucket(*organization_id))
        .bind(uuid(organization_id.to_bytes()))
        .bind(location_id.map(|id| uuid(id.to_bytes())));
    let meet = match by_id {
        Some((_, id)) => meet.bind(uuid(id.to_bytes())),
        None => meet
            .bind(needs.keys.iter().map(|(organization_id, _)| bucket(*organization_id)).bind_iter())
            .bind(needs.keys.iter().map(|(organization_id, _)| uuid(organization_id.to_bytes())).bind_iter())
            .bind(needs.keys.iter().map(|(_, key)| key.kind.number()).bind_iter())
            .bind(needs.keys.iter().map(|(_, key)| key.value.as_str()).bind_iter()),
    };
    let mut met = Met::default();
    for row in meet.fetch_all(db).await? {
        met.add(&row, *organization_id, by_id.is_none(), sealer)?;
    }
    Ok(met)
}

impl Met {
    fn add(
        &mut self,
        row: &PgRow,
        organization_id: OrganizationId,
        by_key: bool,
        sealer: &dyn PasswordSealer,
    ) -> Result<(), sqlx::Error> {
        let stored = &mut self.stored;
        let default = LocationId::from_bytes(read::bytes(row, "default_location_id")?);
        stored.organizations.insert(organization_id, default);
        if let Some(id) = row.try_get::<Option<Uuid>, _>("known_location_id")? {
            stored.locations.insert((organization_id, LocationId::from_bytes(*id.as_bytes())));
        }
        if row.try_get::<Option<Uuid>, _>("id")?.is_none() {
            return Ok(());
        }
        let (_, id) = read::add_customer(row, sealer, stored)?;
        self.versions.insert(id, row.try_get("version")?);
        if by_key && let Some(key) = read::key(row)? {
            stored.owners.insert((organization_id, key), id);
        }
        Ok(())
    }
}

impl<'w> Write<'w> {
    fn of(wave: &'w Wave, versions: &HashMap<CustomerId, i64>) -> Option<Self> {
        let [Ok(written)] = wave.answers.as_slice() else { return None };
        match (wave.created.as_slice(), wave.updated.as_slice()) {
            _ if !wave.released.is_empty() => None,
            ([_], []) => {
                // In the order in which everybody asks for keys.
                let mut taken: Vec<_> = wave.taken.iter().collect();
                taken.sort();
                Some(Self::Create(written, taken))
            }
            ([], [update]) if wave.taken.is_empty() => {
                Some(Self::Update(written, update.unless, *versions.get(&written.customer.id)?))
            }
            _ => None,
        }
    }

    /// Whether it was written. If not, something that it rests on has changed.
    async fn carry_out(&self, db: &mut PgConnection, sealer: &dyn PasswordSealer) -> Result<bool, Failure> {
        match self {
            Self::Create(Written { customer, .. }, taken) => {
                let buckets = [bucket(customer.organization_id)];
                let arguments = write::for_insert(&buckets, &[(customer, None)], sealer)
                    .add(taken.iter().map(|taken| taken.entry.key.kind.number()).bind_iter())
                    .add(taken.iter().map(|taken| taken.entry.key.value.as_str()).bind_iter());
                let create = sqlx::query_scalar_with(CREATE.as_str(), arguments.finish()?);
                let created: Result<Vec<i64>, _> = create.fetch_all(db).await;
                match created {
                    Err(sqlx::Error::Database(refused)) if refused.is_unique_violation() => Ok(false),
                    created => Ok(created? == [1]),
                }
            }
            Self::Update(Written { customer, .. }, unless, version) => {
                let buckets = [bucket(customer.organization_id)];
                let arguments = write::for_update(&buckets, &[(customer, *unless)]).add(*version);
                let update = sqlx::query_with(UPDATE_SAME.as_str(), arguments.finish()?);
                Ok(update.execute(db).await?.rows_affected() == 1)
            }
        }
    }

    fn written(&self) -> &'w Written {
        let (Self::Create(written, _) | Self::Update(written, ..)) = self;
        written
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
    let find = sqlx::query(FIND_VERSION.as_str()).bind(bucket).bind(organization_id).bind(id);
    match find.fetch_optional(db).await? {
        // Ours, or that of a rival or of an earlier fence that took the version from ours.
        Some(row) if row.try_get::<i64, _>("version")? == version + 1 => Ok(row::restore(&row, sealer)? == *customer),
        _ => Err(Failure::Unknown("the customer has changed again since".into())),
    }
}
