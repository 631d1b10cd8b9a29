//! Taking a record into its session.

use domain::session::{Octets, SessionRecord};
use domain::value::{Attribute, CustomerId, OrganizationId, Username};
use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::row::Place;

/// Begins a session of the customer, or takes more into it.
const TAKE: &str = "
    INSERT INTO network_session AS s (
        bucket, organization_id, nas_identifier, nas_address, acct_session_id, id, customer_id, calling_station,
        called_station, framed_address, started_at, heard_at, ended_at, terminate_cause, seconds, input_octets,
        output_octets)
    SELECT c.bucket, c.organization_id, ?4, ?5, ?6, ?7, c.id, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17
    FROM customer c WHERE c.bucket = ?1 AND c.organization_id = ?2 AND c.id = ?3
    ON CONFLICT (bucket, organization_id, nas_identifier, nas_address, acct_session_id) DO UPDATE SET
        calling_station = iif(excluded.heard_at >= s.heard_at,
            coalesce(excluded.calling_station, s.calling_station), coalesce(s.calling_station, excluded.calling_station)),
        called_station = iif(excluded.heard_at >= s.heard_at,
            coalesce(excluded.called_station, s.called_station), coalesce(s.called_station, excluded.called_station)),
        framed_address = iif(excluded.heard_at >= s.heard_at,
            coalesce(excluded.framed_address, s.framed_address), coalesce(s.framed_address, excluded.framed_address)),
        started_at = min(s.started_at, excluded.started_at),
        heard_at = max(s.heard_at, excluded.heard_at),
        ended_at = coalesce(s.ended_at, excluded.ended_at),
        terminate_cause = iif(s.ended_at IS NULL, excluded.terminate_cause, s.terminate_cause),
        seconds = max(s.seconds, excluded.seconds),
        input_octets = max(s.input_octets, excluded.input_octets),
        output_octets = max(s.output_octets, excluded.output_octets)
    RETURNING customer_id";

const KNOWN: &str = "
    SELECT s.customer_id FROM network_session s
    WHERE s.bucket = ? AND s.organization_id = ? AND s.nas_identifier = ? AND s.nas_address = ? AND s.acct_session_id = ?";

const NAMED: &str = "SELECT c.id FROM customer c WHERE c.bucket = ? AND c.organization_id = ? AND c.username = ?";

/// Whose the session is afterwards; `None` when it is nobody's.
pub(super) async fn take_whoever_it_is(
    db: &mut SqliteConnection,
    record: &SessionRecord,
) -> Result<Option<CustomerId>, sqlx::Error> {
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

/// `None` when there is no such customer.
async fn take(
    db: &mut SqliteConnection,
    record: &SessionRecord,
    id: CustomerId,
) -> Result<Option<CustomerId>, sqlx::Error> {
    let text = |attribute: &Option<Attribute>| attribute.as_ref().map(|text| text.as_str().to_owned());
    let place = Place::of(&record.nas);
    let owner: Option<Vec<u8>> = sqlx::query_scalar(TAKE)
        .bind(record.organization_id.bucket().number())
        .bind(record.organization_id.to_bytes().to_vec())
        .bind(id.to_bytes().to_vec())
        .bind(place.identifier)
        .bind(place.address)
        .bind(record.acct_session_id.as_str())
        .bind(record.id.to_bytes().to_vec())
        .bind(text(&record.calling_station))
        .bind(text(&record.called_station))
        .bind(record.framed_address.map(|address| address.to_string()))
        .bind(record.started_at().as_millisecond())
        .bind(record.at.as_millisecond())
        .bind(record.ended_at().map(Timestamp::as_millisecond))
        .bind(text(&record.terminate_cause).filter(|_| record.ended))
        .bind(record.usage.seconds)
        .bind(stored(record.usage.input))
        .bind(stored(record.usage.output))
        .fetch_optional(db)
        .await?;
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

/// Whose the session is by what came before.
async fn known(db: &mut SqliteConnection, record: &SessionRecord) -> Result<Option<CustomerId>, sqlx::Error> {
    let place = Place::of(&record.nas);
    let id: Option<Vec<u8>> = sqlx::query_scalar(KNOWN)
        .bind(record.organization_id.bucket().number())
        .bind(record.organization_id.to_bytes().to_vec())
        .bind(place.identifier)
        .bind(place.address)
        .bind(record.acct_session_id.as_str())
        .fetch_optional(db)
        .await?;
    id.map(customer).transpose()
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
                TAKE,
                "SEARCH c USING COVERING INDEX sqlite_autoindex_customer_1 (bucket=? AND organization_id=? AND id=?)",
            ),
            (NAMED, "SEARCH c USING INDEX sqlite_autoindex_customer_2 (bucket=? AND organization_id=? AND username=?)"),
            (KNOWN, "(bucket=? AND organization_id=? AND nas_identifier=? AND nas_address=? AND acct_session_id=?)"),
        ] {
            let plan = crate::open::plan(statement).await;
            assert!(plan.contains(search), "{plan}");
        }
    }
}
