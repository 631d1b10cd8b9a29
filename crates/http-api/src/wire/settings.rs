//! The settings of an organization as they are sent.

use domain::customer::Patch;
use domain::organization::{
    ActivationChanges, ListedPolicy, PasspointChanges, PolicyKind, PolicyList, SettingsChanges, TokenChanges,
    Wpa2Changes,
};
use domain::token::{TokenHits, TokenLife};
use domain::value::{
    CaCertificate, Color, Css, FriendlyName, HostName, InnerMethod, List, LocationId, LogoUrl, PhoneNumberRule,
    RoamingConsortium, ServerName, Ssid, WebUrl,
};
use domain::{InvalidValue, limits};
use serde::Deserialize;
use utoipa::ToSchema;

use super::member::Member;
use super::{Reader, schema};

/// Settings to change. Members that are not known are ignored; blank texts count as null.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = settingsChanges)]
pub(crate) struct SettingsBody {
    /// The location of customers for whom none is named: one of the organization's.
    #[schema(value_type = Option<String>, example = "0197f2c8d0a07c53b0d1f1f4b0c7a002")]
    default_location_id: Member,
    /// A POST that finds its customer tells the stored username and password.
    #[schema(value_type = Option<schema::Flag>)]
    answer_credentials_on_hit: Member,
    #[schema(schema_with = schema::phone_numbers, required = false)]
    phone_numbers: Member,
    /// What customers are asked to accept, at most 54 policies. `termsOfUse` and `privacy` come first wherever they stand,
    /// are there even when they are left out, and are always required.
    #[schema(value_type = Option<Vec<PolicyBody>>, max_items = 54)]
    policies: Member,
    /// Tokens for which a request says nothing else.
    #[schema(value_type = Option<TokensBody>)]
    tokens: Member,
    /// The Wi-Fi that phones join by a profile.
    #[schema(value_type = Option<PasspointBody>)]
    passpoint: Member,
    /// The Wi-Fi that phones join by its name.
    #[schema(value_type = Option<Wpa2Body>)]
    wpa2: Member,
    /// How the page looks on which a person activates a phone.
    #[schema(value_type = Option<ActivationBody>)]
    activation: Member,
}

/// A policy of an organization.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = settingsPolicyChange)]
struct PolicyBody {
    /// `termsOfUse`, `privacy`, `minimumAgeVerification`, `mktgCommunications`, or `customs.` and a name of your own.
    #[schema(value_type = String, example = "customs.loyalty")]
    name: Member,
    /// A customer is created only when it is accepted. Of the first two true, else false if absent.
    #[schema(value_type = Option<schema::Flag>)]
    required: Member,
    /// Where it can be read: an http or https address.
    #[schema(value_type = Option<String>, max_length = 2048, example = "https://example.org/loyalty")]
    url: Member,
}

/// Life and uses of tokens.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = settingsTokensChange)]
struct TokensBody {
    /// Life in seconds.
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 2_592_000)]
    expires_in: Member,
    /// How often a token can be used; null for no limit.
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 1_000_000)]
    hits: Member,
}

/// What a Passpoint profile is made of.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = settingsPasspointChange)]
struct PasspointBody {
    /// The realm of the user names. Without it there is no Passpoint.
    #[schema(value_type = Option<String>, max_length = 253, example = "realm.example.org")]
    realm: Member,
    /// What a phone calls the network, at most 255 bytes.
    #[schema(value_type = Option<String>, example = "Grand Hotel")]
    friendly_name: Member,
    /// Phones may also join the networks of partners.
    #[schema(value_type = Option<schema::Flag>)]
    roaming: Member,
    /// The provider's domain.
    #[schema(value_type = Option<String>, max_length = 253, example = "example.org")]
    domain: Member,
    /// By which names phones know the RADIUS server. `*.` stands for one more part.
    #[schema(value_type = Option<Vec<String>>, max_items = 16, example = json!(["radius.example.org"]))]
    server_names: Member,
    #[schema(schema_with = schema::inner_method, required = false)]
    inner_method: Member,
    /// The consortiums whose networks phones join, each as 6 or 10 hexadecimal digits.
    #[schema(value_type = Option<Vec<String>>, max_items = 36, example = json!(["5A03BA0000"]))]
    roaming_consortiums: Member,
    /// What the RADIUS server's certificate is checked by: one certificate in PEM form, at most 16,384 bytes.
    #[schema(value_type = Option<String>)]
    ca_certificate: Member,
}

/// The Wi-Fi that phones join by its name.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = settingsWpa2Change)]
struct Wpa2Body {
    /// The network's name, at most 32 bytes. Without it there is none.
    #[schema(value_type = Option<String>, example = "Grand Hotel")]
    ssid: Member,
    /// It does not tell its name by itself.
    #[schema(value_type = Option<schema::Flag>)]
    ssid_hidden: Member,
}

/// How the activation page looks.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = settingsActivationChange)]
struct ActivationBody {
    /// The logo: an http or https address of at most 2,048 bytes, which the page shows when it is at the service's own
    /// public address, or the image itself as a data URL of PNG, JPEG, WebP or SVG in base64.
    #[schema(value_type = Option<String>, max_length = 65536, example = "https://example.org/logo.svg")]
    logo_url: Member,
    /// The main colour: `#` and six hexadecimal digits.
    #[schema(value_type = Option<String>, example = "#1a2b3c")]
    color: Member,
    /// A style sheet of at most 16,384 bytes, without `</`.
    #[schema(value_type = Option<String>, example = "main { max-width: 40rem }")]
    css: Member,
}

