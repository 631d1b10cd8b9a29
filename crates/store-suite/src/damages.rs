//! Values of a customer's columns that are not the domain's.

use domain::customer_fields;

/// A value, as SQL of either store, that no version accepts for a field of this type.
macro_rules! damage {
    (Flag $column:expr) => {
        None
    };
    (PhoneNumber $column:expr) => {
        Some(($column, "'+0'"))
    };
    (Email $column:expr) => {
        Some(($column, "'nobody'"))
    };
    (Gender $column:expr) => {
        Some(($column, "'m'"))
    };
    (BirthDate $column:expr) => {
        Some(($column, "'1899-12-31'"))
    };
    (Language $column:expr) => {
        Some(($column, "'xx'"))
    };
    (Country $column:expr) => {
        Some(($column, "'ZZ'"))
    };
    (CivilStatus $column:expr) => {
        Some(($column, "'Dr'"))
    };
    (DoubleOptin $column:expr) => {
        Some(($column, "'maybe'"))
    };
    // A text with a bound.
    ($type:ident $column:expr) => {
        Some(($column, "''"))
    };
}

macro_rules! columns {
    (
        $(#[$person_doc:meta])* person: $Person:ident, $PersonChanges:ident, $person_prefix:literal {
            $($(#[$doc:meta])* $field:ident: $type:ident, $name:literal, $history:tt;)*
        }
        $($groups:tt)*
    ) => {
        [$(damage!($type stringify!($field)),)*]
    };
}

/// A column of each single value of the list that can be damaged, and a damage of it. Flags cannot be: their columns take nothing
/// but their values.
pub fn of_single_values() -> impl Iterator<Item = (&'static str, &'static str)> {
    customer_fields!(columns).into_iter().flatten()
}

/// Columns that are read for a list of customers.
const LISTED: [&str; 21] = [
    "location_id",
    "source",
    "username",
    "locked",
    "created_at",
    "modified_at",
    "civil_status",
    "first_name",
    "last_name",
    "gender",
    "birth_date",
    "country",
    "zip_code",
    "email",
    "phone_number",
    "document",
    "ext_id",
    "ext_prop1",
    "ext_prop2",
    "policies",
    "id",
];

/// Whether a list reads the column, and so reports that the customer is unreadable.
pub fn is_listed(column: &str) -> bool {
    LISTED.contains(&column)
}
