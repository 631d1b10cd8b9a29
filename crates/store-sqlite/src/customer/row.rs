//! From a row to a customer.

use domain::customer::{Customer, Person, Profile};
use domain::ports::{CorruptRow, PasswordSealer, SealOwner};
use domain::value::{
    BirthDate, CivilStatus, Country, Custom, CustomerId, DoubleOptin, Email, Gender, Language, LocationId,
    OrganizationId, Password, PhoneNumber, Picture, ShortText, Source, Username, ZipCode,
};
use jiff::civil::Date;
use store_json::{DeviceJson, DocumentJson, PoliciesJson, ProcessingDataJson};

use super::columns::{Columns, Text, flag, read, time};

/// Whose row it is.
pub(super) fn ids(row: &Columns<'_>) -> Result<(OrganizationId, CustomerId), CorruptRow> {
    let organization_id = OrganizationId::from_bits(read!(row.organization_id, Text::bits)?);
    Ok((organization_id, CustomerId::from_bits(read!(row.id, Text::bits)?)))
}

/// The customer in a row of its table, with the password opened.
pub(super) fn restore(row: &Columns<'_>, sealer: &dyn PasswordSealer) -> Result<Customer, CorruptRow> {
    let (organization_id, id) = ids(row)?;
    let owner = SealOwner { organization_id, customer_id: id };
    let open = |sealed: &Text<'_>| -> Option<Password> { sealer.open(&sealed.bytes()?, owner).ok() };
    Ok(Customer {
        id,
        organization_id,
        location_id: LocationId::from_bits(read!(row.location_id, Text::bits)?),
        source: read!(row.source, |text: &Text<'_>| text.parse(Source::parse))?,
        username: read!(row.username, |text: &Text<'_>| text.parse(Username::restore))?,
        password: read!(row.password, open)?,
        locked: read!(row.locked, flag)?,
        profile: profile(row)?,
        created_at: read!(row.created_at, time)?,
        modified_at: read!(row.modified_at, time)?,
    })
}

fn profile(row: &Columns<'_>) -> Result<Profile, CorruptRow> {
    Ok(Profile {
        person: person(row)?,
        custom: read!(row.custom, |json: &Text<'_>| json.document(Custom::parse))?,
        policies: read!(row.policies, |json: &Text<'_>| json.document(PoliciesJson::restore))?,
        document: read!(row.document, |json: &Text<'_>| json.document(DocumentJson::restore))?,
        processing_data: read!(row.processing_data, |json: &Text<'_>| {
            json.document(|json| Ok(ProcessingDataJson::restore(json)))
        })?,
        device: read!(row.device, |json: &Text<'_>| json.document(DeviceJson::restore))?,
    })
}

fn person(row: &Columns<'_>) -> Result<Person, CorruptRow> {
    macro_rules! optional {
        ($column:ident, $parse:expr) => {
            read!(row.$column, |text: &Text<'_>| text.parse_optional($parse))?
        };
    }
    Ok(Person {
        hotspot_id: optional!(hotspot_id, ShortText::restore),
        first_name: optional!(first_name, ShortText::restore),
        last_name: optional!(last_name, ShortText::restore),
        phone_number: optional!(phone_number, PhoneNumber::restore),
        phone_verified: flag(&row.phone_verified),
        email: optional!(email, Email::restore),
        email_verified: flag(&row.email_verified),
        gender: optional!(gender, Gender::parse),
        // It was not in the future when it was stored; this machine's clock has no say in that.
        birth_date: optional!(birth_date, |text| BirthDate::parse(text, Date::MAX)),
        language: optional!(language, Language::parse),
        country: optional!(country, Country::parse),
        zip_code: optional!(zip_code, ZipCode::restore),
        company_name: optional!(company_name, ShortText::restore),
        civil_status: optional!(civil_status, CivilStatus::parse),
        double_optin: optional!(double_optin, DoubleOptin::parse),
        picture: optional!(picture, Picture::restore),
        profile_id: optional!(profile_id, ShortText::restore),
        ext_id: optional!(ext_id, ShortText::restore),
        ext_prop1: optional!(ext_prop1, ShortText::restore),
        ext_prop2: optional!(ext_prop2, ShortText::restore),
    })
}
