//! From a row to a customer.

use domain::customer::{Customer, Profile, Unreadable};
use domain::customer_fields;
use domain::ports::{CorruptRow, PasswordSealer, SealOwner};
use domain::value::{self, Custom, CustomerId, LocationId, OrganizationId, Password, Source, StoredText, Username};
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
    let profile = &mut customer.profile;
    read_person(row, profile, &mut unread);
    read_into! {
        row, unread;
        profile.custom => custom, |json: &Text<'_>| json.document(Custom::parse);
        profile.policies => policies, |json: &Text<'_>| json.document(PoliciesJson::restore);
        profile.document => document, |json: &Text<'_>| json.document(DocumentJson::restore);
        profile.processing_data => processing_data, |json: &Text<'_>| json.document(ProcessingDataJson::restore);
        profile.device => device, |json: &Text<'_>| json.document(DeviceJson::restore);
    }
    customer.read(unread)
}

/// The value of a column of this type, if it can be read.
macro_rules! optional {
    (Flag $column:expr) => {
        Some(flag(&$column))
    };
    ($type:ident $column:expr) => {
        $column.parse_optional(value::$type::restore)
    };
}

/// Reads the single values.
macro_rules! read_person {
    (
        $row:ident, $profile:ident, $unread:ident;
        $(#[$person_doc:meta])* person: $Person:ident, $PersonChanges:ident, $person_prefix:literal {
            $($(#[$doc:meta])* $field:ident: $type:ident, $name:literal, $history:tt;)*
        }
        $($groups:tt)*
    ) => {
        $(match optional!($type $row.$field) {
            Some(value) => $profile.person.$field = value,
            None => $unread.push(stringify!($field)),
        })*
    };
}

fn read_person(row: &Columns<'_>, profile: &mut Profile, unread: &mut Vec<&'static str>) {
    customer_fields!(read_person row, profile, unread;);
}
