//! Birth dates as other systems write them.

use jiff::civil::Date;
use jiff::fmt::strtime;

/// A date format: by letters, DD/MM/YYYY, or in strftime's notation, %d.%m.%Y.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DateFormat(String);

/// The letters for parts of a date, the longer ones first.
const PARTS: [(&str, &str); 9] = [
    ("yyyy", "%Y"),
    ("jjjj", "%Y"),
    ("aaaa", "%Y"),
    ("mm", "%m"),
    ("dd", "%d"),
    ("tt", "%d"),
    ("yy", "%y"),
    ("m", "%m"),
    ("d", "%d"),
];

impl DateFormat {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let format = if text.contains('%') { text.to_owned() } else { of_letters(text) };
        let parts =
            ["%d", "%m"].iter().all(|part| format.contains(part)) && ["%Y", "%y"].iter().any(|it| format.contains(it));
        let other = ["%F", "%D", "%j", "%b", "%B"].iter().any(|part| format.contains(part));
        if parts || other {
            Ok(Self(format))
        } else {
            Err("it must have day, month and year, such as DD.MM.YYYY".to_owned())
        }
    }

    /// The date as YYYY-MM-DD, if it has this format or is in that form already. A time after it is ignored.
    pub(super) fn read(&self, text: &str) -> Option<String> {
        let text = text.trim();
        let date = |text: &str| strtime::parse(&self.0, text).ok().and_then(|parsed| parsed.to_date().ok());
        let day = text.split(['T', ' ']).next().unwrap_or_default();
        let found = date(text).or_else(|| date(day)).or_else(|| iso(day))?;
        Some(found.to_string())
    }
}

fn iso(text: &str) -> Option<Date> {
    text.parse().ok()
}

fn of_letters(text: &str) -> String {
    let (mut rest, mut format) = (text.to_lowercase(), String::new());
    while let Some(first) = rest.chars().next() {
        let (taken, part) = match PARTS.iter().find(|(letters, _)| rest.starts_with(letters)) {
            Some((letters, part)) => (letters.len(), (*part).to_owned()),
            None => (first.len_utf8(), first.to_string()),
        };
        format.push_str(&part);
        rest.drain(..taken);
    }
    format
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_their_form() {
        for (format, text, date) in [
            ("%d.%m.%Y", "16.03.1975", Some("1975-03-16")),
            ("DD.MM.YYYY", "6.3.1975", Some("1975-03-06")),
            ("d/m/yyyy", "16/03/1975", Some("1975-03-16")),
            ("MM/DD/YYYY", "03/16/1975", Some("1975-03-16")),
            ("TT.MM.JJJJ", "16.03.1975 00:00:00", Some("1975-03-16")),
            ("MM/DD/YYYY", "16/03/1975", None),
            ("DD.MM.YYYY", "1975-03-16", Some("1975-03-16")),
            ("DD.MM.YYYY", "1975-03-16T00:00:00Z", Some("1975-03-16")),
            ("YYYYMMDD", "19750316", Some("1975-03-16")),
            ("DD.MM.YYYY", "31.02.1975", None),
            ("DD.MM.YYYY", "soon", None),
        ] {
            assert_eq!(DateFormat::parse(format).unwrap().read(text).as_deref(), date, "{format} {text}");
        }
    }

    #[test]
    fn what_is_no_form_of_dates_is_refused() {
        for odd in ["", "YYYY", "%Y-%m", "DD.MM", "date"] {
            assert!(DateFormat::parse(odd).is_err(), "{odd}");
        }
    }
}
