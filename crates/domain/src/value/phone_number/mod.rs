//! Telephone numbers.
//!
//! `rlibphonenumber` decides by Google's metadata which numbers are valid, and in which form they are stored.
//! `phonenumber` formats numbers for display, where a mistake is only cosmetic.

mod plans;

use std::borrow::Cow;
use std::str::FromStr;

use rlibphonenumber::{NumberLengthType, PhoneNumberFormat, PhoneNumberType, Region};

use self::plans::plans;
pub use self::plans::{NumberingPlansError, install_numbering_plans};
use super::visible::visible;
use super::{Country, PhoneNumberRule};
use crate::{InvalidValue, limits};

/// A telephone number in E.164 form, `+14155552671`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Parses a valid international number with its usual separators, also in brackets or as a `tel:` address (RFC
    /// 3966). No region is guessed, and invisible marks are ignored.
    ///
    /// # Errors
    /// No leading `+` and country code, not a number that its country assigns, more than 15 digits, letters, or an
    /// extension, which E.164 does not have.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        Self::parse_by(text, PhoneNumberRule::Valid)
    }

    /// Parses by an organization's rule, which may accept numbers that are only possible: their country and their
    /// length are known.
    ///
    /// # Errors
    /// As for [`PhoneNumber::parse`].
    pub fn parse_by(text: &str, rule: PhoneNumberRule) -> Result<Self, InvalidValue> {
        let accepted = digits_as_dialled(without_decimals(&visible(text))).and_then(|dialled| {
            let number = canonical(&dialled, rule)?;
            // A national prefix was removed. The result has to be a number by itself, otherwise the next parse would
            // remove another prefix.
            let is_stable = number == dialled || canonical(&number, rule).as_ref() == Some(&number);
            is_stable.then_some(Self(number))
        });
        accepted
            .ok_or_else(|| InvalidValue::invalid("must be a valid phone number in E.164 form, such as +14155552671"))
    }

    /// Parses a number as it is dialled in a country, also with the international prefix, or as [`PhoneNumber::parse`]
    /// does.
    ///
    /// # Errors
    /// Not a valid number there, letters, or an extension.
    pub fn parse_national(text: &str, country: &Country) -> Result<Self, InvalidValue> {
        let text = &*visible(text);
        let text = without_decimals(text);
        let is_dialled = text.chars().all(|c| c.is_numeric() || is_separator(c) || PLUS.contains(&c));
        let code = country.as_str().get(..2).unwrap_or_default();
        let region = Region::from_str(code).ok().filter(|_| is_dialled && !text.contains(PLUS));
        let number = region.and_then(|region| {
            let number = plans().parse(text, Some(region)).ok()?;
            Some(plans().format(&number, PhoneNumberFormat::E164).into_owned())
        });
        Self::parse(number.as_deref().unwrap_or(text))
    }

    /// Restores a number that was accepted before, in E.164 form, without checking the numbering plans: they change,
    /// and a customer must remain readable when a number range is withdrawn. Older versions accepted numbers that are
    /// too long.
    ///
    /// # Errors
    /// Not `+` and 2 to 20 digits, the first of them not zero.
    pub fn restore(text: &str) -> Result<Self, InvalidValue> {
        let digits = text.strip_prefix('+').unwrap_or_default();
        let e164 = (2..=limits::STORED_PHONE_NUMBER_DIGITS).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        if e164 { Ok(Self(text.to_owned())) } else { Err(InvalidValue::invalid("must be in E.164 form")) }
    }

    /// The number in E.164 form, which is also the form for comparisons.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digits behind the country code. A number of which the plans know no country is all of it.
    pub fn national_part(&self) -> &str {
        let digits = self.0.trim_start_matches('+');
        let code = plans().parse(&self.0, None).map(|number| number.country_code.to_string());
        code.ok().and_then(|code| digits.strip_prefix(code.as_str())).unwrap_or(digits)
    }

    /// The country code without its plus, if the plans know one.
    pub fn country_code(&self) -> Option<&str> {
        let code = self.0.trim_start_matches('+').strip_suffix(self.national_part())?;
        (!code.is_empty()).then_some(code)
    }

    /// Whether the number may be that of a mobile telephone. Some countries do not tell by the number.
    pub fn may_be_mobile(&self) -> bool {
        plans().parse(&self.0, None).is_ok_and(|number| {
            matches!(plans().get_number_type(&number), PhoneNumberType::Mobile | PhoneNumberType::FixedLineOrMobile)
        })
    }

    /// Whether the numbering plans as they are known today assign the number. One that was accepted need not be valid for
    /// ever, and one that was only possible may become so.
    pub fn is_valid(&self) -> bool {
        canonical(&self.0, PhoneNumberRule::Valid).is_some_and(|number| number == self.0)
    }

    /// The number in display form, `+39 333 123 4567`. For pages and terminals: it can take some milliseconds. A number
    /// that the library would change stays in E.164 form.
    pub fn international(&self) -> String {
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let shown = (self.0.len() <= 1 + limits::PHONE_NUMBER_DIGITS).then(|| {
            let number = phonenumber::parse(None, &self.0).ok()?;
            Some(number.format().mode(phonenumber::Mode::International).to_string())
        });
        let is_the_number = |text: &String| text.starts_with('+') && digits(text) == digits(&self.0);
        shown.flatten().filter(is_the_number).unwrap_or_else(|| self.0.clone())
    }

    /// Loads the numbering plans, so that the first use does not have to.
    pub fn warm_up() {
        std::hint::black_box(Self::parse("+14155552671").is_ok());
    }
}

