//! A customer whose values can be sought in whatever a store leaves behind.

use domain::customer::{
    InstallationChanges, Patch, PolicyChanges, PostCustomer, ProfileChanges, PutCustomer, ReportInstallation,
};
use domain::customer_fields;
use domain::session::{Claims, SessionRecord};
use domain::value::{
    Attribute, BirthDate, CustomChanges, CustomerId, Email, Password, PhoneNumber, PolicyName, Text, Username,
};
use jiff::civil::Date;
use serde_json::json;

use crate::edit::{EditPost, accepted, text};
use crate::{Venue, access_point, sample};

/// What all texts begin with that are sought. Few enough characters for every field, and found nowhere else: names that are made
/// up have no `u`.
const MARK: &str = "zq7u";
/// Values without the mark.
const PHONE_NUMBER: &str = "+393331119247";
const BIRTH_DATE: &str = "1931-12-29";
const FRAMED_ADDRESS: &str = "10.98.76.54";

/// A customer, and what can be found of it.
pub struct Traces {
    /// The customer.
    pub customer_id: CustomerId,
    /// The hashes of its tokens.
    hashes: Vec<Vec<u8>>,
}

impl Traces {
    /// Creates a customer with every value, changes all of them, and gives it devices, tokens and sessions; before, between and
    /// after that many others come.
    pub async fn leave(venue: &Venue<'_>) -> Self {
        crowd(venue).await;
        let customer_id = venue.create(person(venue)).await.id;
        crowd(venue).await;
        venue.update(PutCustomer { changes: profile("second"), ..venue.put(customer_id) }).await;
        let mut hashes = Vec::new();
        for hits in [None, Some(3)] {
            let (_, new) = venue.token(customer_id, 300, hits);
            hashes.push(new.hash.as_bytes().to_vec());
            venue.stores.tokens.issue(new).await.unwrap();
        }
        for id in ["install one", "install two"] {
            venue.stores.installations.report(installation(venue, customer_id, id)).await.unwrap();
        }
        for n in 0..3 {
            let record = session(venue, customer_id, n);
            assert_eq!(venue.stores.network_sessions.record(&record).await.unwrap(), Some(customer_id));
        }
        crowd(venue).await;
        Self { customer_id, hashes }
    }

    /// What can be found in these bytes: texts with what comes behind their mark, and the names of other values.
    pub fn found(&self, bytes: &[u8]) -> Vec<String> {
        let heap = one_char_a_byte(bytes);
        let mut found: Vec<_> =
            heap.match_indices(MARK).map(|(at, _)| heap[at..].chars().take(40).collect::<String>()).collect();
        for value in [PHONE_NUMBER, BIRTH_DATE, FRAMED_ADDRESS] {
            found.extend(heap.contains(value).then(|| value.to_owned()));
        }
        for hash in &self.hashes {
            // As bytes, or as a dump writes them.
            let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            found.extend((heap.contains(&one_char_a_byte(hash)) || heap.contains(&hex)).then_some(hex));
        }
        found
    }
}

