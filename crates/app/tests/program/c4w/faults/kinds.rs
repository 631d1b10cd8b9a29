//! The errors that a row can have in any format.

use super::row::{Fields, good, good_before};

/// An error of a row. A reason that refers to a customer has the row's number in braces.
pub(super) struct Fault {
    pub(super) fields: Vec<(&'static str, String)>,
    pub(super) reasons: Vec<String>,
}

const WORDS: [(&str, &str); 4] = [
    ("gender", "male female other"),
    ("civilStatus", "Mr Miss Lady"),
    ("doubleOptin", "confirmed confirm_waiting"),
    ("source", "controlpanel splashportal mobileapp kiosk external guest_wifi text api qr_code other"),
];

const TOO_LONG: [(&str, usize, &str); 10] = [
    ("email", 254, "characters"),
    ("firstName", 255, "characters"),
    ("lastName", 255, "characters"),
    ("companyName", 255, "characters"),
    ("zipCode", 32, "characters"),
    ("picture", 65_536, "characters"),
    ("document.type", 255, "characters"),
    ("device.guid", 255, "characters"),
    ("username", 63, "bytes"),
    ("password", 128, "bytes"),
];

const INVALID: [(&str, &str, &str); 20] = [
    ("email", "odd", "must be an e-mail address"),
    ("email", "a@b@c", "must be an e-mail address"),
    ("phoneNumber", "3331234567", "must be a valid phone number in E.164 form, such as +14155552671"),
    ("phoneNumber", "+39", "must be a valid phone number in E.164 form, such as +14155552671"),
    ("language", "klingon", "must be a language, such as en or en-US"),
    ("country", "Atlantis", "must be an ISO 3166 country code, such as GB or GB-ENG"),
    ("birthDate", "16.03.1975", "must be a date in the form YYYY-MM-DD"),
    ("birthDate", "1975-02-30", "must be a date in the form YYYY-MM-DD"),
    ("birthDate", "1899-12-31", "must be a date from 1900 to today"),
    ("birthDate", "2999-01-01", "must be a date from 1900 to today"),
    ("locationId", "here", "must be 32 lower-case hexadecimal digits"),
    ("locationId", "00000000000000000000000000000000", "is not a location of the organization"),
    ("lock", "perhaps", "must be true or false"),
    ("emailVerified", "2", "must be true or false"),
    ("username", "a\tb", "must not be blank nor contain control characters"),
    ("password", "a \u{1F600}", "must stay within the Basic Multilingual Plane"),
    ("firstName", "a\0b", "must not contain U+0000"),
    ("document.type", "\0", "must not contain U+0000"),
    ("policies.privacy", "no", "must be accepted"),
    ("username", "taken", "belongs to another customer"),
];

/// Every error, for the row with this number.
pub(super) fn faults(number: usize) -> Vec<Fault> {
    let one = |(field, value, reason): (&'static str, String, String)| Fault {
        fields: vec![(field, value)],
        reasons: vec![format!("{field}: {reason}")],
    };
    let words = WORDS.map(|(field, words)| (field, "robot".to_owned(), format!("must be one of: {words}")));
    let invalid = INVALID.map(|(field, value, reason)| (field, value.to_owned(), reason.to_owned()));
    let too_long =
        TOO_LONG.map(|(field, limit, unit)| (field, "x".repeat(limit + 1), format!("must not exceed {limit} {unit}")));
    let single = words.into_iter().chain(invalid).chain(too_long).map(one);
    single.chain([several(), no_policies(), of_others(), two_customers(number)]).collect()
}

/// Several errors, all of which are reported.
fn several() -> Fault {
    let wrong = ["birthDate", "country", "email", "gender", "language", "phoneNumber"];
    let reason = |field: &str| {
        let same = |fault: &&(&str, &str, &str)| fault.0 == field;
        match INVALID.iter().find(same) {
            Some((.., reason)) => format!("{field}: {reason}"),
            None => format!("{field}: must be one of: {}", WORDS[0].1),
        }
    };
    Fault { fields: wrong.map(|field| (field, "?".to_owned())).to_vec(), reasons: wrong.map(reason).to_vec() }
}

fn no_policies() -> Fault {
    let policies = ["policies.termsOfUse", "policies.privacy"];
    Fault {
        fields: policies.map(|name| (name, String::new())).to_vec(),
        reasons: policies.map(|name| format!("{name}: must be accepted")).to_vec(),
    }
}

fn of_others() -> Fault {
    Fault {
        fields: vec![("organizationId", "0".repeat(32))],
        reasons: vec!["The organization is not the service's own.".to_owned()],
    }
}

/// One value belongs to one customer, and the other value to another.
fn two_customers(number: usize) -> Fault {
    let (one, other) = (good_before(number, 1), good_before(number, 1500.min(number)));
    Fault {
        fields: vec![("extId", good(one)["extId"].clone()), ("email", good(other)["email"].clone())],
        reasons: vec![
            format!("extId: belongs to customer {{{one}}}"),
            format!("email: belongs to customer {{{other}}}"),
        ],
    }
}

/// The row with this number, with an error.
pub(super) fn with(number: usize, fault: &Fault) -> Fields {
    let mut fields = good(number);
    for (field, value) in &fault.fields {
        if value.is_empty() {
            fields.remove(field);
        } else {
            fields.insert(field, value.clone());
        }
    }
    fields
}
