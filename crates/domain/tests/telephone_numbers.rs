//! The example numbers that Google publishes for every region and every type.
//!
//! `data/example-numbers.csv` has the facts of libphonenumber 9.0.43, from that version of the Python package
//! `phonenumbers`: region (001 for none), type, number in E.164 form.
#![expect(clippy::unwrap_used, reason = "a failure must end the test")]

use domain::value::{PhoneNumber, PhoneNumberRule};

const EXAMPLES: &str = include_str!("data/example-numbers.csv");

fn examples() -> impl Iterator<Item = (&'static str, &'static str)> {
    let example = |line: &'static str| line.rsplit_once(',').unwrap();
    EXAMPLES.lines().skip(1).map(example)
}

#[test]
fn every_example_is_taken_in_its_own_form_and_stays_readable() {
    let mut wrong = Vec::new();
    for (what, e164) in examples() {
        let number = PhoneNumber::parse(e164).map(|number| number.as_str().to_owned());
        // The only form that E.164 does not have.
        let expected = (e164.len() <= 16).then(|| e164.to_owned());
        if number.ok() != expected || PhoneNumber::restore(e164).is_err() {
            wrong.push(format!("{what} {e164}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    assert_eq!(examples().count(), 1141);
}

#[test]
fn every_example_is_read_as_people_write_it() {
    for (what, e164) in examples().filter(|(_, e164)| e164.len() <= 16) {
        let number = PhoneNumber::parse(e164).unwrap();
        let shown = number.international();
        for text in [&shown, &format!("tel:{shown}").replace(' ', "-"), &format!("\u{202A}{shown}\u{202C}")] {
            assert_eq!(PhoneNumber::parse(text).as_ref(), Ok(&number), "{what} {text}");
        }
    }
}

#[test]
fn a_letter_behind_an_example_is_refused() {
    for (what, e164) in examples() {
        for text in [format!("{e164}m"), format!("{e164} m"), format!("m{e164}")] {
            assert!(PhoneNumber::parse_by(&text, PhoneNumberRule::Possible).is_err(), "{what} {text}");
        }
    }
}
