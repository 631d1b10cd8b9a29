//! From a row to a customer.

use domain::customer::{Customer, Unreadable};
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

/// Reads columns into a customer, and notes those that cannot be read: `read_into!(row, unread; place = column, read;)`.
macro_rules! read_into {
    ($row:ident, $unread:ident; $($place:expr => $column:ident, $read:expr;)*) => {
        $(match $read(&$row.$column) {
            Some(value) => $place = value,
            None => $unread.push(stringify!($column)),
        })*
    };
}

/// The customer in a row of its table, with the password opened.
pub(super) fn restore(row: &Columns<'_>, sealer: &dyn PasswordSealer) -> Result<Customer, Unreadable> {
    let (organization_id, id) = ids(row)?;
    let owner = SealOwner { organization_id, customer_id: id };
    let open = |sealed: &Text<'_>| -> Option<Password> { sealer.open(&sealed.bytes()?, owner).ok() };
    let mut customer = Customer::unread(organization_id, id);
    let mut unread = Vec::new();
    read_into! {
        row, unread;
        customer.location_id => location_id, |text: &Text<'_>| text.bits().map(LocationId::from_bits);
        customer.source => source, |text: &Text<'_>| text.parse(Source::parse);
        customer.username => username, |text: &Text<'_>| text.parse(Username::restore);
        customer.password => password, open;
        customer.locked => locked, flag;
        customer.created_at => created_at, time;
        customer.modified_at => modified_at, time;
    }
    read_person(row, &mut customer, &mut unread);
    let profile = &mut customer.profile;
    read_into! {
        row, unread;
        profile.custom => custom, |json: &Text<'_>| json.document(Custom::parse);
        profile.policies => policies, |json: &Text<'_>| json.document(PoliciesJson::restore);
        profile.document => document, |json: &Text<'_>| json.document(DocumentJson::restore);
        profile.processing_data => processing_data, |json: &Text<'_>| {
            json.document(|json| Ok(ProcessingDataJson::restore(json)))
        };
        profile.device => device, |json: &Text<'_>| json.document(DeviceJson::restore);
    }
    customer.read(unread)
}

fn read_person(row: &Columns<'_>, customer: &mut Customer, unread: &mut Vec<&'static str>) {
    let person = &mut customer.profile.person;
    person.phone_verified = flag(&row.phone_verified);
    person.email_verified = flag(&row.email_verified);
    macro_rules! optional {
        ($($column:ident, $parse:expr;)*) => {
            read_into! { row, unread; $(person.$column => $column, |text: &Text<'_>| text.parse_optional($parse);)* }
        };
    }
    optional! {
        hotspot_id, ShortText::restore;
        first_name, ShortText::restore;
        last_name, ShortText::restore;
        phone_number, PhoneNumber::restore;
        email, Email::restore;
        gender, Gender::parse;
        // It was not in the future when it was stored; this machine's clock has no say in that.
        birth_date, |text| BirthDate::parse(text, Date::MAX);
        language, Language::parse;
        country, Country::parse;
        zip_code, ZipCode::restore;
        company_name, ShortText::restore;
        civil_status, CivilStatus::parse;
        double_optin, DoubleOptin::parse;
        picture, Picture::restore;
        profile_id, ShortText::restore;
        ext_id, ShortText::restore;
        ext_prop1, ShortText::restore;
        ext_prop2, ShortText::restore;
    }
}
