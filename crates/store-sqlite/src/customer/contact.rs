//! From a row to a customer in a list.

use domain::list::{Contact, PageQuery, Place, Row};
use domain::ports::{CorruptRow, StoreError};
use domain::value::{
    BirthDate, CivilStatus, Country, CustomerId, Email, Gender, LocationId, OrganizationId, PhoneNumber, ShortText,
    Source, Username, ZipCode,
};
use jiff::civil::Date;
use store_json::{DocumentJson, PoliciesJson};

use super::columns::{ContactColumns, Text, flag, read, time};

/// The customer in a row of these columns, readable or not, and its place in the order of the list.
///
/// # Errors
/// The row has no place: its key is damaged.
pub(super) fn restore_row(row: &ContactColumns<'_>, query: &PageQuery) -> Result<Row, StoreError> {
    let place = match query.place {
        Place::Created(_) => Place::Created(Some(read!(row.id, |id: &Text<'_>| place(id.as_str()?, query.reverse))?)),
        Place::Username(_) => Place::Username(Some(read!(row.username, Text::raw)?.to_vec())),
    };
    Ok(Row { place, contact: restore(row) })
}

/// The place of an id, given as hexadecimal digits, in a list by ids. A damaged id of another length has the nearest place
/// behind it, where the list goes on; forwards that is never zero, which stands for the beginning.
pub(super) fn place(id: &str, reverse: bool) -> Option<CustomerId> {
    const DIGITS: usize = 32;
    let digits = id.get(..DIGITS).unwrap_or(id);
    let bits = u128::from_str_radix(&format!("{digits:0<DIGITS$}"), 16).ok()?;
    Some(CustomerId::from_bits(match (id.len() > DIGITS, id.len() < DIGITS) {
        (true, _) if !reverse => bits.saturating_add(1),
        (_, true) if reverse => bits.saturating_sub(1),
        _ if reverse => bits,
        _ => bits.max(1),
    }))
}

/// The customer in a row of these columns.
fn restore(row: &ContactColumns<'_>) -> Result<Contact, CorruptRow> {
    macro_rules! optional {
        ($column:ident, $parse:expr) => {
            read!(row.$column, |text: &Text<'_>| text.parse_optional($parse))?
        };
    }
    let document = read!(row.document, |json: &Text<'_>| json.document(DocumentJson::restore))?;
    Ok(Contact {
        id: CustomerId::from_bits(read!(row.id, Text::bits)?),
        organization_id: OrganizationId::from_bits(read!(row.organization_id, Text::bits)?),
        location_id: LocationId::from_bits(read!(row.location_id, Text::bits)?),
        source: read!(row.source, |text: &Text<'_>| text.parse(Source::parse))?,
        username: read!(row.username, |text: &Text<'_>| text.parse(Username::restore))?,
        locked: read!(row.locked, flag)?,
        created_at: read!(row.created_at, time)?,
        modified_at: read!(row.modified_at, time)?,
        civil_status: optional!(civil_status, CivilStatus::parse),
        first_name: optional!(first_name, ShortText::restore),
        last_name: optional!(last_name, ShortText::restore),
        gender: optional!(gender, Gender::parse),
        // It was not in the future when it was stored; this machine's clock has no say in that.
        birth_date: optional!(birth_date, |text| BirthDate::parse(text, Date::MAX)),
        country: optional!(country, Country::parse),
        zip_code: optional!(zip_code, ZipCode::restore),
        email: optional!(email, Email::restore),
        email_verified: flag(&row.email_verified),
        phone_number: optional!(phone_number, PhoneNumber::restore),
        phone_verified: flag(&row.phone_verified),
        personal_id: document.personal_id,
        ext_id: optional!(ext_id, ShortText::restore),
        ext_prop1: optional!(ext_prop1, ShortText::restore),
        ext_prop2: optional!(ext_prop2, ShortText::restore),
        policies: read!(row.policies, |json: &Text<'_>| json.document(PoliciesJson::restore))?,
    })
}
