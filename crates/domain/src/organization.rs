//! Organizations and their settings.

use jiff::Timestamp;

use crate::token::TokenDefaults;
use crate::value::{LocationId, Name, OrganizationId};

/// The owner of customers, locations and services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// What it is called.
    pub name: Name,
    /// The location of customers for whom none is named.
    pub default_location_id: LocationId,
    /// How it wants things.
    pub settings: OrganizationSettings,
    /// When it was created, to the millisecond.
    pub created_at: Timestamp,
}

/// A venue of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// Its id.
    pub id: LocationId,
    /// What it is called.
    pub name: Name,
}

/// How an organization wants things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationSettings {
    /// A POST that finds its customer answers with the stored username and password, from which the mobile SDKs build
    /// the Wi-Fi profile. The price: who holds a key and knows an e-mail address gets that person's credentials.
    pub answer_credentials_on_hit: bool,
    /// Life and uses of tokens for which a request names none.
    pub tokens: TokenDefaults,
}

impl Default for OrganizationSettings {
    fn default() -> Self {
        Self { answer_credentials_on_hit: true, tokens: TokenDefaults::default() }
    }
}
