//! Accounts.

use domain::forwarding::{Account, Identity};
use domain::ports::{CorruptRow, PasswordSealer};
use domain::value::{OrganizationId, ShortText, WebUrl};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;

use crate::error::Failure;
use crate::row::{Columns, bucket, uuid};
use crate::time::Time;
use crate::transaction::{Proof, numbered};

/// `false` when there is no such organization.
pub(super) async fn set_up(
    db: &mut PgConnection,
    sealer: &dyn PasswordSealer,
    account: &Account,
) -> Result<(bool, Proof), Failure> {
    if !mark(db, account.organization_id, true).await? {
        return numbered(db, false).await;
    }
    let moves = moves(db, account).await?;
    write(db, sealer, account).await?;
    if moves {
        begin_epoch(db, account.organization_id).await?;
    }
    numbered(db, true).await
}

/// Whether the account is to be another one than it was. So is the first one, and one after a removal.
async fn moves(db: &mut PgConnection, account: &Account) -> Result<bool, Failure> {
    let moves = sqlx::query_scalar(
        "SELECT a.url <> $3 OR a.remote_organization <> $4 FROM forwarding_account a
         WHERE a.bucket = $1 AND a.organization_id = $2",
    )
    .bind(bucket(account.organization_id))
    .bind(uuid(account.organization_id.to_bytes()))
    .bind(account.url.as_str())
    .bind(account.remote_organization.as_str());
    Ok(moves.fetch_optional(db).await?.unwrap_or(true))
}

/// What is known of ids is of an earlier account from now on. Whoever is on the way to that one waits again. Takers lock the
/// account before they look who is due, and so does who comes here: nobody is taken for the earlier one after this.
async fn begin_epoch(db: &mut PgConnection, organization_id: OrganizationId) -> Result<(), Failure> {
    for statement in [
        "UPDATE organization AS o SET forwarding_epoch = o.forwarding_epoch + 1 WHERE o.bucket = $1 AND o.id = $2",
        "UPDATE forwarding AS f SET taken = false, due_at = f.waiting_since
         WHERE f.bucket = $1 AND f.organization_id = $2 AND f.taken",
    ] {
        let begin = sqlx::query(statement).bind(bucket(organization_id)).bind(uuid(organization_id.to_bytes()));
        begin.execute(&mut *db).await?;
    }
    Ok(())
}

async fn write(db: &mut PgConnection, sealer: &dyn PasswordSealer, account: &Account) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO forwarding_account AS a (bucket, organization_id, url, client_key, client_secret,
                                              remote_organization, identity, set_up_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (bucket, organization_id) DO UPDATE SET
             url = excluded.url, client_key = excluded.client_key, client_secret = excluded.client_secret,
             remote_organization = excluded.remote_organization, identity = excluded.identity,
             set_up_at = excluded.set_up_at",
    )
    .bind(bucket(account.organization_id))
    .bind(uuid(account.organization_id.to_bytes()))
    .bind(account.url.as_str())
    .bind(account.client_key.as_str())
    .bind(sealer.seal_secret(&account.client_secret, account.organization_id))
    .bind(account.remote_organization.as_str())
    .bind(account.identity.as_str())
    .bind(Time(account.set_up_at))
    .execute(db)
    .await?;
    Ok(())
}

/// Tells whoever writes customers. `false` when there is no such organization.
async fn mark(db: &mut PgConnection, organization_id: OrganizationId, forwards: bool) -> Result<bool, Failure> {
    let mark = sqlx::query("UPDATE organization AS o SET forwards = $3 WHERE o.bucket = $1 AND o.id = $2")
        .bind(bucket(organization_id))
        .bind(uuid(organization_id.to_bytes()))
        .bind(forwards);
    Ok(mark.execute(db).await?.rows_affected() > 0)
}

/// `false` when there was none.
pub(super) async fn remove(db: &mut PgConnection, organization_id: OrganizationId) -> Result<(bool, Proof), Failure> {
    mark(db, organization_id, false).await?;
    let remove = sqlx::query("DELETE FROM forwarding_account AS a WHERE a.bucket = $1 AND a.organization_id = $2");
    let remove = remove.bind(bucket(organization_id)).bind(uuid(organization_id.to_bytes()));
    let removed = remove.execute(&mut *db).await?.rows_affected();
    numbered(db, removed > 0).await
}

/// Holds all of them; tells how many there are. Takers lock the account: nobody is taken after this.
pub(super) async fn hold(db: &mut PgConnection) -> Result<(u64, Proof), Failure> {
    let held = sqlx::query("UPDATE forwarding_account AS a SET held = true").execute(&mut *db).await?.rows_affected();
    numbered(db, held).await
}

/// Tells how many were held.
pub(super) async fn resume(
    db: &mut PgConnection,
    organization_id: Option<OrganizationId>,
) -> Result<(u64, Proof), Failure> {
    let resume = sqlx::query(
        "UPDATE forwarding_account AS a SET held = false
         WHERE a.held AND ($1::uuid IS NULL OR a.organization_id = $1)",
    );
    let resume = resume.bind(organization_id.map(|id| uuid(id.to_bytes())));
    let resumed = resume.execute(&mut *db).await?.rows_affected();
    numbered(db, resumed).await
}

pub(super) async fn list(db: &mut PgConnection) -> Result<Vec<PgRow>, Failure> {
    Ok(sqlx::query("SELECT a.*, a.organization_id AS id FROM forwarding_account a").fetch_all(db).await?)
}

pub(crate) fn restore(row: &PgRow, sealer: &dyn PasswordSealer) -> Result<Account, CorruptRow> {
    let columns = Columns::of(row, "forwarding_account");
    let organization_id = OrganizationId::from_bytes(columns.id("organization_id")?);
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
