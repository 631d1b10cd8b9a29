//! Birth dates as other systems write them.

use jiff::civil::{Date, date};
use jiff::fmt::strtime::BrokenDownTime;

use super::words::folded;

/// A date format: by letters, DD/MM/YYYY, or in strftime's notation, %d.%m.%Y.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DateFormat {
    /// In the form of strftime, with months as numbers and without a time.
    format: String,
    /// Months are names.
    named: bool,
    /// Years have two digits.
    short: bool,
}

/// A day that tells whether a format has day, month and year.
const EXAMPLE: Date = date(1975, 3, 16);
/// Parts of a time, by which it is known where a date ends.
const TIMES: [&str; 9] = ["%H", "%I", "%k", "%l", "%T", "%R", "%p", "%P", "%r"];
/// What separates a time from its date.
const BEFORE_TIME: [char; 4] = [' ', ',', 'T', 't'];

/// Names of the months in English, German, Italian, French, Spanish, Portuguese, Dutch, Swedish and Danish, without accents.
const MONTHS: [&str; 12] = [
    "january januar janner gennaio janvier enero janeiro januari",
    "february februar feber febbraio fevrier febrero fevereiro februari",
    "march marz maerz marzo mars marco maart marts",
    "april aprile avril abril",
    "may mai maggio mayo maio mei maj",
    "june juni giugno juin junio junho",
    "july juli luglio juillet julio julho",
    "august agosto aout augustus augusti",
    "september settembre septembre septiembre setiembre setembro",
    "october oktober ottobre octobre octubre outubro",
    "november novembre noviembre novembro",
    "december dezember dicembre decembre diciembre dezembro",
];

impl DateFormat {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let format = if text.contains('%') { text.to_owned() } else { of_letters(text)? };
        let named = ["%b", "%B", "%h"].iter().any(|month| format.contains(month));
        let format = ["%b", "%B", "%h"].iter().fold(format, |format, month| format.replace(month, "%m"));
        let time = TIMES.iter().filter_map(|time| format.find(time)).min().unwrap_or(format.len());
        let format = format[..time].trim_end_matches(BEFORE_TIME).to_owned();
        let short = ["%y", "%D"].iter().any(|year| format.contains(year));
        let parsed = Self { format, named, short };
        let written = BrokenDownTime::from(EXAMPLE).to_string(&parsed.format);
        let is_whole = written.is_ok_and(|written| parsed.numbers(&written) == Some(EXAMPLE));
        if is_whole { Ok(parsed) } else { Err("it must have day, month and year, such as DD.MM.YYYY".to_owned()) }
    }

    /// The date as YYYY-MM-DD, if it is one of this form, or in that form already. A time behind it counts for nothing, and a
    /// year of two digits is not in the future.
    pub(super) fn read(&self, text: &str, today: Date) -> Option<String> {
        let text = text.trim();
        let found = if self.named { self.names(text) } else { self.numbers(text) };
        let century = |date: Date| {
            let is_future = self.short && date > today;
            if is_future { Date::new(date.year() - 100, date.month(), date.day()).ok() } else { Some(date) }
        };
        let day = text.split(['T', ' ']).next().unwrap_or_default();
        let found = found.and_then(century).or_else(|| day.parse().ok())?;
        Some(found.to_string())
    }

    fn numbers(&self, text: &str) -> Option<Date> {
        let (parsed, end) = BrokenDownTime::parse_prefix(&self.format, text).ok()?;
        let rest = text.get(end..)?;
        let is_time = rest.starts_with(BEFORE_TIME)
            && rest.trim_start_matches(BEFORE_TIME).starts_with(|first: char| first.is_ascii_digit());
        if rest.is_empty() || is_time { parsed.to_date().ok() } else { None }
    }

    /// A date in which the month is a name, also one that is cut short.
    fn names(&self, text: &str) -> Option<Date> {
        let mut words = text.split(|it: char| !it.is_alphabetic()).filter(|word| !word.is_empty());
        let (word, month) = words.find_map(|word| Some((word, month(word)?)))?;
        let (before, behind) = text.split_once(word)?;
        let read = |behind: &str| self.numbers(&format!("{before}{month:02}{behind}"));
        read(behind).or_else(|| read(behind.strip_prefix('.')?))
    }
}

/// The number of a month by its name or the beginning of it, if no other begins like this.
fn month(name: &str) -> Option<usize> {
    let name = folded(name);
    if name.chars().count() < 3 {
        return None;
    }
    let is_it = |names: &&str| names.split_whitespace().any(|it| it.starts_with(&name));
    let mut months = (1..).zip(MONTHS).filter(|(_, names)| is_it(names));
    match (months.next(), months.next()) {
        (Some((number, _)), None) => Some(number),
        _ => None,
    }
}

