//! The service that a session claims to belong to.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::Secret;

/// The service's id: the `iss` of a JWT. It is not verified here; the server does that.
pub(crate) fn service_id(token: &Secret) -> Option<String> {
    let payload = token.reveal().split('.').nth(1)?;
    let payload = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    let payload: Value = serde_json::from_slice(&payload).ok()?;
    payload["iss"].as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_issuer_is_the_service() {
        let token = |payload: &str| Secret::new(format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload)));
        assert_eq!(service_id(&token(r#"{"iss":"0197"}"#)).as_deref(), Some("0197"));
        for odd in [token("{}"), token("no"), Secret::new("opaque"), Secret::new("a.%.b")] {
            assert_eq!(service_id(&odd), None);
        }
    }
}
