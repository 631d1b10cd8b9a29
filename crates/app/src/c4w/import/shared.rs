//! Identifying values that many people of the file share: placeholders, and addresses of a household or a business.
//! Customers that are looked up by such a value would be merged into one.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use c4w_client::Body;
use domain::value::{PhoneNumber, PhoneNumberRule};
use serde_json::Value;

use super::single::identities;

/// Different people that share a value, from which on it identifies none of them, by what tells that they are different: another
/// value for --deduplicate, a value that identifies otherwise, first and last name, one name.
const OTHER_VALUES: usize = 8;
const OTHER_IDENTITIES: usize = 3;
const NAMES: usize = 8;
const NAME: usize = 10;
/// The same of values that may only fill a place, such as 1 and 123456: the id of one customer can be such a number.
const SUSPICIOUS: usize = 2;
/// Values that are remembered. Then those go that one person has.
const REMEMBERED: usize = 200_000;

/// What is written where there is no value, also as the first part of an e-mail address, where spaces and signs are left out.
const PLACEHOLDERS: &str = "unknown none test guest anonymous anonym missing empty blank default dummy undefined not_available \
     not_provided not_applicable not_specified no_email no_mail no_e_mail no_phone no_id no_reply do_not_reply \
     unbekannt keine keine_angabe keine_email leer gast sconosciuto nessuno nessuna ospite vuoto non_disponibile senza_email \
     inconnu aucun aucune vide non_renseigné desconocido ninguno ninguna vacío vacio sin_datos sin_email sin_correo no_disponible \
     desconhecido nenhum vazio onbekend geen";
/// The same, but short enough to be the initials in somebody's address, or the address of an object.
const SHORT_PLACEHOLDERS: &str =
    "x xx xxx xxxx no nd n/d n.d na n/a n.a k.a s/n tbd tba nil null nan true false yes [object_object]";

/// The known owners of values.
pub(super) struct Shared {
    names: Vec<String>,
    hasher: RandomState,
    people: HashMap<u64, Vec<Person>>,
}

/// What distinguishes one person from another.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Person {
    by: By,
    hash: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    OtherValue,
    OtherIdentity,
    Names,
    Name,
}

impl By {
    const ALL: [(Self, usize); 4] = [
        (Self::OtherValue, OTHER_VALUES),
        (Self::OtherIdentity, OTHER_IDENTITIES),
        (Self::Names, NAMES),
        (Self::Name, NAME),
    ];
}

impl Shared {
    /// Customers are found by these values.
    pub(super) fn new(deduplicate: &[String]) -> Self {
        Self { names: deduplicate.to_vec(), hasher: RandomState::new(), people: HashMap::new() }
    }

    /// The reason why one of the customer's values cannot identify it, if there is one.
    pub(super) fn see(&mut self, customer: &Body) -> Option<String> {
        let values = identities(customer, &self.names).into_iter();
        let mut values: Vec<_> = values.map(|(name, value)| (name, value.trim().to_lowercase())).collect();
        if let Some((name, value)) = values.iter().find(|(name, value)| is_placeholder(name, value)) {
            return Some(format!(
                "{name}: {value:?} is a placeholder and identifies nobody; --null can declare it missing"
            ));
        }
        // A device may be anybody's, and the registry knows how to take that.
        values.retain(|(name, _)| name != "guid");
        let mut reason = None;
        for (name, value) in &values {
            let Some(person) = self.person(customer, name, &values).filter(|_| may_be_valid(name, value)) else {
                continue;
            };
            let key = self.hasher.hash_one((name, value));
            self.forget();
            let people = self.people.entry(key).or_default();
            if people.len() < NAME && !people.contains(&person) {
                people.push(person);
            }
            let suspicious = is_suspicious(value);
            let shared = By::ALL.into_iter().any(|(by, limit)| {
                let limit = if suspicious { SUSPICIOUS } else { limit };
                people.iter().filter(|it| it.by == by).count() >= limit
            });
            if shared {
                reason.get_or_insert_with(|| {
                    format!("{name}: {value:?} stands in rows of different people, so it identifies none of them")
                });
            }
        }
        reason
    }

