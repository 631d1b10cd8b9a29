//! Whatever `parse` accepts, `restore` reads: for every type of value, over generated input.
//!
//! The input consists of the characters that the rules concern, so that much of it is accepted: a run in which hardly
//! any input is accepted fails.
#![expect(clippy::unwrap_used, reason = "a failure must end the test")]

use domain::InvalidValue;
use domain::access::{Role, Scopes};
use domain::value::{
    BirthDate, Bucket, CaCertificate, CivilStatus, Color, Country, Css, Custom, CustomerId, DoubleOptin, Email,
    FileKind, FriendlyName, Gender, HostName, InnerMethod, Language, Latitude, Line, List, LogoUrl, Longitude,
    Password, PhoneNumber, PhoneNumberRule, PolicyName, RoamingConsortium, ServerName, ShortText, Source, Ssid, Tag,
    Text, TimeZone, Username, WebUrl,
};
use jiff::civil::Date;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

/// A type of value: how it is parsed, written and restored.
struct Kind<T> {
    parse: fn(&str) -> Result<T, InvalidValue>,
    text: fn(&T) -> String,
    read: fn(&str) -> Result<T, InvalidValue>,
}

/// Generates the same input in every run: a share of it has to be accepted, and that must not depend on chance.
fn runner() -> TestRunner {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

/// Every accepted value can be restored from its written form, and is unchanged; it can also be parsed again, and is
/// unchanged. At least this percentage of the inputs has to be accepted.
#[expect(clippy::needless_pass_by_value, reason = "takes literals")]
fn holds<T: PartialEq + std::fmt::Debug>(inputs: impl Strategy<Value = String>, at_least: u32, kind: Kind<T>) {
    let Kind { parse, text, read } = kind;
    let (tried, taken) = (std::cell::Cell::new(0_u32), std::cell::Cell::new(0_u32));
    let mut runner = runner();
    let outcome = runner.run(&inputs, |input| {
        tried.set(tried.get() + 1);
        let Ok(value) = parse(&input) else { return Ok(()) };
        taken.set(taken.get() + 1);
        let written = text(&value);
        let stored = read(&written);
        prop_assert_eq!(stored.as_ref(), Ok(&value), "what was stored as {:?} is read as another value", written);
        let again = parse(&written);
        prop_assert_eq!(again.as_ref(), Ok(&value), "what was answered as {:?} is taken as another value", written);
        prop_assert!(!written.contains('\0'), "PostgreSQL cannot hold {:?}", written);
        Ok(())
    });
    outcome.unwrap();
    let (tried, taken) = (tried.get(), taken.get());
    assert!(taken * 100 >= tried * at_least, "only {taken} of {tried} were taken: the input is no test");
}

/// Invisible marks, spaces of every kind, and other characters around and between the parts of a value.
const ODD: [&str; 30] = [
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\0",
    "\u{A0}",
    "\u{AD}",
    "\u{180E}",
    "\u{2007}",
    "\u{200B}",
    "\u{200D}",
    "\u{200E}",
    "\u{202A}",
    "\u{202C}",
    "\u{202F}",
    "\u{2060}",
    "\u{2067}",
    "\u{3000}",
    "\u{FE0F}",
    "\u{FEFF}",
    "\u{E0041}",
];

/// The parts in order, with odd characters before, between and after them.
fn with_odd_things(parts: impl Strategy<Value = String> + 'static, most: usize) -> BoxedStrategy<String> {
    let part = (parts, select(&ODD[..])).prop_map(|(part, odd)| part + odd);
    (select(&ODD[..]), prop::collection::vec(part, 1..=most))
        .prop_map(|(odd, parts)| odd.to_owned() + &parts.concat())
        .boxed()
}

fn one_of(words: &'static [&'static str]) -> BoxedStrategy<String> {
    select(words).prop_map(str::to_owned).boxed()
}

/// Words of the pattern.
fn words(pattern: &'static str) -> BoxedStrategy<String> {
    proptest::string::string_regex(pattern).unwrap().boxed()
}

