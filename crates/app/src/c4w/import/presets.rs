//! The columns of other systems' exports, by their names in the first line.

use clap::ValueEnum;

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

/// Columns and their fields. Other columns of such a file are ignored, and reported.
type Columns = &'static [(&'static str, &'static str)];

const GOOGLE: Columns = &[
    ("First Name", "firstName"),
    ("Given Name", "firstName"),
    ("Last Name", "lastName"),
    ("Family Name", "lastName"),
    ("Birthday", "birthDate"),
    ("E-mail 1 - Value", "email"),
    ("Phone 1 - Value", "phoneNumber"),
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
    ("Mobile Phone", "phoneNumber"),
    ("Birthday", "birthDate"),
    ("Gender", "gender"),
    ("Company", "companyName"),
    ("Home Postal Code", "zipCode"),
    ("Home Country/Region", "country"),
    ("Home Country", "country"),
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
    ("Phone Number", "phoneNumber"),
    ("Mobile Phone Number", "phoneNumber"),
    ("Date of birth", "birthDate"),
    ("Gender", "gender"),
    ("Company Name", "companyName"),
    ("Postal Code", "zipCode"),
    ("Country/Region", "country"),
    ("Preferred language", "language"),
];
const MAILCHIMP: Columns = &[
    ("Email Address", "email"),
    ("First Name", "firstName"),
    ("Last Name", "lastName"),
    ("Phone Number", "phoneNumber"),
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
    ("password", ""),
];

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