    /// The person, identified by something other than this value.
    fn person(&self, customer: &Body, name: &str, values: &[(String, String)]) -> Option<Person> {
        let person = |by, hash: u64| Person { by, hash: u32::try_from(hash >> 32).unwrap_or_default() };
        let text =
            |field: &str| customer.get(field).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
        let others: Vec<_> = values.iter().filter(|(other, _)| other != name).collect();
        if !others.is_empty() {
            return Some(person(By::OtherValue, self.hasher.hash_one(others)));
        }
        let other = ["email", "phoneNumber", "extId"].into_iter().find(|field| *field != name && text(field).is_some());
        if let Some(field) = other {
            return Some(person(By::OtherIdentity, self.hasher.hash_one((field, text(field).map(str::to_lowercase)))));
        }
        let names = ["firstName", "lastName"].map(|field| text(field).map(str::to_lowercase));
        match &names {
            [Some(_), Some(_)] => Some(person(By::Names, self.hasher.hash_one(&names))),
            [None, None] => None,
            _ => Some(person(By::Name, self.hasher.hash_one(&names))),
        }
    }

    fn forget(&mut self) {
        if self.people.len() >= REMEMBERED {
            self.people.retain(|_, people| people.len() > 1);
        }
        if self.people.len() >= REMEMBERED {
            self.people.clear();
        }
    }
}

/// Whether the registry may accept the value: it reports the errors of others itself.
fn may_be_valid(name: &str, value: &str) -> bool {
    match name {
        "email" => value.matches('@').count() == 1 && value.contains('.'),
        "phoneNumber" => value.starts_with('+') && value.len() > 6,
        _ => true,
    }
}

/// Whether a value can only fill a place: a known word, zeros, nothing but signs, the address of no network card, a telephone
/// number of one digit again and again or of digits in their order.
fn is_placeholder(name: &str, value: &str) -> bool {
    let is_one_of = |words: &str, word: &str| words.split_whitespace().any(|it| it == word);
    if name == "email" {
        let local: String =
            value.split('@').next().unwrap_or_default().chars().filter(|it| it.is_alphanumeric()).collect();
        let plain = |word: &str| word.chars().filter(|it| it.is_alphanumeric()).collect::<String>();
        return PLACEHOLDERS.split_whitespace().any(|word| plain(word) == local);
    }
    let word = value.trim_matches('.').split([' ', '_', '-']).filter(|it| !it.is_empty()).collect::<Vec<_>>().join("_");
    let signs: String = value.chars().filter(|it| it.is_alphanumeric()).collect();
    // Signs such as "-", 000, 0.0, the nil UUID and 00:00:00:00:00:00, but neither the first of a sequence nor 0-0.
    let is_zero = signs.chars().all(|it| it == '0') && (signs.len() >= 12 || signs.is_empty() || is_zeros(value));
    let is_minus_one = matches!(value, "-1" | "-1.0");
    let is_no_card = name == "guid" && matches!(signs.as_str(), "020000000000" | "ffffffffffff");
    let is_no_number = name == "phoneNumber"
        && PhoneNumber::parse_by(value, PhoneNumberRule::Possible)
            .is_ok_and(|number| is_repeated(number.national_part()) || is_sequence(number.national_part()));
    is_one_of(PLACEHOLDERS, &word)
        || is_one_of(SHORT_PLACEHOLDERS, &word)
        || is_zero
        || is_minus_one
        || is_no_card
        || is_no_number
}

/// Whether the value is more than one zero, or zero with decimals.
fn is_zeros(value: &str) -> bool {
    value.len() > 1 && value.bytes().all(|it| matches!(it, b'0' | b'.'))
}

/// Whether a value may only fill a place: 0, 1, one digit again and again, digits in their order, a power of ten as spreadsheets
/// write it. In a file of numbered customers, somebody has this number.
fn is_suspicious(value: &str) -> bool {
    let is_power =
        value.split_once('e').is_some_and(|(digit, power)| digit.len() == 1 && is_digits(digit) && is_digits(power));
    matches!(value, "0" | "1") || is_repeated(value) || is_sequence(value) || is_power
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit())
}

fn is_repeated(text: &str) -> bool {
    text.len() > 2 && is_digits(text) && text.bytes().all(|it| text.starts_with(char::from(it)))
}

