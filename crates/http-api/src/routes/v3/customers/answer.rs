//! The response of POST and PUT.

use domain::customer::Customer;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::{OK, time};

/// A customer that was created or changed. Members without a value are absent, never null.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = newCustomerResponse)]
pub(crate) struct NewCustomerResponse {
    /// Always OK.
    #[schema(example = "OK")]
    status: &'static str,
    /// When the response was generated.
    #[schema(format = DateTime, example = "2024-03-28T10:15:30.000Z")]
    generated: String,
    /// The customer's id.
    #[schema(example = "0197f2c8d0a07c53b0d1f1f4b0c7a004")]
    id: String,
    /// The organization's id.
    organization_id: String,
    /// The location's id.
    location_id: String,
    /// The access point, if one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    hotspot_id: Option<String>,
    /// The name with which the customer logs in.
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    /// The password with which the customer logs in. Absent from updates by id, and if the organization's settings
    /// forbid returning it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
    /// Whether the customer is locked and cannot log in.
    locked: bool,
}

impl NewCustomerResponse {
    /// The response without username and password.
    pub(crate) fn new(customer: &Customer, generated: Timestamp) -> Self {
        Self {
            status: OK,
            generated: time(generated),
            id: customer.id.to_string(),
            organization_id: customer.organization_id.to_string(),
            location_id: customer.location_id.to_string(),
            hotspot_id: customer.profile.person.hotspot_id.as_ref().map(|id| id.as_str().to_owned()),
            username: None,
            password: None,
            locked: customer.locked,
        }
    }

    /// Adds the username.
    pub(crate) fn with_username(self, customer: &Customer) -> Self {
        Self { username: Some(customer.username.as_str().to_owned()), ..self }
    }

    /// Adds the password.
    pub(crate) fn with_password(self, customer: &Customer) -> Self {
        Self { password: Some(customer.password.reveal().to_owned()), ..self }
    }
}
