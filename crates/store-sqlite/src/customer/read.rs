//! Reading what a wave has to know: one statement whatever it is, one more for the owners of keys, and one
//! for receipts where requests may come again.

use std::collections::{BTreeSet, HashMap};

use domain::batch::{Needs, Stored};
use domain::customer::{Customer, Key, Unreadable};
use domain::ports::{CorruptRow, PasswordSealer};
use domain::value::{CustomerId, LocationId, OrganizationId};
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::columns::{Columns, JSON};
use super::find::exists_anywhere;
use super::script::{Script, padded};
use super::{receipt, row};

/// Reads it. `script` is what comes before.
pub(super) async fn read(
    db: &mut SqliteConnection,
    mut script: Script,
    sealer: &dyn PasswordSealer,
    needs: &Needs,
) -> Result<Stored, sqlx::Error> {
    let mut stored = Stored::default();
    select(&mut script, needs)?;
    let row = script.fetch_one(db).await?;
    restore_places(&row, needs, &mut stored)?;
    restore_owners(&row, needs, &mut stored)?;
    restore_usernames(&row, needs, &mut stored)?;
    restore_customers(&row, 3, sealer, &mut stored)?;
    if !needs.receipts.is_empty() {
        receipt::read(db, &needs.receipts, &mut stored).await?;
    }
    restore_gone(&row, needs, &mut stored)?;
    read_owners(db, sealer, &mut stored).await?;
    find_foreign(db, needs, &mut stored).await?;
    Ok(stored)
}

/// One row of JSON arrays. CROSS JOIN keeps the order in which tables are searched: first what is asked for, then the
/// primary key.
fn select(script: &mut Script, needs: &Needs) -> Result<(), sqlx::Error> {
    // As many rows in all tables: it is for the sake of few different statements that there are more than are needed.
    let rows = padded(needs.keys.len().max(needs.usernames.len()).max(needs.customers.len()));
    script.push("SELECT ");
    select_places(script, needs)?;
    script.push(", ");
    select_owners(script, rows, needs)?;
    script.push(", ");
    select_usernames(script, rows, needs)?;
    script.push(", ");
    select_customers(script, rows, &needs.customers)?;
    script.push(", ");
    select_doubted(script, rows, needs)
}

/// `[[0,"<default location>",1,0],…]`: the number of the place, whether the location is there, and whether there is an
/// account elsewhere. There are few, so
/// that they need not be as quick to read as they are to write down.
fn select_places(script: &mut Script, needs: &Needs) -> Result<(), sqlx::Error> {
    script.push(
        "(SELECT json_group_array(json_array(q.key, hex(o.default_location_id), EXISTS (
              SELECT 1 FROM location l
              WHERE l.bucket = o.bucket AND l.organization_id = o.id AND l.id = unhex(q.value ->> 2)), o.forwards))
          FROM json_each(?) q CROSS JOIN organization o
          WHERE o.bucket = q.value ->> 0 AND o.id = unhex(q.value ->> 1))",
    );
    let place = |(organization_id, location_id): &(OrganizationId, Option<LocationId>)| {
        let location_id = location_id.map(|id| id.to_string());
        json!([organization_id.bucket().number(), organization_id.to_string(), location_id])
    };
    script.bind_json(&needs.places.iter().map(place).collect::<Value>())
}

/// `["<id>",null,…]`: the owner of each key.
fn select_owners(script: &mut Script, rows: usize, needs: &Needs) -> Result<(), sqlx::Error> {
    script.push(
        "(SELECT json_group_array((
              SELECT hex(k.customer_id) FROM customer_key k
              WHERE k.bucket = v.column1 AND k.organization_id = v.column2 AND k.kind = v.column3
                AND k.value = v.column4
              ORDER BY k.rank LIMIT 1)) FROM ",
    );
    script.push_values(4, rows, &needs.keys, |script, (organization_id, key)| {
        script.bind_home(*organization_id)?;
        script.bind(key.kind.number())?;
        script.bind_text(&*key.value)
    })?;
    script.push(" v)");
    Ok(())
}

/// `[0,1,…]`: whether somebody has each username.
fn select_usernames(script: &mut Script, rows: usize, needs: &Needs) -> Result<(), sqlx::Error> {
    script.push(
        "(SELECT json_group_array(EXISTS (
              SELECT 1 FROM customer c
              WHERE c.bucket = v.column1 AND c.organization_id = v.column2 AND c.username = v.column3)) FROM ",
    );
    script.push_values(3, rows, &needs.usernames, |script, (organization_id, username)| {
        script.bind_home(*organization_id)?;
        script.bind_text(username.as_str())
    })?;
    script.push(" v)");
    Ok(())
}

