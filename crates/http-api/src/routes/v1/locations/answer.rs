//! The response for one location.

use domain::organization::Location;
use domain::value::OrganizationId;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::{LocationAnswer, OK, time};

/// One location.
#[derive(Serialize, ToSchema)]
#[schema(as = oneLocation)]
pub(crate) struct LocationResponse {
    /// Always OK.
    status: &'static str,
    /// When the response was generated.
    #[schema(format = DateTime)]
    generated: String,
    /// Always 1.
    size: usize,
    /// The location.
    location: LocationAnswer,
}

impl LocationResponse {
    /// The response for a location of this organization.
    pub(crate) fn new(organization_id: OrganizationId, location: &Location, generated: Timestamp) -> Self {
        let location = LocationAnswer::of(organization_id, location);
        Self { status: OK, generated: time(generated), size: 1, location }
    }
}
