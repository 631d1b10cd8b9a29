//! Taking a record into its session.

use domain::limits;
use domain::session::{Namesake, Octets, SessionRecord, Usage};
use domain::value::{Attribute, CustomerId, OrganizationId, Username};
use jiff::Timestamp;
use sqlx::{Row as _, SqliteConnection};

use super::row::{Place, namesake};

/// The sessions with a record's name at its place.
struct Namesakes {
    /// Those that can be read, the latest one first.
    known: Vec<Namesake>,
    /// The number of the next session. Sessions that cannot be read keep their numbers.
    next: u32,
}

/// Begins a session of the customer.
const BEGIN: &str = "
    INSERT INTO network_session (
        bucket, organization_id, nas_identifier, nas_address, acct_session_id, run, id, customer_id, calling_station,
        called_station, framed_address, started_at, heard_at, ended_at, terminate_cause, seconds, input_octets,
        output_octets, began, dated)
    SELECT c.bucket, c.organization_id, ?4, ?5, ?6, ?7, ?20, c.id, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19
    FROM customer c WHERE c.bucket = ?1 AND c.organization_id = ?2 AND c.id = ?3
    RETURNING customer_id";

/// Takes more into a session of the customer.
const GO_ON: &str = "
    UPDATE network_session AS s SET
        calling_station = iif(?12 >= s.heard_at, coalesce(?8, s.calling_station), coalesce(s.calling_station, ?8)),
        called_station = iif(?12 >= s.heard_at, coalesce(?9, s.called_station), coalesce(s.called_station, ?9)),
        framed_address = iif(?12 >= s.heard_at, coalesce(?10, s.framed_address), coalesce(s.framed_address, ?10)),
        started_at = min(s.started_at, ?11),
        heard_at = max(s.heard_at, ?12),
        ended_at = coalesce(s.ended_at, ?13),
        terminate_cause = iif(s.ended_at IS NULL, ?14, s.terminate_cause),
        seconds = max(s.seconds, ?15),
        input_octets = max(s.input_octets, ?16),
        output_octets = max(s.output_octets, ?17),
        began = max(s.began, ?18),
        dated = CASE WHEN ?11 < s.started_at THEN ?19 WHEN ?11 = s.started_at THEN max(s.dated, ?19) ELSE s.dated END
    WHERE s.bucket = ?1 AND s.organization_id = ?2 AND s.nas_identifier = ?4 AND s.nas_address = ?5
      AND s.acct_session_id = ?6 AND s.run = ?7 AND s.customer_id = ?3
    RETURNING customer_id";

/// Those with the record's name at its place, the last one first.
const NAMESAKES: &str = "
    SELECT s.run, s.customer_id, s.calling_station, s.started_at, s.heard_at, s.ended_at, s.seconds, s.input_octets,
           s.output_octets, s.began, s.dated
    FROM network_session s
    WHERE s.bucket = ? AND s.organization_id = ? AND s.nas_identifier = ? AND s.nas_address = ? AND s.acct_session_id = ?
    ORDER BY s.run DESC LIMIT ?";

const NAMED: &str = "SELECT c.id FROM customer c WHERE c.bucket = ? AND c.organization_id = ? AND c.username = ?";

/// Whose the session is afterwards; `None` when it is nobody's.
pub(super) async fn take_whoever_it_is(
    db: &mut SqliteConnection,
    record: &SessionRecord,
) -> Result<Option<CustomerId>, sqlx::Error> {
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
    db: &mut SqliteConnection,
    record: &SessionRecord,
    namesakes: &Namesakes,
    id: CustomerId,
) -> Result<Option<CustomerId>, sqlx::Error> {
    if let Some(session) = record.session_among(Some(id), &namesakes.known) {
        return go_on(db, record, session).await;
    }
    write(db, BEGIN, record, (id, namesakes.next), record.usage).await
}

/// Takes it into this session; `None` when that is gone.
async fn go_on(
    db: &mut SqliteConnection,
    record: &SessionRecord,
    session: &Namesake,
) -> Result<Option<CustomerId>, sqlx::Error> {
    let place = (session.customer_id, session.run);
    write(db, GO_ON, record, place, record.usage_in(session)).await
}

