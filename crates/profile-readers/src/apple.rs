//! The profile as Apple's systems read it.

use plist::{Dictionary, Value};

use crate::{Authority, InnerMethod, Login};

/// The login that an iPhone would use, from the content of a signed profile.
///
/// # Errors
/// The missing or dangling part.
pub fn apple(body: &[u8]) -> Result<Login, String> {
    let profile = Value::from_reader_xml(body).map_err(|error| format!("no property list: {error}"))?;
    let payloads = array(dictionary(&profile)?, "PayloadContent")?;
    let payloads = payloads.iter().map(dictionary).collect::<Result<Vec<_>, _>>()?;
    let wifi = payloads.iter().find(|it| text(it, "PayloadType") == Ok("com.apple.wifi.managed"));
    let eap = wifi.and_then(|it| it.get("EAPClientConfiguration")).ok_or("no network with EAP")?;
    let eap = dictionary(eap)?;
    if array(eap, "AcceptEAPTypes")?.first().and_then(Value::as_unsigned_integer) != Some(21) {
        return Err("not EAP-TTLS".to_owned());
    }
    Ok(Login {
        username: text(eap, "UserName")?.to_owned(),
        password: text(eap, "UserPassword")?.to_owned(),
        outer_identity: text(eap, "OuterIdentity")?.to_owned(),
        inner_method: match text(eap, "TTLSInnerAuthentication")? {
            "MSCHAPv2" => InnerMethod::MsChapV2,
            "PAP" => InnerMethod::Pap,
            other => return Err(format!("no login by {other}")),
        },
        server_names: array(eap, "TLSTrustedServerNames")?
            .iter()
            .filter_map(Value::as_string)
            .map(str::to_owned)
            .collect(),
        authority: authority(eap, &payloads)?.map(Authority::Certificate),
    })
}

/// The certificate in the payload that the network's payload refers to.
fn authority(eap: &Dictionary, payloads: &[&Dictionary]) -> Result<Option<Vec<u8>>, String> {
    let Ok(anchors) = array(eap, "PayloadCertificateAnchorUUID") else { return Ok(None) };
    let [Value::String(anchor)] = anchors.as_slice() else { return Err("not one anchor".to_owned()) };
    let payload =
        payloads.iter().find(|it| text(it, "PayloadUUID") == Ok(anchor)).ok_or("an anchor that is not there")?;
    payload
        .get("PayloadContent")
        .and_then(Value::as_data)
        .map(|der| Some(der.to_vec()))
        .ok_or("no certificate".to_owned())
}

fn dictionary(value: &Value) -> Result<&Dictionary, String> {
    value.as_dictionary().ok_or_else(|| "no dictionary".to_owned())
}

fn array<'a>(dictionary: &'a Dictionary, key: &str) -> Result<&'a Vec<Value>, String> {
    dictionary.get(key).and_then(Value::as_array).ok_or_else(|| format!("no array {key}"))
}

fn text<'a>(dictionary: &'a Dictionary, key: &str) -> Result<&'a str, String> {
    dictionary.get(key).and_then(Value::as_string).ok_or_else(|| format!("no text {key}"))
}
