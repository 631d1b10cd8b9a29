//! The provisioning document as Windows reads it.

use crate::xml::{at, named, parse, text};
use crate::{Authority, InnerMethod, Login};

const TTLS: &str = "OneX/EAPConfig/EapHostConfig/Config/EapTtls";
const CREDENTIALS: &str = "EapHostUserCredentials/Credentials/EapTtls";

/// The login that Windows would use. The signature of the document has to be checked before.
///
/// # Errors
/// The missing part.
pub fn windows(body: &[u8]) -> Result<Login, String> {
    let document = parse(body)?;
    let security = at(document.root_element(), "WLANProfiles/WLANProfile/MSM/security")?;
    let (ttls, login) = (at(security, TTLS)?, at(security, CREDENTIALS)?);
    let validation = at(ttls, "ServerValidation")?;
    let fingerprint = named(validation, "TrustedRootCAHash").next().and_then(|it| it.text());
    let method = at(ttls, "Phase2Authentication")?;
    Ok(Login {
        username: text(login, "Username")?,
        password: text(login, "Password")?,
        outer_identity: text(ttls, "Phase1Identity/AnonymousIdentity")?,
        inner_method: match (named(method, "MSCHAPv2Authentication").next(), named(method, "PAPAuthentication").next())
        {
            (Some(_), None) => InnerMethod::MsChapV2,
            (None, Some(_)) => InnerMethod::Pap,
            _ => return Err("not one inner method".to_owned()),
        },
        server_names: text(validation, "ServerNames")?.split(';').map(str::to_owned).collect(),
        authority: fingerprint.map(bytes).transpose()?.map(Authority::Fingerprint),
    })
}

/// `ab cd ..`
fn bytes(text: &str) -> Result<Vec<u8>, String> {
    text.split(' ').map(|byte| u8::from_str_radix(byte, 16).map_err(|_| format!("no bytes: {text}"))).collect()
}
