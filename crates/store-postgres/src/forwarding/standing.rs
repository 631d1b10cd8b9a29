//! How forwarding stands.

use domain::forwarding::Standing;
use domain::value::OrganizationId;
use sqlx::PgConnection;

use crate::error::Failure;
use crate::row::{bucket, uuid};
use crate::time::Time;

pub(super) async fn standing(
    db: &mut PgConnection,
    organization_id: OrganizationId,
    most: u32,
) -> Result<Standing, Failure> {
    let standing = sqlx::query_as(
        "SELECT (SELECT count(*) FROM (SELECT FROM forwarding f
                 WHERE f.bucket = $1 AND f.organization_id = $2 AND f.waiting_since IS NOT NULL LIMIT $3) w),
                (SELECT f.waiting_since FROM forwarding f
                 WHERE f.bucket = $1 AND f.organization_id = $2 AND f.waiting_since IS NOT NULL
                 ORDER BY f.waiting_since LIMIT 1),
                (SELECT count(*) FROM (SELECT FROM forwarding f
                 WHERE f.bucket = $1 AND f.organization_id = $2 AND f.given_up_at IS NOT NULL LIMIT $3) d),
                coalesce((SELECT a.held FROM forwarding_account a
                          WHERE a.bucket = $1 AND a.organization_id = $2), false)",
    )
    .bind(bucket(organization_id))
    .bind(uuid(organization_id.to_bytes()))
    .bind(i64::from(most));
    let (waiting, oldest, dead, held): (i64, Option<Time>, i64, bool) = standing.fetch_one(db).await?;
    let count = |count| u64::try_from(count).unwrap_or_default();
    Ok(Standing { waiting: count(waiting), oldest: oldest.map(|time| time.0), dead: count(dead), held })
}

pub(super) async fn last_fault(
    db: &mut PgConnection,
    organization_id: OrganizationId,
) -> Result<Option<String>, Failure> {
    let fault = sqlx::query_scalar(
        "SELECT coalesce(
                (SELECT f.fault FROM forwarding f
                 WHERE f.bucket = $1 AND f.organization_id = $2 AND f.waiting_since IS NOT NULL AND f.fault IS NOT NULL
                 ORDER BY f.waiting_since LIMIT 1),
                (SELECT f.fault FROM forwarding f
                 WHERE f.bucket = $1 AND f.organization_id = $2 AND f.given_up_at IS NOT NULL AND f.fault IS NOT NULL
                 ORDER BY f.given_up_at DESC LIMIT 1))",
    );
    Ok(fault.bind(bucket(organization_id)).bind(uuid(organization_id.to_bytes())).fetch_one(db).await?)
}