/// The rows of those customers that are there.
fn select_customers(
    script: &mut Script,
    rows: usize,
    customers: &BTreeSet<(OrganizationId, CustomerId)>,
) -> Result<(), sqlx::Error> {
    script.push("(SELECT json_group_array(");
    script.push(JSON);
    script.push(") FROM ");
    script.push_values(3, rows, customers, |script, (organization_id, id)| {
        script.bind_home(*organization_id)?;
        script.bind(&id.to_bytes()[..])
    })?;
    script.push(
        " v CROSS JOIN customer c
          WHERE c.bucket = v.column1 AND c.organization_id = v.column2 AND c.id = v.column3)",
    );
    Ok(())
}

/// Those of the customers that are there.
pub(crate) async fn customers_of(
    db: &mut SqliteConnection,
    sealer: &dyn PasswordSealer,
    customers: &BTreeSet<(OrganizationId, CustomerId)>,
) -> Result<HashMap<(OrganizationId, CustomerId), Result<Customer, Unreadable>>, sqlx::Error> {
    let (mut stored, mut script) = (Stored::default(), Script::default());
    script.push("SELECT ");
    select_customers(&mut script, padded(customers.len()), customers)?;
    restore_customers(&script.fetch_one(db).await?, 0, sealer, &mut stored)?;
    Ok(stored.customers)
}

/// `[0,1,…]`: whether each of the customers whose creation is asked for was created, be it there or not.
fn select_doubted(script: &mut Script, rows: usize, needs: &Needs) -> Result<(), sqlx::Error> {
    script.push(
        "(SELECT json_group_array(EXISTS (
              SELECT 1 FROM customer_history h
              WHERE h.bucket = v.column1 AND h.organization_id = v.column2 AND h.customer_id = v.column3
                AND h.id = v.column3)) FROM ",
    );
    script.push_values(3, rows, needs.doubted(), |script, (organization_id, id)| {
        script.bind_home(organization_id)?;
        script.bind(&id.to_bytes()[..])
    })?;
    script.push(" v)");
    Ok(())
}

/// Reads the owners of keys, and the customers of receipts.
async fn read_owners(
    db: &mut SqliteConnection,
    sealer: &dyn PasswordSealer,
    stored: &mut Stored,
) -> Result<(), sqlx::Error> {
    let owners = stored.owners.iter().map(|((organization_id, _), id)| (*organization_id, *id));
    let receipts = &stored.receipts;
    let of_receipts = receipts
        .iter()
        .filter_map(|((organization_id, _), receipt)| Some((*organization_id, receipt.as_ref().ok()?.customer_id)));
    let owners: BTreeSet<_> = owners.chain(of_receipts).filter(|owner| !stored.customers.contains_key(owner)).collect();
    if !owners.is_empty() {
        let mut script = Script::default();
        script.push("SELECT ");
        select_customers(&mut script, padded(owners.len()), &owners)?;
        restore_customers(&script.fetch_one(db).await?, 0, sealer, stored)?;
    }
    distrust_keys(stored);
    Ok(())
}

/// The array in a column.
fn array<'r, T: Deserialize<'r>>(row: &'r SqliteRow, column: usize) -> Result<Vec<T>, sqlx::Error> {
    serde_json::from_slice(row.try_get(column)?).map_err(|error| sqlx::Error::Decode(error.into()))
}

fn bits(hex: &str) -> Result<u128, sqlx::Error> {
    u128::from_str_radix(hex, 16).map_err(|error| sqlx::Error::Decode(error.into()))
}

fn restore_owners(row: &SqliteRow, needs: &Needs, stored: &mut Stored) -> Result<(), sqlx::Error> {
    for (key, owner) in needs.keys.iter().zip(array::<Option<&str>>(row, 1)?) {
        if let Some(owner) = owner {
            // What is no id leads nowhere.
            stored.owners.insert(key.clone(), CustomerId::from_bits(bits(owner).unwrap_or_default()));
        }
    }
    Ok(())
}

