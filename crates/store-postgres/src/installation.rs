//! The installations of customers' apps.

use async_trait::async_trait;
use domain::customer::{Installation, ReportInstallation, Reported, decide_report};
use domain::ports::{CorruptRow, CustomerError, InstallationStore, StoreError};
use domain::value::{CustomerId, OrganizationId, ShortText};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;
use store_json::InstallationJson;

use crate::PostgresStore;
use crate::customer::unknown_or_foreign;
use crate::error::Failure;
use crate::history;
use crate::json::Json;
use crate::row::{Columns, bucket, passed_over, uuid};
use crate::store::{once, repeat};
use crate::time::Time;
use crate::transaction::Proof;

#[async_trait]
impl InstallationStore for PostgresStore {
    async fn report(&self, report: ReportInstallation) -> Result<(), CustomerError> {
        let reported: Result<_, StoreError> = once!(self, |db, _| carry_out(db, &report));
        reported?
    }

    async fn installations(
        &self,
        organization_id: OrganizationId,
        customer_id: CustomerId,
    ) -> Result<Vec<Installation>, StoreError> {
        repeat!(self, |db| read(db, organization_id, customer_id))
    }
}

/// Without anything to look for: if its end is not known, the report is carried out again.
async fn carry_out(
    db: &mut PgConnection,
    report: &ReportInstallation,
) -> Result<(Result<(), CustomerError>, Proof), Failure> {
    if !hold(db, report).await? {
        return Ok((Err(unknown_or_foreign(db, report.customer_id).await?), Proof::none()));
    }
    let stored = read(db, report.organization_id, report.customer_id).await?;
    let Reported { installation, forgotten, event } = decide_report(report, &stored);
    if let Some(id) = forgotten {
        forget(db, report, &id).await?;
    }
    if let Some(installation) = installation {
        write(db, report, &installation).await?;
    }
    if let Some(event) = event {
        history::tell(db, &[bucket(report.organization_id)], &[&event]).await?;
    }
    Ok((Ok(()), Proof::none()))
}

/// Whether the customer is there. It stays so until the end of the transaction, and nobody else reports meanwhile.
async fn hold(db: &mut PgConnection, report: &ReportInstallation) -> Result<bool, Failure> {
    let hold = sqlx::query(
        "SELECT FROM customer c WHERE c.bucket = $1 AND c.organization_id = $2 AND c.id = $3 FOR NO KEY UPDATE",
    );
    let held = hold
        .bind(bucket(report.organization_id))
        .bind(uuid(report.organization_id.to_bytes()))
        .bind(uuid(report.customer_id.to_bytes()))
        .fetch_optional(db)
        .await?;
    Ok(held.is_some())
}

async fn read(
    db: &mut PgConnection,
    organization_id: OrganizationId,
    customer_id: CustomerId,
) -> Result<Vec<Installation>, Failure> {
    let rows = sqlx::query(
        "SELECT i.customer_id AS id, i.install_id, i.reported_at, i.facts::text AS facts FROM customer_installation i
         WHERE i.bucket = $1 AND i.organization_id = $2 AND i.customer_id = $3",
    )
    .bind(bucket(organization_id))
    .bind(uuid(organization_id.to_bytes()))
    .bind(uuid(customer_id.to_bytes()))
    .fetch_all(db)
    .await?;
    let mut installations: Vec<_> = rows.iter().filter_map(|row| restore(row).inspect_err(passed_over).ok()).collect();
    // Here, since how a database sorts text is its own affair.
    installations.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(installations)
}

async fn forget(db: &mut PgConnection, report: &ReportInstallation, id: &ShortText) -> Result<(), Failure> {
    sqlx::query(
        "DELETE FROM customer_installation AS i
         WHERE i.bucket = $1 AND i.organization_id = $2 AND i.customer_id = $3 AND i.install_id = $4",
    )
    .bind(bucket(report.organization_id))
    .bind(uuid(report.organization_id.to_bytes()))
    .bind(uuid(report.customer_id.to_bytes()))
    .bind(id.as_str())
    .execute(db)
    .await?;
    Ok(())
}

async fn write(db: &mut PgConnection, report: &ReportInstallation, installation: &Installation) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO customer_installation AS i (bucket, organization_id, customer_id, install_id, reported_at, facts)
         VALUES ($1, $2, $3, $4, $5, $6::text::jsonb)
         ON CONFLICT (bucket, organization_id, customer_id, install_id)
         DO UPDATE SET reported_at = excluded.reported_at, facts = excluded.facts",
    )
    .bind(bucket(report.organization_id))
    .bind(uuid(report.organization_id.to_bytes()))
    .bind(uuid(report.customer_id.to_bytes()))
    .bind(installation.id.as_str())
    .bind(Time(installation.reported_at))
    .bind(Json(InstallationJson::of(&installation.facts)))
    .execute(db)
    .await?;
    Ok(())
}

/// An unreadable row is told by its customer.
pub(crate) fn restore(row: &PgRow) -> Result<Installation, CorruptRow> {
    let columns = Columns::of(row, "customer_installation");
    Ok(Installation {
        id: columns.parse("install_id", ShortText::restore)?,
        facts: columns.document("facts", InstallationJson::restore)?,
        reported_at: columns.time("reported_at")?,
    })
}
