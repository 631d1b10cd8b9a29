//! What GET and PUT answer.

use domain::organization::{ActivationSettings, ListedPolicy, Organization, PasspointSettings, Wpa2Settings};
use domain::token::{TokenDefaults, TokenHits};
use domain::value::{CaCertificate, Color, Css, FriendlyName, HostName, LogoUrl, Ssid, WebUrl};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::wire::{OK, time};

/// How an organization wants things. Members without a value are absent, never null.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = settings)]
pub(crate) struct SettingsResponse {
    /// Always OK.
    status: &'static str,
    /// When the answer was made.
    #[schema(format = DateTime)]
    generated: String,
    /// The location of customers for whom none is named.
    default_location_id: String,
    /// A POST that finds its customer tells the stored username and password.
    answer_credentials_on_hit: bool,
    /// Which telephone numbers customers may have: `valid` or `possible` ones.
    phone_numbers: &'static str,
    /// What customers are asked to accept.
    policies: Vec<PolicyAnswer>,
    /// Tokens for which a request says nothing else.
    tokens: TokensAnswer,
    /// The Wi-Fi that phones join by a profile.
    passpoint: PasspointAnswer,
    /// The Wi-Fi that phones join by its name.
    wpa2: Wpa2Answer,
    /// How the page looks on which a person activates a phone.
    activation: ActivationAnswer,
}

#[derive(Serialize, ToSchema)]
#[schema(as = settingsPolicy)]
struct PolicyAnswer {
    /// The name under which a customer's consent is sent.
    name: String,
    /// A customer is created only when it is accepted.
    required: bool,
    /// Where it can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    url: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = settingsTokens)]
struct TokensAnswer {
    /// Life in seconds.
    expires_in: u32,
    /// How often a token can be used; absent when without limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    hits: Option<u32>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = settingsPasspoint)]
struct PasspointAnswer {
    /// The realm of the user names. Without it there is no Passpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    realm: Option<String>,
    /// What a phone calls the network.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    friendly_name: Option<String>,
    /// Phones may also join the networks of partners.
    roaming: bool,
    /// The provider's domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    domain: Option<String>,
    /// By which names phones know the RADIUS server.
    server_names: Vec<String>,
    /// How the password travels within the tunnel: `MSCHAPv2` or `PAP`.
    inner_method: &'static str,
    /// The consortiums whose networks phones join.
    roaming_consortiums: Vec<String>,
    /// What the RADIUS server's certificate is checked by, in PEM form.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    ca_certificate: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = settingsWpa2)]
struct Wpa2Answer {
    /// The network's name. Without it there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    ssid: Option<String>,
    /// It does not tell its name by itself.
    ssid_hidden: bool,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = settingsActivation)]
struct ActivationAnswer {
    /// Where the logo is.
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

/// The settings of an organization, under the names that they have in the API.
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
