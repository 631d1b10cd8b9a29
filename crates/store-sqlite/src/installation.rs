//! The installations of customers' apps.

use async_trait::async_trait;
use domain::customer::{Installation, ReportInstallation, Reported, decide_report};
use domain::ports::{CorruptRow, CustomerError, InstallationStore, StoreError};
use domain::value::{CustomerId, OrganizationId, ShortText};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use store_json::InstallationJson;

use crate::SqliteStore;
use crate::customer::{Script, absence, tell};
use crate::error::store_error;
use crate::row::{Columns, passed_over};

#[async_trait]
impl InstallationStore for SqliteStore {
    async fn report(&self, report: ReportInstallation) -> Result<(), CustomerError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        let absence = absence(&mut tx, report.organization_id, report.customer_id).await.map_err(store_error)?;
        if let Some(absence) = absence {
            tx.rollback().await.map_err(store_error)?;
            return Err(absence);
        }
        let stored = read(&mut tx, report.organization_id, report.customer_id).await?;
        let Reported { installation, forgotten, event } = decide_report(&report, &stored);
        if let Some(id) = forgotten {
            forget(&mut tx, &report, &id).await.map_err(store_error)?;
        }
        if let Some(installation) = installation {
            write(&mut tx, &report, &installation).await?;
        }
        if let Some(event) = event {
            let mut script = Script::default();
            tell(&mut script, &[event]).map_err(store_error)?;
            script.execute(&mut tx).await.map_err(store_error)?;
        }
        Ok(tx.commit().await.map_err(store_error)?)
    }

    async fn installations(
        &self,
        organization_id: OrganizationId,
        customer_id: CustomerId,
    ) -> Result<Vec<Installation>, StoreError> {
        let mut connection = self.readers.acquire().await.map_err(store_error)?;
        read(&mut connection, organization_id, customer_id).await
    }
}

async fn read(
    db: &mut SqliteConnection,
    organization_id: OrganizationId,
    customer_id: CustomerId,
) -> Result<Vec<Installation>, StoreError> {
    let rows = sqlx::query(
        "SELECT customer_id AS id, install_id, reported_at, facts FROM customer_installation
         WHERE bucket = ? AND organization_id = ? AND customer_id = ? ORDER BY install_id",
    )
    .bind(organization_id.bucket().number())
    .bind(organization_id.to_bytes().to_vec())
    .bind(customer_id.to_bytes().to_vec())
    .fetch_all(db)
    .await
    .map_err(store_error)?;
    Ok(rows.iter().filter_map(|row| restore(row).inspect_err(passed_over).ok()).collect())
}

async fn forget(db: &mut SqliteConnection, report: &ReportInstallation, id: &ShortText) -> Result<(), sqlx::Error> {
    sqlx::query(
        "DELETE FROM customer_installation WHERE bucket = ? AND organization_id = ? AND customer_id = ? AND install_id = ?",
    )
    .bind(report.organization_id.bucket().number())
    .bind(report.organization_id.to_bytes().to_vec())
    .bind(report.customer_id.to_bytes().to_vec())
    .bind(id.as_str())
    .execute(db)
    .await?;
    Ok(())
}

async fn write(
    db: &mut SqliteConnection,
    report: &ReportInstallation,
    installation: &Installation,
) -> Result<(), StoreError> {
    let facts = serde_json::to_string(&InstallationJson::of(&installation.facts));
    sqlx::query(
        "INSERT INTO customer_installation (bucket, organization_id, customer_id, install_id, reported_at, facts)
         VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET reported_at = excluded.reported_at, facts = excluded.facts",
    )
    .bind(report.organization_id.bucket().number())
    .bind(report.organization_id.to_bytes().to_vec())
    .bind(report.customer_id.to_bytes().to_vec())
    .bind(installation.id.as_str())
    .bind(installation.reported_at.as_millisecond())
    .bind(facts.map_err(|error| StoreError::Internal(error.into()))?)
    .execute(db)
    .await
    .map_err(store_error)?;
    Ok(())
}

/// An unreadable row is told by its customer.
pub(crate) fn restore(row: &SqliteRow) -> Result<Installation, CorruptRow> {
    let columns = Columns::of(row, "customer_installation");
    Ok(Installation {
        id: columns.parse("install_id", ShortText::restore)?,
        facts: columns.document("facts", InstallationJson::restore)?,
        reported_at: columns.time("reported_at")?,
    })
}
