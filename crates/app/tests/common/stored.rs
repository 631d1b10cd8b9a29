//! A stored customer in the form of a request, for comparison.

use domain::customer::{Customer, Device, Document, Person, ProcessingData};
use domain::customer_fields;
use domain::value::{Language, StoredText};
use serde_json::{Map, Value, json};

/// The value of a member, null where there is none.
macro_rules! member {
    (Flag $value:expr) => {
        json!($value)
    };
    (BirthDate $value:expr) => {
        json!($value.map(|date| date.to_string()))
    };
    (Language $value:expr) => {
        json!($value.as_ref().and_then(Language::code))
    };
    ($type:ident $value:expr) => {
        json!($value.as_ref().map(StoredText::as_text))
    };
}

/// Declares a function for each section of the list of fields, which makes its members.
macro_rules! sections {
    ($(
        $(#[$section_doc:meta])* $section:ident: $Section:ident, $Changes:ident, $prefix:literal {
            $($(#[$doc:meta])* $field:ident: $type:ident, $name:literal, $history:tt;)*
        }
    )*) => {
        $(fn $section(section: &$Section) -> Map<String, Value> {
            object([$(($name, member!($type section.$field)),)*])
        })*
    };
}

customer_fields!(sections);

/// The customer with the names of the wire. Members without a value are absent.
pub(crate) fn as_sent(customer: &Customer) -> Value {
    let profile = &customer.profile;
    let policies = &profile.policies;
    let mut sent = object([
        ("organizationId", json!(customer.organization_id.to_string())),
        ("locationId", json!(customer.location_id.to_string())),
        ("source", json!(customer.source.as_str())),
        ("username", json!(customer.username.as_str())),
        ("password", json!(customer.password.reveal())),
        ("lock", json!(customer.locked)),
        ("languageTag", json!(profile.person.language.as_ref().and_then(Language::tag))),
    ]);
    sent.extend(person(&profile.person));
    let mut consents = object([
        ("privacy", json!(policies.privacy)),
        ("termsOfUse", json!(policies.terms_of_use)),
        ("minimumAgeVerification", json!(policies.minimum_age_verification)),
        ("mktgCommunications", json!(policies.mktg_communications)),
    ]);
    for (name, accepted) in &policies.customs {
        consents.insert(format!("customs.{}", name.as_str()), json!(accepted));
    }
    let groups = [
        ("custom", profile.custom.members().clone()),
        ("policies", consents),
        ("document", document(&profile.document)),
        ("processingData", processing_data(&profile.processing_data)),
        ("device", device(&profile.device)),
    ];
    sent.extend(
        groups.into_iter().filter(|(_, group)| !group.is_empty()).map(|(name, group)| (name.to_owned(), group.into())),
    );
    Value::Object(sent)
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Map<String, Value> {
    members.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.to_owned(), value)).collect()
}
