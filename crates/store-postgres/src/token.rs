//! Temporary tokens.

use async_trait::async_trait;
use domain::limits;
use domain::ports::{CorruptRow, CustomerError, StoreError, TokenStore};
use domain::token::{CustomerToken, LiveToken, NewToken, TokenHits};
use domain::value::{CustomerId, OrganizationId};
use jiff::{SignedDuration, Timestamp};
use sqlx::postgres::{PgArguments, PgBindIterExt, PgRow};
use sqlx::query::Query;
use sqlx::{PgConnection, Postgres};

use crate::PostgresStore;
use crate::arguments::Arguments;
use crate::customer::unknown_or_foreign;
use crate::error::Failure;
use crate::look_ups::Question;
use crate::row::{Columns, bucket, uuid};
use crate::store::{once, repeat, repeat_write};
use crate::time::Time;
use crate::transaction::{Proof, numbered};

/// Whose a live token is.
#[derive(Clone)]
pub(crate) struct OfToken {
    bucket: i16,
    hash: [u8; 32],
    now: Timestamp,
}

impl Question for OfToken {
    type Answer = LiveToken;

    const STATEMENT: &'static str = "SELECT q.n, t.organization_id, t.customer_id, t.expires_at, t.hits_left
         FROM unnest($2::smallint[], $3::bytea[], $4::timestamptz[], $5::bigint[]) AS q(bucket, hash, now, n)
         JOIN customer_token t ON t.bucket = ANY(ARRAY[q.bucket]) AND t.hash = q.hash
         WHERE t.bucket = ANY($1::numeric[]) AND t.expires_at - q.now > interval '0' AND (t.hits_left IS NULL OR t.hits_left > 0)";

    fn bucket(&self) -> i16 {
        self.bucket
    }

    fn bind(questions: &[Self], arguments: Arguments) -> Arguments {
        arguments
            .add(questions.iter().map(|question| question.bucket).bind_iter())
            .add(questions.iter().map(|question| question.hash.as_slice()).bind_iter())
            .add(questions.iter().map(|question| Time(question.now)).bind_iter())
    }

    fn restore(row: &PgRow) -> Result<LiveToken, CorruptRow> {
        restore(row)
    }
}

type Statement<'q> = Query<'q, Postgres, PgArguments>;

#[async_trait]
impl TokenStore for PostgresStore {
    async fn issue(&self, token: NewToken) -> Result<(), CustomerError> {
        let issued: Result<_, StoreError> = repeat_write!(self, |db| issue(db, &token));
        issued?
    }

    async fn look_up(&self, token: &CustomerToken, now: Timestamp) -> Result<Option<LiveToken>, StoreError> {
        let question = OfToken { bucket: token.bucket().number().into(), hash: *token.hash().as_bytes(), now };
        self.answer(&self.tokens, question).await
    }

    async fn hit(&self, token: &CustomerToken, now: Timestamp) -> Result<Option<LiveToken>, StoreError> {
        once!(self, |db, _| hit(db, token, now))
    }

    async fn redeem(&self, token: &CustomerToken, now: Timestamp) -> Result<Option<LiveToken>, StoreError> {
        repeat_write!(self, |db| redeem(db, token, now))
    }

    async fn redeemable(&self, token: &CustomerToken, now: Timestamp) -> Result<Option<LiveToken>, StoreError> {
        repeat!(self, |db| redeemable(db, token, now))
    }

    async fn purge_tokens(&self, now: Timestamp) -> Result<u64, StoreError> {
        repeat_write!(self, |db| purge(db, now))
    }
}

/// Nobody else has this token: that it is there means that this call was carried out before. The customer is held: when it
/// is erased at the same time, either the erasure sees the token, or this finds no customer.
async fn issue(db: &mut PgConnection, token: &NewToken) -> Result<Result<(), CustomerError>, Failure> {
    let issued = sqlx::query(
        "INSERT INTO customer_token AS t (bucket, hash, organization_id, customer_id, expires_at, hits_left)
         SELECT c.bucket, $4, c.organization_id, c.id, $5, $6
         FROM customer c WHERE c.bucket = $1 AND c.organization_id = $2 AND c.id = $3 FOR KEY SHARE OF c
         ON CONFLICT (bucket, hash) DO UPDATE SET expires_at = excluded.expires_at",
    )
    .bind(bucket(token.organization_id))
    .bind(uuid(token.organization_id.to_bytes()))
    .bind(uuid(token.customer_id.to_bytes()))
    .bind(token.hash.as_bytes().as_slice())
    .bind(Time(token.expires_at))
    .bind(token.hits.map(|hits| i64::from(TokenHits::number(hits))))
    .execute(&mut *db)
    .await?;
    if issued.rows_affected() > 0 {
        return Ok(Ok(()));
    }
    Ok(Err(unknown_or_foreign(db, token.customer_id).await?))
}

