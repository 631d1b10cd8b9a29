//! A stored customer as it stands on the wire.

use domain::customer::{Customer, Installation, Policies};
use domain::value::{Language, PhoneNumber};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::policies::PoliciesBody;
use super::section::{DeviceBody, DocumentBody, PersonBody, ProcessingDataBody};
use super::stored_device::StoredDevice;
use super::{OK, schema, time};

type Object = Map<String, Value>;

/// Everything that is stored of a customer, but for the password. Members without a value are absent, never null.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = storedCustomer)]
pub(crate) struct StoredCustomer {
    /// Always OK.
    #[schema(example = "OK")]
    status: &'static str,
    /// When the answer was made.
    #[schema(format = DateTime)]
    generated: String,
    /// The customer's id.
    #[schema(example = "0197f2c8d0a07c53b0d1f1f4b0c7a004")]
    id: String,
    /// The organization's id.
    organization_id: String,
    /// The location's id.
    location_id: String,
    #[schema(schema_with = schema::source)]
    source: &'static str,
    /// The name to log in with.
    username: String,
    /// Whether the customer is kept from logging in.
    lock: bool,
    /// When the customer was created.
    #[schema(format = DateTime)]
    created: String,
    /// When the customer last changed.
    #[schema(format = DateTime)]
    modified: String,
    #[serde(flatten)]
    #[schema(ignore)]
    person: PersonBody,
    /// Whether the numbering plans as they are known today assign the number. False of one that is only possible, as
    /// the organization's settings may allow.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number_valid: Option<bool>,
    /// The language as it was sent, as a tag of BCP 47, where that says more than the code: `zh-Hant-TW`.
    #[serde(skip_serializing_if = "Option::is_none")]
    language_tag: Option<String>,
    /// Attributes of your own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    custom: Option<Object>,
    /// What the person accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PoliciesBody>)]
    policies: Option<Object>,
    /// An identity document.
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<DocumentBody>,
    /// What may be done with the person's data.
    #[serde(skip_serializing_if = "Option::is_none")]
    processing_data: Option<ProcessingDataBody>,
    /// The device with which the person signed up.
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<DeviceBody>,
    /// The devices on which the customer has the app, in the order of their ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    devices: Option<Vec<StoredDevice>>,
}

impl StoredCustomer {
    /// The customer without its password.
    pub(crate) fn new(customer: &Customer, generated: Timestamp) -> Self {
        let profile = &customer.profile;
        let person = &profile.person;
        Self {
            status: OK,
            generated: time(generated),
            id: customer.id.to_string(),
            organization_id: customer.organization_id.to_string(),
            location_id: customer.location_id.to_string(),
            source: customer.source.as_str(),
            username: customer.username.as_str().to_owned(),
            lock: customer.locked,
            created: time(customer.created_at),
            modified: time(customer.modified_at),
            person: PersonBody(person.clone()),
            phone_number_valid: person.phone_number.as_ref().map(PhoneNumber::is_valid),
            language_tag: person.language.as_ref().and_then(Language::tag).map(str::to_owned),
            custom: filled(profile.custom.members().clone()),
            policies: filled(policies(&profile.policies)),
            document: group(&profile.document, DocumentBody),
            processing_data: group(&profile.processing_data, ProcessingDataBody),
            device: group(&profile.device, DeviceBody),
            devices: None,
        }
    }

    /// And the devices that have the app, if there are any.
    pub(crate) fn with_devices(self, installations: &[Installation]) -> Self {
        let devices = (!installations.is_empty()).then(|| installations.iter().map(StoredDevice::new).collect());
        Self { devices, ..self }
    }
}

/// A group, unless no field of it has a value.
fn group<G: Clone + Default + PartialEq, B>(group: &G, body: impl FnOnce(G) -> B) -> Option<B> {
    (*group != G::default()).then(|| body(group.clone()))
}

/// An object without members has no value.
fn filled(object: Object) -> Option<Object> {
    (!object.is_empty()).then_some(object)
}

/// Those of the members that have a value.
fn object<const N: usize>(members: [(&str, Value); N]) -> Object {
    members.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.to_owned(), value)).collect()
}

fn policies(policies: &Policies) -> Object {
    let mut members = object([
        ("privacy", json!(policies.privacy)),
        ("termsOfUse", json!(policies.terms_of_use)),
        ("minimumAgeVerification", json!(policies.minimum_age_verification)),
        ("mktgCommunications", json!(policies.mktg_communications)),
    ]);
    members.extend(
        policies.customs.iter().map(|(name, accepted)| (format!("customs.{}", name.as_str()), json!(accepted))),
    );
    members
}
