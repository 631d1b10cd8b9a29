//! The subscription as Android 14 reads it, with its requirements. Written from its rules, not from our writer.

use super::message::{self, decode};
use super::tree::{self, Node};

/// The data that Android would store.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "each is named after its node")]
pub struct Subscription {
    pub friendly_name: String,
    pub fqdn: String,
    pub consortiums: Vec<u64>,
    pub realm: String,
    pub username: String,
    pub password: String,
    pub inner_method: String,
    pub trusted_names: Vec<String>,
    pub authority: Option<Vec<u8>>,
}

/// Parses the body of a response.
///
/// # Errors
/// The reason why Android refuses it.
pub fn parse(body: &[u8]) -> Result<Subscription, String> {
    let (mut subscription, mut authority) = (None, None);
    for part in message::parse(body)? {
        match part.media_type.as_str() {
            "application/x-passpoint-profile" => subscription = Some(read(&tree::parse(&part.content)?)?),
            "application/x-x509-ca-cert" => authority = Some(certificate(part.content)?),
            other => return Err(format!("no use for {other} with a password")),
        }
    }
    let subscription = subscription.ok_or("no profile in the message")?;
    Ok(Subscription { authority, ..subscription })
}

/// A single certificate.
fn certificate(content: Vec<u8>) -> Result<Vec<u8>, String> {
    let length = match content.as_slice() {
        [0x30, 0x82, high, low, ..] => 4 + usize::from(u16::from_be_bytes([*high, *low])),
        _ => return Err("no certificate".to_owned()),
    };
    if content.len() == length { Ok(content) } else { Err("more than a certificate".to_owned()) }
}

fn read(root: &Node) -> Result<Subscription, String> {
    let [instance] = root.nodes()? else {
        return Err("not one instance".to_owned());
    };
    let (mut it, mut home, mut login) = (Subscription::default(), false, false);
    for node in instance.nodes()? {
        match node.name.as_str() {
            "HomeSP" => home = home_sp(node, &mut it).map(|()| true)?,
            "Credential" => login = credential(node, &mut it).map(|()| true)?,
            "SubscriptionParameters" => parameters(node)?,
            "Extension" => extension(node, &mut it)?,
            other => return Err(unknown(other, "the instance")),
        }
    }
    if home && login { Ok(it) } else { Err("HomeSP or Credential is missing".to_owned()) }
}

fn home_sp(node: &Node, it: &mut Subscription) -> Result<(), String> {
    for node in node.nodes()? {
        match node.name.as_str() {
            "FriendlyName" => node.value()?.clone_into(&mut it.friendly_name),
            "FQDN" => node.value()?.clone_into(&mut it.fqdn),
            "RoamingConsortiumOI" => it.consortiums = consortiums(node.value()?)?,
            other => return Err(unknown(other, "HomeSP")),
        }
    }
    bounded("FriendlyName", &it.friendly_name, 255)?;
    bounded("FQDN", &it.fqdn, 255)
}

/// Hexadecimal numbers of at most five bytes, separated by commas.
fn consortiums(text: &str) -> Result<Vec<u64>, String> {
    let ids: Vec<_> = text.split(',').collect();
    if ids.len() > 36 {
        return Err("RoamingConsortiumOI: too many".to_owned());
    }
    let number = |id: &&str| {
        let is_number = (1..=10).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = is_number.then(|| u64::from_str_radix(id, 16).ok()).flatten();
        number.ok_or_else(|| format!("RoamingConsortiumOI: {id}"))
    };
    ids.iter().map(number).collect()
}

fn credential(node: &Node, it: &mut Subscription) -> Result<(), String> {
    let mut kinds = 0;
    for node in node.nodes()? {
        match node.name.as_str() {
            "Realm" => node.value()?.clone_into(&mut it.realm),
            "CreationDate" | "ExpirationDate" => date(node)?,
            "CheckAAAServerCertStatus" => boolean(node)?,
            "UsernamePassword" => {
                kinds += 1;
                username_password(node, it)?;
            }
            "DigitalCertificate" | "SIM" => kinds += 1,
            other => return Err(unknown(other, "Credential")),
        }
    }
    bounded("Realm", &it.realm, 253)?;
    if kinds == 1 { Ok(()) } else { Err(format!("{kinds} kinds of credential")) }
}

fn username_password(node: &Node, it: &mut Subscription) -> Result<(), String> {
    let mut encoded = "";
    for node in node.nodes()? {
        match node.name.as_str() {
            "Username" => node.value()?.clone_into(&mut it.username),
            "Password" => encoded = node.value()?,
            "MachineManaged" | "AbleToShare" => boolean(node)?,
            "SoftTokenApp" => drop(node.value()?),
            "EAPMethod" => eap_method(node, it)?,
            other => return Err(unknown(other, "UsernamePassword")),
        }
    }
    bounded("Username", &it.username, 63)?;
    bounded("Password", encoded, 255)?;
    it.password = String::from_utf8(decode(encoded)?).map_err(|_| "Password is not UTF-8")?;
    if it.inner_method.is_empty() { Err("no EAPMethod".to_owned()) } else { Ok(()) }
}

fn eap_method(node: &Node, it: &mut Subscription) -> Result<(), String> {
    let mut kind = "";
    for node in node.nodes()? {
        match node.name.as_str() {
            "EAPType" => kind = node.value()?,
            "InnerMethod" => node.value()?.clone_into(&mut it.inner_method),
            other => return Err(unknown(other, "EAPMethod")),
        }
    }
    if kind != "21" {
        return Err(format!("EAPType: {kind}"));
    }
    match it.inner_method.as_str() {
        "PAP" | "MS-CHAP" | "MS-CHAP-V2" => Ok(()),
        other => Err(format!("InnerMethod: {other}")),
    }
}

fn parameters(node: &Node) -> Result<(), String> {
    node.nodes()?.iter().try_for_each(|node| match node.name.as_str() {
        "CreationDate" | "ExpirationDate" => date(node),
        other => Err(unknown(other, "SubscriptionParameters")),
    })
}

/// Only here does Android ignore unknown nodes.
fn extension(node: &Node, it: &mut Subscription) -> Result<(), String> {
    let find = |node: &Node, name: &str| node.nodes().ok()?.iter().find(|it| it.name == name).cloned();
    let names = find(node, "Android").and_then(|it| find(&it, "AAAServerTrustedNames"));
    if let Some(fqdn) = names.and_then(|it| find(&it, "FQDN")) {
        it.trusted_names = fqdn.value()?.split(';').map(str::to_owned).collect();
    }
    Ok(())
}

fn boolean(node: &Node) -> Result<(), String> {
    let value = node.value()?;
    if matches!(value, "true" | "false") { Ok(()) } else { Err(format!("{}: {value}", node.name)) }
}

/// A date in the form `2030-01-31T23:59:59Z`, and no other.
fn date(node: &Node) -> Result<(), String> {
    let value = node.value()?;
    let form: String = value.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    if form == "9999-99-99T99:99:99Z" { Ok(()) } else { Err(format!("{}: {value}", node.name)) }
}

fn bounded(name: &str, value: &str, limit: usize) -> Result<(), String> {
    if (1..=limit).contains(&value.len()) { Ok(()) } else { Err(format!("{name}: {} bytes", value.len())) }
}

fn unknown(name: &str, place: &str) -> String {
    format!("{place} does not know {name}")
}
