//! The file as Android 14 reads it.

pub mod message;
mod strict;
mod tree;

pub use strict::{Subscription, parse};

use crate::{Authority, InnerMethod, Login};

/// What Android logs in with. It makes up the identity outside of the tunnel, and takes the provider's domain for the name
/// of the server unless the file has others.
///
/// # Errors
/// What Android would refuse the file for.
pub fn android(body: &[u8]) -> Result<Login, String> {
    let it = parse(body)?;
    Ok(Login {
        outer_identity: format!("anonymous@{}", it.realm),
        inner_method: match it.inner_method.as_str() {
            "MS-CHAP-V2" => InnerMethod::MsChapV2,
            "PAP" => InnerMethod::Pap,
            other => return Err(format!("no login by {other}")),
        },
        server_names: if it.trusted_names.is_empty() { vec![it.fqdn] } else { it.trusted_names },
        authority: it.authority.map(Authority::Certificate),
        username: it.username,
        password: it.password,
    })
}
