//! The columns of other systems' exports, by their names in the first line.

use clap::ValueEnum;
use csv::ByteRecord;
use domain::value::CivilStatus;

use super::names;

/// A system whose export format is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Preset {
    /// Google Contacts, "Google CSV"
    GoogleContacts,
    /// Outlook, contacts as CSV, in English
    Outlook,
    /// HubSpot, contacts
    Hubspot,
    /// Mailchimp, an audience
    Mailchimp,
    /// UniFi, guests of a hotspot
    Unifi,
    /// openwisp-radius, registered users
    OpenwispRadius,
}

/// Columns and the fields that they are. Of several columns of a field the first one here that has a value counts. Other columns
/// of such a file are ignored, and reported.
type Columns = &'static [(&'static str, &'static str)];

const GOOGLE: Columns = &[
    ("First Name", "firstName"),
    ("Given Name", "firstName"),
    ("Last Name", "lastName"),
    ("Family Name", "lastName"),
    ("Birthday", "birthDate"),
    ("Name Prefix", "civilStatus"),
    ("E-mail 1 - Value", "email"),
    ("E-mail 2 - Value", "email"),
    ("E-mail 3 - Value", "email"),
    ("Phone 1 - Value", "phoneNumber"),
    ("Phone 2 - Value", "phoneNumber"),
    ("Phone 3 - Value", "phoneNumber"),
    ("Organization Name", "companyName"),
    ("Organization 1 - Name", "companyName"),
    ("Address 1 - Postal Code", "zipCode"),
    ("Address 1 - Country", "country"),
];
const OUTLOOK: Columns = &[
    ("First Name", "firstName"),
    ("Last Name", "lastName"),
    ("Title", "civilStatus"),
    ("E-mail Address", "email"),
    ("E-mail 2 Address", "email"),
    ("E-mail 3 Address", "email"),
    ("Mobile Phone", "phoneNumber"),
    ("Primary Phone", "phoneNumber"),
    ("Home Phone", "phoneNumber"),
    ("Business Phone", "phoneNumber"),
    ("Birthday", "birthDate"),
    ("Gender", "gender"),
    ("Company", "companyName"),
    ("Home Postal Code", "zipCode"),
    ("Business Postal Code", "zipCode"),
    ("Home Country/Region", "country"),
    ("Home Country", "country"),
    ("Business Country/Region", "country"),
    ("Business Country", "country"),
    ("Government ID Number", "document.number"),
    ("Language", "language"),
];
const HUBSPOT: Columns = &[
    ("Record ID", "extId"),
    ("Record ID - Contact", "extId"),
    ("Contact ID", "extId"),
    ("First Name", "firstName"),
    ("Last Name", "lastName"),
    ("Email", "email"),
    ("Mobile Phone Number", "phoneNumber"),
    ("Phone Number", "phoneNumber"),
    ("Date of birth", "birthDate"),
    ("Gender", "gender"),
    ("Company Name", "companyName"),
    ("Associated Company", "companyName"),
    ("Postal Code", "zipCode"),
    ("Country/Region", "country"),
    ("Preferred language", "language"),
];
const MAILCHIMP: Columns = &[
    ("Email Address", "email"),
    ("EMAIL", "email"),
    ("First Name", "firstName"),
    ("FNAME", "firstName"),
    ("Last Name", "lastName"),
    ("LNAME", "lastName"),
    ("Phone Number", "phoneNumber"),
    ("PHONE", "phoneNumber"),
    ("Birthday", ""),
    ("Company", "companyName"),
    ("CC", "country"),
    ("LEID", "extProp1"),
    ("EUID", "extId"),
];
const UNIFI: Columns = &[
    ("First Name", "firstName"),
    ("Last Name", "lastName"),
    ("first_name", "firstName"),
    ("last_name", "lastName"),
    ("Name", "lastName"),
    ("Email", "email"),
    ("Phone", "phoneNumber"),
    ("MAC", "device.guid"),
    ("Guest MAC", "device.guid"),
    ("Device MAC", "device.guid"),
];
const OPENWISP: Columns = &[
    ("id", "extId"),
    ("uuid", "extId"),
    ("username", "username"),
    ("email", "email"),
    ("phone_number", "phoneNumber"),
    ("first_name", "firstName"),
    ("last_name", "lastName"),
    ("birth_date", "birthDate"),
    ("location", ""),
    ("password", "password"),
];
/// The columns of openwisp-radius' files of new users, which have no line of names.
const OPENWISP_BATCH: [&str; 5] = ["username", "password", "email", "first_name", "last_name"];
/// What openwisp-radius has before a password that is not a hash.
const CLEARTEXT: &str = "cleartext$";

/// A cell of an export, as it is meant.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Cell<'a> {
    Text(&'a str),
    /// It stands for a missing value.
    Missing,
    /// The field cannot have this value, and the customer can be without it.
    Invalid,
}

impl Preset {
    pub(super) const fn columns(self) -> Columns {
        match self {
            Self::GoogleContacts => GOOGLE,
            Self::Outlook => OUTLOOK,
            Self::Hubspot => HUBSPOT,
            Self::Mailchimp => MAILCHIMP,
            Self::Unifi => UNIFI,
            Self::OpenwispRadius => OPENWISP,
        }
    }

    /// The names that a file lacks whose first line is this one, if the system writes such files.
    pub(super) fn names_of(self, first: &ByteRecord) -> Option<&'static [&'static str]> {
        let is_name =
            |cell: &[u8]| OPENWISP.iter().any(|(name, _)| name.as_bytes().eq_ignore_ascii_case(cell.trim_ascii()));
        let is_batch =
            self == Self::OpenwispRadius && first.len() == OPENWISP_BATCH.len() && !first.iter().any(is_name);
        is_batch.then_some(&OPENWISP_BATCH)
    }

    /// What a cell of a field means in an export of the system.
    pub(super) fn read<'a>(self, field: &str, text: &'a str) -> Cell<'a> {
        // Google has all values of a kind in one cell.
        let first = || text.split(":::").map(str::trim).find(|value| !value.is_empty());
        let text = if self == Self::GoogleContacts { first().unwrap_or_default() } else { text };
        match field {
            // A birthday without its year.
            "birthDate" if text.trim().starts_with("--") => Cell::Missing,
            "gender" if text.trim().eq_ignore_ascii_case("unspecified") => Cell::Missing,
            // The address of a colleague within Exchange.
            "email" if self == Self::Outlook && text.trim().to_ascii_lowercase().starts_with("/o=") => Cell::Missing,
            // Titles such as Dr. are not a civil status.
            "civilStatus" if names::code(field, text).is_none() && CivilStatus::parse(text).is_err() => Cell::Invalid,
            "language" => Cell::Text(text.split(['-', '_']).next().unwrap_or(text)),
            "password" if self == Self::OpenwispRadius => {
                text.trim().strip_prefix(CLEARTEXT).map_or(Cell::Invalid, Cell::Text)
            }
            _ => Cell::Text(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fields;
    use super::*;

    #[test]
    fn columns_are_fields() {
        for preset in Preset::value_variants() {
            for (column, field) in preset.columns() {
                assert!(field.is_empty() || fields::is_field(field), "{preset:?} {column}");
            }
        }
    }
}
