//! How much is measured.

use crate::shell::Failure;

/// What the person asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Options {
    /// How often everything is measured.
    pub(crate) rounds: u64,
    /// How many customers there are before the measurements under load.
    pub(crate) customers: u64,
    /// How long each load lasts.
    pub(crate) seconds: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { rounds: 5, customers: 100_000, seconds: 5 }
    }
}

impl Options {
    /// From the words after `bench`.
    pub(crate) fn parse(words: &[&str]) -> Result<Self, Failure> {
        let mut options = Self::default();
        let (pairs, rest) = words.as_chunks::<2>();
        for [name, value] in pairs {
            let option = match *name {
                "--rounds" => &mut options.rounds,
                "--customers" => &mut options.customers,
                "--seconds" => &mut options.seconds,
                other => return Err(format!("bench has no option {other}").into()),
            };
            let number = value.parse().ok().filter(|number| *number > 0);
            *option = number.ok_or_else(|| format!("{name} takes a whole number from 1, not {value}"))?;
        }
        match rest {
            [] => Ok(options),
            [word, ..] => Err(format!("bench does not understand {word}: options are --NAME NUMBER").into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_usual() {
        assert_eq!(Options::parse(&[]).unwrap(), Options::default());
        let options = Options::parse(&["--seconds", "1", "--rounds", "2"]).unwrap();
        assert_eq!(options, Options { rounds: 2, seconds: 1, ..Options::default() });
    }

    #[test]
    fn what_makes_no_sense_is_told() {
        for words in [&["--rounds"][..], &["--rounds", "0"], &["--rounds", "x"], &["--round", "1"], &["1"]] {
            assert!(Options::parse(words).is_err(), "{words:?}");
        }
    }
}
