//! Settings of an organization, each another one than a new organization has.

use domain::InvalidValue;
use domain::customer::Patch;
use domain::organization::{
    ActivationChanges, ActivationSettings, ListedPolicy, OrganizationSettings, PasspointChanges, PasspointSettings,
    PolicyKind, PolicyList, RoamingConsortiums, ServerNames, SettingsChanges, TokenChanges, Wpa2Changes, Wpa2Settings,
};
use domain::token::{TokenDefaults, TokenHits, TokenLife};
use domain::value::{
    CaCertificate, Color, Css, FriendlyName, HostName, InnerMethod, List, LogoUrl, PhoneNumberRule, RoamingConsortium,
    ServerName, Ssid, WebUrl,
};

/// The outer form of a certificate.
pub const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nMAQwAQAA\n-----END CERTIFICATE-----";

/// Every setting.
pub fn every() -> OrganizationSettings {
    OrganizationSettings {
        answer_credentials_on_hit: false,
        phone_numbers: PhoneNumberRule::Possible,
        policies: policies(),
        tokens: TokenDefaults { life: TokenLife::new(60).unwrap(), hits: Some(TokenHits::new(3).unwrap()) },
        passpoint: PasspointSettings {
            realm: value("realm.example.org", HostName::parse),
            friendly_name: value("Grand Hôtel \"&\" 😀", FriendlyName::parse),
            roaming: true,
            domain: value("example.org", HostName::parse),
            server_names: server_names(),
            inner_method: InnerMethod::Pap,
            roaming_consortiums: consortiums(),
            ca_certificate: value(CERTIFICATE, CaCertificate::parse),
        },
        wpa2: Wpa2Settings { ssid: value("Gäste", Ssid::parse), ssid_hidden: true },
        activation: ActivationSettings {
            logo_url: value("https://example.org/logo.svg", LogoUrl::parse),
            color: value("#1a2b3c", Color::parse),
            css: value("p {\n  color: \"\\\\\"\n}", Css::parse),
        },
    }
}

/// What makes a new organization's settings these.
pub fn every_change() -> SettingsChanges {
    let OrganizationSettings {
        answer_credentials_on_hit,
        phone_numbers,
        policies,
        tokens,
        passpoint,
        wpa2,
        activation,
    } = every();
    SettingsChanges {
        default_location_id: Patch::Keep,
        answer_credentials_on_hit: Patch::Set(answer_credentials_on_hit),
        phone_numbers: Patch::Set(phone_numbers),
        policies: Patch::Set(policies),
        tokens: Patch::Set(TokenChanges { life: Patch::Set(tokens.life), hits: set(tokens.hits) }),
        passpoint: Patch::Set(PasspointChanges {
            realm: set(passpoint.realm),
            friendly_name: set(passpoint.friendly_name),
            roaming: Patch::Set(passpoint.roaming),
            domain: set(passpoint.domain),
            server_names: Patch::Set(passpoint.server_names),
            inner_method: Patch::Set(passpoint.inner_method),
            roaming_consortiums: Patch::Set(passpoint.roaming_consortiums),
            ca_certificate: set(passpoint.ca_certificate),
        }),
        wpa2: Patch::Set(Wpa2Changes { ssid: set(wpa2.ssid), ssid_hidden: Patch::Set(wpa2.ssid_hidden) }),
        activation: Patch::Set(ActivationChanges {
            logo_url: set(activation.logo_url),
            color: set(activation.color),
            css: set(activation.css),
        }),
    }
}

fn policies() -> PolicyList {
    let listed = |name: &str, required, url: Option<&str>| ListedPolicy {
        kind: PolicyKind::parse(name).unwrap(),
        required,
        url: url.map(|url| WebUrl::parse(url).unwrap()),
    };
    PolicyList::new(vec![
        listed("termsOfUse", true, Some("https://example.org/terms")),
        listed("privacy", true, None),
        listed("customs.loyalty", false, None),
        listed("mktgCommunications", false, Some("https://example.org/news")),
    ])
    .unwrap()
}

fn server_names() -> ServerNames {
    List::new(["radius.example.org", "*.example.org"].map(|name| ServerName::parse(name).unwrap()).into()).unwrap()
}

fn consortiums() -> RoamingConsortiums {
    List::new(["004096", "5A03BA0000"].map(|id| RoamingConsortium::parse(id).unwrap()).into()).unwrap()
}

fn value<T>(text: &str, parse: impl FnOnce(&str) -> Result<T, InvalidValue>) -> Option<T> {
    Some(parse(text).unwrap())
}

fn set<T>(value: Option<T>) -> Patch<T> {
    Patch::Set(value.unwrap())
}
