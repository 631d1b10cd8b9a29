//! The options of a benchmark.

use std::path::PathBuf;

use crate::shell::Failure;

/// The default number of rounds for neighbours, which take some minutes.
const NEIGHBOURS_ROUNDS: u64 = 3;
/// The default number of the loud neighbour's customers: more than a page has.
const NEIGHBOURS_CUSTOMERS: u64 = 20_000;

/// The options of the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Options {
    /// The number of rounds.
    pub(crate) rounds: u64,
    /// The number of customers before the loads.
    pub(crate) customers: u64,
    /// The number of customers in the large database. `None`: neither a large nor a small one is measured.
    pub(crate) scale: Option<u64>,
    /// The duration of each load.
    pub(crate) seconds: u64,
    /// Measures the way onto the Wi-Fi instead of everything else, with its own report.
    pub(crate) wifi: bool,
    /// Measures `c4w import` instead of everything else, with its own report.
    pub(crate) import: bool,
    /// Measures neighbours instead of everything else, with its own report.
    pub(crate) neighbours: bool,
    /// The number of imported customers.
    pub(crate) rows: u64,
    /// For development: writes no report.
    pub(crate) quick: bool,
    /// The path of an already built program.
    pub(crate) binary: Option<PathBuf>,
    /// Another program for the plain variant.
    pub(crate) plain_binary: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            rounds: 5,
            customers: 200_000,
            scale: Some(2_000_000),
            seconds: 5,
            wifi: false,
            import: false,
            neighbours: false,
            rows: 1_000_000,
            quick: false,
            binary: None,
            plain_binary: None,
        }
    }
}

impl Options {
    /// Parses the words after `bench`.
    pub(crate) fn parse(words: &[&str]) -> Result<Self, Failure> {
        let mut options = Self::default();
        let mut words = words.iter();
        while let Some(name) = words.next() {
            let mut value = || words.next().copied().ok_or_else(|| format!("{name} wants a value"));
            match *name {
                "--quick" => options = options.quick(),
                "--wifi" => options = Self { wifi: true, scale: None, ..options },
                "--import" => options = Self { import: true, scale: None, ..options },
                "--neighbours" => {
                    options = Self {
                        neighbours: true,
                        scale: None,
                        rounds: options.rounds.min(NEIGHBOURS_ROUNDS),
                        customers: options.customers.min(NEIGHBOURS_CUSTOMERS),
                        ..options
                    };
                }
                "--rows" => options.rows = number(name, value()?)?,
                "--rounds" => options.rounds = number(name, value()?)?,
                "--customers" => options.customers = number(name, value()?)?,
                "--scale" => options.scale = Some(number(name, value()?)?),
                "--seconds" => options.seconds = number(name, value()?)?,
                "--binary" => options.binary = Some(value()?.into()),
                "--plain-binary" => options.plain_binary = Some(value()?.into()),
                other => return Err(format!("bench has no option {other}").into()),
            }
        }
        Ok(options)
    }

    /// Later options still apply.
    fn quick(self) -> Self {
        Self { rounds: 1, customers: 20_000, scale: None, seconds: 2, rows: 50_000, quick: true, ..self }
    }
}

fn number(name: &str, value: &str) -> Result<u64, Failure> {
    let number = value.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| format!("{name} takes a whole number from 1, not {value}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_usual() {
        assert_eq!(Options::parse(&[]).unwrap(), Options::default());
        let options = Options::parse(&["--seconds", "1", "--rounds", "2", "--binary", "b"]).unwrap();
        let expected = Options { rounds: 2, seconds: 1, binary: Some("b".into()), ..Options::default() };
        assert_eq!(options, expected);
    }

    #[test]
    fn quick_is_a_start_for_the_rest() {
        let options = Options::parse(&["--binary", "b", "--quick", "--seconds", "3"]).unwrap();
        assert_eq!((options.rounds, options.seconds, options.scale), (1, 3, None));
        assert_eq!(options.binary, Some("b".into()));
    }

    #[test]
    fn a_part_is_measured_by_itself() {
        let options = Options::parse(&["--wifi", "--rounds", "3"]).unwrap();
        assert_eq!(options, Options { rounds: 3, wifi: true, scale: None, ..Options::default() });
        let options = Options::parse(&["--import", "--rows", "5"]).unwrap();
        assert_eq!(options, Options { rows: 5, import: true, scale: None, ..Options::default() });
    }

    #[test]
    fn neighbours_need_few_customers() {
        let expected = Options { rounds: 3, customers: 20_000, neighbours: true, scale: None, ..Options::default() };
        assert_eq!(Options::parse(&["--neighbours"]).unwrap(), expected);
        let quick = Options::parse(&["--quick", "--neighbours", "--rounds", "5"]).unwrap();
        assert_eq!(quick, Options { rounds: 5, seconds: 2, rows: 50_000, quick: true, ..expected });
    }

    #[test]
    fn what_makes_no_sense_is_told() {
        for words in [&["--rounds"][..], &["--rounds", "0"], &["--rounds", "x"], &["--round", "1"], &["1"]] {
            assert!(Options::parse(words).is_err(), "{words:?}");
        }
    }
}