fn restore_customers(
    row: &SqliteRow,
    column: usize,
    sealer: &dyn PasswordSealer,
    stored: &mut Stored,
) -> Result<(), sqlx::Error> {
    // That they are there is certain: they are what was asked for.
    for columns in array::<Columns<'_>>(row, column)? {
        let place = row::ids(&columns).map_err(|row| sqlx::Error::Decode(row.into()))?;
        stored.customers.insert(place, row::restore(&columns, sealer));
    }
    Ok(())
}

fn restore_usernames(row: &SqliteRow, needs: &Needs, stored: &mut Stored) -> Result<(), sqlx::Error> {
    let taken = needs.usernames.iter().zip(array::<u8>(row, 2)?).filter(|(_, taken)| *taken == 1);
    stored.usernames.extend(taken.map(|(name, _)| name.clone()));
    Ok(())
}

fn restore_gone(row: &SqliteRow, needs: &Needs, stored: &mut Stored) -> Result<(), sqlx::Error> {
    let created = needs.doubted().zip(array::<u8>(row, 4)?).filter(|(_, created)| *created == 1);
    let gone = created.map(|(customer, _)| customer).filter(|customer| !stored.customers.contains_key(customer));
    let gone: Vec<_> = gone.collect();
    stored.gone.extend(gone);
    Ok(())
}

fn restore_places(row: &SqliteRow, needs: &Needs, stored: &mut Stored) -> Result<(), sqlx::Error> {
    let places: Vec<_> = needs.places.iter().collect();
    for (place, default_location_id, location_exists, forwards) in array::<(usize, &str, u8, u8)>(row, 0)? {
        let Some(&&(organization_id, location_id)) = places.get(place) else { continue };
        let default_location_id = bits(default_location_id).map(LocationId::from_bits).map_err(|_| CorruptRow {
            table: "organization",
            column: "default_location_id",
            id: organization_id.to_string(),
        });
        stored.organizations.insert(organization_id, default_location_id);
        if forwards == 1 {
            stored.forwarding.insert(organization_id);
        }
        if location_exists == 1 {
            stored.locations.extend(location_id.map(|id| (organization_id, id)));
        }
    }
    Ok(())
}

/// A key has to lead to a customer that has its value: nobody else writes. One that does not is damaged, and fails the
/// commands that need it.
fn distrust_keys(stored: &mut Stored) {
    let customers = &mut stored.customers;
    for ((organization_id, key), id) in &stored.owners {
        let place = (*organization_id, *id);
        if customers.get(&place).is_none_or(|customer| customer.as_ref().is_ok_and(|customer| !has(customer, key))) {
            let row = CorruptRow { table: "customer_key", column: "customer_id", id: id.to_string() };
            customers.insert(place, Err(row.into()));
        }
    }
}

fn has(customer: &Customer, key: &Key) -> bool {
    customer.profile.key(key.kind).as_ref() == Some(key)
}

/// Looks in other organizations for the customers that a command means and that are not in its own.
async fn find_foreign(db: &mut SqliteConnection, needs: &Needs, stored: &mut Stored) -> Result<(), sqlx::Error> {
    for (organization_id, id) in needs.meant() {
        if !stored.customers.contains_key(&(organization_id, id)) && exists_anywhere(db, id).await? {
            stored.foreign.insert(id);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::value::OrganizationId;

    use super::*;

    #[tokio::test]
    async fn everything_is_looked_up_by_its_key() {
        let (organization_id, mut script) = (OrganizationId::from_bits(1), Script::default());
        let mut needs = Needs::default();
        needs.places.insert((organization_id, None));
        select(&mut script, &needs).unwrap();
        let plan = crate::open::plan(script.sql()).await;
        for search in [
            "SEARCH k USING PRIMARY KEY (bucket=? AND organization_id=? AND kind=? AND value=?)",
            "SEARCH c USING INDEX sqlite_autoindex_customer_1 (bucket=? AND organization_id=? AND id=?)",
            "SEARCH c USING COVERING INDEX sqlite_autoindex_customer_2 (bucket=? AND organization_id=? AND username=?)",
            "SEARCH h USING PRIMARY KEY (bucket=? AND organization_id=? AND customer_id=? AND id=?)",
            "SEARCH o USING PRIMARY KEY (bucket=? AND id=?)",
            "SEARCH l USING PRIMARY KEY (bucket=? AND organization_id=? AND id=?)",
        ] {
            assert!(plan.contains(search), "{search}\n{plan}");
        }
    }
}
