//! What the loads ask: guests come, come again, and have their tokens looked up.

use std::sync::Arc;

use serde::Deserialize;

use super::client::Ask;
use super::load::{Asking, Id, Told};
use super::phones::{self, GUESTS};
use super::registry::Registry;
use crate::shell::Failure;

/// A prime, so that requests one after the other meet customers far from each other, and all of them in the end.
const STRIDE: u64 = 7919;

/// By which devices know the network.
pub(crate) const REALM: &str = "bench.example";

/// The numbers of guests who were never here. No two loads get the same ones.
pub(crate) struct Newcomers {
    next: u64,
}

/// A guest who was never here.
pub(crate) struct Create {
    pub(crate) organization: String,
    /// The number of the first guest.
    pub(crate) first: u64,
}

/// By turns a guest who was here, under another name, and one who was not, recognised by e-mail address and phone number.
pub(crate) struct Upsert {
    pub(crate) registry: Arc<Registry>,
    /// The number of the first guest who was never here.
    pub(crate) first: u64,
}

/// The token of a guest.
pub(crate) struct LookUp(pub(crate) Arc<Registry>);

/// The e-mail address of a guest who was here.
pub(crate) struct Exist(pub(crate) Arc<Registry>);

/// A guest who has a password of their own. No load creates one.
pub(crate) struct Reside {
    pub(crate) organization: String,
}

/// The password of such a guest.
pub(crate) struct Check(pub(crate) Arc<Registry>);

/// What such a guest logs in with, as a RADIUS server asks.
pub(crate) struct Authorize(pub(crate) Arc<Registry>);

/// Nothing about anybody.
pub(crate) struct Live;

/// Whether the service can do its work.
pub(crate) struct Ready;

/// What is looked at in what a RADIUS server is told.
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

/// The page of such a guest, for a browser that does not say what it runs on: with the code for a phone.
pub(crate) struct Page(pub(crate) Arc<Registry>);

/// The file of such a guest, for a program. It uses a hit, and then for a minute none.
pub(crate) struct Profile(pub(crate) Arc<Registry>);

impl Newcomers {
    /// After so many who are here.
    pub(crate) const fn after(customers: u64) -> Self {
        Self { next: customers }
    }

    /// The first of so many numbers.
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
    /// The guest who was here.
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
        // It tells no id.
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

/// With what a resident logs in.
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

/// What a captive portal sends. Every number has an e-mail address and a phone number of its own, from thirty countries.
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
