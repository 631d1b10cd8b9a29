//! A customer as it is sent. Every struct is taken apart whole, so that the compiler tells of a field that is new.

use domain::customer::{Customer, Device, Document, KeyKind, Person, Policies, ProcessingData, Profile};
use domain::forwarding::{Account, Fault, Identity};
use domain::value::{CivilStatus, Country, DoubleOptin, Email, Gender, Language, PhoneNumber, Text};
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
    let Profile { person: known, custom, policies: accepted, document: paper, processing_data, device: phone } =
        profile;
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
        ("processingData", processing(processing_data).into()),
        ("device", device(phone).into()),
    ]));
    body
}

fn person(person: &Person) -> Body {
    let Person {
        hotspot_id,
        first_name,
        last_name,
        phone_number,
        phone_verified,
        email,
        email_verified,
        gender,
        birth_date,
        language,
        country,
        zip_code,
        company_name,
        civil_status,
        double_optin,
        picture,
        profile_id,
        ext_id,
        ext_prop1,
        ext_prop2,
    } = person;
    members([
        ("hotspotId", text(hotspot_id)),
        ("firstName", text(first_name)),
        ("lastName", text(last_name)),
        ("phoneNumber", json!(phone_number.as_ref().map(PhoneNumber::as_str))),
        ("phoneVerified", json!(phone_verified)),
        ("email", json!(email.as_ref().map(Email::as_str))),
        ("emailVerified", json!(email_verified)),
        ("gender", json!(gender.map(Gender::as_str))),
        ("birthDate", json!(birth_date.map(|date| date.to_string()))),
        ("language", json!(language.as_ref().and_then(Language::code))),
        ("country", json!(country.as_ref().map(Country::as_str))),
        ("zipCode", text(zip_code)),
        ("companyName", text(company_name)),
        ("civilStatus", json!(civil_status.map(CivilStatus::as_str))),
        ("doubleOptin", json!(double_optin.map(DoubleOptin::as_str))),
        ("picture", text(picture)),
        ("profileId", text(profile_id)),
        ("extId", text(ext_id)),
        ("extProp1", text(ext_prop1)),
        ("extProp2", text(ext_prop2)),
    ])
}

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

fn document(document: &Document) -> Body {
    let Document { member_id, number, passport_number, personal_id, kind } = document;
    members([
        ("memberId", text(member_id)),
        ("number", text(number)),
        ("passportNumber", text(passport_number)),
        ("personalId", text(personal_id)),
        ("type", text(kind)),
    ])
}

fn processing(data: &ProcessingData) -> Body {
    let ProcessingData { profiling, processing_personal_data } = data;
    members([("profiling", json!(profiling)), ("processingPersonalData", json!(processing_personal_data))])
}

fn device(device: &Device) -> Body {
    let Device { source, bundle, vendor_id, adv_id, install_id, os, device, created, guid, modified, last_seen } =
        device;
    members([
        ("source", text(source)),
        ("bundle", text(bundle)),
        ("vendorId", text(vendor_id)),
        ("advId", text(adv_id)),
        ("installId", text(install_id)),
        ("os", text(os)),
        ("device", text(device)),
        ("created", text(created)),
        ("guid", text(guid)),
        ("modified", text(modified)),
        ("lastSeen", text(last_seen)),
    ])
}

fn members<const N: usize>(members: [(&str, Value); N]) -> Body {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn text<const MAX: usize>(value: &Option<Text<MAX>>) -> Value {
    json!(value.as_ref().map(Text::as_str))
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
