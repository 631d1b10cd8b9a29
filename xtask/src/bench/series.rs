//! A quantity over the rounds, and its format.

use std::fmt;

/// One value per round.
#[derive(Debug, Clone, Default)]
pub(crate) struct Series(Vec<f64>);

impl Series {
    pub(crate) fn push(&mut self, value: f64) {
        self.0.push(value);
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The median; NaN if there is no value.
    pub(crate) fn median(&self) -> f64 {
        let sorted = self.sorted();
        let (below, above) = (sorted.len().saturating_sub(1) / 2, sorted.len() / 2);
        sorted.get(below).zip(sorted.get(above)).map_or(f64::NAN, |(below, above)| f64::midpoint(*below, *above))
    }

    fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        sorted
    }
}

impl FromIterator<f64> for Series {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

/// The median, and the range if there are several values.
impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.sorted().as_slice() {
            [] => f.write_str("not measured"),
            [only] => f.write_str(&number(*only)),
            [lowest, .., highest] => {
                write!(f, "{} ({} to {})", number(self.median()), number(*lowest), number(*highest))
            }
        }
    }
}

/// The number with three significant digits, or more if they are before the decimal point.
pub(crate) fn number(value: f64) -> String {
    match value.abs() {
        100.0.. => thousands(&format!("{value:.0}")),
        10.0.. => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn thousands(digits: &str) -> String {
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(values: &[f64]) -> Series {
        values.iter().copied().collect()
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(series(&[9.0, 1.0, 2.0]).median(), 2.0);
        assert_eq!(series(&[9.0, 1.0, 2.0, 4.0]).median(), 3.0);
        assert_eq!(series(&[5.0]).median(), 5.0);
        assert!(series(&[]).median().is_nan());
    }

    #[test]
    fn shows_the_spread_where_there_is_one() {
        assert_eq!(series(&[9.0, 1.0, 2.0]).to_string(), "2.00 (1.00 to 9.00)");
        assert_eq!(series(&[12.34]).to_string(), "12.3");
        assert_eq!(series(&[]).to_string(), "not measured");
    }

    #[test]
    fn numbers_are_short() {
        let shown = [0.0, 0.456, 9.876, 12.34, 999.4, 1000.0, 12_345.6, 1_234_567.0].map(number);
        assert_eq!(shown, ["0.00", "0.46", "9.88", "12.3", "999", "1,000", "12,346", "1,234,567"]);
    }
}
