//! Countries and their subdivisions.

use isocountry::CountryCode;

use super::visible::visible;
use crate::InvalidValue;

/// Further codes that are in use for countries, with the official ones: those of the European Union for Greece and the
/// United Kingdom, and withdrawn ones with a single successor.
const BESIDE: [(&str, &str); 8] =
    [("UK", "GB"), ("EL", "GR"), ("FX", "FR"), ("TP", "TL"), ("ZR", "CD"), ("BU", "MM"), ("XKX", "XK"), ("ROM", "RO")];

/// A country by its ISO 3166-1 alpha-2 code, `IT`, or a subdivision in the form of ISO 3166-2, `GB-ENG`.
///
/// The published schema says ISO 3166-2 and gives a country as its example, so both are accepted. Of a subdivision only
/// the country and the form are checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Country(String);

impl Country {
    /// Parses the alpha-2 code in either case, or another code of the same country, which is converted: the alpha-3
    /// code, the numeric one (with or without leading zeros), `UK` and `EL`, or `XK` for Kosovo, which ISO 3166-1 does
    /// not list.
    ///
    /// # Errors
    /// Not a country code, with or without a subdivision of one to three letters or digits.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let text = visible(text).to_ascii_uppercase();
        let (country, subdivision) = text.split_once('-').map_or((text.as_str(), None), |(c, s)| (c, Some(s)));
        let is_subdivision =
            subdivision.is_none_or(|s| (1..=3).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_alphanumeric()));
        match alpha2(country).filter(|_| is_subdivision) {
            Some(country) => Ok(Self(subdivision.map_or(country.to_owned(), |s| format!("{country}-{s}")))),
            None => Err(InvalidValue::invalid("must be an ISO 3166 country code, such as GB or GB-ENG")),
        }
    }

    /// The code in upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The official code of two letters.
fn alpha2(code: &str) -> Option<&'static str> {
    if let Some((_, official)) = BESIDE.iter().find(|(beside, _)| *beside == code) {
        return Some(official);
    }
    if code == "XK" {
        return Some("XK");
    }
    let is_numeric = (1..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit());
    let country = if is_numeric {
        CountryCode::for_id(code.parse().ok()?)
    } else if code.len() == 3 {
        CountryCode::for_alpha3(code)
    } else {
        CountryCode::for_alpha2(code)
    };
    country.ok().map(|country| country.alpha2())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_any_case_and_gives_upper() {
        for (text, code) in [("gb", "GB"), (" It", "IT"), ("xk", "XK"), ("gb-eng", "GB-ENG"), ("FR-75", "FR-75")] {
            assert_eq!(Country::parse(text).unwrap().as_str(), code);
        }
    }

    #[test]
    fn other_codes_of_a_country_become_its_own() {
        for (text, code) in [
            ("UK", "GB"),
            ("uk-eng", "GB-ENG"),
            ("EL", "GR"),
            ("GBR", "GB"),
            ("deu", "DE"),
            ("XKX", "XK"),
            ("826", "GB"),
            ("004", "AF"),
            ("4", "AF"),
            ("40", "AT"),
            ("\u{FEFF}IT\u{A0}", "IT"),
        ] {
            assert_eq!(Country::parse(text).unwrap().as_str(), code, "{text:?}");
        }
    }

    #[test]
    fn refuses_other_codes() {
        for text in ["", "ZZ", "ZZZ", "000", "999", "0826", "+4", "Italy", "GB-", "GB-ENGL", "ZZ-ENG", "GB-E_G", "G"] {
            assert!(Country::parse(text).is_err(), "{text:?}");
        }
    }
}