/// Whose the session is afterwards.
async fn write(
    db: &mut SqliteConnection,
    statement: &'static str,
    record: &SessionRecord,
    (id, run): (CustomerId, u32),
    usage: Usage,
) -> Result<Option<CustomerId>, sqlx::Error> {
    let text = |attribute: &Option<Attribute>| attribute.as_ref().map(|text| text.as_str().to_owned());
    let place = Place::of(&record.nas);
    let write = sqlx::query_scalar(statement)
        .bind(record.organization_id.bucket().number())
        .bind(record.organization_id.to_bytes().to_vec())
        .bind(id.to_bytes().to_vec())
        .bind(place.identifier)
        .bind(place.address)
        .bind(record.acct_session_id.as_str())
        .bind(run)
        .bind(text(&record.calling_station))
        .bind(text(&record.called_station))
        .bind(record.framed_address.map(|address| address.to_string()))
        .bind(record.started_at().as_millisecond())
        .bind(record.at.as_millisecond())
        .bind(record.ended_at().map(Timestamp::as_millisecond))
        .bind(text(&record.terminate_cause).filter(|_| record.ended))
        .bind(usage.seconds)
        .bind(stored(usage.input))
        .bind(stored(usage.output))
        .bind(record.began)
        .bind(record.dated);
    let write = if statement == BEGIN { write.bind(record.id.to_bytes().to_vec()) } else { write };
    let owner: Option<Vec<u8>> = write.fetch_optional(db).await?;
    owner.map(customer).transpose()
}

async fn named(
    db: &mut SqliteConnection,
    organization_id: OrganizationId,
    username: &Username,
) -> Result<Option<CustomerId>, sqlx::Error> {
    let named = sqlx::query_scalar(NAMED).bind(organization_id.bucket().number());
    let named = named.bind(organization_id.to_bytes().to_vec()).bind(username.as_str());
    let id: Option<Vec<u8>> = named.fetch_optional(db).await?;
    id.map(customer).transpose()
}

async fn namesakes(db: &mut SqliteConnection, record: &SessionRecord) -> Result<Namesakes, sqlx::Error> {
    let place = Place::of(&record.nas);
    let rows = sqlx::query(NAMESAKES)
        .bind(record.organization_id.bucket().number())
        .bind(record.organization_id.to_bytes().to_vec())
        .bind(place.identifier)
        .bind(place.address)
        .bind(record.acct_session_id.as_str())
        .bind(limits::NAMESAKES)
        .fetch_all(db)
        .await?;
    let next = rows.first().map(|last| last.try_get::<u32, _>("run")).transpose()?;
    // A session that cannot be read has no owner: the record begins another one, numbered after it.
    let known = rows.iter().filter_map(|row| namesake(row).ok()).collect();
    Ok(Namesakes { known, next: next.map_or(0, |last| last.saturating_add(1)) })
}

fn stored(octets: Octets) -> i64 {
    i64::try_from(octets.number()).unwrap_or(i64::MAX)
}

/// The table has ids of one length only.
fn customer(id: Vec<u8>) -> Result<CustomerId, sqlx::Error> {
    let bytes = <[u8; 16]>::try_from(id).map_err(|_| sqlx::Error::Decode("an id has another length".into()))?;
    Ok(CustomerId::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whose_a_session_is_is_found_by_keys() {
        for (statement, search) in [
            (
                BEGIN,
                "SEARCH c USING COVERING INDEX sqlite_autoindex_customer_1 (bucket=? AND organization_id=? AND id=?)",
            ),
            (
                GO_ON,
                "(bucket=? AND organization_id=? AND nas_identifier=? AND nas_address=? AND acct_session_id=? AND run=?)",
            ),
            (NAMED, "SEARCH c USING INDEX sqlite_autoindex_customer_2 (bucket=? AND organization_id=? AND username=?)"),
            (
                NAMESAKES,
                "(bucket=? AND organization_id=? AND nas_identifier=? AND nas_address=? AND acct_session_id=?)",
            ),
        ] {
            let plan = crate::open::plan(statement).await;
            assert!(plan.contains(search), "{plan}");
        }
    }
}
