//! Customers' sessions on the network.

mod row;
mod take;

use async_trait::async_trait;
use domain::ports::{CorruptRow, CustomerError, NetworkSessionStore, StoreError};
use domain::session::{Nas, NetworkSession, Restart, SessionRecord};
use domain::value::{CustomerId, NetworkSessionId, OrganizationId};
use jiff::Timestamp;
use sqlx::PgConnection;
use sqlx::postgres::PgRow;

use self::row::place;
use self::take::take_whoever_it_is;
use crate::PostgresStore;
use crate::arguments::Arguments;
use crate::customer::absence;
use crate::error::Failure;
use crate::row::{bucket, uuid};
use crate::store::{repeat, repeat_write};
use crate::time::Time;

pub(crate) use self::row::restore;

#[async_trait]
impl NetworkSessionStore for PostgresStore {
    async fn record(&self, record: &SessionRecord) -> Result<Option<CustomerId>, StoreError> {
        repeat_write!(self, |db| take_whoever_it_is(db, record))
    }

    async fn restart(
        &self,
        organization_id: OrganizationId,
        nas: &Nas,
        restart: Restart,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        repeat_write!(self, |db| end_open(db, organization_id, nas, restart, at))
    }

    async fn sessions(
        &self,
        organization_id: OrganizationId,
        customer_id: CustomerId,
        before: Option<NetworkSessionId>,
        limit: u16,
    ) -> Result<Vec<Result<NetworkSession, CorruptRow>>, CustomerError> {
        let place = (organization_id, customer_id);
        let found: Result<_, StoreError> = repeat!(self, |db| find(db, place, before, limit));
        Ok(found??.iter().map(|row| restore(row, customer_id)).collect())
    }
}

async fn end_open(
    db: &mut PgConnection,
    organization_id: OrganizationId,
    nas: &Nas,
    restart: Restart,
    at: Timestamp,
) -> Result<u64, Failure> {
    let arguments = Arguments::new().add(bucket(organization_id)).add(uuid(organization_id.to_bytes()));
    let arguments = place(arguments, nas).add(Time(at)).add(restart.terminate_cause());
    let ended = sqlx::query_with(
        "UPDATE network_session AS s SET ended_at = $5, heard_at = $5, terminate_cause = $6
         WHERE s.bucket = $1 AND s.organization_id = $2 AND s.nas_identifier = $3 AND s.nas_address = $4
           AND s.ended_at IS NULL AND s.heard_at <= $5",
        arguments.finish()?,
    );
    Ok(ended.execute(db).await?.rows_affected())
}

/// What is read, or why there is nothing.
async fn find(
    db: &mut PgConnection,
    (organization_id, customer_id): (OrganizationId, CustomerId),
    before: Option<NetworkSessionId>,
    limit: u16,
) -> Result<Result<Vec<PgRow>, CustomerError>, Failure> {
    let read = sqlx::query(
        "SELECT s.id, s.nas_identifier, s.nas_address, s.acct_session_id, s.calling_station, s.called_station,
                s.framed_address, s.started_at, s.heard_at, s.ended_at, s.terminate_cause, s.seconds, s.input_octets,
                s.output_octets
         FROM network_session s
         WHERE s.customer_id = $1 AND s.organization_id IS NOT DISTINCT FROM $2 AND s.bucket = ANY(ARRAY[$3::smallint]::numeric[])
           AND s.id < $4
         ORDER BY s.id DESC LIMIT $5",
    );
    let last = NetworkSessionId::from_bits(u128::MAX);
    let read = read.bind(uuid(customer_id.to_bytes())).bind(uuid(organization_id.to_bytes()));
    let read = read.bind(bucket(organization_id)).bind(uuid(before.unwrap_or(last).to_bytes()));
    let rows = read.bind(i64::from(limit)).fetch_all(&mut *db).await?;
    let nothing = rows.is_empty() && before.is_none();
    let absence = if nothing { absence(db, organization_id, customer_id).await? } else { None };
    Ok(absence.map_or(Ok(rows), Err))
}
