//! The histories of customers.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::history::{Call, Event, Fields};
use domain::ports::{CorruptRow, CustomerError, HistoryStore, StoreError};
use domain::value::{CustomerId, EventId, OrganizationId, ServiceId};
use sqlx::PgConnection;
use sqlx::postgres::{PgBindIterExt, PgRow};
use store_json::ConsentsJson;

use crate::PostgresStore;
use crate::arguments::Arguments;
use crate::copy::{Jsonb, Rows, is_conflict};
use crate::customer::absence;
use crate::error::Failure;
use crate::json::Json;
use crate::row::{Columns, bucket, uuid};
use crate::store::repeat;
use crate::time::Time;

#[async_trait]
impl HistoryStore for PostgresStore {
    async fn history(
        &self,
        organization_id: OrganizationId,
        customer_id: CustomerId,
        after: Option<EventId>,
        limit: u16,
    ) -> Result<Vec<Result<Event, CorruptRow>>, CustomerError> {
        let place = (organization_id, customer_id);
        let found: Result<_, StoreError> = repeat!(self, |db| find(db, place, after, limit));
        Ok(found??.iter().map(|row| restore(row, place)).collect())
    }
}

const COPY: &str =
    "COPY customer_history (bucket, organization_id, customer_id, id, happened_at, service_id, call, fields,
                                        accepted, customs, more_fields, more_accepted)
                    FROM STDIN (FORMAT binary)";

/// Whose history it is.
type Place = (OrganizationId, CustomerId);

/// What is read, or why there is nothing.
async fn find(
    db: &mut PgConnection,
    place: Place,
    after: Option<EventId>,
    limit: u16,
) -> Result<Result<Vec<PgRow>, CustomerError>, Failure> {
    let rows = read(&mut *db, place, after, limit).await?;
    // Without any event the customer is older than histories are, or there is none.
    let absence = if rows.is_empty() && after.is_none() { absence(db, place.0, place.1).await? } else { None };
    Ok(absence.map_or(Ok(rows), Err))
}

async fn read(
    db: &mut PgConnection,
    (organization_id, customer_id): Place,
    after: Option<EventId>,
    limit: u16,
) -> Result<Vec<PgRow>, Failure> {
    let read = sqlx::query(
        "SELECT h.id, h.happened_at, h.service_id, h.call, h.fields, h.more_fields, h.accepted, h.more_accepted,
                h.customs::text AS customs
         FROM customer_history h
         WHERE h.bucket = $1 AND h.organization_id = $2 AND h.customer_id = $3 AND h.id > $4
         ORDER BY h.id LIMIT $5",
    )
    .bind(bucket(organization_id))
    .bind(uuid(organization_id.to_bytes()))
    .bind(uuid(customer_id.to_bytes()))
    .bind(uuid(after.unwrap_or(EventId::from_bits(0)).to_bytes()))
    .bind(i64::from(limit));
    Ok(read.fetch_all(db).await?)
}

/// The event in a row of its table.
pub(crate) fn restore(row: &PgRow, (organization_id, customer_id): Place) -> Result<Event, CorruptRow> {
    let columns = Columns::of(row, "customer_history");
    let fields = |column, more| {
        let set = Fields::restore(columns.get(column)?, columns.get::<Option<&[u8]>>(more)?);
        set.map_err(|_| columns.corrupt(column))
    };
    let customs: Option<&str> = columns.get("customs")?;
    Ok(Event {
        id: EventId::from_bytes(columns.id("id")?),
        organization_id,
        customer_id,
        at: columns.time("happened_at")?,
        service_id: ServiceId::from_bytes(columns.id("service_id")?),
        call: Call::from_number(columns.get("call")?).map_err(|_| columns.corrupt("call"))?,
        fields: fields("fields", "more_fields")?,
        accepted: fields("accepted", "more_accepted")?,
        customs: match customs {
            None => BTreeMap::new(),
            Some(_) => columns.document("customs", ConsentsJson::restore)?,
        },
    })
}

