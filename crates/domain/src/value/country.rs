//! Countries and their subdivisions.

use isocountry::CountryCode;

use crate::InvalidValue;

/// A country by its ISO 3166-1 alpha-2 code, `IT`, or a subdivision in the form of ISO 3166-2, `GB-ENG`.
///
/// The published schema says ISO 3166-2 and gives a country as its example, so both are taken. Of a subdivision only
/// the country and the form are checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Country(String);

impl Country {
    /// # Errors
    /// Not a country code (ISO 3166-1 alpha-2, or XK for Kosovo), in any case, with or without a subdivision of one to
    /// three letters or digits.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let code = text.trim().to_ascii_uppercase();
        let (country, subdivision) = code.split_once('-').map_or((code.as_str(), None), |(c, s)| (c, Some(s)));
        let is_country = country == "XK" || CountryCode::for_alpha2(country).is_ok();
        let is_subdivision =
            subdivision.is_none_or(|s| (1..=3).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_alphanumeric()));
        if is_country && is_subdivision {
            Ok(Self(code))
        } else {
            Err(InvalidValue::invalid("must be an ISO 3166 country code, such as GB or GB-ENG"))
        }
    }

    /// The code in upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
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
    fn refuses_other_codes() {
        for text in ["", "ZZ", "ITA", "Italy", "GB-", "GB-ENGL", "ZZ-ENG", "GB-E_G", "G"] {
            assert!(Country::parse(text).is_err(), "{text:?}");
        }
    }
}
