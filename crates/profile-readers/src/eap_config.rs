//! The file as the geteduroam apps read it.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::xml::{at, named, parse, text};
use crate::{Authority, InnerMethod, Login};

const METHOD: &str = "EAPIdentityProvider/AuthenticationMethods/AuthenticationMethod";

/// The login that the app would configure.
///
/// # Errors
/// The missing part.
pub fn eap_config(body: &[u8]) -> Result<Login, String> {
    let document = parse(body)?;
    let method = at(document.root_element(), METHOD)?;
    let (server, client) = (at(method, "ServerSideCredential")?, at(method, "ClientSideCredential")?);
    let certificate = named(server, "CA").next().and_then(|it| it.text());
    let certificate = certificate.map(|text| BASE64_STANDARD.decode(text).map_err(|error| format!("CA: {error}")));
    let names = named(server, "ServerID").filter_map(|it| it.text()).map(str::to_owned);
    Ok(Login {
        username: text(client, "UserName")?,
        password: text(client, "Password")?,
        outer_identity: text(client, "OuterIdentity")?,
        inner_method: match text(method, "InnerAuthenticationMethod/NonEAPAuthMethod/Type")?.as_str() {
            "1" => InnerMethod::Pap,
            "3" => InnerMethod::MsChapV2,
            other => return Err(format!("no login by {other}")),
        },
        server_names: names.collect(),
        authority: certificate.transpose()?.map(Authority::Certificate),
    })
}
