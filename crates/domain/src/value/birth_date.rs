//! Birth dates.

use jiff::civil::Date;

use super::visible::visible;
use crate::{InvalidValue, limits};

/// A day of the calendar from 1900 on, `1975-03-16`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BirthDate(Date);

impl BirthDate {
    /// Parses `YYYY-MM-DD`, not after `today`.
    ///
    /// # Errors
    /// Another form, an invalid day, before 1900, or in the future.
    pub fn parse(text: &str, today: Date) -> Result<Self, InvalidValue> {
        let text = &*visible(text);
        let digits = |range: std::ops::Range<usize>| {
            let part = text.get(range)?;
            part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<i16>().ok())?
        };
        let date = match text.as_bytes() {
            [_, _, _, _, b'-', _, _, b'-', _, _] => (|| {
                let (year, month, day) = (digits(0..4)?, digits(5..7)?, digits(8..10)?);
                Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
            })(),
            _ => None,
        };
        let date = date.ok_or_else(|| InvalidValue::invalid("must be a date in the form YYYY-MM-DD"))?;
        if date.year() < limits::BIRTH_YEAR_FIRST || date > today {
            return Err(InvalidValue::invalid("must be a date from 1900 to today"));
        }
        Ok(Self(date))
    }

    /// Takes a date that was accepted before. It was not in the future when it was stored, whatever this machine's clock says.
    ///
    /// # Errors
    /// As [`BirthDate::parse`], except that any date from 1900 on is accepted.
    pub fn restore(text: &str) -> Result<Self, InvalidValue> {
        Self::parse(text, Date::MAX)
    }

    /// The day.
    pub fn date(self) -> Date {
        self.0
    }
}

/// `YYYY-MM-DD`.
impl std::fmt::Display for BirthDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn is_a_real_day_up_to_today() {
        let today = date(2024, 2, 29);
        for text in ["1975-03-16", "1900-01-01", "2024-02-29"] {
            assert_eq!(BirthDate::parse(text, today).unwrap().to_string(), text);
        }
        for text in [
            "",
            "1975-3-16",
            "1975/03/16",
            "19750316",
            "1975-02-29",
            "1975-13-01",
            "1899-12-31",
            "2024-03-01",
            "+975-03-16",
            "1975-03-16T00:00",
            "１９７５-03-16",
        ] {
            assert!(BirthDate::parse(text, today).is_err(), "{text:?}");
        }
    }
}