/// The format of strftime for one of letters, as English, German, Italian, French, Spanish and Dutch programs have them.
fn of_letters(text: &str) -> Result<String, String> {
    let text = text.to_lowercase();
    let year = ['y', 'a', 'j'].into_iter().find(|it| text.contains([*it, *it].iter().collect::<String>().as_str()));
    let is_day = |it: &char| text.contains(*it) && Some(*it) != year;
    let day = ['d', 'g', 'j', 't'].into_iter().find(is_day);
    let (mut rest, mut format, mut has_hours) = (text.as_str(), String::new(), false);
    while let Some(first) = rest.chars().next() {
        if let Some(behind) = rest.strip_prefix("de ").filter(|_| format.ends_with(' ')) {
            // 16 de marzo de 1975
            format.push_str("de ");
            rest = behind;
            continue;
        }
        let count = rest.chars().take_while(|it| *it == first).count();
        let part = match (first, count) {
            _ if Some(first) == day && count <= 2 => "%d",
            _ if Some(first) == year && count == 4 => "%Y",
            _ if Some(first) == year && count == 2 => "%y",
            ('m', 1 | 2) if has_hours => "%M",
            ('m', 1 | 2) => "%m",
            ('m', 3) => "%b",
            ('m', 4) => "%B",
            ('h', 1 | 2) => "%H",
            ('s', 1 | 2) => "%S",
            ('t', 1) => "T",
            _ if first.is_alphabetic() => {
                let letters = &rest[..count * first.len_utf8()];
                return Err(format!("{letters:?} is no part of a date; it must be such as DD.MM.YYYY"));
            }
            _ => &rest[..count * first.len_utf8()],
        };
        has_hours |= first == 'h';
        format.push_str(part);
        rest = &rest[count * first.len_utf8()..];
    }
    Ok(format)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = date(2026, 12, 1);

    #[test]
    fn dates_are_read_in_their_form() {
        for (format, text, date) in [
            ("%d.%m.%Y", "16.03.1975", Some("1975-03-16")),
            ("%d.%m.%Y %H:%M", "16.03.1975 12:30", Some("1975-03-16")),
            ("%d.%m.%Y %H:%M", "16.03.1975", Some("1975-03-16")),
            ("%d. %B %Y", "16. M\u{e4}rz 1975", Some("1975-03-16")),
            ("%d %b %Y", "16 Mar 1975", Some("1975-03-16")),
            ("DD.MM.YYYY", "6.3.1975", Some("1975-03-06")),
            ("d/m/yyyy", "16/03/1975", Some("1975-03-16")),
            ("MM/DD/YYYY", "03/16/1975", Some("1975-03-16")),
            ("TT.MM.JJJJ", "16.03.1975 00:00:00", Some("1975-03-16")),
            ("T.M.JJJJ", "16.3.1975", Some("1975-03-16")),
            ("gg/mm/aaaa", "16/03/1975", Some("1975-03-16")),
            ("jj/mm/aaaa", "16/03/1975", Some("1975-03-16")),
            ("dd-mm-jjjj", "16-03-1975", Some("1975-03-16")),
            ("dd/MM/yyyy HH:mm:ss", "16/03/1975 10:20:30", Some("1975-03-16")),
            ("dd/MM/yyyy HH:mm:ss", "16/03/1975", Some("1975-03-16")),
            ("dd.mm.yyyy hh:mm", "16.03.1975 10:20", Some("1975-03-16")),
            ("yyyy-MM-ddTHH:mm", "1975-03-16T10:20", Some("1975-03-16")),
            ("DD MMM YYYY", "16 Mar 1975", Some("1975-03-16")),
            ("DD MMM YYYY", "16 March 1975", Some("1975-03-16")),
            ("DD.MMM.YYYY", "16.Dez.1975", Some("1975-12-16")),
            ("DD MMM YYYY", "16 janv. 1975", Some("1975-01-16")),
            ("D MMMM YYYY", "6 ao\u{fb}t 1975 00:00", Some("1975-08-06")),
            ("D MMMM YYYY", "16 marzo 1975", Some("1975-03-16")),
            ("D de MMMM de YYYY", "16 de marzo de 1975", Some("1975-03-16")),
            ("MMMM D, YYYY", "March 16, 1975", Some("1975-03-16")),
            ("DD MMM YYYY", "16 jui 1975", None),
            ("DD MMM YYYY", "16 Foo 1975", None),
            ("MM/DD/YYYY", "16/03/1975", None),
            ("DD.MM.YYYY", "1975-03-16", Some("1975-03-16")),
            ("DD.MM.YYYY", "1975-03-16T00:00:00Z", Some("1975-03-16")),
            ("YYYYMMDD", "19750316", Some("1975-03-16")),
            ("DD.MM.YYYY", "31.02.1975", None),
            ("DD.MM.YYYY", "16.03.1975 soon", None),
            ("DD.MM.YYYY", "soon", None),
        ] {
            assert_eq!(DateFormat::parse(format).unwrap().read(text, TODAY).as_deref(), date, "{format} {text}");
        }
    }

    #[test]
    fn a_year_of_two_digits_is_not_in_the_future() {
        for (text, date) in [
            ("1/2/60", "1960-02-01"),
            ("1/2/69", "1969-02-01"),
            ("1/2/25", "2025-02-01"),
            ("1/12/26", "2026-12-01"),
            ("2/12/26", "1926-12-02"),
        ] {
            assert_eq!(DateFormat::parse("D/M/YY").unwrap().read(text, TODAY).as_deref(), Some(date), "{text}");
        }
    }

    #[test]
    fn what_is_no_form_of_dates_is_refused() {
        for odd in [
            "",
            "YYYY",
            "%Y-%m",
            "DD.MM",
            "date",
            "YYYY-DDD",
            "excel",
            "%x",
            "%Q %d %m %Y",
            "HH:mm DD.MM.YYYY",
            "MM/MM/YYYY",
        ] {
            assert!(DateFormat::parse(odd).is_err(), "{odd}");
        }
    }
}
