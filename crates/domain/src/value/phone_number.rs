//! Telephone numbers.

use crate::InvalidValue;

/// A telephone number in E.164 form, `+14155552671`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Takes an international number with its usual separators; no region is guessed.
    ///
    /// # Errors
    /// No leading `+` and country code, not a number that its country assigns, or one with an extension, which E.164
    /// cannot hold.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let refused = || InvalidValue::invalid("must be a valid phone number in E.164 form, such as +14155552671");
        let text = text.trim();
        if !text.starts_with('+') {
            return Err(refused());
        }
        let number = phonenumber::parse(None, text).map_err(|_| refused())?;
        if number.extension().is_some() || !number.is_valid() {
            return Err(refused());
        }
        // The library's formatter looks for a pattern by which to group the digits, which E.164 does not.
        Ok(Self(format!("+{}{}", number.code().value(), number.national())))
    }

    /// Takes a number that was accepted before, in E.164 form. The numbering plans are not asked: they change, and a
    /// customer must stay readable when a number range is given up.
    ///
    /// # Errors
    /// Not `+` and 2 to 15 digits, the first of them not zero.
    pub fn restore(text: &str) -> Result<Self, InvalidValue> {
        let digits = text.strip_prefix('+').unwrap_or_default();
        let e164 = (2..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        if e164 { Ok(Self(text.to_owned())) } else { Err(InvalidValue::invalid("must be in E.164 form")) }
    }

    /// The number in E.164 form, which is also the form in which numbers are compared.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Loads the numbering plans, which the first use would otherwise wait for (about 50 ms).
    pub fn warm_up() {
        std::hint::black_box(Self::parse("+14155552671").is_ok());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn becomes_e164() {
        for (text, e164) in [
            ("+14155552671", "+14155552671"),
            (" +39 333 123-4567 ", "+393331234567"),
            ("+44 (0)20 7946 0958", "+442079460958"),
            // Italian landlines keep their leading zero.
            ("+39 06 6982", "+39066982"),
        ] {
            assert_eq!(PhoneNumber::parse(text).unwrap().as_str(), e164);
        }
    }

    #[test]
    fn is_what_the_library_makes_of_it() {
        for text in [
            "+14155552671",
            "+39 06 6982",
            "+39 333 123-4567",
            "+44 (0)20 7946 0958",
            "+49 151 12345678",
            "+378 0549 886377",
        ] {
            let e164 = phonenumber::parse(None, text).unwrap().format().mode(phonenumber::Mode::E164).to_string();
            assert_eq!(PhoneNumber::parse(text).unwrap().as_str(), e164);
        }
    }

    #[test]
    fn guesses_no_region_and_refuses_what_no_country_assigns() {
        for text in
            ["", "+", "3331234567", "0039 333 1234567", "+1415", "+999123456789", "+39 x", "+14155552671 ext. 5"]
        {
            assert!(PhoneNumber::parse(text).is_err(), "{text:?}");
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
        assert_eq!(PhoneNumber::restore("+999123456789").unwrap().as_str(), "+999123456789");
        for text in ["", "+", "999123456789", "+0123456", "+1 415", "+1234567890123456"] {
            assert!(PhoneNumber::restore(text).is_err(), "{text:?}");
        }
    }
}
