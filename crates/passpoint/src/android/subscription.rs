//! The subscription as a management object (Passpoint's PerProviderSubscription).
//!
//! Android refuses a file with an unknown node, except below `Extension`.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::host_name::HostName;
use crate::xml::Element;
use crate::{Credentials, InnerMethod, Provider};

/// The tree as XML.
pub(super) fn document(provider: &Provider, credentials: &Credentials) -> Vec<u8> {
    let kind = Element::text("DDFName", "urn:wfa:mo:hotspot2dot0-perprovidersubscription:1.0");
    let subscription = Element::of(
        "Node",
        [
            Element::text("NodeName", "PerProviderSubscription"),
            Element::of("RTProperties", [Element::of("Type", [kind])]),
            instance(provider, credentials),
        ],
    );
    Element::of("MgmtTree", [Element::text("VerDTD", "1.2"), subscription])
        .attribute("xmlns", "syncml:dmddf1.2")
        .document()
}

fn instance(provider: &Provider, credentials: &Credentials) -> Element {
    let instance = node("X1", [home(provider), credential(provider, credentials)]);
    instance.with(trusted_names(provider))
}

fn home(provider: &Provider) -> Element {
    let home =
        node("HomeSP", [leaf("FriendlyName", provider.friendly_name.as_str()), leaf("FQDN", provider.domain.as_str())]);
    let consortiums = &provider.roaming_consortiums;
    home.with((!consortiums.is_empty()).then(|| leaf("RoamingConsortiumOI", consortiums.join(","))))
}

fn credential(provider: &Provider, credentials: &Credentials) -> Element {
    let inner = match provider.inner_method {
        InnerMethod::MsChapV2 => "MS-CHAP-V2",
        InnerMethod::Pap => "PAP",
    };
    let login = node(
        "UsernamePassword",
        [
            leaf("Username", credentials.username.as_str()),
            leaf("Password", BASE64_STANDARD.encode(&credentials.password)),
            // Customers do not remember this password, so Android does not ask for it.
            leaf("MachineManaged", "true"),
            node("EAPMethod", [leaf("EAPType", "21"), leaf("InnerMethod", inner)]),
        ],
    );
    node("Credential", [leaf("Realm", provider.realm.as_str()), login])
}

/// Android expects the server's name within the domain. Only other names need this node, which makes Android trust the
/// authorities of the web.
fn trusted_names(provider: &Provider) -> Option<Element> {
    let names = &provider.server_names;
    if names.iter().all(|name| name.is_within(&provider.domain)) {
        return None;
    }
    let names = names.iter().map(HostName::as_str).collect::<Vec<_>>().join(";");
    Some(node("Extension", [node("Android", [node("AAAServerTrustedNames", [leaf("FQDN", names)])])]))
}

fn node(name: &'static str, children: impl IntoIterator<Item = Element>) -> Element {
    Element::of("Node", [Element::text("NodeName", name)]).with(children)
}

fn leaf(name: &'static str, value: impl Into<String>) -> Element {
    Element::of("Node", [Element::text("NodeName", name), Element::text("Value", value)])
}
