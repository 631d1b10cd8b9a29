//! The files that install a customer's login on a device, made from an organization's settings.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::customer::Customer;
use domain::limits;
use domain::organization::{Organization, PasspointSettings, Wpa2Settings};
use domain::value::{CaCertificate, FileKind, FriendlyName, HostName, InnerMethod, RoamingConsortium, ServerName};
use passpoint::{Credentials, Document, LinuxCommands, Provider, ProviderDescription, SigningIdentity};

const TRANSFER_ENCODING: HeaderName = HeaderName::from_static("content-transfer-encoding");

/// A reason why there is no file. It names the field that is wrong, never its value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoFile {
    /// The organization's settings are incomplete or invalid.
    NotSetUp(Vec<passpoint::Error>),
    /// No device can represent the customer's username or password.
    Unfit(Vec<passpoint::Error>),
}

/// A customer's login and its network.
pub(crate) struct Login {
    provider: Provider,
    credentials: Credentials,
    method: InnerMethod,
    /// Whether the settings have a consortium or an explicit SSID, by which the app identifies a network.
    fits_app: bool,
}

impl Login {
    /// The login of a customer. A given name replaces the network's name in the settings.
    pub(crate) fn of(
        organization: &Organization,
        customer: &Customer,
        name: Option<&FriendlyName>,
    ) -> Result<Self, NoFile> {
        let settings = &organization.settings.passpoint;
        let provider = Provider::parse(&description(organization, name)).map_err(NoFile::NotSetUp)?;
        let (username, password) = (customer.username.as_str(), customer.password.reveal());
        let credentials = Credentials::parse(username, password, &customer.id.to_string()).map_err(NoFile::Unfit)?;
        let fits_app = !settings.roaming_consortiums.is_empty() || organization.settings.wpa2.ssid.is_some();
        Ok(Self { provider, credentials, method: settings.inner_method, fits_app })
    }

    /// Whether there is a file of this kind.
    pub(crate) fn offers(&self, kind: FileKind) -> bool {
        match kind {
            FileKind::Apple | FileKind::Android | FileKind::Windows => true,
            FileKind::EapConfig => self.fits_app,
            FileKind::Linux => self.linux_commands().is_ok(),
        }
    }

    /// The commands that a person pastes into a Linux terminal.
    pub(crate) fn linux_commands(&self) -> Result<LinuxCommands, passpoint::Error> {
        passpoint::linux_commands(&self.provider, &self.credentials)
    }

    /// The script for Windows for a person without a file.
    pub(crate) fn windows_script(&self) -> Document {
        passpoint::windows_script(&self.provider)
    }

    /// Whether Windows accepts the login from a link: only with MS-CHAPv2, and with a signature that it can check.
    pub(crate) fn windows_takes_link(&self, signer: Option<&SigningIdentity>) -> bool {
        self.method == InnerMethod::MsChapV2 && signer.is_some_and(SigningIdentity::is_rsa)
    }

    /// The file for a device, signed if there is a signer and the device checks signatures.
    pub(crate) fn file(&self, kind: FileKind, signer: Option<&SigningIdentity>) -> Result<Document, NoFile> {
        let (provider, credentials) = (&self.provider, &self.credentials);
        let signed_for_windows = signer.filter(|_| self.windows_takes_link(signer));
        let file = match (kind, signer, signed_for_windows) {
            (FileKind::Apple, Some(signer), _) => passpoint::apple_signed(provider, credentials, signer),
            (FileKind::Apple, None, _) => Ok(passpoint::apple(provider, credentials)),
            (FileKind::Android, ..) => Ok(passpoint::android(provider, credentials)),
            (FileKind::Windows, _, Some(signer)) => passpoint::windows_provisioning(provider, credentials, signer),
            (FileKind::Windows, _, None) => Ok(passpoint::windows_profile(provider)),
            (FileKind::EapConfig, ..) if self.fits_app => passpoint::eap_config(provider, credentials),
            (FileKind::EapConfig, ..) => Err(passpoint::Error::Missing { field: passpoint::Field::RoamingConsortiums }),
            (FileKind::Linux, ..) => passpoint::linux(provider, credentials),
        };
        file.map_err(|error| NoFile::NotSetUp(vec![error]))
    }
}

/// The settings with defaults: the organization's name, the realm for the domain, and the network's name for its SSID.
fn description(organization: &Organization, name: Option<&FriendlyName>) -> ProviderDescription {
    let PasspointSettings {
        realm,
        friendly_name,
        roaming,
        domain,
        server_names,
        inner_method,
        roaming_consortiums,
        ca_certificate,
    } = &organization.settings.passpoint;
    let Wpa2Settings { ssid, ssid_hidden } = &organization.settings.wpa2;
    let ssid = ssid.as_ref().map(|ssid| ssid.as_str().to_owned());
    let called = network_name(organization, friendly_name.as_ref());
    let text = |name: Option<&HostName>| name.map(|name| name.as_str().to_owned()).unwrap_or_default();
    ProviderDescription {
        realm: text(realm.as_ref()),
        friendly_name: network_name(organization, name.or(friendly_name.as_ref())),
        domain: text(domain.as_ref().or(realm.as_ref())),
        server_names: server_names.iter().map(ServerName::as_str).map(str::to_owned).collect(),
        inner_method: match inner_method {
            InnerMethod::MsChapV2 => passpoint::InnerMethod::MsChapV2,
            InnerMethod::Pap => passpoint::InnerMethod::Pap,
        },
        roaming_consortiums: roaming_consortiums.iter().map(RoamingConsortium::as_str).map(str::to_owned).collect(),
        ca_certificate: ca_certificate.as_ref().map(CaCertificate::as_str).map(str::to_owned),
        roaming: *roaming,
        ssid: ssid.or(Some(called)).filter(|ssid| ssid.len() <= limits::SSID_BYTES),
        ssid_hidden: *ssid_hidden,
    }
}

/// The network's name on devices.
pub(crate) fn network_name(organization: &Organization, name: Option<&FriendlyName>) -> String {
    name.map_or(organization.name.as_str(), FriendlyName::as_str).to_owned()
}

/// The last segment of a file's address. Android refuses a file that is named in a header, but browsers that save one
/// name it after its address.
pub(crate) fn address_name(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Android => "wifi.config",
        FileKind::Apple | FileKind::Windows | FileKind::EapConfig | FileKind::Linux => "profile",
    }
}

/// The response with the file and the headers that devices require. Android refuses a file that they name.
pub(crate) fn respond(file: Document) -> Response {
    let disposition = file.file_name.map(|name| format!("attachment; filename=\"{name}\""));
    let disposition = disposition.and_then(|text| HeaderValue::try_from(text).ok());
    let encoding = file.transfer_encoding.map(HeaderValue::from_static);
    let mut response = ([(header::CONTENT_TYPE, file.media_type)], file.body).into_response();
    response.headers_mut().extend(disposition.map(|value| (header::CONTENT_DISPOSITION, value)));
    response.headers_mut().extend(encoding.map(|value| (TRANSFER_ENCODING, value)));
    response
}
