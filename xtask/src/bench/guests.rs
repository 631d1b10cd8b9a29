//! What the loads ask: guests come, come again, and have their tokens looked up.

use std::sync::Arc;

use serde_json::{Value, json};

use super::client::Ask;
use super::load::Asking;
use super::registry::Registry;

/// Both values by which a guest is recognised.
const DEDUPLICATE: &str = "?deduplicate=email,phoneNumber";
/// A prime, so that requests one after the other meet customers far from each other, and all of them in the end.
const STRIDE: u64 = 7919;

/// A guest who was never here.
pub(crate) struct Create {
    pub(crate) organization: String,
    /// The number of the first guest.
    pub(crate) first: u64,
    pub(crate) deduplicate: bool,
}

/// A guest who was here, under another name.
pub(crate) struct Hit(pub(crate) Arc<Registry>);

/// The token of a guest.
pub(crate) struct LookUp(pub(crate) Arc<Registry>);

impl Asking for Create {
    fn ask(&self, number: u64) -> Ask {
        let query = if self.deduplicate { DEDUPLICATE } else { "" };
        Ask::post(format!("/v3/customers{query}"), guest(&self.organization, self.first + number, "Ada"))
    }

    /// Which id it is to be cannot be known; that it is a new one is looked at when all are there.
    fn accepts(&self, _: u64, id: &str) -> bool {
        id.len() == 32
    }
}

impl Asking for Hit {
    fn ask(&self, number: u64) -> Ask {
        let guest = guest(&self.0.keys.organization, self.guest(number) as u64, &format!("Ada {number}"));
        Ask::post(format!("/v3/customers{DEDUPLICATE}"), guest)
    }

    fn accepts(&self, number: u64, id: &str) -> bool {
        self.0.ids[self.guest(number)] == id
    }
}

impl Hit {
    fn guest(&self, number: u64) -> usize {
        spread(number, self.0.ids.len())
    }
}

impl Asking for LookUp {
    fn ask(&self, number: u64) -> Ask {
        Ask::get(format!("/v2/customers/tokens/{}", self.0.tokens[self.token(number)]))
    }

    fn accepts(&self, number: u64, id: &str) -> bool {
        self.0.ids[self.token(number)] == id
    }
}

impl LookUp {
    fn token(&self, number: u64) -> usize {
        spread(number, self.0.tokens.len())
    }
}

fn spread(number: u64, among: usize) -> usize {
    (number.wrapping_mul(STRIDE) % among as u64) as usize
}

/// What a captive portal sends. Every number has an e-mail address and a phone number of its own.
fn guest(organization: &str, number: u64, first_name: &str) -> Value {
    json!({
        "organizationId": organization,
        "source": "api",
        "email": format!("guest{number}@bench.example"),
        // German mobile numbers: there are a hundred million of them with this prefix.
        "phoneNumber": format!("+49151{number:08}"),
        "firstName": first_name,
        "lastName": "Lovelace",
        "language": "en",
        "country": "GB",
        "policies": {"privacy": true, "termsOfUse": true},
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn all_guests_come_again() {
        let met: BTreeSet<_> = (0..1000).map(|number| spread(number, 1000)).collect();
        assert_eq!(met.len(), 1000);
        assert_ne!(spread(1, 1000), 1);
    }

    #[test]
    fn a_guest_is_known_by_number() {
        let (first, other) = (guest("o", 1, "Ada"), guest("o", 100_000, "Ada"));
        assert_eq!(first["phoneNumber"], "+4915100000001");
        assert_eq!(other["email"], "guest100000@bench.example");
        assert_eq!(guest("o", 1, "Eva")["email"], first["email"]);
    }
}
