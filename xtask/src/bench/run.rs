//! One measurement of a load: its parameters and its results.

use std::time::Duration;

use super::load::Outcome;

/// The work of a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Work {
    /// Create a new guest.
    Create,
    /// Upsert a guest; half of them exist.
    Upsert,
    /// Look up the guest of a token.
    LookUp,
    /// Look up an e-mail address.
    Exist,
    /// Check a password.
    Check,
    /// Request the credentials for a login, as a RADIUS server does.
    Authorize,
    /// Nothing: the response is constant.
    Live,
    /// Check the readiness.
    Ready,
    /// Get the page on which a person sets up a device.
    Page,
    /// Get the file for a device.
    Profile,
}

/// The program under load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    /// The service as it is.
    Service,
    /// The service with one transaction per write.
    Plain,
    /// The database with handwritten statements.
    Pgbench,
}

/// The store of the customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Postgres,
    /// PostgreSQL with few customers.
    Small,
    /// PostgreSQL with very many customers.
    Large,
    Sqlite,
}

/// The parameters of a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Run {
    pub(crate) place: Place,
    pub(crate) work: Work,
    pub(crate) connections: usize,
    pub(crate) subject: Subject,
}

/// The processor time of all participants.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Processor {
    pub(crate) service: Duration,
    pub(crate) database: Duration,
    pub(crate) generator: Duration,
    /// Unused time.
    pub(crate) idle: Duration,
}

/// The results.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Measured {
    /// Requests per second.
    pub(crate) rate: f64,
    /// The median latency in milliseconds. `None` if latencies are not measured.
    pub(crate) p50: Option<f64>,
    /// The 99th percentile of the latency, in milliseconds.
    pub(crate) p99: Option<f64>,
    /// The number of requests.
    pub(crate) requests: f64,
    /// The processor time used.
    pub(crate) processor: Processor,
    /// The processor time of all cores in this time.
    pub(crate) capacity: Duration,
    /// The number of transactions with writes. `None` if they are not counted.
    pub(crate) transactions: Option<f64>,
}

impl Place {
    /// The name in the report.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL",
            Self::Small => "PostgreSQL, few",
            Self::Large => "PostgreSQL, very many",
            Self::Sqlite => "SQLite",
        }
    }
}

impl Work {
    /// The name in the report.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Upsert => "create or update, half of each",
            Self::LookUp => "token look-up",
            Self::Exist => "exist, by e-mail address",
            Self::Check => "credential/check",
            Self::Authorize => "RADIUS authorize",
            Self::Live => "health/live, a constant",
            Self::Ready => "health/ready",
            Self::Page => "activation page",
            Self::Profile => "profile for a device",
        }
    }

    /// Whether it writes data.
    pub(crate) const fn writes(self) -> bool {
        matches!(self, Self::Create | Self::Upsert)
    }
}

impl Subject {
    /// The name in the report.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Plain => "plain",
            Self::Pgbench => "pgbench",
        }
    }
}

impl Processor {
    /// The processor time of all participants.
    pub(crate) fn used(&self) -> Duration {
        self.service + self.database + self.generator
    }

    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            service: self.service.saturating_sub(before.service),
            database: self.database.saturating_sub(before.database),
            generator: self.generator.saturating_sub(before.generator),
            idle: self.idle.saturating_sub(before.idle),
        }
    }
}

impl Measured {
    pub(crate) fn of(outcome: &Outcome, processor: Processor, capacity: Duration, transactions: Option<f64>) -> Self {
        let mut latencies: Vec<_> = outcome.answered.iter().map(|answered| answered.latency).collect();
        latencies.sort_unstable();
        let requests = latencies.len() as f64;
        Self {
            rate: requests / outcome.time.as_secs_f64(),
            p50: percentile(&latencies, 50),
            p99: percentile(&latencies, 99),
            requests,
            processor,
            capacity,
            transactions,
        }
    }

    /// Microseconds of it per request.
    pub(crate) fn each(&self, time: Duration) -> f64 {
        time.as_secs_f64() * 1e6 / self.requests
    }

    /// This time as a share of the machine's, from 0 to 1.
    pub(crate) fn part(&self, time: Duration) -> f64 {
        time.as_secs_f64() / self.capacity.as_secs_f64()
    }

    /// The share that others used, including the kernel's threads.
    pub(crate) fn others(&self) -> f64 {
        // Each of the counts is rounded separately.
        (1.0 - self.part(self.processor.used() + self.processor.idle)).max(0.0)
    }

    /// The mean number of requests per transaction. `None` if there was no write.
    pub(crate) fn batch(&self) -> Option<f64> {
        self.transactions.filter(|transactions| *transactions > 0.0).map(|transactions| self.requests / transactions)
    }
}

/// The percentile of these sorted durations, in milliseconds.
pub(crate) fn percentile(sorted: &[Duration], of_a_hundred: usize) -> Option<f64> {
    let rank = (sorted.len() * of_a_hundred).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).map(|latency| latency.as_secs_f64() * 1e3)
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
        assert_eq!(percentile(&millis(&hundred), 50), Some(50.0));
        assert_eq!(percentile(&millis(&hundred), 99), Some(99.0));
        assert_eq!(percentile(&millis(&[1, 2, 9]), 50), Some(2.0));
        assert_eq!(percentile(&millis(&[1, 2, 9]), 99), Some(9.0));
        assert_eq!(percentile(&millis(&[7]), 50), Some(7.0));
        assert_eq!(percentile(&[], 50), None);
    }

    #[test]
    fn an_outcome_is_summed_up() {
        let answered = |number| Answered { number, id: 1, latency: Duration::from_millis(5 - number) };
        let outcome = Outcome { time: Duration::from_secs(2), answered: (0..4).map(answered).collect() };
        let second = Duration::from_secs(1);
        let processor = Processor { service: second, database: second, generator: second / 2, idle: second };
        let measured = Measured::of(&outcome, processor, 4 * second, Some(2.0));
        assert_eq!((measured.rate, measured.p50, measured.p99), (2.0, Some(3.0), Some(5.0)));
        assert_eq!((measured.each(second), measured.batch()), (250_000.0, Some(2.0)));
        assert_eq!((measured.part(second), measured.others()), (0.25, 0.125));
    }
}
