//! What was measured.

use std::time::Duration;

use super::load::Outcome;
use super::series::Series;

/// A start of the server, up to rest.
#[derive(Default)]
pub(crate) struct Start {
    /// Milliseconds to the first answer.
    pub(crate) live: Series,
    /// Milliseconds to the first login.
    pub(crate) login: Series,
    /// MiB afterwards.
    pub(crate) memory: Series,
}

/// One kind of request under load.
#[derive(Default)]
pub(crate) struct Load {
    pub(crate) name: &'static str,
    /// Requests a second.
    pub(crate) rate: Series,
    /// The same for each fsync that the disk does in a second, of a growing file.
    pub(crate) per_fsync: Series,
    /// Half of the answers take no longer, in milliseconds.
    pub(crate) p50: Series,
    /// Of a hundred answers, 99 take no longer, in milliseconds.
    pub(crate) p99: Series,
    /// Processor time of the server for a request, in microseconds.
    pub(crate) processor: Series,
}

impl Load {
    pub(crate) fn push(&mut self, outcome: &Outcome, processor: Duration, fsyncs: f64) {
        let mut latencies: Vec<_> = outcome.answered.iter().map(|answered| answered.latency).collect();
        latencies.sort_unstable();
        let answers = latencies.len() as f64;
        let rate = answers / outcome.time.as_secs_f64();
        self.rate.push(rate);
        self.per_fsync.push(rate / fsyncs);
        self.p50.push(percentile(&latencies, 50));
        self.p99.push(percentile(&latencies, 99));
        self.processor.push(processor.as_secs_f64() * 1e6 / answers);
    }
}

/// The shortest of these that so many of a hundred do not exceed, in milliseconds. They are in order.
fn percentile(sorted: &[Duration], of_a_hundred: usize) -> f64 {
    let rank = (sorted.len() * of_a_hundred).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).map_or(f64::NAN, |latency| latency.as_secs_f64() * 1e3)
}

/// Everything.
#[derive(Default)]
pub(crate) struct Figures {
    pub(crate) empty: Start,
    pub(crate) filled: Start,
    /// How long creating the customers took.
    pub(crate) fill_seconds: Series,
    /// MiB after that.
    pub(crate) memory_filled: Series,
    /// MiB after the loads.
    pub(crate) memory_loaded: Series,
    /// What the disk does in a second at the end of a growing file.
    pub(crate) fsyncs: Series,
    /// And over the same place of a file.
    pub(crate) fsyncs_in_place: Series,
    /// In the order in which they were measured.
    pub(crate) loads: Vec<Load>,
}

impl Figures {
    /// The load of this name.
    pub(crate) fn load(&mut self, name: &'static str) -> &mut Load {
        let at = self.loads.iter().position(|load| load.name == name).unwrap_or(self.loads.len());
        if at == self.loads.len() {
            self.loads.push(Load { name, ..Load::default() });
        }
        &mut self.loads[at]
    }
}

#[cfg(test)]
mod tests {
    use super::super::load::Answered;
    use super::*;

    fn millis(values: &[u64]) -> Vec<Duration> {
        values.iter().copied().map(Duration::from_millis).collect()
    }

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let hundred: Vec<_> = (1..=100).collect();
        assert_eq!(percentile(&millis(&hundred), 50), 50.0);
        assert_eq!(percentile(&millis(&hundred), 99), 99.0);
        assert_eq!(percentile(&millis(&[1, 2, 9]), 50), 2.0);
        assert_eq!(percentile(&millis(&[1, 2, 9]), 99), 9.0);
        assert_eq!(percentile(&millis(&[7]), 50), 7.0);
        assert!(percentile(&[], 50).is_nan());
    }

    #[test]
    fn a_load_of_several_rounds_is_one() {
        let mut figures = Figures::default();
        let answered = |number| Answered { number, id: String::new(), latency: Duration::from_millis(5 - number) };
        for seconds in [1, 2] {
            let outcome = Outcome { time: Duration::from_secs(seconds), answered: (0..4).map(answered).collect() };
            figures.load("create").push(&outcome, Duration::from_millis(2), 8.0);
        }
        figures.load("hit");
        let [create, _] = figures.loads.as_slice() else { unreachable!("two names") };
        assert_eq!(create.rate.to_string(), "3.00 (2.00 to 4.00)");
        assert_eq!(create.per_fsync.highest(), 0.5);
        assert_eq!((create.p50.median(), create.p99.median()), (3.0, 5.0));
        assert_eq!(create.processor.median(), 500.0);
    }
}
