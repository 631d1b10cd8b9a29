//! The file of the geteduroam apps, which exist for Android, iPhone, Windows and Linux.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::xml::Element;
use crate::{Credentials, Document, Error, Field, InnerMethod, Provider};

/// The file for people who have one of the apps installed. The app for Linux requires an SSID and an authority.
///
/// # Errors
/// The provider has neither a roaming consortium nor an SSID: the format identifies networks by nothing else.
pub fn eap_config(provider: &Provider, credentials: &Credentials) -> Result<Document, Error> {
    if provider.roaming_consortiums.is_empty() && provider.ssid.is_none() {
        return Err(Error::Missing { field: Field::RoamingConsortiums });
    }
    let list = Element::of("EAPIdentityProviderList", [identity_provider(provider, credentials)]);
    Ok(Document {
        media_type: "application/eap-config",
        transfer_encoding: None,
        file_name: Some("wifi.eap-config"),
        body: list.document(),
    })
}

fn identity_provider(provider: &Provider, credentials: &Credentials) -> Element {
    let name = Element::text("DisplayName", provider.friendly_name.as_str());
    let method = Element::of("AuthenticationMethod", authentication(provider, credentials));
    Element::of(
        "EAPIdentityProvider",
        [
            Element::of("AuthenticationMethods", [method]),
            Element::of("CredentialApplicability", networks(provider)),
            Element::of("ProviderInfo", [name]),
        ],
    )
    .attribute("ID", provider.realm.as_str())
    .attribute("namespace", "urn:RFC4282:realm")
    .attribute("version", "1")
}

fn authentication(provider: &Provider, credentials: &Credentials) -> [Element; 4] {
    let inner = match provider.inner_method {
        InnerMethod::Pap => "1",
        InnerMethod::MsChapV2 => "3",
    };
    let inner = Element::of("NonEAPAuthMethod", [Element::text("Type", inner)]);
    let login = [
        Element::text("OuterIdentity", provider.outer_identity()),
        Element::text("UserName", credentials.username.as_str()),
        Element::text("Password", credentials.password.as_str()),
    ];
    [
        // EAP-TTLS.
        Element::of("EAPMethod", [Element::text("Type", "21")]),
        Element::of("ServerSideCredential", server(provider)),
        Element::of("ClientSideCredential", login),
        Element::of("InnerAuthenticationMethod", [inner]),
    ]
}

fn server(provider: &Provider) -> impl Iterator<Item = Element> {
    let authority = provider.authority.as_ref().map(|authority| {
        let certificate = Element::text("CA", BASE64_STANDARD.encode(authority.der()));
        certificate.attribute("format", "X.509").attribute("encoding", "base64")
    });
    let names = provider.server_names.iter().map(|name| Element::text("ServerID", name.as_str()));
    authority.into_iter().chain(names)
}

/// One element per network: conditions within one element all have to hold. The SSID comes first, since apps have
/// refused files in another order.
fn networks(provider: &Provider) -> impl Iterator<Item = Element> {
    let ssid = provider.ssid.iter().map(|ssid| Element::text("SSID", ssid.as_str()));
    let consortiums = provider.roaming_consortiums.iter().map(|id| Element::text("ConsortiumOID", id.to_lowercase()));
    ssid.chain(consortiums).map(|known_by| Element::of("IEEE80211", [known_by, Element::text("MinRSNProto", "CCMP")]))
}
