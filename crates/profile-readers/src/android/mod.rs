//! The file as Android 14 reads it.

pub mod message;
mod strict;
mod tree;

pub use strict::{Subscription, parse};

use crate::{Authority, InnerMethod, Login};

/// The login that Android would use. It forms the outer identity itself, and expects the provider's domain as the
/// server's name unless the file has other names.
///
/// # Errors
/// The reason why Android would refuse the file.
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
