//! Telephone numbers and e-mail addresses as other systems write them.

use domain::value::{Country, Email, PhoneNumber};

use super::words::narrow;

/// A telephone number as the registry takes it: with the country's code if there is a region for those without one, and
/// without what is around it. None if nothing is known that would be better than the text.
///
/// # Errors
/// The digits can be a number of the region, and another one with a country code that has lost its plus.
pub(super) fn phone_number(text: &str, region: Option<&Country>) -> Result<Option<String>, String> {
    let bare = text.trim().trim_end_matches([';', ',']).trim_end();
    let local = match bare.split_at_checked(4) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("tel:") && !rest.contains(';') => rest.trim(),
        _ => bare,
    };
    if let Ok(number) = PhoneNumber::parse(bare) {
        // Decimals of a number that a program has computed with. Usual separators are no other form.
        let is_changed = bare != text.trim() || bare.ends_with(".0") || bare.ends_with(".00");
        return Ok(is_changed.then(|| number.as_str().to_owned()));
    }
    let Some(region) = region else { return Ok((bare != text.trim()).then(|| bare.to_owned())) };
    let national = PhoneNumber::parse_national(local, region).ok();
    let lost_plus = local.starts_with(|first: char| first.is_ascii_digit() && first != '0');
    let foreign = lost_plus.then(|| PhoneNumber::parse(&format!("+{local}")).ok()).flatten();
    match (national, foreign) {
        (Some(national), Some(foreign)) if national != foreign => {
            chosen(&national, &foreign).map(|number| Some(number.as_str().to_owned())).ok_or_else(|| {
                let [national, foreign] = [&national, &foreign].map(PhoneNumber::as_str);
                format!("phoneNumber: {bare} can be {national} or {foreign}; write it with its plus and country code")
            })
        }
        (Some(number), _) => Ok(Some(number.as_str().to_owned())),
        (None, _) => Ok((bare != text.trim()).then(|| bare.to_owned())),
    }
}

/// Which of two readings of the same digits is meant, if that is clear: guests have mobile telephones, and are rather from the
/// region than from elsewhere.
fn chosen<'a>(national: &'a PhoneNumber, foreign: &'a PhoneNumber) -> Option<&'a PhoneNumber> {
    let is_from_region = national.country_code() == foreign.country_code();
    match (is_from_region, national.may_be_mobile(), foreign.may_be_mobile()) {
        (true, false, true) => Some(foreign),
        (false, true, _) | (false, false, false) => Some(national),
        (true, ..) | (false, false, true) => None,
    }
}

/// The address alone, if the text has something around it or is in full-width letters.
pub(super) fn email(text: &str) -> Option<String> {
    if Email::parse(text).is_ok() {
        return None;
    }
    let narrow: String = text.chars().map(narrow).collect();
    let bare = narrow.trim().trim_end_matches([';', ',']).trim_end();
    let bare = bare.rsplit_once('<').and_then(|(_, behind)| behind.strip_suffix('>')).unwrap_or(bare).trim();
    let address = match bare.split_at_checked(7) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("mailto:") => rest.split('?').next().unwrap_or(rest),
        _ => bare,
    };
    Email::parse(address).is_ok().then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str, region: &str) -> Result<Option<String>, String> {
        phone_number(text, Some(&Country::parse(region).unwrap()))
    }

    #[test]
    fn numbers_get_the_code_of_their_region() {
        for (text, region, e164) in [
            ("333 1234567", "IT", "+393331234567"),
            ("3331234567.0", "IT", "+393331234567"),
            ("393331234567.0", "IT", "+393331234567"),
            ("333-1234567;", "IT", "+393331234567"),
            ("tel:3331234567", "IT", "+393331234567"),
            ("TEL:333-123-4567", "IT", "+393331234567"),
            ("+39 333 1234567.0", "IT", "+393331234567"),
            ("+39 333 1234567;", "IT", "+393331234567"),
            ("0151 23456789", "DE", "+4915123456789"),
            ("15123456789", "DE", "+4915123456789"),
            ("15123456789.0", "DE", "+4915123456789"),
            ("(415) 555-2671", "US", "+14155552671"),
            ("14155552671", "US", "+14155552671"),
            ("447911123456", "GB", "+447911123456"),
            ("79123456789", "RU", "+79123456789"),
        ] {
            assert_eq!(number(text, region).unwrap().as_deref(), Some(e164), "{text}");
        }
        for text in ["+39 333 1234567", "soon", "+39 12"] {
            assert_eq!(number(text, "IT").unwrap(), None, "{text}");
        }
        assert_eq!(phone_number("+39 333 1234567.00;", None).unwrap().as_deref(), Some("+393331234567"));
        assert_eq!(phone_number("333 1234567", None).unwrap(), None);
    }

    #[test]
    fn a_number_that_lost_its_plus_is_not_that_of_somebody_else() {
        for (text, region, e164) in [
            ("4915123456789", "DE", Some("+4915123456789")),
            ("4915123456789.0", "DE", Some("+4915123456789")),
            ("62812345678", "ID", Some("+62812345678")),
            ("62218350123", "ID", None),
            ("468123456", "SE", None),
            ("393331234567", "DE", None),
        ] {
            assert_eq!(number(text, region).ok().flatten().as_deref(), e164, "{text}");
            assert_eq!(number(text, region).is_err(), e164.is_none(), "{text}");
        }
        assert!(number("468123456", "SE").unwrap_err().contains("+46468123456 or +468123456"));
    }

    #[test]
    fn addresses_are_freed_of_what_is_around_them() {
        for text in [
            "mailto:ada@example.org",
            "MAILTO:ada@example.org?subject=x",
            "Ada Byron <ada@example.org>",
            "<ada@example.org>",
            "ada@example.org;",
            "ada@example.org ,",
            "ada\u{ff20}example.org",
        ] {
            assert_eq!(email(text).as_deref(), Some("ada@example.org"), "{text}");
        }
        for text in ["ada@example.org", "ada@example.org; bob@example.org", "soon", "Ada <soon>", ""] {
            assert_eq!(email(text), None, "{text}");
        }
    }
}
