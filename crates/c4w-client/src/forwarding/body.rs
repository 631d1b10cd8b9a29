//! A customer as it is sent: the fields of the domain's list, and those that are not in it. Structs of the latter are taken apart
//! whole, so that the compiler reports a new field.

use domain::customer::{Customer, Device, Document, KeyKind, Person, Policies, ProcessingData, Profile};
use domain::customer_fields;
use domain::forwarding::{Account, Fault, Identity};
use domain::value::{Language, StoredText};
use serde_json::{Value, json};

use crate::Body;

/// By which name the upstream is to find the customer.
///
/// # Errors
/// [`Fault::Refused`]: the customer has no such value.
pub(super) fn identity(account: &Account, customer: &Customer) -> Result<&'static str, Fault> {
    match account.identity {
        Identity::ExtId => Ok(KeyKind::ExtId.as_str()),
        Identity::Value(kind) if customer.profile.key(kind).is_some() => Ok(kind.as_str()),
        Identity::Value(kind) => {
            Err(Fault::Refused(format!("the customer has no {}, by which it would be known", kind.path())))
        }
    }
}

/// What creates the customer: all that has a value.
pub(super) fn creation(account: &Account, customer: &Customer) -> Body {
    let mut body = values(account, customer);
    body.extend(members([
        ("organizationId", json!(account.remote_organization.as_str())),
        ("source", json!(customer.source.as_str())),
        ("username", json!(customer.username.as_str())),
        ("password", json!(customer.password.reveal())),
    ]));
    without_nulls(body)
}

/// What makes a customer who is there what it is here: what has no value is null. What is fixed at creation is left out.
pub(super) fn update(account: &Account, customer: &Customer) -> Body {
    values(account, customer)
}

/// Each value that can change, null where there is none.
fn values(account: &Account, customer: &Customer) -> Body {
    let Customer {
        id,
        locked,
        profile,
        // Fixed at creation.
        organization_id: _,
        source: _,
        username: _,
        password: _,
        // An id of ours, which means nothing there.
        location_id: _,
        // The upstream has times of its own.
        created_at: _,
        modified_at: _,
    } = customer;
    let Profile {
        person: known,
        custom,
        policies: accepted,
        document: paper,
        processing_data: processing,
        device: phone,
    } = profile;
    let mut body = person(known);
    if account.identity == Identity::ExtId && known.ext_id.is_none() {
        body.insert("extId".to_owned(), json!(id.to_string()));
    }
    let custom = Some(custom.members()).filter(|members| !members.is_empty());
    body.extend(members([
        ("lock", json!(locked)),
        ("custom", json!(custom)),
        ("policies", policies(accepted).into()),
        ("document", document(paper).into()),
        ("processingData", processing_data(processing).into()),
        ("device", device(phone).into()),
    ]));
    body
}

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
        $(fn $section(section: &$Section) -> Body {
            members([$(($name, member!($type section.$field)),)*])
        })*
    };
}

customer_fields!(sections);

fn policies(policies: &Policies) -> Body {
    let Policies { privacy, terms_of_use, minimum_age_verification, mktg_communications, customs } = policies;
    let mut body = members([
        ("privacy", json!(privacy)),
        ("termsOfUse", json!(terms_of_use)),
        ("minimumAgeVerification", json!(minimum_age_verification)),
        ("mktgCommunications", json!(mktg_communications)),
    ]);
    if customs.is_empty() {
        body.insert("customs".to_owned(), Value::Null);
    }
    body.extend(customs.iter().map(|(name, accepted)| (format!("customs.{}", name.as_str()), json!(accepted))));
    body
}

fn members<const N: usize>(members: [(&str, Value); N]) -> Body {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Without the members that have no value, and without groups that have none. What integrators keep in `custom` stays as
/// it is.
fn without_nulls(body: Body) -> Body {
    let kept = body.into_iter().filter_map(|(name, value)| match value {
        Value::Null => None,
        Value::Object(members) if name != "custom" => {
            let members: Body = members.into_iter().filter(|(_, value)| !value.is_null()).collect();
            (!members.is_empty()).then_some((name, Value::Object(members)))
        }
        value => Some((name, value)),
    });
    kept.collect()
}