impl SettingsBody {
    /// What is to change. What is wrong goes to the reader.
    pub(crate) fn changes(&self, reader: &mut Reader) -> SettingsChanges {
        SettingsChanges {
            default_location_id: reader.text("defaultLocationId", &self.default_location_id, LocationId::parse),
            answer_credentials_on_hit: reader.flag("answerCredentialsOnHit", &self.answer_credentials_on_hit),
            phone_numbers: reader.text("phoneNumbers", &self.phone_numbers, PhoneNumberRule::parse),
            policies: policies(&self.policies, reader),
            tokens: reader.group("tokens", &self.tokens).map(|body: TokensBody| body.changes(reader)),
            passpoint: reader.group("passpoint", &self.passpoint).map(|body: PasspointBody| body.changes(reader)),
            wpa2: reader.group("wpa2", &self.wpa2).map(|body: Wpa2Body| body.changes(reader)),
            activation: reader.group("activation", &self.activation).map(|body: ActivationBody| body.changes(reader)),
        }
    }
}

fn policies(member: &Member, reader: &mut Reader) -> Patch<PolicyList> {
    let listed = reader.list("policies", member, limits::POLICIES, |reader, path, item| {
        let Patch::Set(body) = reader.group::<PolicyBody>(path, item) else {
            reader.require::<()>(path, &Patch::Clear);
            return None;
        };
        body.policy(path, reader)
    });
    match listed {
        Patch::Keep => Patch::Keep,
        Patch::Clear => Patch::Clear,
        Patch::Set(policies) => match PolicyList::new(policies) {
            Ok(list) => Patch::Set(list),
            Err(violations) => {
                violations.into_iter().for_each(|violation| reader.note(violation));
                Patch::Keep
            }
        },
    }
}

impl PolicyBody {
    fn policy(&self, path: &str, reader: &mut Reader) -> Option<ListedPolicy> {
        let kind = reader.text(&format!("{path}.name"), &self.name, PolicyKind::parse);
        reader.require(&format!("{path}.name"), &kind);
        let required = reader.flag(&format!("{path}.required"), &self.required).into_value();
        let url = reader.text(&format!("{path}.url"), &self.url, WebUrl::parse).into_value();
        let kind = kind.into_value()?;
        let required = required.unwrap_or_else(|| kind.is_always_required());
        Some(ListedPolicy { kind, required, url })
    }
}

impl TokensBody {
    fn changes(&self, reader: &mut Reader) -> TokenChanges {
        TokenChanges {
            life: reader.number("tokens.expiresIn", &self.expires_in, TokenLife::new),
            hits: reader.number("tokens.hits", &self.hits, TokenHits::new),
        }
    }
}

impl PasspointBody {
    fn changes(&self, reader: &mut Reader) -> PasspointChanges {
        PasspointChanges {
            realm: reader.text("passpoint.realm", &self.realm, HostName::parse),
            friendly_name: reader.text("passpoint.friendlyName", &self.friendly_name, FriendlyName::parse),
            roaming: reader.flag("passpoint.roaming", &self.roaming),
            domain: reader.text("passpoint.domain", &self.domain, HostName::parse),
            server_names: texts("passpoint.serverNames", &self.server_names, ServerName::parse, reader),
            inner_method: reader.text("passpoint.innerMethod", &self.inner_method, InnerMethod::parse),
            roaming_consortiums: texts(
                "passpoint.roamingConsortiums",
                &self.roaming_consortiums,
                RoamingConsortium::parse,
                reader,
            ),
            ca_certificate: reader.text("passpoint.caCertificate", &self.ca_certificate, CaCertificate::parse),
        }
    }
}

impl Wpa2Body {
    fn changes(&self, reader: &mut Reader) -> Wpa2Changes {
        Wpa2Changes {
            ssid: reader.text("wpa2.ssid", &self.ssid, Ssid::parse),
            ssid_hidden: reader.flag("wpa2.ssidHidden", &self.ssid_hidden),
        }
    }
}

impl ActivationBody {
    fn changes(&self, reader: &mut Reader) -> ActivationChanges {
        ActivationChanges {
            logo_url: reader.text("activation.logoUrl", &self.logo_url, LogoUrl::parse),
            color: reader.text("activation.color", &self.color, Color::parse),
            css: reader.text("activation.css", &self.css, Css::parse),
        }
    }
}

/// A list of texts.
pub(super) fn texts<T, const MAX: usize>(
    path: &str,
    member: &Member,
    parse: impl Fn(&str) -> Result<T, InvalidValue>,
    reader: &mut Reader,
) -> Patch<List<T, MAX>> {
    let values = reader.list(path, member, MAX, |reader, path, item| {
        let value = reader.text(path, item, &parse);
        reader.require(path, &value);
        value.into_value()
    });
    match values {
        Patch::Keep => Patch::Keep,
        Patch::Clear => Patch::Clear,
        Patch::Set(values) => reader.accept(path, List::new(values)),
    }
}
