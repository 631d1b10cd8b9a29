//! Writing a customer's row.

use domain::customer::{Customer, Key};
use domain::ports::{PasswordSealer, SealOwner};
use domain::value::{CivilStatus, Country, DoubleOptin, Email, Gender, Language, PhoneNumber, Text};
use sqlx::sqlite::SqliteArguments;
use sqlx::{Sqlite, SqliteConnection};
use store_json::{DeviceJson, DocumentJson, PoliciesJson, ProcessingDataJson};

use super::batch::Failure;
use super::key;

/// Adds the row. `false`, and nothing written, when another customer of the organization has the username.
pub(super) async fn insert(
    db: &mut SqliteConnection,
    sealer: &dyn PasswordSealer,
    customer: &Customer,
) -> Result<bool, Failure> {
    let owner = SealOwner { organization_id: customer.organization_id, customer_id: customer.id };
    let statement = sqlx::query(
        "INSERT INTO customer (
             bucket, organization_id, id, location_id, locked, modified_at, hotspot_id, first_name, last_name,
             phone_number, phone_verified, email, email_verified, gender, birth_date, language, country, zip_code,
             company_name, civil_status, double_optin, picture, profile_id, ext_id, ext_prop1, ext_prop2, custom,
             policies, document, processing_data, device, source, username, password, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
                 ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35)
         ON CONFLICT DO NOTHING",
    );
    let inserted = bind(statement, customer)?
        .bind(customer.source.as_str())
        .bind(customer.username.as_str())
        .bind(sealer.seal(&customer.password, owner))
        .bind(customer.created_at.as_millisecond())
        .execute(db)
        .await?;
    Ok(inserted.rows_affected() > 0)
}

/// Replaces what can change of the row, and the keys that follow from it.
pub(super) async fn update(db: &mut SqliteConnection, before: &Customer, after: &Customer) -> Result<(), Failure> {
    let statement = sqlx::query(
        "UPDATE customer SET
             location_id = ?4, locked = ?5, modified_at = ?6, hotspot_id = ?7, first_name = ?8, last_name = ?9,
             phone_number = ?10, phone_verified = ?11, email = ?12, email_verified = ?13, gender = ?14,
             birth_date = ?15, language = ?16, country = ?17, zip_code = ?18, company_name = ?19, civil_status = ?20,
             double_optin = ?21, picture = ?22, profile_id = ?23, ext_id = ?24, ext_prop1 = ?25, ext_prop2 = ?26,
             custom = ?27, policies = ?28, document = ?29, processing_data = ?30, device = ?31
         WHERE bucket = ?1 AND organization_id = ?2 AND id = ?3",
    );
    bind(statement, after)?.execute(&mut *db).await?;
    let (old, new) = (before.keys(), after.keys());
    for key in old.iter().filter(|key| !new.contains(key)) {
        key::give_up(db, after, key).await?;
    }
    let taken: Vec<Key> = new.into_iter().filter(|key| !old.contains(key)).collect();
    key::take(db, after, &taken).await
}

type Statement<'q> = sqlx::query::Query<'q, Sqlite, SqliteArguments>;

/// Binds ?1 to ?31, in the order that both statements share.
fn bind<'q>(statement: Statement<'q>, customer: &'q Customer) -> Result<Statement<'q>, serde_json::Error> {
    let profile = &customer.profile;
    let person = &profile.person;
    Ok(statement
        .bind(customer.organization_id.bucket().number())
        .bind(customer.organization_id.to_bytes().to_vec())
        .bind(customer.id.to_bytes().to_vec())
        .bind(customer.location_id.to_bytes().to_vec())
        .bind(customer.locked)
        .bind(customer.modified_at.as_millisecond())
        .bind(person.hotspot_id.as_ref().map(Text::as_str))
        .bind(person.first_name.as_ref().map(Text::as_str))
        .bind(person.last_name.as_ref().map(Text::as_str))
        .bind(person.phone_number.as_ref().map(PhoneNumber::as_str))
        .bind(person.phone_verified)
        .bind(person.email.as_ref().map(Email::as_str))
        .bind(person.email_verified)
        .bind(person.gender.map(Gender::as_str))
        .bind(person.birth_date.map(|date| date.to_string()))
        .bind(person.language.as_ref().map(Language::as_str))
        .bind(person.country.as_ref().map(Country::as_str))
        .bind(person.zip_code.as_ref().map(Text::as_str))
        .bind(person.company_name.as_ref().map(Text::as_str))
        .bind(person.civil_status.map(CivilStatus::as_str))
        .bind(person.double_optin.map(DoubleOptin::as_str))
        .bind(person.picture.as_ref().map(Text::as_str))
        .bind(person.profile_id.as_ref().map(Text::as_str))
        .bind(person.ext_id.as_ref().map(Text::as_str))
        .bind(person.ext_prop1.as_ref().map(Text::as_str))
        .bind(person.ext_prop2.as_ref().map(Text::as_str))
        .bind(serde_json::to_string(profile.custom.members())?)
        .bind(serde_json::to_string(&PoliciesJson::of(&profile.policies))?)
        .bind(serde_json::to_string(&DocumentJson::of(&profile.document))?)
        .bind(serde_json::to_string(&ProcessingDataJson::of(&profile.processing_data))?)
        .bind(serde_json::to_string(&DeviceJson::of(&profile.device))?))
}
