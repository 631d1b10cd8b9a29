//! Options by which rejected values could be read.

use domain::value::{BirthDate, PhoneNumber};
use jiff::civil::Date;
use serde_json::Value;

use super::names;
use super::options::Import;

/// Names of which `--names` reads the values.
const NAMED: [&str; 4] = ["country", "language", "civilStatus", "gender"];

/// Which options would have read a value of a rejected row.
pub(super) struct Hints {
    /// An option that was not given, and whether it would have helped.
    dates: Option<bool>,
    region: Option<bool>,
    names: Option<bool>,
}

impl Hints {
    pub(super) fn new(options: &Import) -> Self {
        let absent = |given: bool| (!given).then_some(false);
        Self {
            dates: absent(options.date_format.is_some()),
            region: absent(options.default_region.is_some()),
            names: absent(options.names || options.preset.is_some()),
        }
    }

    /// Looks at a customer that was refused for these reasons, which begin with the names of the fields.
    pub(super) fn see(&mut self, customer: &[u8], reasons: &[String]) {
        if [self.dates, self.region, self.names].iter().all(|it| *it != Some(false)) {
            return;
        }
        let Ok(Value::Object(customer)) = serde_json::from_slice(customer) else { return };
        for (field, _) in reasons.iter().filter_map(|reason| reason.split_once(':')) {
            let Some(text) = customer.get(field).and_then(Value::as_str) else { continue };
            match field {
                "birthDate" => note(&mut self.dates, is_date(text)),
                "phoneNumber" => note(&mut self.region, is_national(text)),
                field if NAMED.contains(&field) => note(&mut self.names, names::code(field, text).is_some()),
                _ => {}
            }
        }
    }

    /// One line for the user.
    pub(super) fn to_text(&self) -> Option<String> {
        let options = [
            (self.dates, "--date-format (birth dates in another form)"),
            (self.region, "--default-region (telephone numbers without a country code)"),
            (self.names, "--names (names instead of codes)"),
        ];
        let options: Vec<_> = options.into_iter().filter(|(helps, _)| *helps == Some(true)).map(|it| it.1).collect();
        (!options.is_empty()).then(|| format!("options that may read the rejected values: {}", options.join(", ")))
    }
}

fn note(option: &mut Option<bool>, helps: bool) {
    if let Some(seen) = option {
        *seen |= helps;
    }
}

/// Whether a text may be a date that is not written as the registry has it.
fn is_date(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    BirthDate::parse(text, Date::MAX).is_err() && (3..=8).contains(&digits)
}

/// Whether a text may be a telephone number that lacks its country code.
fn is_national(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    PhoneNumber::parse(text).is_err() && digits > 4 && !text.trim_start().starts_with(['+', '*', '#'])
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use serde_json::json;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        import: Import,
    }

    fn hint(options: &[&str], customer: &Value) -> Option<String> {
        let mut hints = Hints::new(&Line::parse_from([&["c4w", "guests.csv"], options].concat()).import);
        let fields = customer.as_object().unwrap().keys();
        let reasons: Vec<_> = fields.map(|field| format!("{field}: is not valid")).collect();
        hints.see(customer.to_string().as_bytes(), &reasons);
        hints.to_text()
    }

    #[test]
    fn an_option_that_would_help_is_named() {
        for (customer, option) in [
            (json!({"birthDate": "16.03.1975"}), "--date-format"),
            (json!({"birthDate": "3/16/75"}), "--date-format"),
            (json!({"phoneNumber": "333 1234567"}), "--default-region"),
            (json!({"country": "Italy"}), "--names"),
            (json!({"civilStatus": "Mrs"}), "--names"),
        ] {
            let hint = hint(&[], &customer).unwrap_or_else(|| panic!("{customer}"));
            assert!(hint.contains(option), "{hint}");
            assert_eq!(hint.matches("--").count(), 1, "{hint}");
        }
        let all = json!({"birthDate": "16.03.1975", "phoneNumber": "333 1234567", "gender": "weiblich"});
        assert_eq!(hint(&[], &all).map(|it| it.matches("--").count()), Some(3));
        assert_eq!(hint(&["--names", "--default-region", "IT", "--date-format", "DD.MM.YY"], &all), None);
    }

    #[test]
    fn what_no_option_reads_is_not_promised() {
        for customer in [
            json!({"birthDate": "2999-01-01"}),
            json!({"birthDate": "unknown"}),
            json!({"phoneNumber": "+39"}),
            json!({"phoneNumber": "*100#"}),
            json!({"country": "Atlantis"}),
            json!({"email": "Italy"}),
        ] {
            assert_eq!(hint(&[], &customer), None, "{customer}");
        }
    }
}
