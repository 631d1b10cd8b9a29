//! The JWTs of services: EdDSA over Ed25519 (RFC 8037), and nothing else.
//!
//! There is one header, written and compared byte for byte, so no token can choose its algorithm. For this reason, and
//! because the time is an argument, this is a few lines here and not a library with a choice of algorithms.
//!
//! The first two parts never contain `-` or `_`: the iOS SDK decodes them as plain base64, which fails on both. ASCII
//! text without `~`, `>` and `?` has no such bits in any position, and no claim contains one of these.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::ports::{Session, SessionEpoch};
use domain::value::ServiceId;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

const HEADER: &str = r#"{"alg":"EdDSA","typ":"JWT"}"#;

/// The maximum length of a token in bytes; ours have about 300.
const LONGEST: usize = 1024;

/// The key that signs sessions. Instances that share it accept each other's sessions. `Debug` does not show it.
#[derive(Clone)]
pub struct JwtKey {
    signing: SigningKey,
    verifying: VerifyingKey,
}

/// The claims of a token. The names are those of RFC 7519.
#[derive(Serialize, Deserialize)]
struct Claims {
    /// The service's id.
    iss: String,
    /// Seconds since 1970.
    iat: i64,
    /// Expiry, in seconds since 1970.
    exp: i64,
    /// The session's id.
    jti: String,
    /// The session's epoch, unless it is the service's first one.
    #[serde(default, rename = "epoch", skip_serializing_if = "Option::is_none")]
    epoch: Option<String>,
}

/// A reason why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JwtError {
    Invalid,
    Expired,
}

impl JwtKey {
    /// The key with this seed (RFC 8032's private key).
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let signing = SigningKey::from_bytes(seed);
        Self { verifying: signing.verifying_key(), signing }
    }

    /// The public key, which is not secret.
    pub fn public(&self) -> [u8; 32] {
        self.verifying.to_bytes()
    }

    /// Issues a token for the session.
    pub fn issue(&self, session: Session, now: Timestamp) -> String {
        let claims = Claims {
            iss: session.service_id.to_string(),
            iat: now.as_second(),
            exp: session.expires_at.as_second(),
            jti: format!("{:032x}", session.id),
            epoch: (session.epoch != SessionEpoch::default()).then(|| format!("{:032x}", session.epoch.number())),
        };
        let payload = serde_json::to_vec(&claims).unwrap_or_default();
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(HEADER), URL_SAFE_NO_PAD.encode(payload));
        let signature = self.signing.sign(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    /// The session of a token that is ours and has not expired. There is no leeway: the clock that issued it also
    /// checks it.
    pub(crate) fn verify(&self, token: &str, now: Timestamp) -> Result<Session, JwtError> {
        let session = self.read(token).ok_or(JwtError::Invalid)?;
        if session.expires_at <= now { Err(JwtError::Expired) } else { Ok(session) }
    }

    /// The session of a token with our header and signature, regardless of its time.
    fn read(&self, token: &str) -> Option<Session> {
        if token.len() > LONGEST {
            return None;
        }
        let (message, signature) = token.rsplit_once('.')?;
        let (header, payload) = message.split_once('.')?;
        if URL_SAFE_NO_PAD.decode(header).ok()? != HEADER.as_bytes() {
            return None;
        }
        let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature).ok()?).ok()?;
        self.verifying.verify_strict(message.as_bytes(), &signature).ok()?;
        let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
        let epoch = claims.epoch.as_deref().map(|epoch| u128::from_str_radix(epoch, 16)).transpose().ok()?;
        Some(Session {
            service_id: ServiceId::parse(&claims.iss).ok()?,
            id: u128::from_str_radix(&claims.jti, 16).ok()?,
            epoch: SessionEpoch::new(epoch.unwrap_or_default()),
            expires_at: Timestamp::from_second(claims.exp).ok()?,
        })
    }
}

impl std::fmt::Debug for JwtKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JwtKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn session() -> Session {
        Session {
            service_id: ServiceId::from_bits(7),
            id: 42,
            epoch: SessionEpoch::default(),
            expires_at: at(NOW + 60),
        }
    }

    fn signed(key: &JwtKey, header: &str, payload: &str) -> String {
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        let signature = key.signing.sign(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    #[test]
    fn a_session_comes_back_until_its_second() {
        let key = JwtKey::from_seed(&[1; 32]);
        let token = key.issue(session(), at(NOW));
        assert_eq!(key.verify(&token, at(NOW + 59)), Ok(session()));
        assert_eq!(key.verify(&token, at(NOW + 60)), Err(JwtError::Expired));
    }

    #[test]
    fn a_session_keeps_its_epoch() {
        let key = JwtKey::from_seed(&[1; 32]);
        let session = Session { epoch: SessionEpoch::new(u128::MAX), ..session() };
        assert_eq!(key.verify(&key.issue(session, at(NOW)), at(NOW)), Ok(session));
    }

    #[test]
    fn another_key_another_algorithm_and_other_bytes_are_refused() {
        let key = JwtKey::from_seed(&[1; 32]);
        let token = key.issue(session(), at(NOW));
        assert_eq!(JwtKey::from_seed(&[2; 32]).verify(&token, at(NOW)), Err(JwtError::Invalid));

        let payload = format!(r#"{{"iss":"{:032x}","iat":{NOW},"exp":{},"jti":"2a"}}"#, 7, NOW + 60);
        assert_eq!(key.verify(&signed(&key, HEADER, &payload), at(NOW)), Ok(session()));
        for header in [r#"{"alg":"none","typ":"JWT"}"#, r#"{"alg":"HS256","typ":"JWT"}"#, "{}"] {
            assert_eq!(key.verify(&signed(&key, header, &payload), at(NOW)), Err(JwtError::Invalid), "{header}");
        }
        let (message, _) = token.rsplit_once('.').unwrap();
        let other = token.replacen("eyJ", "eyK", 1);
        for token in ["", ".", "..", "a.b.c", message, &format!("{message}."), &other, &"a".repeat(5000)] {
            assert_eq!(key.verify(token, at(NOW)), Err(JwtError::Invalid), "{token}");
        }
    }

    #[test]
    fn an_expired_token_of_another_key_is_invalid_not_expired() {
        let token = JwtKey::from_seed(&[2; 32]).issue(session(), at(NOW));
        assert_eq!(JwtKey::from_seed(&[1; 32]).verify(&token, at(NOW + 1000)), Err(JwtError::Invalid));
    }

    proptest! {
        #[test]
        fn the_parts_that_ios_reads_are_plain_base64(
            service: u128, id: u128, epoch: u128, second in 0_i64..9_999_999_999
        ) {
            let (service_id, epoch) = (ServiceId::from_bits(service), SessionEpoch::new(epoch));
            let session = Session { service_id, id, epoch, expires_at: at(second + 86_400) };
            let token = JwtKey::from_seed(&[1; 32]).issue(session, at(second));
            let parts: Vec<_> = token.split('.').collect();
            prop_assert_eq!(parts.len(), 3);
            prop_assert!(!parts[0].contains(['-', '_']) && !parts[1].contains(['-', '_']), "{}", token);
        }
    }
}
