//! Telling a repeated POST from a new one, by the key that its sender gave it.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::{Customer, Patch, PostCustomer, Refusal};
use crate::ports::{Outcome, Written};
use crate::value::{CustomerId, LocationId};
use crate::{InvalidValue, limits};

/// SHA-256 of something that is compared, and not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint with these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// How a request is known again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeatable {
    /// Of the key. Keys are the organization's.
    pub key: Fingerprint,
    /// Of everything that is asked. It takes the key to guess what that was.
    pub request: Fingerprint,
}

impl Repeatable {
    /// Takes a key of 1 to 255 printable ASCII characters, and what the request asks for in a form that is always the
    /// same.
    ///
    /// # Errors
    /// The key is empty, too long, or has other characters.
    pub fn new(key: &str, request: &[u8]) -> Result<Self, InvalidValue> {
        if key.is_empty() || !key.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(InvalidValue::invalid("must be printable ASCII, and not empty"));
        }
        if key.len() > limits::IDEMPOTENCY_KEY {
            return Err(InvalidValue::too_long(limits::IDEMPOTENCY_KEY, "characters"));
        }
        let salted = Sha256::new().chain_update(key).chain_update([0]).chain_update(request);
        Ok(Self { key: Fingerprint(Sha256::digest(key).into()), request: Fingerprint(salted.finalize().into()) })
    }
}

/// What is kept of an answer, so that the same request gets it again. There is nothing of the person in it: the rest is
/// the customer's, and what of it was answered never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Of the request.
    pub request: Fingerprint,
    /// The customer that was written.
    pub customer_id: CustomerId,
    /// Whether it was new.
    pub outcome: Outcome,
    /// Where it was then.
    pub location_id: LocationId,
    /// Whether it was locked then.
    pub locked: bool,
    /// When the request came.
    pub at: Timestamp,
}

impl Receipt {
    /// The receipt for what a request has written.
    pub fn of(repeatable: Repeatable, written: &Written) -> Self {
        let customer = &written.customer;
        Self {
            request: repeatable.request,
            customer_id: customer.id,
            outcome: written.outcome,
            location_id: customer.location_id,
            locked: customer.locked,
            at: customer.modified_at,
        }
    }

    /// Housekeeping keeps those since this time, when it has come to `horizon`
    /// ([`crate::housekeeping::Reached::horizon`]).
    pub fn kept_since(horizon: Timestamp) -> Timestamp {
        horizon.checked_sub(SignedDuration::from_hours(limits::RECEIPT_KEPT_HOURS)).unwrap_or(Timestamp::MIN)
    }

    /// What was answered to the request, now that it comes again. `stored` is what became of the customer.
    ///
    /// # Errors
    /// [`Refusal::KeyReused`] when it is another request. [`Refusal::UnknownCustomer`] when the customer is gone.
    pub fn answer_again(&self, post: &PostCustomer, stored: Option<&Customer>) -> Result<Written, Refusal> {
        if post.repeatable.is_none_or(|repeatable| repeatable.request != self.request) {
            return Err(Refusal::KeyReused);
        }
        let mut customer = stored.ok_or(Refusal::UnknownCustomer)?.clone();
        customer.location_id = self.location_id;
        customer.locked = self.locked;
        customer.modified_at = self.at;
        let hotspot_id = &mut customer.profile.person.hotspot_id;
        match &post.changes.person.hotspot_id {
            Patch::Set(sent) => *hotspot_id = Some(sent.clone()),
            // What the customer had before is not kept.
            Patch::Keep | Patch::Clear if self.outcome == Outcome::Updated => {}
            Patch::Keep | Patch::Clear => *hotspot_id = None,
        }
        Ok(Written { customer, outcome: self.outcome, lock_changed: false })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ViolationCode;

    #[test]
    fn keys_are_bounded_and_printable() {
        for key in ["k", "8e03978e-40d5-43dd-bc93-6894a57f9324", "\"quoted key\"", &"~".repeat(255)] {
            assert!(Repeatable::new(key, b"").is_ok(), "{key}");
        }
        for (key, code) in [
            ("", ViolationCode::Invalid),
            ("ä", ViolationCode::Invalid),
            ("a\tb", ViolationCode::Invalid),
            ("a\0", ViolationCode::Invalid),
            ("\u{7f}", ViolationCode::Invalid),
            (&"k".repeat(256), ViolationCode::TooLong),
        ] {
            assert_eq!(Repeatable::new(key, b"").unwrap_err().code, code, "{key}");
        }
    }

    #[test]
    fn a_request_is_known_by_its_key_and_by_what_it_asks() {
        let of = |key, request: &[u8]| Repeatable::new(key, request).unwrap();
        assert_eq!(of("a", b"1"), of("a", b"1"));
        assert_eq!(of("a", b"1").key, of("a", b"2").key);
        assert_ne!(of("a", b"1").request, of("a", b"2").request);
        assert_ne!(of("a", b"1").key, of("b", b"1").key);
        assert_ne!(of("a", b"1").request, of("b", b"1").request, "who does not know the key cannot try bodies");
    }
}
