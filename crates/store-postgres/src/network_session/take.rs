//! Taking a record into its session.

use domain::limits;
use domain::session::{Namesake, Octets, SessionRecord, Usage};
use domain::value::{Attribute, CustomerId, OrganizationId, Username};
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::row::{namesake, place};
use crate::arguments::Arguments;
use crate::error::Failure;
use crate::row::{bucket, uuid};
use crate::time::Time;

/// The sessions with a record's name at its place.
struct Namesakes {
    /// Those that can be read, the latest one first.
    known: Vec<Namesake>,
    /// The number of the next session. Sessions that cannot be read keep their numbers.
    next: i64,
}

/// Begins a session of the customer. The customer is held: when it is erased at the same time, either the erasure sees the
/// session, or this finds no customer. Nothing happens when another record has begun a session with this number meanwhile.
const BEGIN: &str = "
    INSERT INTO network_session AS s (
        bucket, organization_id, nas_identifier, nas_address, acct_session_id, run, id, customer_id, calling_station,
        called_station, framed_address, started_at, heard_at, ended_at, terminate_cause, seconds, input_octets,
        output_octets, began, dated)
    SELECT c.bucket, c.organization_id, $4, $5, $6, $7, $20, c.id, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19
    FROM customer c WHERE c.bucket = $1 AND c.organization_id = $2 AND c.id = $3 FOR KEY SHARE OF c
    ON CONFLICT (bucket, organization_id, nas_identifier, nas_address, acct_session_id, run) DO NOTHING
    RETURNING s.customer_id";

/// Takes more into a session of the customer. An erasure has removed it, or waits for this. Whose it is is asked so that no index
/// can answer it: the session is found by its key.
const GO_ON: &str = "
    UPDATE network_session AS s SET
        calling_station = CASE WHEN $12 >= s.heard_at THEN coalesce($8, s.calling_station)
            ELSE coalesce(s.calling_station, $8) END,
        called_station = CASE WHEN $12 >= s.heard_at THEN coalesce($9, s.called_station)
            ELSE coalesce(s.called_station, $9) END,
        framed_address = CASE WHEN $12 >= s.heard_at THEN coalesce($10, s.framed_address)
            ELSE coalesce(s.framed_address, $10) END,
        started_at = least(s.started_at, $11),
        heard_at = greatest(s.heard_at, $12),
        ended_at = coalesce(s.ended_at, $13),
        terminate_cause = CASE WHEN s.ended_at IS NOT NULL THEN s.terminate_cause ELSE $14 END,
        seconds = greatest(s.seconds, $15),
        input_octets = greatest(s.input_octets, $16),
        output_octets = greatest(s.output_octets, $17),
        began = s.began OR $18,
        dated = CASE WHEN $11 < s.started_at THEN $19 WHEN $11 = s.started_at THEN s.dated OR $19 ELSE s.dated END
    WHERE s.bucket = $1 AND s.organization_id = $2 AND s.nas_identifier = $4 AND s.nas_address = $5
      AND s.acct_session_id = $6 AND s.run = $7 AND (s.customer_id = $3) IS TRUE
    RETURNING s.customer_id";

/// Those with the record's name at its place, the last one first.
const NAMESAKES: &str = "
    SELECT s.run, s.customer_id, s.calling_station, s.started_at, s.heard_at, s.ended_at, s.seconds, s.input_octets,
           s.output_octets, s.began, s.dated
    FROM network_session s
    WHERE s.bucket = $1 AND s.organization_id = $2 AND s.nas_identifier = $3 AND s.nas_address = $4
      AND s.acct_session_id = $5
    ORDER BY s.run DESC LIMIT $6";

/// Only the last of these statements writes: there is no need for a transaction around them. Who begins a session at the same
/// time as another record of it loses, and looks again.
pub(super) async fn take_whoever_it_is(
    db: &mut PgConnection,
    record: &SessionRecord,
) -> Result<Option<CustomerId>, Failure> {
    let namesakes = namesakes(db, record).await?;
    if let Some(id) = record.claims.customer_id
        && let Some(owner) = take(db, record, &namesakes, id).await?
    {
        return Ok(Some(owner));
    }
    for username in &record.claims.usernames {
        if let Some(id) = named(db, record.organization_id, username).await? {
            return take(db, record, &namesakes, id).await;
        }
    }
    match record.session_among(None, &namesakes.known) {
        Some(session) => go_on(db, record, session).await,
        None => Ok(None),
    }
}

