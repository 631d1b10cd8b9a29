//! From a row to a customer in a list.

use domain::list::{Contact, Place, Row};
use domain::ports::{CorruptRow, StoreError};
use domain::value::{
    BirthDate, CivilStatus, Country, CustomerId, Email, Gender, LocationId, OrganizationId, PhoneNumber, ShortText,
    Source, Username, ZipCode,
};
use jiff::civil::Date;
use sqlx::postgres::PgRow;
use store_json::{DocumentJson, PoliciesJson};

use crate::row::Columns;

/// What is read of a customer `c`: nothing that is secret or large.
pub(super) const COLUMNS: &str = "
    c.id, c.organization_id, c.location_id, c.source, c.username, c.locked, c.created_at, c.modified_at, c.civil_status,
    c.first_name, c.last_name, c.gender, c.birth_date::text AS birth_date, c.country, c.zip_code, c.email,
    c.email_verified, c.phone_number, c.phone_verified, c.document::text AS document, c.ext_id, c.ext_prop1, c.ext_prop2,
    c.policies::text AS policies";

/// The customer in a row of these columns, readable or not, and its place in an order like this one.
///
/// # Errors
/// The row has no place: its key is damaged.
pub(super) fn restore_row(row: &PgRow, order: &Place) -> Result<Row, StoreError> {
    let columns = Columns::of(row, "customer");
    let place = match order {
        Place::Created(_) => Place::Created(Some(CustomerId::from_bytes(columns.id("id")?))),
        Place::Username(_) => Place::Username(Some(columns.get::<String>("username")?.into_bytes())),
    };
    Ok(Row { place, contact: restore(row) })
}

/// The customer in a row of these columns.
fn restore(row: &PgRow) -> Result<Contact, CorruptRow> {
    let columns = Columns::of(row, "customer");
    Ok(Contact {
        id: CustomerId::from_bytes(columns.id("id")?),
        organization_id: OrganizationId::from_bytes(columns.id("organization_id")?),
        location_id: LocationId::from_bytes(columns.id("location_id")?),
        source: columns.parse("source", Source::parse)?,
        username: columns.parse("username", Username::restore)?,
        locked: columns.get("locked")?,
        created_at: columns.time("created_at")?,
        modified_at: columns.time("modified_at")?,
        civil_status: columns.parse_optional("civil_status", CivilStatus::parse)?,
        first_name: columns.parse_optional("first_name", ShortText::restore)?,
        last_name: columns.parse_optional("last_name", ShortText::restore)?,
        gender: columns.parse_optional("gender", Gender::parse)?,
        // It was not in the future when it was stored; this machine's clock has no say in that.
        birth_date: columns.parse_optional("birth_date", |text| BirthDate::parse(text, Date::MAX))?,
        country: columns.parse_optional("country", Country::parse)?,
        zip_code: columns.parse_optional("zip_code", ZipCode::restore)?,
        email: columns.parse_optional("email", Email::restore)?,
        email_verified: columns.get("email_verified")?,
        phone_number: columns.parse_optional("phone_number", PhoneNumber::restore)?,
        phone_verified: columns.get("phone_verified")?,
        personal_id: columns.document("document", DocumentJson::restore)?.personal_id,
        ext_id: columns.parse_optional("ext_id", ShortText::restore)?,
        ext_prop1: columns.parse_optional("ext_prop1", ShortText::restore)?,
        ext_prop2: columns.parse_optional("ext_prop2", ShortText::restore)?,
        policies: columns.document("policies", PoliciesJson::restore)?,
    })
}
