//! The response of GET and PUT.

use domain::organization::{ActivationSettings, ListedPolicy, Organization, PasspointSettings, Wpa2Settings};
use domain::token::{TokenDefaults, TokenHits};
use domain::value::{CaCertificate, Color, Css, FriendlyName, HostName, LogoUrl, Ssid, WebUrl};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::wire::{OK, time};

/// The settings of an organization. Members without a value are absent, never null.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = settings)]
pub(crate) struct SettingsResponse {
    /// Always OK.
    status: &'static str,
    /// When the response was generated.
    #[schema(format = DateTime)]
    generated: String,
    /// The location of customers that are created without one.
    default_location_id: String,
    /// Whether a POST that finds an existing customer returns the stored username and password.
    answer_credentials_on_hit: bool,
    /// Which telephone numbers are accepted: `valid` or `possible` ones.
    phone_numbers: &'static str,
    /// The policies that customers are asked to accept.
    policies: Vec<PolicyAnswer>,
    /// The defaults of tokens.
    tokens: TokensAnswer,
    /// The Wi-Fi that devices join by a profile.
    passpoint: PasspointAnswer,
    /// The Wi-Fi that devices join by its name.
    wpa2: Wpa2Answer,
    /// The look of the activation page.
    activation: ActivationAnswer,
}

#[derive(Serialize, ToSchema)]
#[schema(as = settingsPolicy)]
struct PolicyAnswer {
    /// The name under which a customer's consent is sent.
    name: String,
    /// Whether a customer must accept it to be created.
    required: bool,
    /// The address of its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    url: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = settingsTokens)]
struct TokensAnswer {
    /// Lifetime in seconds.
    expires_in: u32,
    /// How often a token can be used; absent if unlimited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    hits: Option<u32>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = settingsPasspoint)]
struct PasspointAnswer {
    /// The realm of the usernames. Without it there is no Passpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    realm: Option<String>,
    /// The network's name on devices.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    friendly_name: Option<String>,
    /// Whether devices may also join partners' networks.
    roaming: bool,
    /// The provider's domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    domain: Option<String>,
    /// The names by which devices identify the RADIUS server.
    server_names: Vec<String>,
    /// The inner method that carries the password in the tunnel: `MSCHAPv2` or `PAP`.
    inner_method: &'static str,
    /// The consortiums whose networks devices join.
    roaming_consortiums: Vec<String>,
    /// The certificate of the authority that issued the RADIUS server's certificate, in PEM form.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    ca_certificate: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = settingsWpa2)]
struct Wpa2Answer {
    /// The network's name (SSID). Without it there is no such network.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    ssid: Option<String>,
    /// Whether the network hides its name.
    ssid_hidden: bool,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = settingsActivation)]
struct ActivationAnswer {
    /// The address of the logo.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    logo_url: Option<String>,
    /// The main colour.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    color: Option<String>,
    /// A style sheet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    css: Option<String>,
}

/// The settings of an organization, under their names in the API.
pub fn settings_json(organization: &Organization) -> Value {
    let answer = SettingsResponse::new(organization, organization.created_at);
    let mut settings = serde_json::to_value(answer).unwrap_or_default();
    if let Value::Object(members) = &mut settings {
        ["status", "generated"].iter().for_each(|of_the_answer| drop(members.remove(*of_the_answer)));
    }
    settings
}

impl SettingsResponse {
    /// The settings of this organization.
    pub(crate) fn new(organization: &Organization, generated: Timestamp) -> Self {
        let settings = &organization.settings;
        let TokenDefaults { life, hits } = settings.tokens;
        Self {
            status: OK,
            generated: time(generated),
            default_location_id: organization.default_location_id.to_string(),
            answer_credentials_on_hit: settings.answer_credentials_on_hit,
            phone_numbers: settings.phone_numbers.as_str(),
            policies: settings.policies.as_slice().iter().map(PolicyAnswer::of).collect(),
            tokens: TokensAnswer { expires_in: life.seconds(), hits: hits.map(TokenHits::number) },
            passpoint: PasspointAnswer::of(&settings.passpoint),
            wpa2: Wpa2Answer::of(&settings.wpa2),
            activation: ActivationAnswer::of(&settings.activation),
        }
    }
}

impl PolicyAnswer {
    fn of(ListedPolicy { kind, required, url }: &ListedPolicy) -> Self {
        Self { name: kind.to_string(), required: *required, url: owned(url.as_ref(), WebUrl::as_str) }
    }
}

impl PasspointAnswer {
    fn of(passpoint: &PasspointSettings) -> Self {
        Self {
            realm: owned(passpoint.realm.as_ref(), HostName::as_str),
            friendly_name: owned(passpoint.friendly_name.as_ref(), FriendlyName::as_str),
            roaming: passpoint.roaming,
            domain: owned(passpoint.domain.as_ref(), HostName::as_str),
            server_names: passpoint.server_names.iter().map(|name| name.as_str().to_owned()).collect(),
            inner_method: passpoint.inner_method.as_str(),
            roaming_consortiums: passpoint.roaming_consortiums.iter().map(|id| id.as_str().to_owned()).collect(),
            ca_certificate: owned(passpoint.ca_certificate.as_ref(), CaCertificate::as_str),
        }
    }
}

impl Wpa2Answer {
    fn of(Wpa2Settings { ssid, ssid_hidden }: &Wpa2Settings) -> Self {
        Self { ssid: owned(ssid.as_ref(), Ssid::as_str), ssid_hidden: *ssid_hidden }
    }
}

impl ActivationAnswer {
    fn of(ActivationSettings { logo_url, color, css }: &ActivationSettings) -> Self {
        Self {
            logo_url: owned(logo_url.as_ref(), LogoUrl::as_str),
            color: owned(color.as_ref(), Color::as_str),
            css: owned(css.as_ref(), Css::as_str),
        }
    }
}

fn owned<T>(value: Option<&T>, text: impl FnOnce(&T) -> &str) -> Option<String> {
    value.map(|value| text(value).to_owned())
}
