//! Ids derived from the provider and the customer, so the same file always has the same ids.

use uuid::Uuid;

use crate::{Credentials, Provider};

/// The top-level payload of Apple's file.
pub(crate) fn profile(provider: &Provider, credentials: &Credentials) -> Uuid {
    of_customer(provider, "profile", credentials)
}

/// The payload of the network.
pub(crate) fn wifi(provider: &Provider, credentials: &Credentials) -> Uuid {
    of_customer(provider, "wifi", credentials)
}

/// The connection of NetworkManager on Linux.
pub(crate) fn connection(provider: &Provider, credentials: &Credentials) -> Uuid {
    of_customer(provider, "connection", credentials)
}

/// The payload of an authority's certificate.
pub(crate) fn authority(provider: &Provider, der: &[u8]) -> Uuid {
    Uuid::new_v5(&of_provider(provider, "authority"), der)
}

/// The carrier that Windows' provisioning document names.
pub(crate) fn carrier(provider: &Provider) -> Uuid {
    of_provider(provider, "carrier")
}

fn of_customer(provider: &Provider, part: &str, credentials: &Credentials) -> Uuid {
    Uuid::new_v5(&of_provider(provider, part), credentials.customer_id.as_bytes())
}

fn of_provider(provider: &Provider, part: &str) -> Uuid {
    Uuid::new_v5(&Uuid::new_v5(&Uuid::NAMESPACE_DNS, provider.domain.as_str().as_bytes()), part.as_bytes())
}
