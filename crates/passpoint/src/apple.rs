//! Apple's configuration profile.

use plist::{Dictionary, Value};
use uuid::Uuid;

use crate::certificate::Authority;
use crate::host_name::HostName;
use crate::signing::{SigningIdentity, signed};
use crate::{Credentials, Document, Error, InnerMethod, Provider, ids};

/// The number of EAP-TTLS.
const EAP_TTLS: u64 = 21;

/// The file for iPhone, iPad, Mac, Watch and Vision. Installing it replaces an earlier one of the same domain.
pub fn apple(provider: &Provider, credentials: &Credentials) -> Document {
    let mut body = Vec::new();
    profile(provider, credentials).to_writer_xml(&mut body).expect("memory takes every byte");
    Document {
        media_type: "application/x-apple-aspen-config",
        transfer_encoding: None,
        file_name: Some("wifi.mobileconfig"),
        body,
    }
}

/// The same file, signed, so that the device shows its origin.
///
/// # Errors
/// The key cannot sign, or a certificate cannot be encoded.
pub fn apple_signed(
    provider: &Provider,
    credentials: &Credentials,
    identity: &SigningIdentity,
) -> Result<Document, Error> {
    let document = apple(provider, credentials);
    Ok(Document { body: signed(&document.body, identity)?, ..document })
}

fn profile(provider: &Provider, credentials: &Credentials) -> Value {
    let mut profile = payload("Configuration", &identifier(provider), ids::profile(provider, credentials));
    put(&mut profile, "PayloadDisplayName", provider.friendly_name.as_str());
    put(&mut profile, "PayloadOrganization", provider.friendly_name.as_str());
    let mut content = vec![Value::from(wifi(provider, credentials))];
    content.extend(provider.authority.iter().map(|authority| root(provider, authority).into()));
    put(&mut profile, "PayloadContent", content);
    profile.into()
}

/// The network's payload. It has no SSID: devices recognize the network by what access points announce.
fn wifi(provider: &Provider, credentials: &Credentials) -> Dictionary {
    let identifier = format!("{}.wifi", identifier(provider));
    let mut wifi = payload("com.apple.wifi.managed", &identifier, ids::wifi(provider, credentials));
    put(&mut wifi, "PayloadDisplayName", provider.friendly_name.as_str());
    put(&mut wifi, "AutoJoin", true);
    // Newer systems accept WPA3 as well; `Any` would permit unprotected networks.
    put(&mut wifi, "EncryptionType", "WPA2");
    put(&mut wifi, "IsHotspot", true);
    put(&mut wifi, "DomainName", provider.domain.as_str());
    put(&mut wifi, "DisplayedOperatorName", provider.friendly_name.as_str());
    put(&mut wifi, "NAIRealmNames", strings([provider.realm.as_str()]));
    if !provider.roaming_consortiums.is_empty() {
        put(&mut wifi, "RoamingConsortiumOIs", strings(provider.roaming_consortiums.iter().map(String::as_str)));
    }
    put(&mut wifi, "ServiceProviderRoamingEnabled", provider.roaming);
    put(&mut wifi, "EAPClientConfiguration", eap(provider, credentials));
    wifi
}

fn eap(provider: &Provider, credentials: &Credentials) -> Dictionary {
    let mut eap = Dictionary::new();
    put(&mut eap, "AcceptEAPTypes", vec![Value::from(EAP_TTLS)]);
    put(&mut eap, "TTLSInnerAuthentication", inner_method(provider.inner_method));
    put(&mut eap, "OuterIdentity", provider.outer_identity());
    // Without these the device prompts for them.
    put(&mut eap, "UserName", credentials.username.as_str());
    put(&mut eap, "UserPassword", credentials.password.as_str());
    // With these the device does not ask whether to trust the server.
    put(&mut eap, "TLSTrustedServerNames", strings(provider.server_names.iter().map(HostName::as_str)));
    if let Some(authority) = &provider.authority {
        put(&mut eap, "PayloadCertificateAnchorUUID", strings([text(authority_id(provider, authority)).as_str()]));
    }
    put(&mut eap, "TLSMinimumVersion", "1.2");
    put(&mut eap, "TLSMaximumVersion", "1.2");
    eap
}

/// The payload of an authority that the device has to trust.
fn root(provider: &Provider, authority: &Authority) -> Dictionary {
    let identifier = format!("{}.authority", identifier(provider));
    let mut root = payload("com.apple.security.root", &identifier, authority_id(provider, authority));
    put(&mut root, "PayloadDisplayName", provider.friendly_name.as_str());
    put(&mut root, "PayloadContent", Value::Data(authority.der().to_vec()));
    root
}

/// The keys that every payload has.
fn payload(kind: &str, identifier: &str, id: Uuid) -> Dictionary {
    let mut payload = Dictionary::new();
    put(&mut payload, "PayloadType", kind);
    put(&mut payload, "PayloadVersion", 1_u64);
    put(&mut payload, "PayloadIdentifier", identifier);
    put(&mut payload, "PayloadUUID", text(id));
    payload
}

/// The profile's identifier, which is the same for all customers: a device holds one login of a provider.
fn identifier(provider: &Provider) -> String {
    format!("{}.passpoint", provider.domain.reversed())
}

fn authority_id(provider: &Provider, authority: &Authority) -> Uuid {
    ids::authority(provider, authority.der())
}

fn inner_method(method: InnerMethod) -> &'static str {
    match method {
        InnerMethod::MsChapV2 => "MSCHAPv2",
        InnerMethod::Pap => "PAP",
    }
}

/// The UUID in capitals, as Apple writes them.
fn text(id: Uuid) -> String {
    format!("{:X}", id.hyphenated())
}

fn strings<'a>(values: impl IntoIterator<Item = &'a str>) -> Vec<Value> {
    values.into_iter().map(Value::from).collect()
}

fn put(dictionary: &mut Dictionary, key: &str, value: impl Into<Value>) {
    dictionary.insert(key.to_owned(), value.into());
}
