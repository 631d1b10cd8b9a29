//! Writing customers' rows.

use std::sync::LazyLock;

use domain::batch::Wave;
use domain::customer::Customer;
use domain::customer_fields;
use domain::ports::{PasswordSealer, SealOwner};
use domain::value::StoredText;
use sqlx::SqliteConnection;
use store_json::{DeviceJson, DocumentJson, PoliciesJson, ProcessingDataJson};

use super::script::{ROWS, Script, padded};
use super::{erase, key, receipt, tell};
use crate::forwarding;

/// Writes what a wave has decided. What is returned is still to be sent: all of it when `alone`, where the statements are
/// few and often the same; otherwise nothing, since every number of rows has a statement of its own, and so would every
/// sequence of them.
pub(super) async fn write(
    db: &mut SqliteConnection,
    sealer: &dyn PasswordSealer,
    wave: &Wave,
    alone: bool,
) -> Result<Script, sqlx::Error> {
    let mut script = Script::default();
    for customers in customers(wave, wave.created.iter().copied()).chunks(ROWS) {
        insert(&mut script, sealer, customers)?;
        script.send_unless(alone, db).await?;
    }
    for customers in customers(wave, wave.updated.iter().map(|update| update.answer)).chunks(ROWS) {
        update(&mut script, customers)?;
        script.send_unless(alone, db).await?;
    }
    for customers in customers(wave, wave.erased.iter().copied()).chunks(ROWS) {
        erase::erase(&mut script, customers)?;
        script.send_unless(alone, db).await?;
    }
    for lost in &wave.lost {
        if let Some(entry) = key::find_lost(db, lost).await? {
            key::give_up(&mut script, &[entry])?;
            script.send_unless(alone, db).await?;
        }
    }
    for entries in wave.released.chunks(ROWS) {
        key::give_up(&mut script, entries)?;
        script.send_unless(alone, db).await?;
    }
    // Nobody has what must be owned: that is known from the reading, and nobody else writes.
    let (claimed, queued): (Vec<_>, Vec<_>) = wave.taken.iter().partition(|taken| taken.must_own);
    for entries in claimed.chunks(ROWS) {
        key::claim(&mut script, entries)?;
        script.send_unless(alone, db).await?;
    }
    for entries in queued.chunks(ROWS) {
        key::line_up(&mut script, entries)?;
        script.send_unless(alone, db).await?;
    }
    for receipts in wave.receipts.chunks(ROWS) {
        receipt::insert(&mut script, receipts)?;
        script.send_unless(alone, db).await?;
    }
    for events in wave.events.chunks(ROWS) {
        tell::tell(&mut script, events)?;
        script.send_unless(alone, db).await?;
    }
    for waiting in wave.waiting.chunks(ROWS) {
        forwarding::wait(&mut script, waiting)?;
        script.send_unless(alone, db).await?;
    }
    Ok(script)
}

/// The customers in these answers.
fn customers(wave: &Wave, answers: impl Iterator<Item = usize>) -> Vec<&Customer> {
    let written = answers.filter_map(|answer| wave.answers.get(answer)?.as_ref().ok());
    written.map(|written| &written.customer).collect()
}

/// Where a row is.
const PLACE: [&str; 3] = ["bucket", "organization_id", "id"];

/// What is fixed at creation.
const FIXED: [&str; 4] = ["source", "username", "password", "created_at"];

/// Gives a question mark the value of a column of this type.
macro_rules! bind_value {
    (Flag $script:ident, $value:expr) => {
        $script.bind($value)?
    };
    (BirthDate $script:ident, $value:expr) => {
        $script.bind($value.map(|date| date.to_string()))?
    };
    ($type:ident $script:ident, $value:expr) => {
        $script.bind_text($value.as_ref().map(StoredText::as_text))?
    };
}

/// Declares what can change of a row, and how its values are bound: in one order.
macro_rules! changing {
    (
        $(#[$person_doc:meta])* person: $Person:ident, $PersonChanges:ident, $person_prefix:literal {
            $($(#[$doc:meta])* $field:ident: $type:ident, $name:literal, $history:tt;)*
        }
        $($groups:tt)*
    ) => {
        const CHANGING: &[&str] = &[
            "location_id",
            "locked",
            "modified_at",
            $(stringify!($field),)*
            "custom",
            "policies",
            "document",
            "processing_data",
            "device",
        ];

        /// Gives the columns of [`PLACE`] and [`CHANGING`], which both statements share, their values.
        fn bind(script: &mut Script, customer: &Customer) -> Result<(), sqlx::Error> {
            let profile = &customer.profile;
            script.bind_home(customer.organization_id)?;
            script.bind(&customer.id.to_bytes()[..])?;
            script.bind(&customer.location_id.to_bytes()[..])?;
            script.bind(customer.locked)?;
            script.bind(customer.modified_at.as_millisecond())?;
            $(bind_value!($type script, profile.person.$field);)*
            script.bind_json(profile.custom.members())?;
            script.bind_json(&PoliciesJson::of(&profile.policies))?;
            script.bind_json(&DocumentJson::of(&profile.document))?;
            script.bind_json(&ProcessingDataJson::of(&profile.processing_data))?;
            script.bind_json(&DeviceJson::of(&profile.device))
        }
    };
}

customer_fields!(changing);

static INSERT: LazyLock<String> = LazyLock::new(|| {
    let columns = [&PLACE, CHANGING, &FIXED].concat().join(", ");
    format!("INSERT OR ROLLBACK INTO customer ({columns}) SELECT * FROM ")
});

static UPDATE: LazyLock<String> = LazyLock::new(|| {
    let first = PLACE.len() + 1;
    let values: Vec<_> =
        CHANGING.iter().zip(first..).map(|(column, number)| format!("{column} = v.column{number}")).collect();
    format!("UPDATE OR ROLLBACK customer SET {} FROM ", values.join(", "))
});

/// Adds these rows.
fn insert(script: &mut Script, sealer: &dyn PasswordSealer, customers: &[&Customer]) -> Result<(), sqlx::Error> {
    script.push(&INSERT);
    let columns = PLACE.len() + CHANGING.len() + FIXED.len();
    script.push_values(columns, padded(customers.len()), customers, |script, customer| {
        let owner = SealOwner { organization_id: customer.organization_id, customer_id: customer.id };
        bind(script, customer)?;
        script.bind_text(customer.source.as_str())?;
        script.bind_text(customer.username.as_str())?;
        script.bind(sealer.seal(&customer.password, owner))?;
        script.bind(customer.created_at.as_millisecond())
    })?;
    script.push(" v WHERE v.column1 IS NOT NULL; ");
    Ok(())
}

/// Replaces what can change of these rows.
fn update(script: &mut Script, customers: &[&Customer]) -> Result<(), sqlx::Error> {
    script.push(&UPDATE);
    let columns = PLACE.len() + CHANGING.len();
    script.push_values(columns, padded(customers.len()), customers, |script, customer| bind(script, customer))?;
    script.push(
        " v WHERE customer.bucket = v.column1 AND customer.organization_id = v.column2 AND customer.id = v.column3; ",
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn rows_are_replaced_by_the_primary_key() {
        let mut script = Script::default();
        update(&mut script, &[]).unwrap();
        let plan = crate::open::plan(script.sql()).await;
        let search = "SEARCH customer USING COVERING INDEX sqlite_autoindex_customer_1 (bucket=? AND organization_id=? AND id=?)";
        assert!(plan.contains(search), "{plan}");
    }
}