/// A row that cannot be read uses no hit: it fails before the commit.
async fn hit(
    db: &mut PgConnection,
    token: &CustomerToken,
    now: Timestamp,
) -> Result<(Option<LiveToken>, Proof), Failure> {
    // NULL - 1 is NULL: a token whose uses are not counted stays so.
    let hit = sqlx::query(
        "UPDATE customer_token AS t SET hits_left = t.hits_left - 1
         WHERE t.bucket = $1 AND t.hash = $2 AND t.expires_at - $3::timestamptz > interval '0' AND (t.hits_left IS NULL OR t.hits_left > 0)
         RETURNING t.organization_id, t.customer_id, t.expires_at, t.hits_left",
    );
    let live = asked(hit, token, now).fetch_optional(&mut *db).await?.as_ref().map(restore).transpose()?;
    numbered(db, live).await
}

/// Repeated when its answer is lost, it meets its own time of grace and uses no second hit.
async fn redeem(db: &mut PgConnection, token: &CustomerToken, now: Timestamp) -> Result<Option<LiveToken>, Failure> {
    let redeemed = sqlx::query(
        "UPDATE customer_token AS t SET
             hits_left = CASE WHEN t.redeemed_at > $4 AND t.redeemed_at <= $5 THEN t.hits_left ELSE t.hits_left - 1 END,
             redeemed_at = CASE WHEN t.redeemed_at > $4 AND t.redeemed_at <= $5 THEN t.redeemed_at ELSE $3 END
         WHERE t.bucket = $1 AND t.hash = $2 AND t.expires_at - $3::timestamptz > interval '0'
             AND (t.hits_left IS NULL OR t.hits_left > 0 OR t.redeemed_at > $4 AND t.redeemed_at <= $5)
         RETURNING t.organization_id, t.customer_id, t.expires_at, t.hits_left",
    );
    let redeemed = asked(redeemed, token, now).bind(Time(forgotten_until(now))).bind(Time(not_after(now)));
    Ok(redeemed.fetch_optional(db).await?.as_ref().map(restore).transpose()?)
}

async fn redeemable(
    db: &mut PgConnection,
    token: &CustomerToken,
    now: Timestamp,
) -> Result<Option<LiveToken>, Failure> {
    let found = sqlx::query(
        "SELECT t.organization_id, t.customer_id, t.expires_at, t.hits_left FROM customer_token t
         WHERE t.bucket = $1 AND t.hash = $2 AND t.expires_at - $3::timestamptz > interval '0'
             AND (t.hits_left IS NULL OR t.hits_left > 0 OR t.redeemed_at > $4 AND t.redeemed_at <= $5)",
    );
    let found = asked(found, token, now).bind(Time(forgotten_until(now))).bind(Time(not_after(now)));
    Ok(found.fetch_optional(db).await?.as_ref().map(restore).transpose()?)
}

/// A statement about a token, whose first parameters are its bucket, its hash and the time.
fn asked<'q>(statement: Statement<'q>, token: &CustomerToken, now: Timestamp) -> Statement<'q> {
    statement.bind(i16::from(token.bucket().number())).bind(token.hash().as_bytes().to_vec()).bind(Time(now))
}

/// A redemption up to then lets no further one go free.
fn forgotten_until(now: Timestamp) -> Timestamp {
    now.checked_sub(SignedDuration::from_secs(limits::REDEMPTION_SECONDS)).unwrap_or(now)
}

/// A redemption after that was recorded by a wrong clock.
fn not_after(now: Timestamp) -> Timestamp {
    now.checked_add(SignedDuration::from_secs(limits::REDEMPTION_SECONDS)).unwrap_or(now)
}

/// One bucket at a time: on Citus that is one machine.
async fn purge(db: &mut PgConnection, now: Timestamp) -> Result<u64, Failure> {
    let bucket: Option<i16> =
        sqlx::query_scalar("SELECT bucket FROM customer_token WHERE expires_at <= $1 ORDER BY expires_at LIMIT 1")
            .bind(Time(now))
            .fetch_optional(&mut *db)
            .await?;
    let Some(bucket) = bucket else { return Ok(0) };
    let purged = sqlx::query(
        "DELETE FROM customer_token AS t
         USING (SELECT e.bucket, e.hash FROM customer_token e
                WHERE e.bucket = ANY(ARRAY[$1::smallint]::numeric[]) AND e.expires_at <= $2
                ORDER BY e.expires_at LIMIT 1000) AS q
         WHERE t.bucket = ANY(ARRAY[q.bucket]) AND t.hash = q.hash AND t.bucket = ANY(ARRAY[$1::smallint]::numeric[])",
    );
    Ok(purged.bind(bucket).bind(Time(now)).execute(db).await?.rows_affected())
}

/// The token in a row of its table.
fn restore(row: &PgRow) -> Result<LiveToken, CorruptRow> {
    let columns = Columns::of(row, "customer_token");
    let hits_left: Option<i64> = columns.get("hits_left")?;
    Ok(LiveToken {
        organization_id: OrganizationId::from_bytes(columns.id("organization_id")?),
        customer_id: CustomerId::from_bytes(columns.id("customer_id")?),
        expires_at: columns.time("expires_at")?,
        hits_left: hits_left.map(u32::try_from).transpose().map_err(|_| columns.corrupt("hits_left"))?,
    })
}
