//! `http-api organization configure`

use std::io;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::InvalidValue;
use domain::customer::Patch;
use domain::limits;
use domain::organization::{
    ActivationChanges, ListedPolicy, PasspointChanges, PolicyKind, PolicyList, SettingsChanges, TokenChanges,
    Wpa2Changes,
};
use domain::ports::ConfigureError;
use domain::token::{TokenHits, TokenLife};
use domain::value::{
    CaCertificate, Color, Css, FriendlyName, HostName, InnerMethod, List, LocationId, LogoUrl, PhoneNumberRule,
    RoamingConsortium, ServerName, Ssid, WebUrl,
};
use http_api::Ports;
use serde::Deserialize;

use super::{organization_id, refused, store_failed, unknown_organization};
use crate::failure::Failure;
use crate::{bounded, image, toml_file};

/// The contents of a settings file. Absent keys keep their values. A table is replaced as a whole, since TOML has no
/// null: its absent keys get the values of a new organization.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Settings {
    default_location_id: Option<String>,
    answer_credentials_on_hit: Option<bool>,
    phone_numbers: Option<String>,
    policies: Option<Vec<Policy>>,
    tokens: Option<Tokens>,
    passpoint: Option<Passpoint>,
    wpa2: Option<Wpa2>,
    activation: Option<Activation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Policy {
    name: String,
    required: bool,
    url: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Tokens {
    expires_in: Option<u32>,
    hits: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Passpoint {
    realm: Option<String>,
    friendly_name: Option<String>,
    roaming: Option<bool>,
    domain: Option<String>,
    #[serde(default)]
    server_names: Vec<String>,
    inner_method: Option<String>,
    #[serde(default)]
    roaming_consortiums: Vec<String>,
    ca_certificate: Option<String>,
    ca_certificate_file: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wpa2 {
    ssid: Option<String>,
    ssid_hidden: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Activation {
    logo_url: Option<String>,
    logo_file: Option<PathBuf>,
    color: Option<String>,
    css: Option<String>,
    css_file: Option<PathBuf>,
}

/// The largest image that fits into [`limits::LOGO_BYTES`], in bytes: base64 encodes three bytes as four, and the
/// address begins with the media type.
const LOGO_FILE_BYTES: usize = (limits::LOGO_BYTES - "data:image/svg+xml;base64,".len()) / 4 * 3;

/// Changes the settings that the file contains.
pub(super) async fn configure(ports: &Ports, id: &str, file: &Path) -> Result<(), Failure> {
    let settings: Settings = toml_file::read(file)?;
    let location = settings.default_location_id.clone().unwrap_or_default();
    let changes = settings.changes(file.parent().unwrap_or(Path::new(".")))?;
    match ports.organizations.configure(organization_id(id)?, changes).await {
        Ok(_) => Ok(()),
        Err(ConfigureError::UnknownOrganization) => Err(unknown_organization(id)),
        Err(ConfigureError::UnknownLocation) => {
            Err(Failure::because(format!("defaultLocationId {location} is not a location of the organization")))
        }
        Err(ConfigureError::Store(error)) => Err(store_failed(error)),
    }
}

impl Settings {
    /// The changes. Paths in the file are relative to this directory.
    fn changes(self, place: &Path) -> Result<SettingsChanges, Failure> {
        let location = self.default_location_id.as_deref().map(LocationId::parse).transpose();
        let phone_numbers = self.phone_numbers.as_deref().map(PhoneNumberRule::parse).transpose();
        Ok(SettingsChanges {
            default_location_id: named(location.map_err(refused("defaultLocationId"))?),
            answer_credentials_on_hit: named(self.answer_credentials_on_hit),
            phone_numbers: named(phone_numbers.map_err(refused("phoneNumbers"))?),
            policies: named(self.policies.map(policies).transpose()?),
            tokens: named(self.tokens.map(Tokens::changes).transpose()?),
            passpoint: named(self.passpoint.map(|it| it.changes(place)).transpose()?),
            wpa2: named(self.wpa2.map(Wpa2::changes).transpose()?),
            activation: named(self.activation.map(|it| it.changes(place)).transpose()?),
        })
    }
}

impl Tokens {
    fn changes(self) -> Result<TokenChanges, Failure> {
        let life = self.expires_in.map(TokenLife::new).transpose();
        let hits = self.hits.map(TokenHits::new).transpose();
        Ok(TokenChanges {
            life: whole(life.map_err(refused("tokens.expiresIn"))?),
            hits: whole(hits.map_err(refused("tokens.hits"))?),
        })
    }
}

impl Passpoint {
    fn changes(self, place: &Path) -> Result<PasspointChanges, Failure> {
        let (name, file) = ("passpoint.caCertificate", self.ca_certificate_file.as_deref());
        let certificate = either(name, self.ca_certificate, file, |file| certificate(&place.join(file)))?;
        if let Some(certificate) = &certificate {
            let checked = passpoint::check_authority(certificate);
            checked.map_err(|error| Failure::because(format!("passpoint.{error}")))?;
        }
        Ok(PasspointChanges {
            realm: text("passpoint.realm", self.realm.as_deref(), HostName::parse)?,
            friendly_name: text("passpoint.friendlyName", self.friendly_name.as_deref(), FriendlyName::parse)?,
            roaming: whole(self.roaming),
            domain: text("passpoint.domain", self.domain.as_deref(), HostName::parse)?,
            server_names: list("passpoint.serverNames", &self.server_names, ServerName::parse)?,
            inner_method: text("passpoint.innerMethod", self.inner_method.as_deref(), InnerMethod::parse)?,
            roaming_consortiums: list(
                "passpoint.roamingConsortiums",
                &self.roaming_consortiums,
                RoamingConsortium::parse,
            )?,
            ca_certificate: text("passpoint.caCertificate", certificate.as_deref(), CaCertificate::parse)?,
        })
    }
}

impl Wpa2 {
    fn changes(self) -> Result<Wpa2Changes, Failure> {
        let ssid = text("wpa2.ssid", self.ssid.as_deref(), Ssid::parse)?;
        Ok(Wpa2Changes { ssid, ssid_hidden: whole(self.ssid_hidden) })
    }
}

impl Activation {
    fn changes(self, place: &Path) -> Result<ActivationChanges, Failure> {
        let logo = either("activation.logo", self.logo_url, self.logo_file.as_deref(), |file| logo(&place.join(file)))?;
        let css = either("activation.css", self.css, self.css_file.as_deref(), |file| css(&place.join(file)))?;
        Ok(ActivationChanges {
            logo_url: text("activation.logoUrl", logo.as_deref(), LogoUrl::parse)?,
            color: text("activation.color", self.color.as_deref(), Color::parse)?,
            css: text("activation.css", css.as_deref(), Css::parse)?,
        })
    }
}

fn policies(policies: Vec<Policy>) -> Result<PolicyList, Failure> {
    let listed = |Policy { name, required, url }| {
        let kind = PolicyKind::parse(&name).map_err(refused("policies.name"))?;
        let url = url.as_deref().map(WebUrl::parse).transpose().map_err(refused("policies.url"))?;
        Ok(ListedPolicy { kind, required, url })
    };
    let policies = policies.into_iter().map(listed).collect::<Result<_, Failure>>()?;
    PolicyList::new(policies).map_err(|violations| {
        let first = violations.into_iter().next();
        Failure::because(first.map(|first| format!("{} {}", first.field, first.message)).unwrap_or_default())
    })
}

/// A value that is either inline or in a separate file.
fn either(
    name: &str,
    value: Option<String>,
    file: Option<&Path>,
    read: impl FnOnce(&Path) -> Result<String, Failure>,
) -> Result<Option<String>, Failure> {
    match (value, file) {
        (Some(_), Some(_)) => Err(Failure::because(format!("{name} is given twice: by itself and as a file"))),
        (value, None) => Ok(value),
        (None, Some(file)) => read(file).map(Some),
    }
}

fn css(file: &Path) -> Result<String, Failure> {
    bounded::read_text(file, limits::CSS_BYTES).map_err(|error| unread("activation.css", file, &error))
}

/// A certificate in PEM or DER form, as PEM.
fn certificate(file: &Path) -> Result<String, Failure> {
    let bytes = bounded::read(file, limits::CERTIFICATE_BYTES);
    let bytes = bytes.map_err(|error| unread("passpoint.caCertificate", file, &error))?;
    // How a SEQUENCE in DER begins (X.690, 8.9). No text in PEM form begins so.
    if bytes.first() == Some(&0x30) {
        return Ok(format!(
            "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----",
            lines(&STANDARD.encode(&bytes))
        ));
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::because(format!("{} is not a certificate in PEM or DER form", file.display())))?;
    Ok(text.trim_start_matches('\u{FEFF}').to_owned())
}

/// With the line breaks of PEM (RFC 7468, 2).
fn lines(base64: &str) -> String {
    let mut lines = String::new();
    for (index, character) in base64.chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            lines.push('\n');
        }
        lines.push(character);
    }
    lines
}

fn unread(name: &str, file: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("reading {} for {name}", file.display()), error)
}

/// The image file as a data URL.
fn logo(file: &Path) -> Result<String, Failure> {
    let image = bounded::read(file, LOGO_FILE_BYTES).map_err(|error| {
        let hint = "a logo that is a part of the page has to be small. Make it smaller, or name its address: logoUrl";
        match error.kind() {
            io::ErrorKind::Other => Failure::because(format!("{}: {error}; {hint}", file.display())),
            _ => unread("activation.logo", file, &error),
        }
    })?;
    let Some(kind) = image::Kind::of(&image) else {
        return Err(Failure::because(format!("{} is not a PNG, JPEG, WebP or SVG image", file.display())));
    };
    if !kind.is_whole(&image) {
        return Err(Failure::because(format!("{} is cut off: the end of the image is missing", file.display())));
    }
    Ok(format!("data:image/{};base64,{}", kind.subtype(), STANDARD.encode(&image)))
}

/// The change to a top-level setting.
fn named<T>(value: Option<T>) -> Patch<T> {
    value.map_or(Patch::Keep, Patch::Set)
}

/// The change to a member of a table.
fn whole<T>(value: Option<T>) -> Patch<T> {
    value.map_or(Patch::Clear, Patch::Set)
}

fn text<T>(
    path: &str,
    text: Option<&str>,
    parse: impl FnOnce(&str) -> Result<T, InvalidValue>,
) -> Result<Patch<T>, Failure> {
    Ok(whole(text.map(parse).transpose().map_err(refused(path))?))
}

fn list<T, const MAX: usize>(
    path: &str,
    texts: &[String],
    parse: impl Fn(&str) -> Result<T, InvalidValue>,
) -> Result<Patch<List<T, MAX>>, Failure> {
    let values = texts.iter().map(|text| parse(text)).collect::<Result<_, _>>().map_err(refused(path))?;
    Ok(Patch::Set(List::new(values).map_err(refused(path))?))
}