/// So that any bytes can be searched as text.
fn one_char_a_byte(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

fn marked<const MAX: usize>(what: &str) -> Text<MAX> {
    text(&format!("{MARK} {what}"))
}

fn person(venue: &Venue<'_>) -> PostCustomer {
    PostCustomer {
        username: Some(Username::parse(&format!("{MARK} username")).unwrap()),
        password: Some(Password::parse(&format!("{MARK} password")).unwrap()),
        changes: profile("first"),
        ..venue.post()
    }
}

/// Marks a short text with its field and the time; values of other types stay.
macro_rules! mark {
    (ShortText $value:expr, $what:expr, $time:expr) => {
        $value = Patch::Set(marked(&format!("{} {}", $what.replace('_', " "), $time)))
    };
    ($type:ident $value:expr, $what:expr, $time:expr) => {
        let _ = &$value;
    };
}

/// Declares how every short text of the list is marked.
macro_rules! sections {
    (
        $(#[$person_doc:meta])* person: $Person:ident, $PersonChanges:ident, $person_prefix:literal {
            $($(#[$doc:meta])* $field:ident: $type:ident, $name:literal, $history:tt;)*
        }
        $(
            $(#[$group_doc:meta])* $group:ident: $Group:ident, $Changes:ident, $prefix:literal {
                $($(#[$member_doc:meta])* $member:ident: $member_type:ident, $member_name:literal, $member_history:tt;)*
            }
        )*
    ) => {
        fn mark_texts(changes: &mut ProfileChanges, time: &str) {
            $(mark!($type changes.person.$field, stringify!($field), time);)*
            $(if let Patch::Set(group) = &mut changes.$group {
                $(mark!($member_type group.$member, concat!(stringify!($group), " ", stringify!($member)), time);)*
            })*
        }
    };
}

customer_fields!(sections);

/// Every text is marked, and says which one it is and of which time.
fn profile(time: &str) -> ProfileChanges {
    let mut changes = sample::every_field();
    mark_texts(&mut changes, time);
    let person = &mut changes.person;
    person.phone_number = Patch::Set(PhoneNumber::parse(PHONE_NUMBER).unwrap());
    person.email = Patch::Set(Email::parse(&format!("{MARK}.{time}@example.org")).unwrap());
    person.birth_date = Patch::Set(BirthDate::parse(BIRTH_DATE, Date::MAX).unwrap());
    person.zip_code = Patch::Set(marked(&format!("zip {time}")));
    // Larger than a page of either database.
    person.picture = Patch::Set(marked(&format!("picture {time} {MARK}").repeat(2000)));
    let custom = json!({format!("{MARK} custom name {time}"): format!("{MARK} custom value {time}")});
    changes.custom = Patch::Set(CustomChanges::parse(custom.as_object().unwrap().clone()).unwrap());
    let policy = PolicyName::parse(&format!("{MARK}-policy-{time}")).unwrap();
    changes.policies = Patch::Set(PolicyChanges { customs: [(policy, Patch::Set(true))].into(), ..accepted() });
    changes
}

fn installation(venue: &Venue<'_>, customer_id: CustomerId, id: &str) -> ReportInstallation {
    let id = format!("{MARK} {id}");
    let changes = InstallationChanges {
        vendor_id: Patch::Set(marked("installation's vendor")),
        push_token: Patch::Set(marked("push token")),
        guid: Patch::Set(marked("installation's guid")),
        ..InstallationChanges::default()
    };
    ReportInstallation { changes, ..venue.report(customer_id, &id) }
}

fn session(venue: &Venue<'_>, customer_id: CustomerId, number: usize) -> SessionRecord {
    let attribute = |what: &str| Attribute::parse(&format!("{MARK} {what} {number}")).unwrap();
    SessionRecord {
        claims: Claims { customer_id: Some(customer_id), usernames: vec![] },
        acct_session_id: attribute("session"),
        nas: access_point(&format!("{MARK} access point")),
        calling_station: Some(attribute("calling station")),
        called_station: Some(attribute("called station")),
        framed_address: Some(FRAMED_ADDRESS.parse().unwrap()),
        ended: number > 0,
        terminate_cause: Some(attribute("cause")),
        ..venue.session_record("1")
    }
}

/// Many other customers with values of many lengths, so that rows move from page to page.
async fn crowd(venue: &Venue<'_>) {
    let commands = (0..300_usize).map(|n| {
        let mut post = venue.post().deduplicate("");
        post.changes = sample::every_field();
        let person = &mut post.changes.person;
        person.email = Patch::Set(Email::parse(&format!("{}@example.org", "x".repeat(1 + n * 7 % 60))).unwrap());
        person.picture = Patch::Set(text(&"o".repeat(1 + n * 37 % 9000)));
        person.ext_id = Patch::Set(text(&format!("{}", n * 7919 % 1000)));
        crate::IntoCommand::into_command(post)
    });
    for answer in venue.stores.customers.write(commands.collect()).await.unwrap() {
        answer.unwrap();
    }
}
