//! The document that Windows' Settings app installs from a link.

use super::{eap, network};
use crate::signing::{SigningIdentity, enveloped};
use crate::xml::Element;
use crate::{Credentials, Document, Error, Field, InnerMethod, Provider, ids};

const CARRIER: &str = "http://www.microsoft.com/networking/CarrierControl/v1";
const WLAN: &str = "http://www.microsoft.com/networking/CarrierControl/WLAN/v1";

/// The signed document for `ms-settings:wifi-provisioning?uri=`. The Settings app fetches it by itself, more than once
/// and without cookies. It removes the networks that an earlier document of the same domain installed.
///
/// Windows requires a certificate whose chain ends in a root that it trusts; Windows 10 requires extended validation.
///
/// # Errors
/// The key is not an RSA key, or Windows does not support the inner method in such a document.
pub fn windows_provisioning(
    provider: &Provider,
    credentials: &Credentials,
    identity: &SigningIdentity,
) -> Result<Document, Error> {
    if provider.inner_method != InnerMethod::MsChapV2 {
        let fault = "must be MSCHAPv2 for Windows to take the login from a link";
        return Err(Error::Invalid { field: Field::InnerMethod, fault });
    }
    let document = enveloped(carrier(provider, credentials), identity)?;
    Ok(Document {
        media_type: "text/xml",
        transfer_encoding: None,
        file_name: Some("wifi-provisioning.xml"),
        body: document.document(),
    })
}

fn carrier(provider: &Provider, credentials: &Credentials) -> Element {
    let carrier_id = ids::carrier(provider).braced().to_string();
    let global =
        [Element::text("CarrierId", carrier_id), Element::text("SubscriberId", credentials.customer_id.as_str())];
    Element::of(
        "CarrierProvisioning",
        [Element::of("Global", global), Element::of("WLANProfiles", [profile(provider, credentials)])],
    )
    .attribute("xmlns", CARRIER)
}

fn profile(provider: &Provider, credentials: &Credentials) -> Element {
    let security =
        Element::of("security", [network::encryption(), eap::one_x(provider), eap::credentials(credentials)]);
    Element::of("WLANProfile", network::head(provider)).with([Element::of("MSM", [security])]).attribute("xmlns", WLAN)
}
