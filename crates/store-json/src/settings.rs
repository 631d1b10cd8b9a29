//! The settings of an organization.

use domain::InvalidValue;
use domain::organization::{
    ActivationSettings, ListedPolicy, OrganizationSettings, PasspointSettings, PolicyKind, PolicyList, Wpa2Settings,
};
use domain::token::{TokenDefaults, TokenHits, TokenLife};
use domain::value::{
    CaCertificate, Color, Css, FriendlyName, HostName, InnerMethod, List, LogoUrl, PhoneNumberRule, RoamingConsortium,
    ServerName, Ssid, WebUrl,
};
use serde::{Deserialize, Serialize};

/// [`OrganizationSettings`] as they are stored. Groups that are as in a new organization are left out.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SettingsJson {
    answer_credentials_on_hit: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone_numbers: Option<String>,
    token_life: u32,
    token_hits: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    policies: Option<Vec<PolicyJson>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    passpoint: Option<PasspointJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wpa2: Option<Wpa2Json>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    activation: Option<ActivationJson>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PolicyJson {
    name: String,
    required: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PasspointJson {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    realm: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    friendly_name: Option<String>,
    roaming: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    domain: Option<String>,
    server_names: Vec<String>,
    inner_method: String,
    roaming_consortiums: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ca_certificate: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wpa2Json {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ssid: Option<String>,
    ssid_hidden: bool,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ActivationJson {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    logo_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    color: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    css: Option<String>,
}

impl SettingsJson {
    /// The stored form.
    pub fn of(settings: &OrganizationSettings) -> Self {
        let OrganizationSettings {
            answer_credentials_on_hit,
            phone_numbers,
            policies,
            tokens,
            passpoint,
            wpa2,
            activation,
        } = settings;
        let TokenDefaults { life, hits } = tokens;
        Self {
            answer_credentials_on_hit: *answer_credentials_on_hit,
            phone_numbers: stored(phone_numbers, |rule| rule.as_str().to_owned()),
            token_life: life.seconds(),
            token_hits: hits.map(TokenHits::number),
            policies: stored(policies, |policies| policies.as_slice().iter().map(PolicyJson::of).collect()),
            passpoint: stored(passpoint, PasspointJson::of),
            wpa2: stored(wpa2, Wpa2Json::of),
            activation: stored(activation, ActivationJson::of),
        }
    }

    /// What was stored.
    ///
    /// # Errors
    /// It is no value of the domain.
    pub fn restore(self) -> Result<OrganizationSettings, InvalidValue> {
        Ok(OrganizationSettings {
            answer_credentials_on_hit: self.answer_credentials_on_hit,
            phone_numbers: parsed(self.phone_numbers.as_ref(), PhoneNumberRule::parse)?.unwrap_or_default(),
            policies: self.policies.map_or_else(|| Ok(PolicyList::default()), restore_policies)?,
            tokens: TokenDefaults {
                life: TokenLife::new(self.token_life)?,
                hits: self.token_hits.map(TokenHits::new).transpose()?,
            },
            passpoint: self.passpoint.map(PasspointJson::restore).transpose()?.unwrap_or_default(),
            wpa2: self.wpa2.map(Wpa2Json::restore).transpose()?.unwrap_or_default(),
            activation: self.activation.map(ActivationJson::restore).transpose()?.unwrap_or_default(),
        })
    }
}

fn stored<G: Default + PartialEq, J>(group: &G, form: impl FnOnce(&G) -> J) -> Option<J> {
    (*group != G::default()).then(|| form(group))
}

fn restore_policies(stored: Vec<PolicyJson>) -> Result<PolicyList, InvalidValue> {
    let policies = stored.into_iter().map(PolicyJson::restore).collect::<Result<_, _>>()?;
    PolicyList::new(policies).map_err(|_| InvalidValue::invalid("is no list of policies"))
}

fn owned<T>(value: Option<&T>, text: impl FnOnce(&T) -> &str) -> Option<String> {
    value.map(|value| text(value).to_owned())
}

fn parsed<T>(
    text: Option<&String>,
    parse: impl FnOnce(&str) -> Result<T, InvalidValue>,
) -> Result<Option<T>, InvalidValue> {
    text.map(|text| parse(text)).transpose()
}

fn list<T, const MAX: usize>(
    texts: &[String],
    parse: impl Fn(&str) -> Result<T, InvalidValue>,
) -> Result<List<T, MAX>, InvalidValue> {
    List::new(texts.iter().map(|text| parse(text)).collect::<Result<_, _>>()?)
}

impl PolicyJson {
    fn of(ListedPolicy { kind, required, url }: &ListedPolicy) -> Self {
        Self { name: kind.to_string(), required: *required, url: owned(url.as_ref(), WebUrl::as_str) }
    }

    fn restore(self) -> Result<ListedPolicy, InvalidValue> {
        let Self { name, required, url } = self;
        Ok(ListedPolicy { kind: PolicyKind::parse(&name)?, required, url: parsed(url.as_ref(), WebUrl::parse)? })
    }
}

impl PasspointJson {
    fn of(passpoint: &PasspointSettings) -> Self {
        Self {
            realm: owned(passpoint.realm.as_ref(), HostName::as_str),
            friendly_name: owned(passpoint.friendly_name.as_ref(), FriendlyName::as_str),
            roaming: passpoint.roaming,
            domain: owned(passpoint.domain.as_ref(), HostName::as_str),
            server_names: passpoint.server_names.iter().map(|name| name.as_str().to_owned()).collect(),
            inner_method: passpoint.inner_method.as_str().to_owned(),
            roaming_consortiums: passpoint.roaming_consortiums.iter().map(|id| id.as_str().to_owned()).collect(),
            ca_certificate: owned(passpoint.ca_certificate.as_ref(), CaCertificate::as_str),
        }
    }

    fn restore(self) -> Result<PasspointSettings, InvalidValue> {
        Ok(PasspointSettings {
            realm: parsed(self.realm.as_ref(), HostName::parse)?,
            friendly_name: parsed(self.friendly_name.as_ref(), FriendlyName::parse)?,
            roaming: self.roaming,
            domain: parsed(self.domain.as_ref(), HostName::parse)?,
            server_names: list(&self.server_names, ServerName::parse)?,
            inner_method: InnerMethod::parse(&self.inner_method)?,
            roaming_consortiums: list(&self.roaming_consortiums, RoamingConsortium::parse)?,
            ca_certificate: parsed(self.ca_certificate.as_ref(), CaCertificate::parse)?,
        })
    }
}

impl Wpa2Json {
    fn of(Wpa2Settings { ssid, ssid_hidden }: &Wpa2Settings) -> Self {
        Self { ssid: owned(ssid.as_ref(), Ssid::as_str), ssid_hidden: *ssid_hidden }
    }

    fn restore(self) -> Result<Wpa2Settings, InvalidValue> {
        Ok(Wpa2Settings { ssid: parsed(self.ssid.as_ref(), Ssid::parse)?, ssid_hidden: self.ssid_hidden })
    }
}

impl ActivationJson {
    fn of(ActivationSettings { logo_url, color, css }: &ActivationSettings) -> Self {
        Self {
            logo_url: owned(logo_url.as_ref(), LogoUrl::as_str),
            color: owned(color.as_ref(), Color::as_str),
            css: owned(css.as_ref(), Css::as_str),
        }
    }

    fn restore(self) -> Result<ActivationSettings, InvalidValue> {
        Ok(ActivationSettings {
            logo_url: parsed(self.logo_url.as_ref(), LogoUrl::parse)?,
            color: parsed(self.color.as_ref(), Color::parse)?,
            css: parsed(self.css.as_ref(), Css::parse)?,
        })
    }
}
