//! The names by which columns are known.

use crate::export::columns::EXACT;
use crate::fields;

/// Fields of a customer that are not in the list of optional ones. Their values are texts, yes or no.
const OTHERS: [&str; 13] = [
    "organizationId",
    "locationId",
    "source",
    "username",
    "password",
    "lock",
    "languageTag",
    "custom",
    "policies",
    "policies.privacy",
    "policies.termsOfUse",
    "policies.minimumAgeVerification",
    "policies.mktgCommunications",
];

/// Other names of fields, above all those of the API's lists and so of `c4w export`. An empty field is none: what it says
/// is not for a customer to bring along.
const ALIASES: [(&str, &str); 37] = [
    ("cid", ""),
    ("id", ""),
    ("organizationCid", ""),
    ("created", ""),
    ("modified", ""),
    ("c4w:line", ""),
    ("c4w:reasons", ""),
    (EXACT, ""),
    ("c4w:devices", ""),
    ("c4w:history", ""),
    ("c4w:phoneNumberValid", ""),
    ("locationCid", "locationId"),
    ("signupMethod", "source"),
    ("locked", "lock"),
    ("title", "civilStatus"),
    ("phone", "phoneNumber"),
    ("mobile", "phoneNumber"),
    ("telephone", "phoneNumber"),
    ("mail", "email"),
    ("emailAddress", "email"),
    ("givenName", "firstName"),
    ("surname", "lastName"),
    ("familyName", "lastName"),
    ("dateOfBirth", "birthDate"),
    ("birthday", "birthDate"),
    ("zip", "zipCode"),
    ("postalCode", "zipCode"),
    ("postcode", "zipCode"),
    ("company", "companyName"),
    ("personalId", "document.personalId"),
    ("extId.id", "extId"),
    ("extId.prop1", "extProp1"),
    ("extId.prop2", "extProp2"),
    ("policies.ageVerification", "policies.minimumAgeVerification"),
    ("privacy", "policies.privacy"),
    ("termsOfUse", "policies.termsOfUse"),
    ("mktgCommunications", "policies.mktgCommunications"),
];

/// Fields that hold other fields.
pub(super) const GROUPS: [&str; 6] = ["custom", "device", "document", "policies", "policies.customs", "processingData"];

/// Groups whose members have names of their own.
const OPEN: [&str; 2] = ["custom.", "policies.customs."];

/// The field that a column's name means; an empty one is ignored. Letters' case, spaces and signs do not matter.
pub(super) fn named(column: &str) -> Option<String> {
    if OPEN.iter().any(|group| column.len() > group.len() && column.starts_with(group)) {
        return Some(column.to_owned());
    }
    if column.ends_with('.') {
        // A group, and nothing in it.
        return None;
    }
    let is = |name: &&str| plain(name) == plain(column);
    let alias = ALIASES.iter().find(|(alias, _)| is(alias)).map(|(_, field)| *field);
    names().find(is).or(alias).map(str::to_owned)
}

/// Every field of a customer.
fn names() -> impl Iterator<Item = &'static str> {
    OTHERS.into_iter().chain(fields::paths())
}

/// Whether there is such a field, or a group of fields.
pub(crate) fn is_path(name: &str) -> bool {
    is_field(name) || GROUPS.contains(&name)
}

/// Whether there is such a field.
pub(super) fn is_field(name: &str) -> bool {
    names().any(|field| field == name) || OPEN.iter().any(|group| name.len() > group.len() && name.starts_with(group))
}

/// What is left of a name for comparison.
fn plain(name: &str) -> String {
    name.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_many_names() {
        for (column, field) in [
            ("email", "email"),
            ("E-Mail", "email"),
            ("First Name", "firstName"),
            ("first_name", "firstName"),
            ("Phone", "phoneNumber"),
            ("policies.privacy", "policies.privacy"),
            ("custom.shoe size", "custom.shoe size"),
            ("policies.customs.club", "policies.customs.club"),
            ("extId.prop1", "extProp1"),
            ("created", ""),
        ] {
            assert_eq!(named(column).as_deref(), Some(field), "{column}");
        }
        assert_eq!((named("Shoe size"), named("custom."), named("")), (None, None, None));
    }

    /// `--map` and `--set` accept each of them, and a column with its name is known.
    #[test]
    fn every_field_that_a_history_names_is_known() {
        for path in domain::history::Field::ALL.iter().map(|field| field.path()) {
            // Installations of the app are reported by the app.
            assert_eq!(is_path(path), !path.starts_with("devices."), "{path}");
        }
        for path in fields::paths() {
            assert_eq!((named(path).as_deref(), is_field(path)), (Some(path), true));
        }
    }

    #[test]
    fn aliases_lead_to_fields() {
        assert!(ALIASES.iter().all(|(_, field)| field.is_empty() || is_field(field)));
    }
}