/// Takes it into the customer's session, or begins one; `None` when there is no such customer.
async fn take(
    db: &mut PgConnection,
    record: &SessionRecord,
    namesakes: &Namesakes,
    id: CustomerId,
) -> Result<Option<CustomerId>, Failure> {
    if let Some(session) = record.session_among(Some(id), &namesakes.known) {
        return go_on(db, record, session).await;
    }
    match write(db, BEGIN, record, (id, namesakes.next), record.usage).await? {
        None if exists(db, record.organization_id, id).await? => Err(Failure::Lost),
        begun => Ok(begun),
    }
}

/// Takes it into this session; `None` when that is gone.
async fn go_on(
    db: &mut PgConnection,
    record: &SessionRecord,
    session: &Namesake,
) -> Result<Option<CustomerId>, Failure> {
    let place = (session.customer_id, session.run.into());
    write(db, GO_ON, record, place, record.usage_in(session)).await
}

/// Whose the session is afterwards.
async fn write(
    db: &mut PgConnection,
    statement: &'static str,
    record: &SessionRecord,
    (id, run): (CustomerId, i64),
    usage: Usage,
) -> Result<Option<CustomerId>, Failure> {
    let text = |attribute: &Option<Attribute>| attribute.as_ref().map(|text| text.as_str().to_owned());
    let arguments = Arguments::new()
        .add(bucket(record.organization_id))
        .add(uuid(record.organization_id.to_bytes()))
        .add(uuid(id.to_bytes()));
    let arguments = place(arguments, &record.nas)
        .add(record.acct_session_id.as_str())
        .add(run)
        .add(text(&record.calling_station))
        .add(text(&record.called_station))
        .add(record.framed_address.map(|address| address.to_string()))
        .add(Time(record.started_at()))
        .add(Time(record.at))
        .add(record.ended_at().map(Time))
        .add(text(&record.terminate_cause).filter(|_| record.ended))
        .add(i64::from(usage.seconds))
        .add(stored(usage.input))
        .add(stored(usage.output))
        .add(record.began)
        .add(record.dated);
    let arguments = if statement == BEGIN { arguments.add(uuid(record.id.to_bytes())) } else { arguments };
    let owner: Option<Uuid> = sqlx::query_scalar_with(statement, arguments.finish()?).fetch_optional(db).await?;
    Ok(owner.map(customer))
}

async fn exists(db: &mut PgConnection, organization_id: OrganizationId, id: CustomerId) -> Result<bool, Failure> {
    let exists =
        sqlx::query_scalar("SELECT c.id FROM customer c WHERE c.id = $1 AND c.organization_id = $2 AND c.bucket = $3");
    let exists = exists.bind(uuid(id.to_bytes())).bind(uuid(organization_id.to_bytes()));
    let id: Option<Uuid> = exists.bind(bucket(organization_id)).fetch_optional(db).await?;
    Ok(id.is_some())
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

async fn namesakes(db: &mut PgConnection, record: &SessionRecord) -> Result<Namesakes, Failure> {
    let arguments = Arguments::new().add(bucket(record.organization_id)).add(uuid(record.organization_id.to_bytes()));
    let arguments =
        place(arguments, &record.nas).add(record.acct_session_id.as_str()).add(i64::from(limits::NAMESAKES));
    let rows = sqlx::query_with(NAMESAKES, arguments.finish()?).fetch_all(db).await?;
    let last: Option<i64> = rows.first().map(|last| last.try_get("run")).transpose()?;
    // A session that cannot be read has no owner: the record begins another one, numbered after it.
    let known = rows.iter().filter_map(|row| namesake(row).ok()).collect();
    Ok(Namesakes { known, next: last.map_or(0, |last| last.saturating_add(1)) })
}

fn stored(octets: Octets) -> i64 {
    i64::try_from(octets.number()).unwrap_or(i64::MAX)
}

fn customer(id: Uuid) -> CustomerId {
    CustomerId::from_bytes(*id.as_bytes())
}