/// The number with one plus before its first digit, without separators, if it is written as a number: letters would be
/// read as the digits of a key pad, or as the beginning of an extension.
fn digits_as_dialled(text: &str) -> Option<Cow<'_, str>> {
    let (number, parameters) = match text.split_at_checked(4) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("tel:") => rest.split_once(';').unwrap_or((rest, "")),
        _ => (text, ""),
    };
    let is_e164 = |text: &str| text.strip_prefix('+').is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
    if parameters.is_empty() && is_e164(number) {
        return Some(Cow::Borrowed(number));
    }
    let context = context(parameters)?;
    let mut dialled = String::with_capacity(number.len() + 1);
    if !number.contains(PLUS) {
        dialled.push_str(context?);
    }
    for c in number.chars() {
        match c {
            _ if c.is_numeric() => dialled.push(c),
            _ if PLUS.contains(&c) && dialled.is_empty() => dialled.push('+'),
            _ if is_separator(c) => {}
            _ => return None,
        }
    }
    dialled.starts_with('+').then_some(Cow::Owned(dialled))
}

/// The number without the decimals that a program added which took it for one to compute with: `+39 333 1234567.0`. Of several
/// dots, each is a separator.
fn without_decimals(text: &str) -> &str {
    match text.split_once('.') {
        Some((number, "0" | "00")) => number,
        _ => text,
    }
}

const PLUS: [char; 2] = ['+', '\u{FF0B}'];

/// Separators between digits: spaces, hyphens and dashes, brackets, dots, slashes and tildes, also those of full width.
fn is_separator(c: char) -> bool {
    matches!(c,
        '-' | '(' | ')' | '[' | ']' | '.' | '/' | '~' | '\t' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30FC}'
        | '\u{FF0D}'..='\u{FF0F}' | '\u{FF08}' | '\u{FF09}' | '\u{FF3B}' | '\u{FF3D}' | '\u{2053}' | '\u{223C}' | '\u{FF5E}')
        || (c.is_whitespace() && !c.is_control())
}

/// The country code of a local number (RFC 3966), if it has one; `None` if the parameters show that it is not an E.164
/// number.
fn context(parameters: &str) -> Option<Option<&str>> {
    let mut context = None;
    for parameter in parameters.split(';') {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match name.to_ascii_lowercase().as_str() {
            "ext" => return None,
            "phone-context" if value.starts_with('+') => context = Some(value),
            _ => {}
        }
    }
    Some(context)
}

