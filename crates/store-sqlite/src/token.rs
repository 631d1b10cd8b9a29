//! Temporary tokens.

use async_trait::async_trait;
use domain::limits;
use domain::ports::{CorruptRow, CustomerError, StoreError, TokenStore};
use domain::token::{CustomerToken, LiveToken, NewToken, TokenHits};
use domain::value::{CustomerId, OrganizationId};
use jiff::Timestamp;
use sqlx::Sqlite;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};

use crate::SqliteStore;
use crate::customer::unknown_or_foreign;
use crate::error::store_error;
use crate::row::Columns;

const LOOK_UP: &str = "
    SELECT hash AS id, organization_id, customer_id, expires_at, hits_left FROM customer_token
    WHERE bucket = ?1 AND hash = ?2 AND expires_at > ?3 AND (hits_left IS NULL OR hits_left > 0)";

/// NULL - 1 is NULL: a token whose uses are not counted stays so.
const HIT: &str = "
    UPDATE customer_token SET hits_left = hits_left - 1
    WHERE bucket = ?1 AND hash = ?2 AND expires_at > ?3 AND (hits_left IS NULL OR hits_left > 0)
    RETURNING hash AS id, organization_id, customer_id, expires_at, hits_left";

const REDEEM: &str = "
    UPDATE customer_token SET
        hits_left = CASE WHEN redeemed_at > ?4 AND redeemed_at <= ?5 THEN hits_left ELSE hits_left - 1 END,
        redeemed_at = CASE WHEN redeemed_at > ?4 AND redeemed_at <= ?5 THEN redeemed_at ELSE ?3 END
    WHERE bucket = ?1 AND hash = ?2 AND expires_at > ?3 AND (hits_left IS NULL OR hits_left > 0 
         OR redeemed_at > ?4 AND redeemed_at <= ?5)
    RETURNING hash AS id, organization_id, customer_id, expires_at, hits_left";

const REDEEMABLE: &str = "
    SELECT hash AS id, organization_id, customer_id, expires_at, hits_left FROM customer_token
    WHERE bucket = ?1 AND hash = ?2 AND expires_at > ?3 AND (hits_left IS NULL OR hits_left > 0 
         OR redeemed_at > ?4 AND redeemed_at <= ?5)";

type Statement = Query<'static, Sqlite, SqliteArguments>;

#[async_trait]
impl TokenStore for SqliteStore {
    async fn issue(&self, token: NewToken) -> Result<(), CustomerError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        let issued = sqlx::query(
            "INSERT INTO customer_token (bucket, hash, organization_id, customer_id, expires_at, hits_left)
             SELECT c.bucket, ?4, c.organization_id, c.id, ?5, ?6
             FROM customer c WHERE c.bucket = ?1 AND c.organization_id = ?2 AND c.id = ?3",
        )
        .bind(token.organization_id.bucket().number())
        .bind(token.organization_id.to_bytes().to_vec())
        .bind(token.customer_id.to_bytes().to_vec())
        .bind(token.hash.as_bytes().to_vec())
        .bind(token.expires_at.as_millisecond())
        .bind(token.hits.map(TokenHits::number))
        .execute(&mut *tx)
        .await
        .map_err(store_error)?;
        if issued.rows_affected() == 0 {
            let absence = unknown_or_foreign(&mut tx, token.customer_id).await.map_err(store_error)?;
            tx.rollback().await.map_err(store_error)?;
            return Err(absence);
        }
        Ok(tx.commit().await.map_err(store_error)?)
    }

    async fn look_up(&self, token: &CustomerToken, now: Timestamp) -> Result<Option<LiveToken>, StoreError> {
        let found = asked(LOOK_UP, token, now).fetch_optional(&self.readers).await.map_err(store_error)?;
        Ok(found.as_ref().map(restore).transpose()?)
    }

    async fn hit(&self, token: &CustomerToken, now: Timestamp) -> Result<Option<LiveToken>, StoreError> {
        self.use_up(asked(HIT, token, now)).await
    }

    async fn redeem(&self, token: &CustomerToken, now: Timestamp) -> Result<Option<LiveToken>, StoreError> {
        self.use_up(asked(REDEEM, token, now).bind(forgotten_until(now)).bind(not_after(now))).await
    }

    async fn redeemable(&self, token: &CustomerToken, now: Timestamp) -> Result<Option<LiveToken>, StoreError> {
        let found = asked(REDEEMABLE, token, now).bind(forgotten_until(now)).bind(not_after(now));
        let found = found.fetch_optional(&self.readers).await.map_err(store_error)?;
        Ok(found.as_ref().map(restore).transpose()?)
    }

    async fn purge_tokens(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        let purged = sqlx::query(
            "DELETE FROM customer_token WHERE (bucket, hash) IN
                 (SELECT bucket, hash FROM customer_token WHERE expires_at <= ? LIMIT 1000)",
        )
        .bind(now.as_millisecond())
        .execute(&mut *tx)
        .await
        .map_err(store_error)?;
        tx.commit().await.map_err(store_error)?;
        Ok(purged.rows_affected())
    }
}

impl SqliteStore {
    /// A row that cannot be read uses no hit: it fails before the commit.
    async fn use_up(&self, statement: Statement) -> Result<Option<LiveToken>, StoreError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        let used = statement.fetch_optional(&mut *tx).await.map_err(store_error)?;
        let live = used.as_ref().map(restore).transpose()?;
        tx.commit().await.map_err(store_error)?;
        Ok(live)
    }
}

/// A statement about a token, whose first parameters are its bucket, its hash and the time.
fn asked(statement: &'static str, token: &CustomerToken, now: Timestamp) -> Statement {
    sqlx::query(statement)
        .bind(token.bucket().number())
        .bind(token.hash().as_bytes().to_vec())
        .bind(now.as_millisecond())
}

/// A redemption up to then lets no further one go free.
fn forgotten_until(now: Timestamp) -> i64 {
    now.as_millisecond() - limits::REDEMPTION_SECONDS * 1000
}

/// A redemption after that was recorded by a wrong clock.
fn not_after(now: Timestamp) -> i64 {
    now.as_millisecond() + limits::REDEMPTION_SECONDS * 1000
}

fn restore(row: &SqliteRow) -> Result<LiveToken, CorruptRow> {
    let columns = Columns::of(row, "customer_token");
    Ok(LiveToken {
        organization_id: OrganizationId::from_bytes(columns.bytes("organization_id")?),
        customer_id: CustomerId::from_bytes(columns.bytes("customer_id")?),
        expires_at: columns.time("expires_at")?,
        hits_left: columns.get("hits_left")?,
    })
}
