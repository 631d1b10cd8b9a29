//! A stored customer as it stands on the wire.

use domain::customer::{Customer, Device, Document, Installation, Policies, ProcessingData};
use domain::value::{CivilStatus, Country, DoubleOptin, Email, Gender, Language, PhoneNumber, Text};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::groups::{DeviceBody, DocumentBody, ProcessingDataBody};
use super::policies::PoliciesBody;
use super::stored_device::StoredDevice;
use super::{OK, schema, time};

type Object = Map<String, Value>;

/// Declares the members that every customer has, and those that are absent when they have no value.
macro_rules! body {
    (
        $(#[$doc:meta])* $name:ident
        { $($(#[$always_doc:meta])* $always:ident: $always_type:ty,)* }
        { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }
    ) => {
        #[derive(Serialize, ToSchema)]
        #[serde(rename_all = "camelCase")]
        $(#[$doc])*
        pub(crate) struct $name {
            $($(#[$always_doc])* $always: $always_type,)*
            $(#[serde(skip_serializing_if = "Option::is_none")] $(#[$field_doc])* $field: Option<$type>,)*
        }
    };
}

body! {
    /// Everything that is stored of a customer, but for the password. Members without a value are absent, never null.
    #[schema(as = storedCustomer)]
    StoredCustomer
    {
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
    }
    {
        /// The access point at which the customer signed up.
        hotspot_id: String,
        /// First name.
        first_name: String,
        /// Last name.
        last_name: String,
        /// Telephone number in E.164 form.
        phone_number: String,
        /// Whether the numbering plans as they are known today assign the number. False of one that is only possible, as
        /// the organization's settings may allow.
        phone_number_valid: bool,
        /// The number was proven to be the person's.
        phone_verified: bool,
        /// E-mail address, as it was typed.
        email: String,
        /// The address was proven to be the person's.
        email_verified: bool,
        #[schema(schema_with = schema::gender, required = false)]
        gender: &'static str,
        /// Birth date.
        #[schema(format = Date)]
        birth_date: String,
        /// Language, as an ISO 639-1 code, if it has one.
        language: String,
        /// The language as it was sent, as a tag of BCP 47, where that says more than the code: `zh-Hant-TW`.
        language_tag: String,
        /// Country, as an ISO 3166-1 alpha-2 code, or a subdivision in the form of ISO 3166-2.
        country: String,
        /// Postal code.
        zip_code: String,
        /// Company.
        company_name: String,
        #[schema(schema_with = schema::civil_status, required = false)]
        civil_status: &'static str,
        #[schema(schema_with = schema::double_optin, required = false)]
        double_optin: &'static str,
        /// Attributes of your own.
        #[schema(value_type = Option<Object>)]
        custom: Object,
        /// A picture's address, or a small picture as a data URL.
        picture: String,
        /// What the person accepted.
        #[schema(value_type = Option<PoliciesBody>)]
        policies: Object,
        /// An identity document.
        #[schema(value_type = Option<DocumentBody>)]
        document: Object,
        /// The Internet plan.
        profile_id: String,
        /// The customer's id in an outside system.
        ext_id: String,
        /// The first property of an outside system.
        ext_prop1: String,
        /// The second property of an outside system.
        ext_prop2: String,
        /// What may be done with the person's data.
        #[schema(value_type = Option<ProcessingDataBody>)]
        processing_data: Object,
        /// The device with which the person signed up.
        #[schema(value_type = Option<DeviceBody>)]
        device: Object,
        /// The devices on which the customer has the app, in the order of their ids.
        devices: Vec<StoredDevice>,
    }
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
            hotspot_id: text(&person.hotspot_id),
            first_name: text(&person.first_name),
            last_name: text(&person.last_name),
            phone_number: person.phone_number.as_ref().map(PhoneNumber::as_str).map(str::to_owned),
            phone_number_valid: person.phone_number.as_ref().map(PhoneNumber::is_valid),
            phone_verified: person.phone_verified,
            email: person.email.as_ref().map(Email::as_str).map(str::to_owned),
            email_verified: person.email_verified,
            gender: person.gender.map(Gender::as_str),
            birth_date: person.birth_date.map(|date| date.to_string()),
            language: person.language.as_ref().and_then(Language::code).map(str::to_owned),
            language_tag: person.language.as_ref().and_then(Language::tag).map(str::to_owned),
            country: person.country.as_ref().map(Country::as_str).map(str::to_owned),
            zip_code: text(&person.zip_code),
            company_name: text(&person.company_name),
            civil_status: person.civil_status.map(CivilStatus::as_str),
            double_optin: person.double_optin.map(DoubleOptin::as_str),
            custom: filled(profile.custom.members().clone()),
            picture: text(&person.picture),
            policies: filled(policies(&profile.policies)),
            document: filled(document(&profile.document)),
            profile_id: text(&person.profile_id),
            ext_id: text(&person.ext_id),
            ext_prop1: text(&person.ext_prop1),
            ext_prop2: text(&person.ext_prop2),
            processing_data: filled(processing_data(&profile.processing_data)),
            device: filled(device(&profile.device)),
            devices: None,
        }
    }

    /// And the devices that have the app, if there are any.
    pub(crate) fn with_devices(self, installations: &[Installation]) -> Self {
        let devices = (!installations.is_empty()).then(|| installations.iter().map(StoredDevice::new).collect());
        Self { devices, ..self }
    }
}

fn text<const MAX: usize>(value: &Option<Text<MAX>>) -> Option<String> {
    value.as_ref().map(|text| text.as_str().to_owned())
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

fn document(document: &Document) -> Object {
    object([
        ("memberId", json!(text(&document.member_id))),
        ("number", json!(text(&document.number))),
        ("passportNumber", json!(text(&document.passport_number))),
        ("personalId", json!(text(&document.personal_id))),
        ("type", json!(text(&document.kind))),
    ])
}

fn processing_data(data: &ProcessingData) -> Object {
    object([("profiling", json!(data.profiling)), ("processingPersonalData", json!(data.processing_personal_data))])
}

fn device(device: &Device) -> Object {
    object([
        ("source", json!(text(&device.source))),
        ("bundle", json!(text(&device.bundle))),
        ("vendorId", json!(text(&device.vendor_id))),
        ("advId", json!(text(&device.adv_id))),
        ("installId", json!(text(&device.install_id))),
        ("os", json!(text(&device.os))),
        ("device", json!(text(&device.device))),
        ("created", json!(text(&device.created))),
        ("guid", json!(text(&device.guid))),
        ("modified", json!(text(&device.modified))),
        ("lastSeen", json!(text(&device.last_seen))),
    ])
}
