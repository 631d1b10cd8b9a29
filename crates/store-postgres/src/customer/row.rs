//! From a row to a customer.

use domain::customer::{Customer, Profile};
use domain::ports::{CorruptRow, PasswordSealer, SealOwner};
use domain::value::{
    BirthDate, CivilStatus, Country, Custom, CustomerId, DoubleOptin, Email, Gender, Language, LocationId,
    OrganizationId, Password, PhoneNumber, Picture, ShortText, Source, Username, ZipCode,
};
use jiff::civil::Date;
use sqlx::postgres::PgRow;
use store_json::{DeviceJson, DocumentJson, PoliciesJson, ProcessingDataJson};

use crate::row::Columns;

/// The customer in a row of its table, with the password opened.
pub(super) fn restore(row: &PgRow, sealer: &dyn PasswordSealer) -> Result<Customer, CorruptRow> {
    let columns = Columns::of(row, "customer");
    let id = CustomerId::from_bytes(columns.id("id")?);
    let organization_id = OrganizationId::from_bytes(columns.id("organization_id")?);
    Ok(Customer {
        id,
        organization_id,
        location_id: LocationId::from_bytes(columns.id("location_id")?),
        source: columns.parse("source", Source::parse)?,
        username: columns.parse("username", Username::restore)?,
        password: password(&columns, sealer, SealOwner { organization_id, customer_id: id })?,
        locked: columns.get("locked")?,
        profile: profile(&columns)?,
        created_at: columns.time("created_at")?,
        modified_at: columns.time("modified_at")?,
    })
}

fn password(columns: &Columns<'_>, sealer: &dyn PasswordSealer, owner: SealOwner) -> Result<Password, CorruptRow> {
    sealer.open(columns.get("password")?, owner).map_err(|_| columns.corrupt("password"))
}

fn profile(columns: &Columns<'_>) -> Result<Profile, CorruptRow> {
    let mut profile = Profile::default();
    let person = &mut profile.person;
    person.hotspot_id = columns.parse_optional("hotspot_id", ShortText::restore)?;
    person.first_name = columns.parse_optional("first_name", ShortText::restore)?;
    person.last_name = columns.parse_optional("last_name", ShortText::restore)?;
    person.phone_number = columns.parse_optional("phone_number", PhoneNumber::restore)?;
    person.phone_verified = columns.get("phone_verified")?;
    person.email = columns.parse_optional("email", Email::restore)?;
    person.email_verified = columns.get("email_verified")?;
    person.gender = columns.parse_optional("gender", Gender::parse)?;
    // It was not in the future when it was stored; this machine's clock has no say in that.
    person.birth_date = columns.parse_optional("birth_date", |text| BirthDate::parse(text, Date::MAX))?;
    person.language = columns.parse_optional("language", Language::parse)?;
    person.country = columns.parse_optional("country", Country::parse)?;
    person.zip_code = columns.parse_optional("zip_code", ZipCode::restore)?;
    person.company_name = columns.parse_optional("company_name", ShortText::restore)?;
    person.civil_status = columns.parse_optional("civil_status", CivilStatus::parse)?;
    person.double_optin = columns.parse_optional("double_optin", DoubleOptin::parse)?;
    person.picture = columns.parse_optional("picture", Picture::restore)?;
    person.profile_id = columns.parse_optional("profile_id", ShortText::restore)?;
    person.ext_id = columns.parse_optional("ext_id", ShortText::restore)?;
    person.ext_prop1 = columns.parse_optional("ext_prop1", ShortText::restore)?;
    person.ext_prop2 = columns.parse_optional("ext_prop2", ShortText::restore)?;
    profile.custom = columns.document("custom", Custom::parse)?;
    profile.policies = columns.document("policies", PoliciesJson::restore)?;
    profile.document = columns.document("document", DocumentJson::restore)?;
    profile.processing_data = columns.document("processing_data", |json| Ok(ProcessingDataJson::restore(json)))?;
    profile.device = columns.document("device", DeviceJson::restore)?;
    Ok(profile)
}
