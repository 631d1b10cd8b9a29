//! A customer in a list. The names are those of this version of the API, not those of a creation.

use domain::customer::Policies;
use domain::list::Contact;
use domain::value::{BirthDate, CivilStatus, Country, Email, Gender, PhoneNumber, Text};
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::time;

/// A customer. Members without a value are absent; there is never a password.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = contact)]
pub(super) struct ContactBody {
    /// The customer's id.
    cid: String,
    /// The organization's id.
    organization_cid: String,
    /// The location's id.
    location_cid: String,
    /// The channel by which the customer came: `source` of a creation.
    signup_method: &'static str,
    /// The name with which the customer logs in.
    username: String,
    /// Whether the customer is locked and cannot log in.
    locked: bool,
    /// When the customer was created.
    #[schema(format = DateTime)]
    created: String,
    /// When the customer last changed.
    #[schema(format = DateTime)]
    modified: String,
    /// Form of address: `civilStatus` of a creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'static str>,
    /// First name.
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<String>,
    /// Last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
    /// Gender.
    #[serde(skip_serializing_if = "Option::is_none")]
    gender: Option<&'static str>,
    /// Birth date.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    birth_date: Option<String>,
    /// Country.
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    zip_code: Option<String>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// Whether the address was verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verified: Option<bool>,
    /// Telephone number in E.164 form: `phoneNumber` of a creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    /// Whether the number was verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_verified: Option<bool>,
    /// The person's national identification number: `document.personalId` of a creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    personal_id: Option<String>,
    /// Ids in external systems.
    #[serde(skip_serializing_if = "ExtId::is_empty")]
    #[schema(required = false)]
    ext_id: ExtId,
    /// The person's answers to policies.
    policies: Vec<Policy>,
}

/// Ids in external systems.
#[derive(Serialize, ToSchema)]
#[schema(as = contactExtId)]
struct ExtId {
    /// `extId` of a creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// `extProp1` of a creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    prop1: Option<String>,
    /// `extProp2` of a creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    prop2: Option<String>,
}

/// An answer to a policy.
#[derive(Serialize, ToSchema)]
#[schema(as = contactPolicy)]
struct Policy {
    /// `privacy`, `termsOfUse`, `ageVerification`, `mktgCommunications`, or `customs.NAME` for one of the organization's own.
    name: String,
    /// Whether it was accepted.
    accepted: bool,
}

impl ExtId {
    const fn is_empty(&self) -> bool {
        matches!(self, Self { id: None, prop1: None, prop2: None })
    }
}

impl From<&Contact> for ContactBody {
    fn from(contact: &Contact) -> Self {
        let email = contact.email.as_ref().map(Email::as_str);
        let phone = contact.phone_number.as_ref().map(PhoneNumber::as_str);
        Self {
            cid: contact.id.to_string(),
            organization_cid: contact.organization_id.to_string(),
            location_cid: contact.location_id.to_string(),
            signup_method: contact.source.as_str(),
            username: contact.username.as_str().to_owned(),
            locked: contact.locked,
            created: time(contact.created_at),
            modified: time(contact.modified_at),
            title: contact.civil_status.map(CivilStatus::as_str),
            first_name: text(contact.first_name.as_ref()),
            last_name: text(contact.last_name.as_ref()),
            gender: contact.gender.map(Gender::as_str),
            birth_date: contact.birth_date.as_ref().map(BirthDate::to_string),
            country: contact.country.as_ref().map(Country::as_str).map(str::to_owned),
            zip_code: text(contact.zip_code.as_ref()),
            email: email.map(str::to_owned),
            email_verified: contact.email_verified,
            phone: phone.map(str::to_owned),
            phone_verified: contact.phone_verified,
            personal_id: text(contact.personal_id.as_ref()),
            ext_id: ExtId {
                id: text(contact.ext_id.as_ref()),
                prop1: text(contact.ext_prop1.as_ref()),
                prop2: text(contact.ext_prop2.as_ref()),
            },
            policies: policies(&contact.policies),
        }
    }
}

fn text<const MAX: usize>(text: Option<&Text<MAX>>) -> Option<String> {
    text.map(|text| text.as_str().to_owned())
}

fn policies(policies: &Policies) -> Vec<Policy> {
    let asked = [
        ("privacy", policies.privacy),
        ("termsOfUse", policies.terms_of_use),
        ("ageVerification", policies.minimum_age_verification),
        ("mktgCommunications", policies.mktg_communications),
    ];
    let asked = asked.into_iter().filter_map(|(name, accepted)| Some((name.to_owned(), accepted?)));
    let customs = policies.customs.iter().map(|(name, accepted)| (format!("customs.{}", name.as_str()), *accepted));
    asked.chain(customs).map(|(name, accepted)| Policy { name, accepted }).collect()
}
