//! The requests of the loads: guests arrive, return, and have their tokens looked up.

use std::sync::Arc;

use serde::Deserialize;

use super::client::Ask;
use super::load::{Asking, Id, Told};
use super::phones::{self, GUESTS};
use super::registry::Registry;
use crate::shell::Failure;

/// A prime, so that consecutive requests use distant customers, and eventually all of them.
const STRIDE: u64 = 7919;

/// The realm by which devices recognize the network.
pub(crate) const REALM: &str = "bench.example";

/// The numbers of new guests. No two loads get the same ones.
pub(crate) struct Newcomers {
    next: u64,
}

/// Creates a new guest.
pub(crate) struct Create {
    pub(crate) organization: String,
    /// The number of the first guest.
    pub(crate) first: u64,
}

/// Alternately a known guest, under another name, and a new one, identified by e-mail address and telephone number.
pub(crate) struct Upsert {
    pub(crate) registry: Arc<Registry>,
    /// The number of the first new guest.
    pub(crate) first: u64,
}

/// Looks up the token of a guest.
pub(crate) struct LookUp(pub(crate) Arc<Registry>);

/// Looks up the e-mail address of a known guest.
pub(crate) struct Exist(pub(crate) Arc<Registry>);

/// Creates a guest with a chosen password. No load does that.
pub(crate) struct Reside {
    pub(crate) organization: String,
}

/// Checks the password of such a guest.
pub(crate) struct Check(pub(crate) Arc<Registry>);

/// Requests the credentials of such a guest, as a RADIUS server does.
pub(crate) struct Authorize(pub(crate) Arc<Registry>);

/// Requests a constant response.
pub(crate) struct Live;

/// Requests the readiness of the service.
pub(crate) struct Ready;

/// The part of a response to a RADIUS server that is checked.
#[derive(Deserialize)]
struct Login<'a> {
    #[serde(rename = "control:Cleartext-Password", borrow)]
    password: Attribute<'a>,
    #[serde(rename = "reply:Class", borrow)]
    class: Attribute<'a>,
}

#[derive(Deserialize)]
struct Attribute<'a> {
    value: &'a str,
}

/// Requests the page of such a guest, for a browser that does not report its device: with the QR code for a phone.
pub(crate) struct Page(pub(crate) Arc<Registry>);

/// Requests the file of such a guest, as a program does. It uses a hit, and for the next minute none.
pub(crate) struct Profile(pub(crate) Arc<Registry>);

impl Newcomers {
    /// The numbers after those of the existing customers.
    pub(crate) const fn after(customers: u64) -> Self {
        Self { next: customers }
    }

    /// Takes this many numbers, and returns the first.
    pub(crate) fn take(&mut self, count: u64) -> Option<u64> {
        let first = self.next;
        self.next = first.checked_add(count).filter(|next| *next <= GUESTS)?;
        Some(first)
    }
}

impl Asking for Create {
    fn ask(&self, number: u64) -> Ask {
        Ask::post("/v3/customers", guest(&self.organization, self.first + number, "Ada"))
    }

    fn owner(&self, _: u64) -> Option<Id> {
        None
    }
}

impl Asking for Upsert {
    fn ask(&self, number: u64) -> Ask {
        let guest_number = self.known(number).map_or(self.first + number / 2, |known| known as u64);
        let guest = guest(&self.registry.keys.organization, guest_number, &format!("Ada {number}"));
        Ask::post("/v3/customers?deduplicate=email,phoneNumber", guest)
    }

    fn owner(&self, number: u64) -> Option<Id> {
        self.known(number).map(|known| self.registry.ids[known])
    }
}

impl Upsert {
    /// The number of the known guest.
    fn known(&self, number: u64) -> Option<usize> {
        number.is_multiple_of(2).then(|| spread(number / 2, self.registry.ids.len()))
    }
}

impl Asking for LookUp {
    fn ask(&self, number: u64) -> Ask {
        Ask::get(format!("/v2/customers/tokens/{}", self.0.tokens[self.token(number)]))
    }

    fn owner(&self, number: u64) -> Option<Id> {
        Some(self.0.ids[self.token(number)])
    }
}

impl LookUp {
    fn token(&self, number: u64) -> usize {
        spread(number, self.0.tokens.len())
    }
}

impl Asking for Exist {
    fn ask(&self, number: u64) -> Ask {
        let (organization, guest) = (&self.0.keys.organization, self.guest(number));
        Ask::get(format!("/v2/customers/organizations/{organization}/exist?email=guest{guest}@bench.example"))
    }

    fn owner(&self, number: u64) -> Option<Id> {
        Some(self.0.ids[self.guest(number)])
    }

    fn read(&self, number: u64, body: &[u8]) -> Result<Option<Id>, Failure> {
        // The response has no id.
        Ok(Told::read(body)?.and(self.owner(number)))
    }
}

impl Exist {
    fn guest(&self, number: u64) -> usize {
        spread(number, self.0.ids.len())
    }
}

impl Asking for Reside {
    fn ask(&self, number: u64) -> Ask {
        let body = format!(
            r#"{{"organizationId":"{}","source":"api",{},"lock":false,"policies":{{"privacy":true,"termsOfUse":true}}}}"#,
            self.organization,
            resident(number)
        );
        Ask::post("/v3/customers", body)
    }

