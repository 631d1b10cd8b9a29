//! NetworkManager.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::{escaped, server_names, write_as_root};
use crate::{Credentials, InnerMethod, Provider, ids};

/// A connection file (nm-settings-keyfile).
pub(super) fn keyfile(provider: &Provider, ssid: &str, credentials: &Credentials) -> String {
    // As a list of numbers, no byte needs escaping.
    let ssid: String = ssid.bytes().map(|byte| format!("{byte};")).collect();
    let hidden = if provider.ssid_hidden { "hidden=true\n" } else { "" };
    let inner = match provider.inner_method {
        InnerMethod::MsChapV2 => "mschapv2",
        InnerMethod::Pap => "pap",
    };
    let authority = match &provider.authority {
        Some(authority) => format!("ca-cert=data:;base64,{}", BASE64_STANDARD.encode(authority.der())),
        None => "system-ca-certs=true".to_owned(),
    };
    format!(
        "[connection]\nid={name}\nuuid={uuid}\ntype=wifi\n\n\
         [wifi]\nmode=infrastructure\nssid={ssid}\n{hidden}\n\
         [wifi-security]\nkey-mgmt=wpa-eap\n\n\
         [802-1x]\neap=ttls;\nphase2-auth={inner}\nanonymous-identity={outer}\nidentity={identity}\npassword={password}\n\
         domain-suffix-match={server_names}\n{authority}\n\n\
         [ipv4]\nmethod=auto\n\n[ipv6]\nmethod=auto\n",
        name = escaped(&provider.friendly_name),
        uuid = ids::connection(provider, credentials),
        outer = provider.outer_identity(),
        identity = escaped(&credentials.username),
        password = escaped(&credentials.password),
        server_names = server_names(provider),
    )
}

/// The command replaces an existing file of the same domain.
pub(super) fn command(provider: &Provider, ssid: &str, credentials: &Credentials) -> String {
    let file = format!("/etc/NetworkManager/system-connections/{}.nmconnection", provider.domain.as_str());
    let write = write_as_root(">", &file, &keyfile(provider, ssid, credentials));
    format!("{write}sudo nmcli connection reload\n")
}
