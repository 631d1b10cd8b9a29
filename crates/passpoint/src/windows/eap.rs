//! Windows' authentication settings. Its schemas are sequences: the order of the elements matters.

use crate::certificate::Authority;
use crate::host_name::HostName;
use crate::xml::Element;
use crate::{Credentials, InnerMethod, Provider};

const ONE_X: &str = "http://www.microsoft.com/networking/OneX/v1";
const HOST_CONFIG: &str = "http://www.microsoft.com/provisioning/EapHostConfig";
const COMMON: &str = "http://www.microsoft.com/provisioning/EapCommon";
const TTLS: &str = "http://www.microsoft.com/provisioning/EapTtlsConnectionPropertiesV1";
const USER_CREDENTIALS: &str = "http://www.microsoft.com/provisioning/EapHostUserCredentials";
const TTLS_USER: &str = "http://www.microsoft.com/provisioning/EapTtlsUserPropertiesV1";

/// The number of EAP-TTLS.
const EAP_TTLS: &str = "21";
/// Microsoft's number: its implementation of EAP-TTLS is meant.
const MICROSOFT: &str = "311";

/// 802.1X for the user who is logged on.
pub(super) fn one_x(provider: &Provider) -> Element {
    let host = Element::of("EapHostConfig", [method(), Element::of("Config", [ttls(provider)])]);
    let config = Element::of("EAPConfig", [host.attribute("xmlns", HOST_CONFIG)]);
    Element::of("OneX", [Element::text("authMode", "user"), config]).attribute("xmlns", ONE_X)
}

fn method() -> Element {
    let number = |name, value| Element::text(name, value).attribute("xmlns", COMMON);
    let method = [("Type", EAP_TTLS), ("VendorId", "0"), ("VendorType", "0"), ("AuthorId", MICROSOFT)];
    Element::of("EapMethod", method.map(|(name, value)| number(name, value)))
}

fn ttls(provider: &Provider) -> Element {
    let inner = match provider.inner_method {
        // Do not use the person's name and password for Windows.
        InnerMethod::MsChapV2 => {
            Element::of("MSCHAPv2Authentication", [Element::text("UseWinlogonCredentials", "false")])
        }
        InnerMethod::Pap => Element::new("PAPAuthentication"),
    };
    let outer =
        [Element::text("IdentityPrivacy", "true"), Element::text("AnonymousIdentity", provider.outer_identity())];
    Element::of(
        "EapTtls",
        [
            Element::of("ServerValidation", server(provider)),
            Element::of("Phase2Authentication", [inner]),
            Element::of("Phase1Identity", outer),
        ],
    )
    .attribute("xmlns", TTLS)
}

/// The element that identifies the server. Windows does not ask whether to trust another one.
fn server(provider: &Provider) -> impl Iterator<Item = Element> {
    let names = provider.server_names.iter().map(HostName::as_str).collect::<Vec<_>>().join(";");
    let hash = provider.authority.as_ref().map(|authority| Element::text("TrustedRootCAHash", fingerprint(authority)));
    let names = std::iter::once(Element::text("ServerNames", names));
    names.chain(hash).chain([Element::text("DisablePrompt", "true")])
}

/// The SHA-1 fingerprint in the form `ab cd ..`.
fn fingerprint(authority: &Authority) -> String {
    authority.sha1().map(|byte| format!("{byte:02x}")).join(" ")
}

/// Username and password, so that Windows does not ask for them.
pub(super) fn credentials(credentials: &Credentials) -> Element {
    let number = |name, value| Element::text(name, value).attribute("xmlns", COMMON);
    let login = [
        Element::text("Username", credentials.username.as_str()),
        Element::text("Password", credentials.password.as_str()),
    ];
    Element::of(
        "EapHostUserCredentials",
        [
            Element::of("EapMethod", [number("Type", EAP_TTLS), number("AuthorId", MICROSOFT)]),
            Element::of("Credentials", [Element::of("EapTtls", login).attribute("xmlns", TTLS_USER)]),
        ],
    )
    .attribute("xmlns", USER_CREDENTIALS)
}
