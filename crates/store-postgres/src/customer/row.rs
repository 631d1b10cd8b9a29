//! From a row to a customer.

use domain::customer::{Customer, Unreadable};
use domain::ports::{PasswordSealer, SealOwner};
use domain::value::{
    BirthDate, CivilStatus, Country, Custom, CustomerId, DoubleOptin, Email, Gender, Language, LocationId,
    OrganizationId, PhoneNumber, Picture, ShortText, Source, Username, ZipCode,
};
use jiff::civil::Date;
use sqlx::postgres::PgRow;
use store_json::{DeviceJson, DocumentJson, PoliciesJson, ProcessingDataJson};

use crate::row::Columns;

/// Reads columns into a customer, and notes those that cannot be read: `read_into!(unread; place = value;)`.
macro_rules! read_into {
    ($unread:ident; $($place:expr => $value:expr;)*) => {
        $(match $value {
            Ok(value) => $place = value,
            Err(row) => $unread.push(row.column),
        })*
    };
}

/// The customer in a row of its table, with the password opened.
pub(super) fn restore(row: &PgRow, sealer: &dyn PasswordSealer) -> Result<Customer, Unreadable> {
    let columns = Columns::of(row, "customer");
    let id = CustomerId::from_bytes(columns.id("id")?);
    let organization_id = OrganizationId::from_bytes(columns.id("organization_id")?);
    let owner = SealOwner { organization_id, customer_id: id };
    let password =
        columns.get("password").and_then(|sealed| sealer.open(sealed, owner).map_err(|_| columns.corrupt("password")));
    let mut customer = Customer::unread(organization_id, id);
    let mut unread = Vec::new();
    read_into! {
        unread;
        customer.location_id => columns.id("location_id").map(LocationId::from_bytes);
        customer.source => columns.parse("source", Source::parse);
        customer.username => columns.parse("username", Username::restore);
        customer.password => password;
        customer.locked => columns.get("locked");
        customer.created_at => columns.time("created_at");
        customer.modified_at => columns.time("modified_at");
    }
    read_person(&columns, &mut customer, &mut unread);
    let profile = &mut customer.profile;
    read_into! {
        unread;
        profile.custom => columns.document("custom", Custom::parse);
        profile.policies => columns.document("policies", PoliciesJson::restore);
        profile.document => columns.document("document", DocumentJson::restore);
        profile.processing_data => {
            columns.document("processing_data", |json| Ok(ProcessingDataJson::restore(json)))
        };
        profile.device => columns.document("device", DeviceJson::restore);
    }
    customer.read(unread)
}

fn read_person(columns: &Columns<'_>, customer: &mut Customer, unread: &mut Vec<&'static str>) {
    let person = &mut customer.profile.person;
    read_into! {
        unread;
        person.hotspot_id => columns.parse_optional("hotspot_id", ShortText::restore);
        person.first_name => columns.parse_optional("first_name", ShortText::restore);
        person.last_name => columns.parse_optional("last_name", ShortText::restore);
        person.phone_number => columns.parse_optional("phone_number", PhoneNumber::restore);
        person.phone_verified => columns.get("phone_verified");
        person.email => columns.parse_optional("email", Email::restore);
        person.email_verified => columns.get("email_verified");
        person.gender => columns.parse_optional("gender", Gender::parse);
        // It was not in the future when it was stored; this machine's clock has no say in that.
        person.birth_date => columns.parse_optional("birth_date", |text| BirthDate::parse(text, Date::MAX));
        person.language => columns.parse_optional("language", Language::parse);
        person.country => columns.parse_optional("country", Country::parse);
        person.zip_code => columns.parse_optional("zip_code", ZipCode::restore);
        person.company_name => columns.parse_optional("company_name", ShortText::restore);
        person.civil_status => columns.parse_optional("civil_status", CivilStatus::parse);
        person.double_optin => columns.parse_optional("double_optin", DoubleOptin::parse);
        person.picture => columns.parse_optional("picture", Picture::restore);
        person.profile_id => columns.parse_optional("profile_id", ShortText::restore);
        person.ext_id => columns.parse_optional("ext_id", ShortText::restore);
        person.ext_prop1 => columns.parse_optional("ext_prop1", ShortText::restore);
        person.ext_prop2 => columns.parse_optional("ext_prop2", ShortText::restore);
    }
}