/// Adds events to histories.
///
/// # Errors
/// [`Failure::Lost`] when there is the creation of a customer already: it was carried out before. Any other event is told
/// once, however often it comes.
pub(crate) async fn tell(db: &mut PgConnection, buckets: &[i16], events: &[&Event]) -> Result<(), Failure> {
    let tell = sqlx::query_scalar_with(
        "INSERT INTO customer_history AS h (bucket, organization_id, customer_id, id, happened_at, service_id, call,
                                            fields, accepted, customs, more_fields, more_accepted)
         SELECT o.bucket, o.id, q.customer_id, q.id, q.happened_at, q.service_id, q.call, q.fields, q.accepted,
                q.customs::jsonb, q.more_fields, q.more_accepted
         FROM unnest($2::smallint[], $3::uuid[], $4::uuid[], $5::uuid[], $6::timestamptz[], $7::uuid[], $8::smallint[],
                     $9::bigint[], $10::bigint[], $11::text[], $12::bytea[], $13::bytea[])
              AS q(bucket, organization_id, customer_id, id, happened_at, service_id, call, fields, accepted, customs,
                   more_fields, more_accepted)
         JOIN organization o ON o.bucket = ANY(ARRAY[q.bucket]) AND o.id = q.organization_id
         WHERE o.bucket = ANY($1::numeric[])
         ON CONFLICT DO NOTHING
         RETURNING h.call",
        arguments(buckets, events).finish()?,
    );
    let told: Vec<i16> = tell.fetch_all(db).await?;
    let created = Call::Create.number();
    let expected = events.iter().filter(|event| event.call == Call::Create).count();
    if told.into_iter().filter(|call| *call == created).count() == expected { Ok(()) } else { Err(Failure::Lost) }
}

/// Begins histories of very many.
///
/// # Errors
/// [`Failure::Lost`] as of [`tell`].
pub(crate) async fn tell_creations(db: &mut PgConnection, events: &[&Event]) -> Result<(), Failure> {
    let mut rows = Rows::of(12);
    for event in events {
        rows.begin();
        rows.add(bucket(event.organization_id))?;
        rows.add(uuid(event.organization_id.to_bytes()))?;
        rows.add(uuid(event.customer_id.to_bytes()))?;
        rows.add(uuid(event.id.to_bytes()))?;
        rows.add(Time(event.at))?;
        rows.add(uuid(event.service_id.to_bytes()))?;
        rows.add(event.call.number())?;
        rows.add(event.fields.bits())?;
        rows.add(event.accepted.bits())?;
        rows.add(ConsentsJson::of(&event.customs).map(Jsonb))?;
        rows.add(event.fields.more())?;
        rows.add(event.accepted.more())?;
    }
    let copied = rows.copy(db, COPY).await;
    copied.map_err(|error| if is_conflict(&error) { Failure::Lost } else { error.into() })
}

fn arguments(buckets: &[i16], events: &[&Event]) -> Arguments {
    Arguments::new()
        .add(buckets)
        .add(events.iter().map(|event| bucket(event.organization_id)).bind_iter())
        .add(events.iter().map(|event| uuid(event.organization_id.to_bytes())).bind_iter())
        .add(events.iter().map(|event| uuid(event.customer_id.to_bytes())).bind_iter())
        .add(events.iter().map(|event| uuid(event.id.to_bytes())).bind_iter())
        .add(events.iter().map(|event| Time(event.at)).bind_iter())
        .add(events.iter().map(|event| uuid(event.service_id.to_bytes())).bind_iter())
        .add(events.iter().map(|event| event.call.number()).bind_iter())
        .add(events.iter().map(|event| event.fields.bits()).bind_iter())
        .add(events.iter().map(|event| event.accepted.bits()).bind_iter())
        .add(events.iter().map(|event| ConsentsJson::of(&event.customs).map(Json)).bind_iter())
        .add(events.iter().map(|event| event.fields.more()).bind_iter())
        .add(events.iter().map(|event| event.accepted.more()).bind_iter())
}

/// The same for one event of the customers that `written` has, which another statement writes; the parameters from `first`
/// on are those of [`add_event`].
pub(crate) fn telling(written: &str, first: usize) -> String {
    let parameter = |number: usize| format!("${}", first + number);
    format!(
        "INSERT INTO customer_history AS h (bucket, organization_id, customer_id, id, happened_at, service_id, call,
                                            fields, accepted, customs, more_fields, more_accepted)
         SELECT n.bucket, n.organization_id, n.id, {}::uuid, {}::timestamptz, {}::uuid, {}::smallint, {}::bigint,
                {}::bigint, {}::text::jsonb, {}::bytea, {}::bytea
         FROM {written} n",
        parameter(0),
        parameter(1),
        parameter(2),
        parameter(3),
        parameter(4),
        parameter(5),
        parameter(6),
        parameter(7),
        parameter(8),
    )
}

/// What [`telling`] takes.
pub(crate) fn add_event(arguments: Arguments, event: &Event) -> Arguments {
    arguments
        .add(uuid(event.id.to_bytes()))
        .add(Time(event.at))
        .add(uuid(event.service_id.to_bytes()))
        .add(event.call.number())
        .add(event.fields.bits())
        .add(event.accepted.bits())
        .add(ConsentsJson::of(&event.customs).map(Json))
        .add(event.fields.more())
        .add(event.accepted.more())
}
