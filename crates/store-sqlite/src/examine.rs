//! Reading a database from end to end: whether its pages fit together, whether every row is a value of the domain, and
//! whether rows that belong together are all there.

use std::path::Path;

use domain::ports::{CorruptRow, Examined, Finding, PasswordSealer, TABLES_OF_CUSTOMERS, TABLES_OF_ORGANIZATIONS};
use domain::value::{CustomerId, OrganizationId};
use futures_util::TryStreamExt;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row, SqliteConnection};

use crate::error::OpenError;
use crate::open::{Form, Refused, form, is_begun, is_known, options, recognise};
use crate::{customer, file, forwarding, history, installation, location, network_session, organization, service};

/// Reads the whole database as it is at one moment, also while a server writes it. Nothing is changed, and nobody is kept
/// waiting.
///
/// # Errors
/// It could not be read: see [`OpenError`]. What is wrong in it is a [`Finding`].
pub async fn examine(
    path: &Path,
    sealer: &dyn PasswordSealer,
    found: &mut (dyn FnMut(Finding) + Send),
) -> Result<Examined, OpenError> {
    if !file::has_content(path) {
        return Err(OpenError::Empty { path: path.to_owned() });
    }
    read(path, sealer, found).await.map_err(|refused| refused.at(path))
}

async fn read(
    path: &Path,
    sealer: &dyn PasswordSealer,
    found: &mut (dyn FnMut(Finding) + Send),
) -> Result<Examined, Refused> {
    let mut db = options(path).read_only(true).connect().await?;
    sqlx::query("BEGIN").execute(&mut db).await?;
    if recognise(&mut db).await? || !is_begun(&mut db).await? {
        return Err(Refused::Empty);
    }
    match form(&mut db).await? {
        Form::Current => {}
        Form::Older => return Err(Refused::Older),
        Form::Newer => return Err(Refused::Newer),
    }
    if is_known(&mut db, sealer).await? != Some(true) {
        return Err(Refused::WrongKey);
    }
    for fault in Check::Whole.faults(&mut db).await? {
        found(Finding::Damaged(fault));
    }
    let examined = rows(&mut db, sealer, found).await?;
    orphans(&mut db, found).await?;
    db.close().await?;
    Ok(examined)
}

/// A check of SQLite's own.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Check {
    /// Whether pages fit together.
    Pages,
    /// And whether indexes say what tables say.
    Whole,
}

impl Check {
    /// The first faults that it finds, a line each.
    pub(crate) async fn faults(self, db: &mut SqliteConnection) -> Result<Vec<String>, sqlx::Error> {
        let check = match self {
            Self::Pages => "PRAGMA quick_check(20)",
            Self::Whole => "PRAGMA integrity_check(20)",
        };
        let faults: Vec<String> = sqlx::query_scalar(check).fetch_all(db).await?;
        // Some are drawn over several lines.
        let one_line = |fault: &String| fault.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(faults.iter().map(one_line).filter(|fault| fault != "ok").collect())
    }
}

/// The fault is a value that its column does not take. It spoils its row only, and neither a start nor a copy.
pub(crate) fn is_of_values(fault: &str) -> bool {
    ["CHECK constraint failed in ", " value in "].iter().any(|part| fault.contains(part))
}

/// Reads every row of a table.
async fn each(
    db: &mut SqliteConnection,
    select: &str,
    found: &mut (dyn FnMut(Finding) + Send),
    mut restore: impl FnMut(&SqliteRow) -> Result<(), CorruptRow>,
) -> Result<u64, sqlx::Error> {
    let (mut rows, mut count) = (sqlx::query(AssertSqlSafe(select)).fetch(db), 0);
    while let Some(row) = rows.try_next().await? {
        count += 1;
        if let Err(fault) = restore(&row) {
            found(fault.into());
        }
    }
    Ok(count)
}

async fn rows(
    db: &mut SqliteConnection,
    sealer: &dyn PasswordSealer,
    found: &mut (dyn FnMut(Finding) + Send),
) -> Result<Examined, sqlx::Error> {
    // Whose they are is not part of what can be read of these rows.
    let (nobodys, nobody) = (OrganizationId::from_bits(0), CustomerId::from_bits(0));
    let organizations =
        each(db, "SELECT * FROM organization", found, |row| organization::restore(row).map(drop)).await?;
    let customers = customer::examine(db, sealer, found).await?;
    let mut rows = organizations + customers;
    rows += each(db, "SELECT * FROM location", found, |row| location::restore(row).map(drop)).await?;
    rows += each(db, "SELECT * FROM service", found, |row| service::restore_with_secret(row).map(drop)).await?;
    let installations = "SELECT i.customer_id AS id, i.* FROM customer_installation i";
    rows += each(db, installations, found, |row| installation::restore(row).map(drop)).await?;
    let histories = "SELECT * FROM customer_history";
    rows += each(db, histories, found, |row| history::restore(row, nobodys, nobody).map(drop)).await?;
    let sessions = "SELECT * FROM network_session";
    rows += each(db, sessions, found, |row| network_session::restore(row, nobody).map(drop)).await?;
    let accounts = "SELECT a.organization_id AS id, a.* FROM forwarding_account a";
    rows += each(db, accounts, found, |row| forwarding::restore_account(row, sealer).map(drop)).await?;
    rows += each(db, forwarding::SELECT, found, |row| forwarding::restore_waiting(row).map(drop)).await?;
    Ok(Examined { organizations, customers, rows })
}

/// Rows whose organization, customer or location is not there.
async fn orphans(db: &mut SqliteConnection, found: &mut (dyn FnMut(Finding) + Send)) -> Result<(), sqlx::Error> {
    let of_organizations = TABLES_OF_ORGANIZATIONS.iter().map(|table| (*table, "organization", "organization_id"));
    let of_customers = TABLES_OF_CUSTOMERS.iter().map(|table| (*table, "customer", "customer_id"));
    for (table, parent, column) in of_organizations.chain(of_customers).chain([("customer", "location", "location_id")])
    {
        let place = if parent == "organization" { "" } else { "p.organization_id = t.organization_id AND " };
        let select = format!(
            "SELECT count(*), coalesce(lower(hex(min(t.{column}))), '') FROM {table} t
             WHERE NOT EXISTS (SELECT 1 FROM {parent} p WHERE p.bucket = t.bucket AND {place} p.id = t.{column})"
        );
        let row = sqlx::query(AssertSqlSafe(select)).fetch_one(&mut *db).await?;
        let rows = u64::try_from(row.try_get::<i64, _>(0)?).unwrap_or_default();
        if rows > 0 {
            found(Finding::Orphaned { table, parent, rows, id: row.try_get(1)? });
        }
    }
    Ok(())
}
