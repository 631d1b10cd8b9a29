//! The measured figures.

use std::collections::BTreeMap;
use std::time::Duration;

use super::lists::List;
use super::pgbench::CLIENTS;
use super::run::{Measured, Place, Run, Subject, Work};
use super::series::Series;

/// A start of the server, until it is idle.
#[derive(Default)]
pub(crate) struct Start {
    /// Milliseconds to the first response.
    pub(crate) live: Series,
    /// Milliseconds to the first login.
    pub(crate) login: Series,
    /// Memory afterwards, in MiB.
    pub(crate) memory: Series,
}

impl Start {
    pub(crate) fn push(&mut self, live: Duration, login: Duration, memory: f64) {
        self.live.push(live.as_secs_f64() * 1e3);
        self.login.push(login.as_secs_f64() * 1e3);
        self.memory.push(memory);
    }
}

/// The loads of one round. Ratios are computed within a round, since other activity of the machine changes between
/// rounds.
#[derive(Default)]
pub(crate) struct Round {
    pub(crate) runs: BTreeMap<Run, Measured>,
    /// The maximum memory in MiB of a server with this many connections.
    pub(crate) memory: BTreeMap<(Place, usize), f64>,
    /// The median time of a page, in milliseconds.
    pub(crate) lists: BTreeMap<List, f64>,
    /// Logins per second through FreeRADIUS.
    pub(crate) logins: BTreeMap<Place, f64>,
}

/// All figures.
#[derive(Default)]
pub(crate) struct Figures {
    pub(crate) empty: Start,
    pub(crate) filled: Start,
    pub(crate) rounds: Vec<Round>,
}

impl Round {
    pub(crate) fn of(&self, place: Place, work: Work, connections: usize, subject: Subject) -> Option<&Measured> {
        self.runs.get(&Run { place, work, connections, subject })
    }

    /// The best result of the database alone.
    pub(crate) fn pgbench(&self, work: Work) -> Option<f64> {
        let rates = CLIENTS.map(|clients| Some(self.of(Place::Postgres, work, clients, Subject::Pgbench)?.rate));
        rates.into_iter().flatten().max_by(f64::total_cmp)
    }
}

impl Figures {
    /// A figure of each round that has it.
    pub(crate) fn series(&self, figure: impl Fn(&Round) -> Option<f64>) -> Series {
        self.rounds.iter().filter_map(figure).collect()
    }

    /// A figure of a load, for each round that has it.
    pub(crate) fn run(&self, run: Run, figure: impl Fn(&Measured) -> Option<f64>) -> Series {
        self.series(|round| figure(round.runs.get(&run)?))
    }

    /// The share of the machine that unrelated programs used, for each load.
    pub(crate) fn others(&self) -> Series {
        self.rounds.iter().flat_map(|round| round.runs.values().map(Measured::others)).collect()
    }

    /// The ratio of a figure between two loads, for each round that has both.
    pub(crate) fn ratio(&self, run: Run, to: Run, figure: impl Fn(&Measured) -> Option<f64>) -> Series {
        self.series(|round| Some(figure(round.runs.get(&run)?)? / figure(round.runs.get(&to)?)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREATE: Run = Run { place: Place::Postgres, work: Work::Create, connections: 64, subject: Subject::Service };

    fn measured(rate: f64) -> Measured {
        let (processor, capacity) = Default::default();
        Measured { rate, p50: None, p99: None, requests: rate, processor, capacity, transactions: None }
    }

    #[test]
    fn ratios_are_taken_within_a_round() {
        let plain = Run { subject: Subject::Plain, ..CREATE };
        let round = |service, other| Round {
            runs: [(CREATE, measured(service)), (plain, measured(other))].into(),
            ..Round::default()
        };
        let figures = Figures {
            rounds: vec![round(4.0, 2.0), round(30.0, 10.0), round(5.0, 1.0), Round::default()],
            ..Figures::default()
        };
        assert_eq!(figures.ratio(CREATE, plain, |measured| Some(measured.rate)).to_string(), "3.00 (2.00 to 5.00)");
        assert_eq!(figures.ratio(CREATE, plain, |measured| measured.p99).to_string(), "not measured");
    }

    #[test]
    fn the_best_of_the_clients_counts() {
        let run = |clients| Run { connections: clients, subject: Subject::Pgbench, ..CREATE };
        let runs = [(run(16), measured(3.0)), (run(32), measured(9.0)), (run(64), measured(7.0))].into();
        let round = Round { runs, ..Round::default() };
        assert_eq!(round.pgbench(Work::Create), Some(9.0));
        assert_eq!(round.pgbench(Work::Upsert), None);
    }
}
