//! Reading the histories of customers.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::history::{Call, Event, Fields};
use domain::ports::{CorruptRow, CustomerError, HistoryStore};
use domain::value::{CustomerId, EventId, OrganizationId, ServiceId};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use store_json::ConsentsJson;

use crate::SqliteStore;
use crate::customer::absence;
use crate::error::store_error;
use crate::row::Columns;

#[async_trait]
impl HistoryStore for SqliteStore {
    async fn history(
        &self,
        organization_id: OrganizationId,
        customer_id: CustomerId,
        after: Option<EventId>,
        limit: u16,
    ) -> Result<Vec<Result<Event, CorruptRow>>, CustomerError> {
        let mut connection = self.readers.acquire().await.map_err(store_error)?;
        let rows = read(&mut connection, organization_id, customer_id, after, limit).await.map_err(store_error)?;
        // Without any event the customer is older than histories are, or there is none.
        if rows.is_empty()
            && after.is_none()
            && let Some(absence) = absence(&mut connection, organization_id, customer_id).await.map_err(store_error)?
        {
            return Err(absence);
        }
        Ok(rows.iter().map(|row| restore(row, organization_id, customer_id)).collect())
    }
}

async fn read(
    db: &mut SqliteConnection,
    organization_id: OrganizationId,
    customer_id: CustomerId,
    after: Option<EventId>,
    limit: u16,
) -> Result<Vec<SqliteRow>, sqlx::Error> {
    sqlx::query(
        "SELECT id, happened_at, service_id, call, fields, more_fields, accepted, more_accepted, customs FROM customer_history
         WHERE bucket = ? AND organization_id = ? AND customer_id = ? AND id > ?
         ORDER BY id LIMIT ?",
    )
    .bind(organization_id.bucket().number())
    .bind(organization_id.to_bytes().to_vec())
    .bind(customer_id.to_bytes().to_vec())
    .bind(after.map(|id| id.to_bytes().to_vec()).unwrap_or_default())
    .bind(limit)
    .fetch_all(db)
    .await
}

/// The event in a row of its table.
pub(crate) fn restore(
    row: &SqliteRow,
    organization_id: OrganizationId,
    customer_id: CustomerId,
) -> Result<Event, CorruptRow> {
    let columns = Columns::of(row, "customer_history");
    let fields = |column, more| {
        let set = Fields::restore(columns.get(column)?, columns.get::<Option<&[u8]>>(more)?);
        set.map_err(|_| columns.corrupt(column))
    };
    let customs: Option<&str> = columns.get("customs")?;
    Ok(Event {
        id: EventId::from_bytes(columns.bytes("id")?),
        organization_id,
        customer_id,
        at: columns.time("happened_at")?,
        service_id: ServiceId::from_bytes(columns.bytes("service_id")?),
        call: Call::from_number(columns.get("call")?).map_err(|_| columns.corrupt("call"))?,
        fields: fields("fields", "more_fields")?,
        accepted: fields("accepted", "more_accepted")?,
        customs: match customs {
            None => BTreeMap::new(),
            Some(_) => columns.document("customs", ConsentsJson::restore)?,
        },
    })
}
