//! Taking a record into its session.

use domain::session::{Octets, SessionRecord};
use domain::value::{Attribute, CustomerId, OrganizationId, Username};
use sqlx::PgConnection;
use uuid::Uuid;

use super::row::place;
use crate::arguments::Arguments;
use crate::error::Failure;
use crate::row::{bucket, uuid};
use crate::time::Time;

/// Begins a session of the customer, or takes more into it. The customer is held: when it is erased at the same time,
/// either the erasure sees the session, or this finds no customer.
const TAKE: &str = "
    INSERT INTO network_session AS s (
        bucket, organization_id, nas_identifier, nas_address, acct_session_id, id, customer_id, calling_station,
        called_station, framed_address, started_at, heard_at, ended_at, terminate_cause, seconds, input_octets,
        output_octets)
    SELECT c.bucket, c.organization_id, $4, $5, $6, $7, c.id, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17
    FROM customer c WHERE c.bucket = $1 AND c.organization_id = $2 AND c.id = $3 FOR KEY SHARE OF c
    ON CONFLICT (bucket, organization_id, nas_identifier, nas_address, acct_session_id) DO UPDATE SET
        calling_station = CASE WHEN excluded.heard_at >= s.heard_at
            THEN coalesce(excluded.calling_station, s.calling_station)
            ELSE coalesce(s.calling_station, excluded.calling_station) END,
        called_station = CASE WHEN excluded.heard_at >= s.heard_at
            THEN coalesce(excluded.called_station, s.called_station)
            ELSE coalesce(s.called_station, excluded.called_station) END,
        framed_address = CASE WHEN excluded.heard_at >= s.heard_at
            THEN coalesce(excluded.framed_address, s.framed_address)
            ELSE coalesce(s.framed_address, excluded.framed_address) END,
        started_at = least(s.started_at, excluded.started_at),
        heard_at = greatest(s.heard_at, excluded.heard_at),
        ended_at = coalesce(s.ended_at, excluded.ended_at),
        terminate_cause = CASE WHEN s.ended_at IS NULL THEN excluded.terminate_cause ELSE s.terminate_cause END,
        seconds = greatest(s.seconds, excluded.seconds),
        input_octets = greatest(s.input_octets, excluded.input_octets),
        output_octets = greatest(s.output_octets, excluded.output_octets)
    RETURNING s.customer_id";

/// Only the last of these statements writes: there is no need for a transaction around them.
pub(super) async fn take_whoever_it_is(
    db: &mut PgConnection,
    record: &SessionRecord,
) -> Result<Option<CustomerId>, Failure> {
    if let Some(id) = record.claims.customer_id
        && let Some(owner) = take(db, record, id).await?
    {
        return Ok(Some(owner));
    }
    for username in &record.claims.usernames {
        if let Some(id) = named(db, record.organization_id, username).await? {
            return take(db, record, id).await;
        }
    }
    match known(db, record).await? {
        Some(id) => take(db, record, id).await,
        None => Ok(None),
    }
}

/// Whose the session is afterwards; `None` when there is no such customer.
async fn take(db: &mut PgConnection, record: &SessionRecord, id: CustomerId) -> Result<Option<CustomerId>, Failure> {
    let text = |attribute: &Option<Attribute>| attribute.as_ref().map(|text| text.as_str().to_owned());
    let arguments = Arguments::new()
        .add(bucket(record.organization_id))
        .add(uuid(record.organization_id.to_bytes()))
        .add(uuid(id.to_bytes()));
    let arguments = place(arguments, &record.nas)
        .add(record.acct_session_id.as_str())
        .add(uuid(record.id.to_bytes()))
        .add(text(&record.calling_station))
        .add(text(&record.called_station))
        .add(record.framed_address.map(|address| address.to_string()))
        .add(Time(record.started_at()))
        .add(Time(record.at))
        .add(record.ended_at().map(Time))
        .add(text(&record.terminate_cause).filter(|_| record.ended))
        .add(i64::from(record.usage.seconds))
        .add(stored(record.usage.input))
        .add(stored(record.usage.output));
    let owner: Option<Uuid> = sqlx::query_scalar_with(TAKE, arguments.finish()?).fetch_optional(db).await?;
    Ok(owner.map(customer))
}

async fn named(
    db: &mut PgConnection,
    organization_id: OrganizationId,
    username: &Username,
) -> Result<Option<CustomerId>, Failure> {
    let named = sqlx::query_scalar(
        "SELECT c.id FROM customer c
         WHERE c.username = $1 AND c.organization_id::text = $2::uuid::text AND c.bucket = ANY(ARRAY[$3::smallint]::numeric[])",
    );
    let named = named.bind(username.as_str()).bind(uuid(organization_id.to_bytes())).bind(bucket(organization_id));
    let id: Option<Uuid> = named.fetch_optional(db).await?;
    Ok(id.map(customer))
}

/// Whose the session is by what came before.
async fn known(db: &mut PgConnection, record: &SessionRecord) -> Result<Option<CustomerId>, Failure> {
    let arguments = Arguments::new().add(bucket(record.organization_id)).add(uuid(record.organization_id.to_bytes()));
    let arguments = place(arguments, &record.nas).add(record.acct_session_id.as_str());
    let known = sqlx::query_scalar_with(
        "SELECT s.customer_id FROM network_session s
         WHERE s.bucket = $1 AND s.organization_id = $2 AND s.nas_identifier = $3 AND s.nas_address = $4
           AND s.acct_session_id = $5",
        arguments.finish()?,
    );
    let id: Option<Uuid> = known.fetch_optional(db).await?;
    Ok(id.map(customer))
}

fn stored(octets: Octets) -> i64 {
    i64::try_from(octets.number()).unwrap_or(i64::MAX)
}

fn customer(id: Uuid) -> CustomerId {
    CustomerId::from_bytes(*id.as_bytes())
}
