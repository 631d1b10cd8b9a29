//! The provider of the network, and how devices identify its RADIUS server.

use crate::certificate::Authority;
use crate::host_name::HostName;
use crate::{Error, Field, limits, text};

/// Settings of a provider, as a person wrote them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProviderDescription {
    /// The NAI realm by which access points announce the provider. The outer identity of every customer is `anonymous@`
    /// this realm.
    pub realm: String,
    /// The network's name on the device; surrounding blanks are removed.
    pub friendly_name: String,
    /// The provider's domain, by which access points announce it. It identifies installed files, so it should not
    /// change.
    pub domain: String,
    /// The names in the RADIUS server's certificate, at least one. With a `ca_certificate` they have to be within
    /// `domain`, because Android then checks the server by the domain.
    pub server_names: Vec<String>,
    /// The inner method, which carries the password through the tunnel.
    pub inner_method: InnerMethod,
    /// Organization identifiers of roaming consortiums whose networks the device also joins: 6 or 10 hexadecimal
    /// digits.
    pub roaming_consortiums: Vec<String>,
    /// The certificate of the authority that issued the RADIUS server's certificate, in PEM. Without one, the device
    /// uses the authorities that it trusts on the web.
    pub ca_certificate: Option<String>,
    /// Whether Apple's devices may join networks of other operators that recognize the provider.
    pub roaming: bool,
    /// The SSID of the network, 1 to 32 bytes. Linux, which has no Passpoint, joins the network by it.
    pub ssid: Option<String>,
    /// Whether access points hide the SSID.
    pub ssid_hidden: bool,
}

/// The method that checks the password inside EAP-TTLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum InnerMethod {
    /// A challenge: the server needs the password or its NT hash.
    #[default]
    MsChapV2,
    /// The password itself: the server can store any hash of it.
    Pap,
}

/// A provider for whose networks every kind of file can be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    pub(crate) realm: HostName,
    pub(crate) friendly_name: String,
    pub(crate) domain: HostName,
    pub(crate) server_names: Vec<HostName>,
    pub(crate) inner_method: InnerMethod,
    /// Upper-case hexadecimal digits.
    pub(crate) roaming_consortiums: Vec<String>,
    pub(crate) authority: Option<Authority>,
    pub(crate) roaming: bool,
    pub(crate) ssid: Option<String>,
    pub(crate) ssid_hidden: bool,
}

impl Provider {
    /// Checks a description.
    ///
    /// # Errors
    /// All errors, at most one per field.
    pub fn parse(description: &ProviderDescription) -> Result<Self, Vec<Error>> {
        let mut faults = Faults(Vec::new());
        let realm = faults.take(HostName::parse(Field::Realm, &description.realm));
        let friendly_name = faults.take(friendly_name(&description.friendly_name));
        let domain = faults.take(HostName::parse(Field::Domain, &description.domain));
        let names = faults.take(server_names(&description.server_names));
        let consortiums = faults.take(roaming_consortiums(&description.roaming_consortiums));
        let authority = faults.take(description.ca_certificate.as_deref().map(Authority::parse).transpose());
        let ssid = faults.take(description.ssid.as_deref().map(ssid).transpose());
        if let (Some(domain), Some(names), Some(Some(_))) = (&domain, &names, &authority) {
            faults.take(names_within(names, domain));
        }
        match (realm, friendly_name, domain, names, consortiums, authority, ssid) {
            (
                Some(realm),
                Some(friendly_name),
                Some(domain),
                Some(server_names),
                Some(roaming_consortiums),
                Some(authority),
                Some(ssid),
            ) if faults.0.is_empty() => Ok(Self {
                realm,
                friendly_name,
                domain,
                server_names,
                inner_method: description.inner_method,
                roaming_consortiums,
                authority,
                roaming: description.roaming,
                ssid,
                ssid_hidden: description.ssid_hidden,
            }),
            _ => Err(faults.0),
        }
    }

    /// The customer's identity outside the tunnel. Android forms the same one by itself.
    pub(crate) fn outer_identity(&self) -> String {
        format!("anonymous@{}", self.realm.as_str())
    }
}

/// Collects errors and continues.
struct Faults(Vec<Error>);

impl Faults {
    fn take<T>(&mut self, result: Result<T, Error>) -> Option<T> {
        result.map_err(|error| self.0.push(error)).ok()
    }
}

fn friendly_name(name: &str) -> Result<String, Error> {
    let name = name.trim();
    text::check(Field::FriendlyName, name, limits::FRIENDLY_NAME_BYTES)?;
    Ok(name.to_owned())
}

fn ssid(ssid: &str) -> Result<String, Error> {
    text::check(Field::Ssid, ssid, limits::SSID_BYTES)?;
    Ok(ssid.to_owned())
}

fn server_names(names: &[String]) -> Result<Vec<HostName>, Error> {
    let field = Field::ServerNames;
    if names.is_empty() {
        return Err(Error::Missing { field });
    }
    if names.len() > limits::SERVER_NAMES {
        return Err(Error::TooMany { field, limit: limits::SERVER_NAMES });
    }
    names.iter().map(|name| HostName::parse(field, name)).collect()
}

/// Android takes server names outside the domain only in a member that also makes it look for the authority among those
/// of the web, whatever else the file specifies.
fn names_within(names: &[HostName], domain: &HostName) -> Result<(), Error> {
    let fault = "must be within the domain when there is a caCertificate";
    let within = names.iter().all(|name| name.is_within(domain));
    within.then_some(()).ok_or(Error::Invalid { field: Field::ServerNames, fault })
}

fn roaming_consortiums(ids: &[String]) -> Result<Vec<String>, Error> {
    let field = Field::RoamingConsortiums;
    if ids.len() > limits::ROAMING_CONSORTIUMS {
        return Err(Error::TooMany { field, limit: limits::ROAMING_CONSORTIUMS });
    }
    let is_id = |id: &String| matches!(id.len(), 6 | 10) && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !ids.iter().all(is_id) {
        return Err(Error::Invalid { field, fault: "must have 6 or 10 hexadecimal digits each" });
    }
    Ok(ids.iter().map(|id| id.to_ascii_uppercase()).collect())
}
