//! The elements by which Windows identifies the network.

use crate::Provider;
use crate::xml::Element;

/// The schema requires a network name, which a Passpoint network does not have.
const NO_SSID: &str = "_Passpoint";

/// The first elements of a profile, in the order of its schema.
pub(super) fn head(provider: &Provider) -> [Element; 3] {
    let ssid = Element::of("SSID", [Element::text("name", NO_SSID)]);
    [
        Element::text("name", provider.friendly_name.as_str()),
        Element::of("SSIDConfig", [ssid]),
        Element::of("Hotspot2", hotspot(provider)),
    ]
}

fn hotspot(provider: &Provider) -> impl Iterator<Item = Element> {
    let realm = Element::of("NAIRealm", [Element::text("name", provider.realm.as_str())]);
    let ids = &provider.roaming_consortiums;
    let consortiums = (!ids.is_empty())
        .then(|| Element::of("RoamingConsortium", ids.iter().map(|id| Element::text("OUI", id.as_str()))));
    [Element::text("DomainName", provider.domain.as_str()), realm].into_iter().chain(consortiums)
}

/// The encryption. Windows accepts WPA3 for it as well, where the network has nothing else.
pub(super) fn encryption() -> Element {
    Element::of(
        "authEncryption",
        [Element::text("authentication", "WPA2"), Element::text("encryption", "AES"), Element::text("useOneX", "true")],
    )
}
