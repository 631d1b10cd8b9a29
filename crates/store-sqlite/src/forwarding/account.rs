//! Accounts.

use domain::forwarding::{Account, Identity};
use domain::ports::{CorruptRow, PasswordSealer};
use domain::value::{OrganizationId, ShortText, WebUrl};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use crate::row::Columns;

/// `false` when there is no such organization.
pub(super) async fn set_up(
    db: &mut SqliteConnection,
    sealer: &dyn PasswordSealer,
    account: &Account,
) -> Result<bool, sqlx::Error> {
    if !mark(db, account.organization_id, true).await? {
        return Ok(false);
    }
    if !is_the_one(db, account).await? {
        begin_epoch(db, account.organization_id).await?;
    }
    write(db, sealer, account).await?;
    Ok(true)
}

/// Whether it is the organization's account. The first one is not yet, nor is one after a removal.
pub(super) async fn is_the_one(db: &mut SqliteConnection, account: &Account) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM forwarding_account a
                        WHERE a.bucket = ? AND a.organization_id = ? AND a.url = ? AND a.remote_organization = ?)",
    )
    .bind(account.organization_id.bucket().number())
    .bind(account.organization_id.to_bytes().to_vec())
    .bind(account.url.as_str())
    .bind(account.remote_organization.as_str())
    .fetch_one(db)
    .await
}

/// What is known of ids is of an earlier account from now on. Whoever is on the way to that one waits again.
async fn begin_epoch(db: &mut SqliteConnection, organization_id: OrganizationId) -> Result<(), sqlx::Error> {
    for statement in [
        "UPDATE organization SET forwarding_epoch = forwarding_epoch + 1 WHERE bucket = ? AND id = ?",
        "UPDATE forwarding SET taken = 0, due_at = waiting_since WHERE bucket = ? AND organization_id = ? AND taken",
    ] {
        let begin = sqlx::query(statement).bind(organization_id.bucket().number());
        begin.bind(organization_id.to_bytes().to_vec()).execute(&mut *db).await?;
    }
    Ok(())
}

async fn write(db: &mut SqliteConnection, sealer: &dyn PasswordSealer, account: &Account) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO forwarding_account (bucket, organization_id, url, client_key, client_secret, remote_organization,
                                         identity, set_up_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET
             url = excluded.url, client_key = excluded.client_key, client_secret = excluded.client_secret,
             remote_organization = excluded.remote_organization, identity = excluded.identity,
             set_up_at = excluded.set_up_at",
    )
    .bind(account.organization_id.bucket().number())
    .bind(account.organization_id.to_bytes().to_vec())
    .bind(account.url.as_str())
    .bind(account.client_key.as_str())
    .bind(sealer.seal_secret(&account.client_secret, account.organization_id))
    .bind(account.remote_organization.as_str())
    .bind(account.identity.as_str())
    .bind(account.set_up_at.as_millisecond())
    .execute(db)
    .await?;
    Ok(())
}

/// Tells whoever writes customers. `false` when there is no such organization.
async fn mark(db: &mut SqliteConnection, organization_id: OrganizationId, forwards: bool) -> Result<bool, sqlx::Error> {
    let mark = sqlx::query("UPDATE organization SET forwards = ? WHERE bucket = ? AND id = ?").bind(forwards);
    let mark = mark.bind(organization_id.bucket().number()).bind(organization_id.to_bytes().to_vec());
    Ok(mark.execute(db).await?.rows_affected() > 0)
}

/// `false` when there was none.
pub(super) async fn remove(db: &mut SqliteConnection, organization_id: OrganizationId) -> Result<bool, sqlx::Error> {
    mark(db, organization_id, false).await?;
    let remove = sqlx::query("DELETE FROM forwarding_account WHERE bucket = ? AND organization_id = ?")
        .bind(organization_id.bucket().number())
        .bind(organization_id.to_bytes().to_vec());
    Ok(remove.execute(db).await?.rows_affected() > 0)
}

/// Holds all of them; tells how many there are.
pub(super) async fn hold(db: &mut SqliteConnection) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query("UPDATE forwarding_account SET held = 1").execute(db).await?.rows_affected())
}

/// Tells how many were held.
pub(super) async fn resume(
    db: &mut SqliteConnection,
    organization_id: Option<OrganizationId>,
) -> Result<u64, sqlx::Error> {
    let resume =
        sqlx::query("UPDATE forwarding_account SET held = 0 WHERE held AND (?1 IS NULL OR organization_id = ?1)");
    let resume = resume.bind(organization_id.map(|id| id.to_bytes().to_vec()));
    Ok(resume.execute(db).await?.rows_affected())
}

pub(crate) fn restore(row: &SqliteRow, sealer: &dyn PasswordSealer) -> Result<Account, CorruptRow> {
    let columns = Columns::of(row, "forwarding_account");
    let organization_id = OrganizationId::from_bytes(columns.bytes("organization_id")?);
    let secret = sealer.open_secret(columns.get("client_secret")?, organization_id);
    Ok(Account {
        organization_id,
        url: columns.parse("url", WebUrl::parse)?,
        client_key: columns.parse("client_key", ShortText::restore)?,
        client_secret: secret.map_err(|_| columns.corrupt("client_secret"))?,
        remote_organization: columns.parse("remote_organization", ShortText::restore)?,
        identity: columns.parse("identity", Identity::parse)?,
        set_up_at: columns.time("set_up_at")?,
    })
}