fn texts() -> BoxedStrategy<String> {
    let words = prop_oneof![words("[ -~]{0,12}"), words("[äöüßéñŁΩЖ字語あ🙂ｱ،می]{0,6}"), words("\\PC{0,8}")];
    with_odd_things(words, 4)
}

#[test]
fn telephone_numbers() {
    // Existing numbers, with a digit more or less, up to 20 digits in the countries that have numbers of 16 digits and
    // more.
    let examples: Vec<_> = include_str!("data/example-numbers.csv").lines().skip(1).collect();
    let known = select(examples).prop_map(|line| line.rsplit_once(',').unwrap().1.to_owned());
    let longer = (known.clone(), "[0-9]{0,6}").prop_map(|(number, digits)| number + &digits);
    let separated =
        (known.clone(), 1..5_usize, one_of(&[" ", "-", ") ", " (0)", "/", ".", "\u{2013}", "x", " m", "+"])).prop_map(
            |(number, at, between)| {
                let (before, behind) = number.split_at(at.min(number.len()));
                format!("{before}{between}{behind}")
            },
        );
    let long = (
        one_of(&["+49", "+234", "+43", "+39", "+7", "+7 8", "+62", "+81", "+1", "+54 9", "+52 1", "+882"]),
        "[0-9]{4,17}",
    )
        .prop_map(|(country, digits)| country + &digits);
    let any = words("[+＋(]{0,1}[0-9０-９ ()./x-]{0,20}");
    let prefixed = (one_of(&["", "tel:", "TEL:", "00", "("]), prop_oneof![known, longer, separated, long, any])
        .prop_map(|(prefix, number)| prefix + &number);
    let inputs = || with_odd_things(prefixed.clone(), 1);
    let text = |number: &PhoneNumber| number.as_str().to_owned();
    holds(inputs(), 15, Kind { parse: PhoneNumber::parse, text, read: PhoneNumber::restore });
    let possible = |text: &str| PhoneNumber::parse_by(text, PhoneNumberRule::Possible);
    holds(inputs(), 20, Kind { parse: possible, text, read: PhoneNumber::restore });
}