/// Whether these are the digits from 1 or 0 up, or from 9 down, such as 123456 and 1234567890.
fn is_sequence(text: &str) -> bool {
    text.len() > 2 && ["0123456789", "1234567890", "9876543210"].iter().any(|digits| digits.starts_with(text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Whether each of these rows is refused.
    fn refused(names: &[&str], rows: impl Iterator<Item = Value>) -> Vec<bool> {
        let mut shared = Shared::new(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        rows.map(|row| shared.see(row.as_object().unwrap()).is_some()).collect()
    }

    #[test]
    fn a_value_of_many_people_identifies_nobody() {
        let rows =
            |value: &'static str| (0..12).map(move |n| json!({"extId": value, "email": format!("a{n}@example.org")}));
        assert_eq!(refused(&["extId"], rows("crm")), [[false; 2].to_vec(), vec![true; 10]].concat());
        assert_eq!(refused(&["extId"], rows("1")), [[false; 1].to_vec(), vec![true; 11]].concat());
        let rows = (0..12).map(|n| json!({"extId": format!("crm-{n}"), "email": "info@example.org"}));
        assert_eq!(refused(&["extId", "email"], rows), [[false; 7].to_vec(), vec![true; 5]].concat());
        let rows = (0..12).map(|n| json!({"extId": "crm", "firstName": "A", "lastName": n.to_string()}));
        assert!(refused(&["extId"], rows)[7]);
    }

    #[test]
    fn one_person_may_come_often() {
        let rows = (0..100).map(|n| json!({"extId": "1", "email": "a@example.org", "custom": {"visit": n}}));
        assert!(!refused(&["extId"], rows).contains(&true));
        let rows = (0..5).map(|n| json!({"extId": "crm-1", "firstName": format!("Ada {n}")}));
        assert!(!refused(&["extId"], rows).contains(&true));
        let rows = (0..100).map(|n| json!({"device": {"guid": "kiosk"}, "email": format!("{n}@example.org")}));
        assert!(!refused(&["guid", "email"], rows).contains(&true));
    }

    #[test]
    fn a_placeholder_identifies_nobody_even_once() {
        for (name, value) in [
            ("extId", "-"),
            ("extId", "000"),
            ("extId", "0.0"),
            ("extId", "-1"),
            ("extId", "Unknown"),
            ("extId", "TRUE"),
            ("extId", "no"),
            ("extId", "x"),
            ("extId", "xxx"),
            ("extId", "nd"),
            ("extId", "n/d"),
            ("extId", "N.D."),
            ("extId", "k.A."),
            ("extId", "s/n"),
            ("extId", "vuoto"),
            ("extId", "leer"),
            ("extId", "Not available"),
            ("extId", "not provided"),
            ("extId", "no email"),
            ("extId", "sin datos"),
            ("extId", "[object Object]"),
            ("extId", "00000000-0000-0000-0000-000000000000"),
            ("phoneNumber", "+393333333333"),
            ("phoneNumber", "+1 222 222 2222"),
            ("email", "test@example.org"),
            ("email", "noemail@hotel.example"),
            ("email", "no-mail@hotel.example"),
        ] {
            assert_eq!(refused(&[name], [json!({name: value})].into_iter()), [true], "{value}");
        }
        for guid in ["00:00:00:00:00:00", "02:00:00:00:00:00", "unknown"] {
            let row = json!({"device": {"guid": guid}, "email": "ada@example.org"});
            assert_eq!(refused(&["guid"], [row].into_iter()), [true], "{guid}");
        }
    }

    #[test]
    fn what_may_be_a_value_identifies_once() {
        for (name, value) in [
            ("extId", "0"),
            ("extId", "0-0"),
            ("extId", "1"),
            ("extId", "10"),
            ("extId", "111"),
            ("extId", "123456"),
            ("extId", "1234567890"),
            ("extId", "1E5"),
            ("extId", "a-1"),
            ("extId", "Knox"),
            ("email", "tester@example.org"),
            ("email", "nd@example.org"),
            ("phoneNumber", "+393331234567"),
            ("phoneNumber", "+14155555555"),
        ] {
            assert_eq!(refused(&[name], [json!({name: value})].into_iter()), [false], "{value}");
        }
        for value in ["0", "1", "111", "123456", "1234567890", "1E5"] {
            let rows = ["Ada", "Ben"].map(|first| json!({"extId": value, "firstName": first, "lastName": "A"}));
            assert_eq!(refused(&["extId"], rows.into_iter()), [false, true], "{value}");
        }
    }
}
