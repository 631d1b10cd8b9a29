//! Customers' sessions on the network.

mod row;
mod take;

use async_trait::async_trait;
use domain::ports::{CorruptRow, CustomerError, NetworkSessionStore, StoreError};
use domain::session::{Nas, NetworkSession, Restart, SessionRecord};
use domain::value::{CustomerId, NetworkSessionId, OrganizationId};
use jiff::Timestamp;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use self::row::Place;
use self::take::take_whoever_it_is;
use crate::SqliteStore;
use crate::customer::absence;
use crate::error::store_error;

pub(crate) use self::row::restore;

const END_OPEN: &str = "
    UPDATE network_session SET ended_at = ?5, heard_at = ?5, terminate_cause = ?6
    WHERE bucket = ?1 AND organization_id = ?2 AND nas_identifier = ?3 AND nas_address = ?4
      AND ended_at IS NULL AND heard_at <= ?5";

const LIST: &str = "
    SELECT s.* FROM network_session s
    WHERE s.bucket = ?1 AND s.organization_id = ?2 AND s.customer_id = ?3 AND s.id < ?4
    ORDER BY s.id DESC LIMIT ?5";

#[async_trait]
impl NetworkSessionStore for SqliteStore {
    async fn record(&self, record: &SessionRecord) -> Result<Option<CustomerId>, StoreError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        let owner = take_whoever_it_is(&mut tx, record).await.map_err(store_error)?;
        tx.commit().await.map_err(store_error)?;
        Ok(owner)
    }

    async fn restart(
        &self,
        organization_id: OrganizationId,
        nas: &Nas,
        restart: Restart,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        let place = Place::of(nas);
        let mut tx = self.begin().await.map_err(store_error)?;
        let ended = sqlx::query(END_OPEN)
            .bind(organization_id.bucket().number())
            .bind(organization_id.to_bytes().to_vec())
            .bind(place.identifier)
            .bind(place.address)
            .bind(at.as_millisecond())
            .bind(restart.terminate_cause())
            .execute(&mut *tx)
            .await
            .map_err(store_error)?;
        tx.commit().await.map_err(store_error)?;
        Ok(ended.rows_affected())
    }

    async fn sessions(
        &self,
        organization_id: OrganizationId,
        customer_id: CustomerId,
        before: Option<NetworkSessionId>,
        limit: u16,
    ) -> Result<Vec<Result<NetworkSession, CorruptRow>>, CustomerError> {
        let mut db = self.readers.acquire().await.map_err(store_error)?;
        let rows = list(&mut db, organization_id, customer_id, before, limit).await.map_err(store_error)?;
        if rows.is_empty()
            && before.is_none()
            && let Some(absence) = absence(&mut db, organization_id, customer_id).await.map_err(store_error)?
        {
            return Err(absence);
        }
        Ok(rows.iter().map(|row| restore(row, customer_id)).collect())
    }
}

async fn list(
    db: &mut SqliteConnection,
    organization_id: OrganizationId,
    customer_id: CustomerId,
    before: Option<NetworkSessionId>,
    limit: u16,
) -> Result<Vec<SqliteRow>, sqlx::Error> {
    let last = NetworkSessionId::from_bits(u128::MAX);
    sqlx::query(LIST)
        .bind(organization_id.bucket().number())
        .bind(organization_id.to_bytes().to_vec())
        .bind(customer_id.to_bytes().to_vec())
        .bind(before.unwrap_or(last).to_bytes().to_vec())
        .bind(limit)
        .fetch_all(db)
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn sessions_are_found_by_their_keys() {
        let plan = crate::open::plan(LIST).await;
        let search = "SEARCH s USING INDEX network_session_customer \
                      (bucket=? AND organization_id=? AND customer_id=? AND id<?)";
        assert!(plan.contains(search) && !plan.contains("ORDER BY"), "{plan}");
        let plan = crate::open::plan(END_OPEN).await;
        let search =
            "INDEX network_session_open (bucket=? AND organization_id=? AND nas_identifier=? AND nas_address=?)";
        assert!(plan.contains(search), "{plan}");
    }
}
