//! Reading a database from end to end: whether every row is a value of the domain, and whether rows that belong together
//! are all there.

use domain::ports::{CorruptRow, Examined, Finding, PasswordSealer, TABLES_OF_CUSTOMERS, TABLES_OF_ORGANIZATIONS};
use domain::value::{CustomerId, OrganizationId};
use futures_util::TryStreamExt;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};

use crate::error::OpenError;
use crate::open::{Refused, is_begun, is_current, is_known, recognise};
use crate::{Settings, customer, forwarding, history, installation, location, network_session, organization, service};

/// Reads the whole database as it is at one moment, also while servers write it. Nothing is changed.
///
/// # Errors
/// It could not be read: see [`OpenError`]. What is wrong in it is a [`Finding`].
pub async fn examine(
    settings: &Settings,
    sealer: &dyn PasswordSealer,
    found: &mut (dyn FnMut(Finding) + Send),
) -> Result<Examined, OpenError> {
    read(settings, sealer, found).await.map_err(|refused| refused.at(settings.place()))
}

async fn read(
    settings: &Settings,
    sealer: &dyn PasswordSealer,
    found: &mut (dyn FnMut(Finding) + Send),
) -> Result<Examined, Refused> {
    let mut db = settings.connect().await.map_err(Refused::Unreachable)?;
    sqlx::query("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY").execute(&mut db).await?;
    // However long a table takes.
    sqlx::query("SET LOCAL statement_timeout = 0").execute(&mut db).await?;
    if recognise(&mut db).await? || !is_begun(&mut db).await? {
        return Err(Refused::Empty);
    }
    is_current(&mut db).await?;
    if !is_known(&mut db, sealer).await? {
        return Err(Refused::WrongKey);
    }
    let examined = rows(&mut db, sealer, found).await?;
    orphans(&mut db, found).await?;
    db.close().await?;
    Ok(examined)
}

/// Reads every row of a table.
async fn each(
    db: &mut PgConnection,
    select: &str,
    found: &mut (dyn FnMut(Finding) + Send),
    mut restore: impl FnMut(&PgRow) -> Result<(), CorruptRow>,
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
    db: &mut PgConnection,
    sealer: &dyn PasswordSealer,
    found: &mut (dyn FnMut(Finding) + Send),
) -> Result<Examined, sqlx::Error> {
    // Whose they are is not part of what can be read of these rows.
    let (nobodys, nobody) = (OrganizationId::from_bits(0), CustomerId::from_bits(0));
    let organizations =
        "SELECT id, name, default_location_id, settings::text AS settings, created_at FROM organization";
    let organizations = each(db, organizations, found, |row| organization::restore(row).map(drop)).await?;
    let customers = customer::examine(db, sealer, found).await?;
    let mut rows = organizations + customers;
    let locations = "SELECT id, name, details::text AS details FROM location";
    rows += each(db, locations, found, |row| location::restore(row).map(drop)).await?;
    rows += each(db, "SELECT * FROM service", found, |row| service::restore_with_secret(row).map(drop)).await?;
    let installations =
        "SELECT i.customer_id AS id, i.install_id, i.reported_at, i.facts::text AS facts FROM customer_installation i";
    rows += each(db, installations, found, |row| installation::restore(row).map(drop)).await?;
    let histories =
        "SELECT h.id, h.happened_at, h.service_id, h.call, h.fields, h.more_fields, h.accepted, h.more_accepted,
                            h.customs::text AS customs
                     FROM customer_history h";
    rows += each(db, histories, found, |row| history::restore(row, (nobodys, nobody)).map(drop)).await?;
    let sessions = "SELECT * FROM network_session";
    rows += each(db, sessions, found, |row| network_session::restore(row, nobody).map(drop)).await?;
    let accounts = "SELECT a.*, a.organization_id AS id FROM forwarding_account a";
    rows += each(db, accounts, found, |row| forwarding::restore_account(row, sealer).map(drop)).await?;
    rows += each(db, forwarding::SELECT, found, |row| forwarding::restore_waiting(row).map(drop)).await?;
    Ok(Examined { organizations, customers, rows })
}

/// Rows whose organization, customer or location is not there.
async fn orphans(db: &mut PgConnection, found: &mut (dyn FnMut(Finding) + Send)) -> Result<(), sqlx::Error> {
    let of_organizations = TABLES_OF_ORGANIZATIONS.iter().map(|table| (*table, "organization", "organization_id"));
    let of_customers = TABLES_OF_CUSTOMERS.iter().map(|table| (*table, "customer", "customer_id"));
    for (table, parent, column) in of_organizations.chain(of_customers).chain([("customer", "location", "location_id")])
    {
        // Services have no bucket.
        let place = match parent {
            "organization" => "",
            _ => "p.bucket = t.bucket AND p.organization_id = t.organization_id AND ",
        };
        let select = format!(
            "SELECT count(*), coalesce(min(replace(t.{column}::text, '-', '')), '') FROM {table} t
             WHERE NOT EXISTS (SELECT FROM {parent} p WHERE {place} p.id = t.{column})"
        );
        let row = sqlx::query(AssertSqlSafe(select)).fetch_one(&mut *db).await?;
        let rows = u64::try_from(row.try_get::<i64, _>(0)?).unwrap_or_default();
        if rows > 0 {
            found(Finding::Orphaned { table, parent, rows, id: row.try_get(1)? });
        }
    }
    Ok(())
}
