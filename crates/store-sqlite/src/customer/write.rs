//! Writing customers' rows.

use domain::batch::Wave;
use domain::customer::Customer;
use domain::ports::{PasswordSealer, SealOwner};
use domain::value::{CivilStatus, Country, DoubleOptin, Email, Gender, Language, PhoneNumber, Text};
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

/// Adds these rows.
fn insert(script: &mut Script, sealer: &dyn PasswordSealer, customers: &[&Customer]) -> Result<(), sqlx::Error> {
    script.push(
        "INSERT OR ROLLBACK INTO customer (
             bucket, organization_id, id, location_id, locked, modified_at, hotspot_id, first_name, last_name,
             phone_number, phone_verified, email, email_verified, gender, birth_date, language, country, zip_code,
             company_name, civil_status, double_optin, picture, profile_id, ext_id, ext_prop1, ext_prop2, custom,
             policies, document, processing_data, device, source, username, password, created_at)
         SELECT * FROM ",
    );
    script.push_values(35, padded(customers.len()), customers, |script, customer| {
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
    script.push(
        "UPDATE OR ROLLBACK customer SET
             location_id = v.column4, locked = v.column5, modified_at = v.column6, hotspot_id = v.column7,
             first_name = v.column8, last_name = v.column9, phone_number = v.column10, phone_verified = v.column11,
             email = v.column12, email_verified = v.column13, gender = v.column14, birth_date = v.column15,
             language = v.column16, country = v.column17, zip_code = v.column18, company_name = v.column19,
             civil_status = v.column20, double_optin = v.column21, picture = v.column22, profile_id = v.column23,
             ext_id = v.column24, ext_prop1 = v.column25, ext_prop2 = v.column26, custom = v.column27,
             policies = v.column28, document = v.column29, processing_data = v.column30, device = v.column31
         FROM ",
    );
    script.push_values(31, padded(customers.len()), customers, |script, customer| bind(script, customer))?;
    script.push(
        " v WHERE customer.bucket = v.column1 AND customer.organization_id = v.column2 AND customer.id = v.column3; ",
    );
    Ok(())
}

/// Gives the first 31 columns, which both statements share, their values.
fn bind(script: &mut Script, customer: &Customer) -> Result<(), sqlx::Error> {
    let profile = &customer.profile;
    let person = &profile.person;
    script.bind_home(customer.organization_id)?;
    script.bind(&customer.id.to_bytes()[..])?;
    script.bind(&customer.location_id.to_bytes()[..])?;
    script.bind(customer.locked)?;
    script.bind(customer.modified_at.as_millisecond())?;
    script.bind_text(person.hotspot_id.as_ref().map(Text::as_str))?;
    script.bind_text(person.first_name.as_ref().map(Text::as_str))?;
    script.bind_text(person.last_name.as_ref().map(Text::as_str))?;
    script.bind_text(person.phone_number.as_ref().map(PhoneNumber::as_str))?;
    script.bind(person.phone_verified)?;
    script.bind_text(person.email.as_ref().map(Email::as_str))?;
    script.bind(person.email_verified)?;
    script.bind_text(person.gender.map(Gender::as_str))?;
    script.bind(person.birth_date.map(|date| date.to_string()))?;
    script.bind_text(person.language.as_ref().map(Language::as_str))?;
    script.bind_text(person.country.as_ref().map(Country::as_str))?;
    script.bind_text(person.zip_code.as_ref().map(Text::as_str))?;
    script.bind_text(person.company_name.as_ref().map(Text::as_str))?;
    script.bind_text(person.civil_status.map(CivilStatus::as_str))?;
    script.bind_text(person.double_optin.map(DoubleOptin::as_str))?;
    script.bind_text(person.picture.as_ref().map(Text::as_str))?;
    script.bind_text(person.profile_id.as_ref().map(Text::as_str))?;
    script.bind_text(person.ext_id.as_ref().map(Text::as_str))?;
    script.bind_text(person.ext_prop1.as_ref().map(Text::as_str))?;
    script.bind_text(person.ext_prop2.as_ref().map(Text::as_str))?;
    script.bind_json(profile.custom.members())?;
    script.bind_json(&PoliciesJson::of(&profile.policies))?;
    script.bind_json(&DocumentJson::of(&profile.document))?;
    script.bind_json(&ProcessingDataJson::of(&profile.processing_data))?;
    script.bind_json(&DeviceJson::of(&profile.device))
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