/// The E.164 form of a number, if the numbering plans have it.
fn canonical(dialled: &str, rule: PhoneNumberRule) -> Option<String> {
    let plans = plans();
    let number = plans.parse(dialled, None).ok()?;
    let fits = match rule {
        PhoneNumberRule::Valid => plans.is_valid_number(&number),
        PhoneNumberRule::Possible => {
            plans.is_valid_number(&number)
                || plans.is_possible_number_with_reason(&number) == Ok(NumberLengthType::IsPossible)
        }
    };
    let e164 = plans.format(&number, PhoneNumberFormat::E164);
    let accepted = fits && number.extension.is_none() && e164.len() <= 1 + limits::PHONE_NUMBER_DIGITS;
    accepted.then(|| e164.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<String> {
        PhoneNumber::parse(text).ok().map(|number| number.0)
    }

    fn possible(text: &str) -> Option<String> {
        PhoneNumber::parse_by(text, PhoneNumberRule::Possible).ok().map(|number| number.0)
    }

    #[test]
    fn becomes_e164() {
        for (text, e164) in [
            ("+14155552671", "+14155552671"),
            (" +39 333 123-4567 ", "+393331234567"),
            ("+44 (0)20 7946 0958", "+442079460958"),
            // Italian landlines keep their leading zero.
            ("+39 06 6982", "+39066982"),
            ("+1415-555-2671", "+14155552671"),
            ("+39333-1234567", "+393331234567"),
            ("(+39) 333 1234567", "+393331234567"),
            ("(+39 333) 123.4567", "+393331234567"),
            ("[+39] 333/1234567", "+393331234567"),
            ("tel:+39-333-1234567", "+393331234567"),
            ("TEL:+393331234567", "+393331234567"),
            ("tel:333-1234567;phone-context=+39", "+393331234567"),
            ("tel:+14155552671;isub=12", "+14155552671"),
            ("+39\u{A0}333\u{2009}123\u{202F}4567", "+393331234567"),
            ("\u{202A}+39 333 1234567\u{202C}", "+393331234567"),
            ("\u{2068}+39\u{2060}333 1234567\u{2069}\u{200B}", "+393331234567"),
            ("\u{FF0B}３９３３３１２３４５６７", "+393331234567"),
            ("+39 333 123\u{2013}4567", "+393331234567"),
            ("+٣٩٣٣٣١٢٣٤٥٦٧", "+393331234567"),
            ("+39 333 1234567.0", "+393331234567"),
            ("+393331234567.00", "+393331234567"),
            ("+41.44.668.18.00", "+41446681800"),
            // The digit that is dialled at home before a number may also be its first one.
            ("+78123091234", "+78123091234"),
            ("+7 (8) 912 345-67-89", "+79123456789"),
            ("+37080012345", "+37080012345"),
        ] {
            assert_eq!(parse(text).as_deref(), Some(e164), "{text:?}");
        }
    }

    #[test]
    fn a_number_that_is_dialled_at_home_needs_its_country() {
        let national = |text: &str, country: &str| {
            PhoneNumber::parse_national(text, &Country::parse(country).unwrap()).ok().map(|number| number.0)
        };
        for (text, country, e164) in [
            ("333 1234567", "IT", "+393331234567"),
            ("333 1234567.0", "IT", "+393331234567"),
            ("06 69812345", "IT", "+390669812345"),
            ("020 7946 0958", "GB-ENG", "+442079460958"),
            ("0039 333 1234567", "DE", "+393331234567"),
            ("(415) 555-2671", "US", "+14155552671"),
            ("+39 333 1234567", "DE", "+393331234567"),
        ] {
            assert_eq!(national(text, country).as_deref(), Some(e164), "{text}");
        }
        for text in ["333 1234567 m", "12", "", "0664 1234567 ext. 5", "333+1234567"] {
            assert_eq!(national(text, "IT"), None, "{text}");
        }
    }

    #[test]
    fn guesses_no_region_and_refuses_what_no_country_assigns() {
        for text in [
            "",
            "+",
            "()",
            "3331234567",
            "0039 333 1234567",
            "39 333 +1234567",
            "++39 333 1234567",
            "+1415",
            "+999123456789",
            "tel:3331234567",
            "tel:3331234567;phone-context=example.org",
            "sip:+393331234567",
            "+39 333 1234567 / +39 333 1234568",
            "+39 333 123\n4567",
            "+²³",
            // Longer than E.164 permits, although the metadata have such numbers.
            "+49 800 722 679 40 6012",
            "+49 89 1234567890123",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
            assert_eq!(possible(text), None, "{text:?}");
        }
    }

    #[test]
    fn letters_are_no_digits() {
        for text in [
            "+39 x",
            "+14155552671 ext. 5",
            "+14155552671x5",
            "+14155552671;ext=5",
            "tel:+14155552671;ext=5",
            "+14155552671#5",
            "+43 664 1234567 m",
            "+43 664 1234567m",
            "m +43 664 1234567",
            "+1 800 FLOWERS",
            "+43 664 12З4567",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
            assert_eq!(possible(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_possible_number_has_a_length_of_its_country() {
        for (text, e164) in [("+1 200 555 2671", "+12005552671"), ("+39 333 1234567", "+393331234567")] {
            assert_eq!(possible(text).as_deref(), Some(e164));
        }
        assert_eq!(parse("+1 200 555 2671"), None);
        // Too short, only for dialling within a city, too long, and without a country.
        for text in ["+1 415", "+1 5552671", "+1 200 555 26711", "+999 123 456 789"] {
            assert_eq!(possible(text), None, "{text:?}");
        }
        let number = |text| PhoneNumber::restore(text).unwrap();
        assert!(number("+14155552671").is_valid());
        assert!(!number("+12005552671").is_valid());
        assert!(!number("+12345678901234567890").is_valid());
    }

    #[test]
    fn a_number_has_a_country_and_a_kind() {
        for (e164, code, national, mobile) in [
            ("+393331234567", Some("39"), "3331234567", true),
            ("+390669812345", Some("39"), "0669812345", false),
            ("+14155552671", Some("1"), "4155552671", true),
            ("+4930901820", Some("49"), "30901820", false),
            ("+999123456789", None, "999123456789", false),
        ] {
            let number = PhoneNumber::restore(e164).unwrap();
            assert_eq!(number.country_code(), code, "{e164}");
            assert_eq!(number.national_part(), national, "{e164}");
            assert_eq!(number.may_be_mobile(), mobile, "{e164}");
        }
    }

    #[test]
    fn its_own_form_leads_back_to_it() {
        let number = PhoneNumber::parse("+44 (0)20 7946 0958").unwrap();
        assert_eq!(PhoneNumber::parse(number.as_str()).unwrap(), number);
        assert_eq!(PhoneNumber::restore(number.as_str()).unwrap(), number);
    }

    #[test]
    fn a_stored_number_outlives_its_numbering_plan() {
        assert!(PhoneNumber::parse("+999123456789").is_err());
        for text in ["+999123456789", "+4980072267940601", "+49891234567890123"] {
            assert_eq!(PhoneNumber::restore(text).unwrap().as_str(), text);
        }
        for text in ["", "+", "999123456789", "+0123456", "+1 415", "+123456789012345678901"] {
            assert!(PhoneNumber::restore(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn people_see_groups_of_digits() {
        for (e164, shown) in [
            ("+393331234567", "+39 333 123 4567"),
            ("+442079460958", "+44 20 7946 0958"),
            // The numbering plans do not have these.
            ("+999123456789", "+999123456789"),
            ("+4980072267940601", "+4980072267940601"),
        ] {
            assert_eq!(PhoneNumber::restore(e164).unwrap().international(), shown);
        }
    }

    #[test]
    fn numbering_plans_are_checked_before_they_are_installed() {
        assert!(matches!(install_numbering_plans(b"\xff"), Err(NumberingPlansError::Malformed(_))));
        assert_eq!(install_numbering_plans(b""), Err(NumberingPlansError::Incomplete(0)));
        assert!(parse("+14155552671").is_some());
    }
}
