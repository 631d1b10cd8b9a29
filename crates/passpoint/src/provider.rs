//! Who runs the network, and how its RADIUS server is known.

use crate::certificate::Authority;
use crate::host_name::HostName;
use crate::{Error, Field, limits, text};

/// Settings of a provider, as a person wrote them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProviderDescription {
    /// The NAI realm by which access points announce the provider. On the outside of the tunnel customers are
    /// `anonymous@` it.
    pub realm: String,
    /// What the device calls the network; blanks around it do not count.
    pub friendly_name: String,
    /// The provider's domain, by which access points announce it. It tells installed files apart, so it should stay the
    /// same.
    pub domain: String,
    /// The names in the RADIUS server's certificate, one at least. When `ca_certificate` is there they have to be within
    /// `domain`: Android checks the server by the domain then.
    pub server_names: Vec<String>,
    /// How the password goes through the tunnel.
    pub inner_method: InnerMethod,
    /// Organization identifiers of roaming consortiums whose networks are to be joined as well: 6 or 10 hexadecimal digits.
    pub roaming_consortiums: Vec<String>,
    /// The authority of the RADIUS server's certificate, in PEM form. Without one the device trusts those that it trusts on
    /// the web.
    pub ca_certificate: Option<String>,
    /// Whether Apple's devices may join networks of other operators that know the provider.
    pub roaming: bool,
    /// What access points call the network, 1 to 32 bytes: Linux, which has no Passpoint, joins it by this name.
    pub ssid: Option<String>,
    /// Access points do not announce that name.
    pub ssid_hidden: bool,
}

/// How the password is checked inside of EAP-TTLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum InnerMethod {
    /// By a challenge: the server needs the password, or its NT hash.
    #[default]
    MsChapV2,
    /// The password itself: the server may keep any hash of it.
    Pap,
}

/// A provider for whose networks every file can be made.
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
    /// Everything that is wrong with it, at most one error a field.
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

    /// Who a customer is outside of the tunnel. Android forms it in this way by itself.
    pub(crate) fn outer_identity(&self) -> String {
        format!("anonymous@{}", self.realm.as_str())
    }
}

/// Keeps what is wrong and goes on.
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

/// Android takes other names than those within the domain in a member which makes it look for the authority among those
/// of the web, wherever the file says it is to look.
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
