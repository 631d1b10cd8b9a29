//! A customer in a list.

use jiff::Timestamp;

use crate::customer::Policies;
use crate::value::{
    BirthDate, CivilStatus, Country, CustomerId, Email, Gender, LocationId, OrganizationId, PhoneNumber, ShortText,
    Source, Username, ZipCode,
};

/// A customer in a list: without the password and large fields.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each is named after its field of a customer")]
pub struct Contact {
    pub id: CustomerId,
    pub organization_id: OrganizationId,
    pub location_id: LocationId,
    pub source: Source,
    pub username: Username,
    pub locked: bool,
    pub created_at: Timestamp,
    pub modified_at: Timestamp,
    pub civil_status: Option<CivilStatus>,
    pub first_name: Option<ShortText>,
    pub last_name: Option<ShortText>,
    pub gender: Option<Gender>,
    pub birth_date: Option<BirthDate>,
    pub country: Option<Country>,
    pub zip_code: Option<ZipCode>,
    pub email: Option<Email>,
    pub email_verified: Option<bool>,
    pub phone_number: Option<PhoneNumber>,
    pub phone_verified: Option<bool>,
    /// From the customer's document.
    pub personal_id: Option<ShortText>,
    pub ext_id: Option<ShortText>,
    pub ext_prop1: Option<ShortText>,
    pub ext_prop2: Option<ShortText>,
    pub policies: Policies,
}