#[test]
fn telephone_numbers_are_shown_as_they_are() {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let mut runner = TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) });
    let outcome = runner.run(&"\\+[1-9][0-9]{1,19}", |text| {
        let number = PhoneNumber::restore(&text).unwrap();
        prop_assert_eq!(digits(&number.international()), digits(&text));
        prop_assert_eq!(PhoneNumber::parse(&text).is_ok_and(|parsed| parsed == number), number.is_valid());
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn email_addresses() {
    let local = prop_oneof![words("[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,20}"), words("[a-zä \"(),:;<>@\\[\\]\\\\]{1,8}")];
    let at = one_of(&["@", "@", "@", "@", "@@", "＠", ""]);
    let label = prop_oneof![
        words("[a-zA-Z0-9]([a-zA-Z0-9-]{0,20}[a-z0-9])?"),
        words("[äößİσς例えбюмے]{1,5}"),
        words("[-_ a]{0,3}")
    ];
    let domain = prop_oneof![
        4 => (label.clone(), one_of(&[".", ".", ".", "。", "．", "｡", ".."]), label).prop_map(|(a, dot, b)| a + &dot + &b),
        1 => one_of(&["[127.0.0.1]", "[::1]", "x [::1]", "x\n[1.2.3.4]", "localhost", "ß.example", "xn--bcher-kva.example", "xn--a.example"]),
    ];
    let address = (local, at, domain).prop_map(|(local, at, domain)| local + &at + &domain);
    let text = |email: &Email| email.as_str().to_owned();
    holds(with_odd_things(address, 1), 5, Kind { parse: Email::parse, text, read: Email::restore });
}

#[test]
fn an_email_address_is_one_line_of_what_can_be_seen() {
    let address = words(
        "[a-z]{1,4}@?[a-z。\\[\\]1:\\n\\r\\t\u{200B}\u{200D}\u{2066}\u{FE0F}\u{3164} -]{1,12}(\\.[a-z]{2,3}|\\[::1\\])",
    );
    let mut runner = TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3000) });
    let outcome = runner.run(&address, |text| {
        if let Ok(email) = Email::parse(&text) {
            let shown = email.as_str();
            prop_assert!(
                shown.chars().all(|c| !c.is_control() && !c.is_whitespace() && c != '[' && c != ']'),
                "{:?}",
                shown
            );
            prop_assert!(
                !shown.contains(['\u{200B}', '\u{200D}', '\u{2066}', '\u{FE0F}', '\u{3164}', '。']),
                "{:?}",
                shown
            );
            prop_assert!(email.key().is_ascii(), "{:?}", email.key());
        }
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn languages_and_countries() {
    let primary = prop_oneof![
        one_of(&[
            "en", "IT", "zh", "iw", "in", "ji", "jw", "mo", "sh", "fil", "gsw", "eng", "ger", "xx", "yue", "x", "i",
            "und"
        ]),
        words("[a-zA-Z]{1,9}"),
    ];
    let subtag = prop_oneof![
        one_of(&[
            "US",
            "Hant",
            "419",
            "u-ca-gregory",
            "x-twain",
            "valencia",
            "1996",
            "POSIX",
            "klingon",
            "yue",
            "default"
        ]),
        words("[a-zA-Z0-9]{1,9}"),
    ];
    let more = (one_of(&["-", "-", "_", "_#", "--", ""]), subtag).prop_map(|(between, subtag)| between + &subtag);
    let tag = (primary, prop::collection::vec(more, 0..4), one_of(&["", "", "", ".UTF-8", "@euro", ";q=1"]))
        .prop_map(|(primary, more, end)| primary + &more.concat() + &end);
    let text = |language: &Language| language.as_str().to_owned();
    holds(with_odd_things(tag, 1), 15, Kind { parse: Language::parse, text, read: Language::parse });

    let country = prop_oneof![
        one_of(&["GB", "uk", "EL", "xk", "XKX", "GBR", "826", "8", "004", "TP", "ROM", "ZZ", "Italy"]),
        words("[A-Za-z]{2}"),
        words("[A-Za-z]{3}"),
        words("[0-9]{1,4}"),
    ];
    let country =
        (country, one_of(&["", "", "-ENG", "-75", "-x", "-", "-ABCD"])).prop_map(|(country, part)| country + &part);
    let text = |country: &Country| country.as_str().to_owned();
    holds(with_odd_things(country, 1), 15, Kind { parse: Country::parse, text, read: Country::parse });
}

#[test]
fn free_texts() {
    fn bounded<const MAX: usize>(at_least: u32) {
        let text = |text: &Text<MAX>| text.as_str().to_owned();
        holds(texts(), at_least, Kind { parse: Text::<MAX>::parse, text, read: Text::<MAX>::restore });
    }
    // ShortText, ZipCode, Picture, PushToken and Name are these with other bounds.
    bounded::<5>(5);
    bounded::<255>(40);
    let text = |name: &Username| name.as_str().to_owned();
    holds(texts(), 15, Kind { parse: Username::parse, text, read: Username::restore });
    let text = |password: &Password| password.reveal().to_owned();
    holds(texts(), 30, Kind { parse: Password::parse, text, read: Password::parse });
    let text = |name: &PolicyName| name.as_str().to_owned();
    holds(texts(), 15, Kind { parse: PolicyName::parse, text, read: PolicyName::parse });
    let text = |tag: &Tag| tag.as_str().to_owned();
    holds(texts(), 15, Kind { parse: Tag::parse, text, read: Tag::restore });
    let text = |css: &Css| css.as_str().to_owned();
    holds(texts(), 40, Kind { parse: Css::parse, text, read: Css::parse });
    let text = |line: &Line<32>| line.as_str().to_owned();
    holds(texts(), 10, Kind { parse: Ssid::parse, text, read: Ssid::parse });
    let text = |line: &FriendlyName| line.as_str().to_owned();
    holds(texts(), 15, Kind { parse: FriendlyName::parse, text, read: FriendlyName::parse });
}

#[test]
fn what_can_be_seen_of_a_key_is_all_of_it() {
    let mut runner = runner();
    let outcome = runner.run(&texts(), |text| {
        if let Ok(value) = ShortText::parse(&text) {
            let marks = ['\u{AD}', '\u{180E}', '\u{200B}', '\u{200E}', '\u{202A}', '\u{2060}', '\u{2067}', '\u{FEFF}'];
            prop_assert!(!value.as_str().contains(marks), "{:?}", value);
        }
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn names_addresses_and_colours() {
    let host = words("(\\*\\.)?[a-zA-Z0-9-]{1,5}(\\.[a-zA-Z0-9-]{0,5}){0,3}");
    let text = |name: &HostName| name.as_str().to_owned();
    holds(with_odd_things(host.clone(), 1), 10, Kind { parse: HostName::parse, text, read: HostName::parse });
    let text = |name: &ServerName| name.as_str().to_owned();
    holds(with_odd_things(host, 1), 10, Kind { parse: ServerName::parse, text, read: ServerName::parse });
    let url = (
        one_of(&["http://", "HTTPS://", "ftp://", ""]),
        "[a-z]{1,6}(\\.[a-z]{2,3}){0,2}(:[0-9]{1,4})?(/[a-z?#@&=%.]{0,8})?",
    )
        .prop_map(|(scheme, rest)| scheme + &rest);
    let text = |url: &WebUrl| url.as_str().to_owned();
    holds(with_odd_things(url.clone(), 1), 20, Kind { parse: WebUrl::parse, text, read: WebUrl::parse });
    let embedded = (
        one_of(&["data:image/png;base64,", "data:image/svg+xml;base64,", "data:text/html;base64,"]),
        "([A-Za-z0-9+/]{4}){0,5}",
    )
        .prop_map(|(start, image)| start + &image);
    let text = |url: &LogoUrl| url.as_str().to_owned();
    holds(
        with_odd_things(prop_oneof![url, embedded], 1),
        20,
        Kind { parse: LogoUrl::parse, text, read: LogoUrl::parse },
    );
    let text = |color: &Color| color.as_str().to_owned();
    holds(with_odd_things(words("#[0-9a-fA-F]{5,7}"), 1), 10, Kind { parse: Color::parse, text, read: Color::parse });
    let text = |id: &RoamingConsortium| id.as_str().to_owned();
    let hex = words("[0-9a-fA-F]{6}|[0-9a-fA-F]{10}|[0-9a-fA-F]{1,12}");
    holds(with_odd_things(hex, 1), 15, Kind { parse: RoamingConsortium::parse, text, read: RoamingConsortium::parse });
    let text = |zone: &TimeZone| zone.as_str().to_owned();
    let zone = words("[A-Z][a-z_]{1,8}(/[A-Za-z_+0-9-]{0,8}){0,2}");
    holds(with_odd_things(zone, 1), 20, Kind { parse: TimeZone::parse, text, read: TimeZone::parse });
}

#[test]
fn certificates() {
    // The outer form: a sequence, of any length below 128, that begins with another one.
    let der = prop::collection::vec(any::<u8>(), 2..100).prop_map(|inside| {
        let signed = [&[0x30, u8::try_from(inside.len() - 1).unwrap()], &inside[1..]].concat();
        [&[0x30, u8::try_from(signed.len() + 1).unwrap()], &signed[..], &[inside[0]]].concat()
    });
    let pem = (der, one_of(&["\n", "\r\n", "", "-"])).prop_map(|(der, end)| {
        use base64::Engine;
        let body = base64::engine::general_purpose::STANDARD.encode(der);
        format!("-----BEGIN CERTIFICATE-----{end}{body}{end}-----END CERTIFICATE-----{end}")
    });
    let text = |certificate: &CaCertificate| certificate.as_str().to_owned();
    holds(pem, 20, Kind { parse: CaCertificate::parse, text, read: CaCertificate::parse });
}

#[test]
fn birth_dates() {
    let date = (1890..2035_i32, 0..14_u8, 0..33_u8, one_of(&["-", "-", "-", "/", ""]))
        .prop_map(|(year, month, day, between)| format!("{year}{between}{month:02}{between}{day:02}"));
    let kind = Kind {
        parse: |text| BirthDate::parse(text, Date::constant(2024, 2, 29)),
        text: BirthDate::to_string,
        read: |text| BirthDate::parse(text, Date::MAX),
    };
    holds(with_odd_things(date, 1), 15, kind);
}

#[test]
fn ids() {
    let id = words("[0-9a-f]{32}|[0-9A-F]{32}|[0-9a-f]{31,33}");
    holds(id, 20, Kind { parse: CustomerId::parse, text: CustomerId::to_string, read: CustomerId::parse });
}

#[test]
fn words_of_lists() {
    macro_rules! words_of {
        ($($name:ident),*) => {$({
            let words: Vec<_> = $name::ALL.iter().map(|word| word.as_str()).collect();
            let word = select(words).prop_map(str::to_uppercase);
            let text = |word: &$name| word.as_str().to_owned();
            holds(with_odd_things(word, 1), 20, Kind { parse: $name::parse, text, read: $name::parse });
        })*};
    }
    words_of!(CivilStatus, DoubleOptin, FileKind, Gender, InnerMethod, PhoneNumberRule, Source);
    let text = |role: &Role| role.as_str().to_owned();
    let role = one_of(&["organization_manager", "location_manager", "public_app", "radius"]);
    holds(role, 90, Kind { parse: Role::parse, text, read: Role::parse });
    let scopes = prop::collection::vec(one_of(&["organization_read", "customer_write", "customer_read"]), 0..4)
        .prop_map(|scopes| scopes.join(" "));
    holds(scopes, 20, Kind { parse: Scopes::parse, text: Scopes::to_string, read: Scopes::parse });
}

#[test]
fn attributes_of_an_integrator() {
    let value = prop_oneof![
        Just("null".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>()
            .prop_filter("JSON has no other numbers", |number| number.is_finite())
            .prop_map(|n| format!("{n:e}")),
        texts().prop_map(|text| serde_json::Value::from(text).to_string()),
    ];
    let nested = value.prop_recursive(9, 40, 4, |inner| {
        prop::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(",")))
    });
    let object = prop::collection::vec((texts(), nested), 0..5).prop_map(|members| {
        let members = members.into_iter().map(|(name, value)| format!("{}:{value}", serde_json::Value::from(name)));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    });
    fn parse(text: &str) -> Result<Custom, InvalidValue> {
        let members = serde_json::from_str(text).map_err(|error| InvalidValue::invalid(error.to_string()))?;
        Custom::parse(members)
    }
    let text = |custom: &Custom| serde_json::to_string(custom.members()).unwrap();
    holds(object, 15, Kind { parse, text, read: parse });
}

#[test]
fn numbers_and_lists() {
    fn parse<const MAX: i32>(text: &str) -> Result<domain::value::Degrees<MAX>, InvalidValue> {
        domain::value::Degrees::new(text.parse().map_err(|_| InvalidValue::invalid("is no number"))?)
    }
    let degrees = || (-200.0..200.0_f64).prop_map(|degrees| degrees.to_string());
    holds(degrees(), 30, Kind { parse: parse::<90>, text: |it: &Latitude| it.number().to_string(), read: parse::<90> });
    holds(
        degrees(),
        50,
        Kind { parse: parse::<180>, text: |it: &Longitude| it.number().to_string(), read: parse::<180> },
    );
    assert_eq!(Bucket::new(7).number(), 7);
    assert_eq!(*List::<_, 2>::new(List::<_, 2>::new(vec![1, 2]).unwrap().to_vec()).unwrap(), [1, 2]);
}