    fn owner(&self, _: u64) -> Option<Id> {
        None
    }
}

impl Asking for Check {
    fn ask(&self, number: u64) -> Ask {
        let (organization, resident) = (&self.0.keys.organization, resident(self.resident(number) as u64));
        let body = format!(r#"{{"organizationId":"{organization}",{resident}}}"#);
        Ask::post("/v3/customers/credential/check", body)
    }

    fn owner(&self, number: u64) -> Option<Id> {
        Some(self.0.residents[self.resident(number)])
    }
}

impl Check {
    fn resident(&self, number: u64) -> usize {
        spread(number, self.0.residents.len())
    }
}

impl Asking for Authorize {
    fn ask(&self, number: u64) -> Ask {
        let resident = self.resident(number);
        let form = format!("username=resident{resident}&calling_station_id=02-11-22-33-44-55&nas_ip=10.0.0.1");
        Ask::form("/radius/authorize", form)
    }

    fn owner(&self, number: u64) -> Option<Id> {
        Some(self.0.residents[self.resident(number)])
    }

    fn read(&self, number: u64, body: &[u8]) -> Result<Option<Id>, Failure> {
        let Login { password, class } = serde_json::from_slice(body)?;
        let right = password.value == self::password(self.resident(number) as u64);
        Ok(Id::from_str_radix(class.value, 16).ok().filter(|_| right))
    }
}

impl Authorize {
    fn resident(&self, number: u64) -> usize {
        spread(number, self.0.residents.len())
    }
}

impl Asking for Page {
    fn ask(&self, number: u64) -> Ask {
        Ask::get(format!("/activate/{}", self.0.passes[spread(number, self.0.passes.len())]))
    }

    fn owner(&self, number: u64) -> Option<Id> {
        Some(self.0.residents[spread(number, self.0.passes.len())])
    }

    fn read(&self, number: u64, body: &[u8]) -> Result<Option<Id>, Failure> {
        let shown = std::str::from_utf8(body)?.contains("<button name=\"device\" value=\"android\">");
        Ok(self.owner(number).filter(|_| shown))
    }
}

impl Asking for Profile {
    fn ask(&self, number: u64) -> Ask {
        let token = &self.0.passes[spread(number, self.0.passes.len())];
        Ask::get(format!("/wifiprofile?accountId={token}&deviceType=apple&realm={REALM}"))
    }

    fn owner(&self, number: u64) -> Option<Id> {
        Some(self.0.residents[spread(number, self.0.passes.len())])
    }

    fn read(&self, number: u64, body: &[u8]) -> Result<Option<Id>, Failure> {
        let shown = std::str::from_utf8(body)?.contains("<key>UserPassword</key>");
        Ok(self.owner(number).filter(|_| shown))
    }
}

impl Asking for Live {
    fn ask(&self, _: u64) -> Ask {
        Ask::get("/health/live")
    }

    fn owner(&self, _: u64) -> Option<Id> {
        Some(0)
    }

    fn read(&self, number: u64, body: &[u8]) -> Result<Option<Id>, Failure> {
        Ok(Told::read(body)?.and(self.owner(number)))
    }
}

impl Asking for Ready {
    fn ask(&self, _: u64) -> Ask {
        Ask::get("/health/ready")
    }

    fn owner(&self, _: u64) -> Option<Id> {
        Some(0)
    }

    fn read(&self, number: u64, body: &[u8]) -> Result<Option<Id>, Failure> {
        Ok(Told::read(body)?.and(self.owner(number)))
    }
}

/// The username of a resident.
fn resident(number: u64) -> String {
    format!(r#""username":"resident{number}","password":"{}""#, password(number))
}

/// The password of a resident.
pub(crate) fn password(number: u64) -> String {
    format!("password of {number}")
}

fn spread(number: u64, among: usize) -> usize {
    (number.wrapping_mul(STRIDE) % among as u64) as usize
}

/// The request of a captive portal. Each number has its own e-mail address and telephone number, from thirty countries.
fn guest(organization: &str, number: u64, first_name: &str) -> String {
    let phone_number = phones::number(number);
    format!(
        r#"{{"organizationId":"{organization}","source":"api","email":"guest{number}@bench.example","phoneNumber":"{phone_number}","firstName":"{first_name}","lastName":"Lovelace","language":"en","country":"GB","policies":{{"privacy":true,"termsOfUse":true}}}}"#
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    #[test]
    fn all_guests_come_again() {
        let met: BTreeSet<_> = (0..1000).map(|number| spread(number, 1000)).collect();
        assert_eq!(met.len(), 1000);
        assert_ne!(spread(1, 1000), 1);
    }

    #[test]
    fn a_guest_is_known_by_number() {
        let guest = |number, name| serde_json::from_str::<Value>(&guest("o", number, name)).unwrap();
        let (first, other) = (guest(1, "Ada"), guest(100_000, "Ada"));
        assert_eq!(first["phoneNumber"], "+393332000000");
        assert_eq!(other["email"], "guest100000@bench.example");
        assert_eq!(guest(1, "Eva")["email"], first["email"]);
    }

    #[test]
    fn nobody_is_a_newcomer_twice() {
        let mut newcomers = Newcomers::after(10);
        assert_eq!((newcomers.take(5), newcomers.take(1)), (Some(10), Some(15)));
        assert_eq!(newcomers.take(GUESTS), None);
    }
}
