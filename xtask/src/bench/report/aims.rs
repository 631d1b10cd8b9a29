//! The aims of the service, and whether it reaches them.

use super::super::figures::{Figures, Round};
use super::super::lists::{Among, List, Order, PAGE, Store};
use super::super::run::{Measured, Place, Run, Subject, Work};
use super::super::series::{Series, number};
use super::super::versus::{MANY, USUAL};
use super::super::wifi;
use super::{row, table};

/// The good side of an aim.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Good {
    AtLeast,
    AtMost,
}

/// A figure and its target.
pub(super) struct Aim {
    pub(super) what: String,
    pub(super) against: &'static str,
    pub(super) good: Good,
    pub(super) needed: f64,
    /// A better target.
    pub(super) wished: Option<f64>,
    pub(super) measured: Series,
}

/// A figure that is compared between two loads.
type Figure = (&'static str, fn(&Measured) -> Option<f64>);

const RATE: Figure = ("requests/s", |measured| Some(measured.rate));
const P50: Figure = ("median latency", |measured| measured.p50);
const P99: Figure = ("p99", |measured| measured.p99);

const CREATE: &str = "POST, new guests";
const UPSERT: &str = "POST with deduplicate=email,phoneNumber, half of them known";
/// Milliseconds from the start of the process to a response.
const START: f64 = 200.0;
/// MiB of a server before its first request.
const MEMORY: f64 = 40.0;

/// Logins per second: all guests of a hall at once.
const LOGINS: f64 = 500.0;
/// The maximum slowdown with very many customers.
const SCALING: f64 = 1.3;
/// The maximum slowdown of a page of a list.
const PAGES: f64 = 1.5;

const fn run(place: Place, work: Work, connections: usize, subject: Subject) -> Run {
    Run { place, work, connections, subject }
}

const fn called(work: Work) -> &'static str {
    match work {
        Work::Create => CREATE,
        Work::Upsert => UPSERT,
        Work::LookUp
        | Work::Exist
        | Work::Check
        | Work::Authorize
        | Work::Live
        | Work::Ready
        | Work::Page
        | Work::Profile => work.name(),
    }
}

/// The section of aims.
pub(super) fn section(figures: &Figures) -> String {
    let aims = against_pgbench(figures).into_iter().chain(against_plain(figures));
    let aims = aims.chain(authorize(figures)).chain(logins(figures));
    let aims = aims.chain(at_scale(figures)).chain(lists(figures)).chain(memory(figures)).chain(starts(figures));
    shown(aims.filter(|aim| !aim.measured.is_empty()))
}

/// The section with these aims.
pub(super) fn shown(aims: impl Iterator<Item = Aim>) -> String {
    let rows: String = aims.map(|aim| aim.row()).collect();
    format!(
        "## Aims\n\n\
         Ratios, except where a unit is named. Judged by the median of the rounds; in parentheses, the lowest and the \
         highest.\n\n{}{rows}",
        table(&["", "against", "needed", "wished", "measured", ""])
    )
}

fn against_pgbench(figures: &Figures) -> [Aim; 5] {
    let aim = |work, against, needed, wished| Aim {
        what: format!("{}: requests/s, {USUAL} connections", called(work)),
        against,
        good: Good::AtLeast,
        needed,
        wished: Some(wished),
        measured: figures.series(|round| {
            let service = round.runs.get(&run(Place::Postgres, work, USUAL, Subject::Service))?;
            Some(service.rate / round.pgbench(work)?)
        }),
    };
    let (write, read) = ("pgbench at its best, a transaction each", "pgbench at its best, a SELECT by key");
    [
        aim(Work::Create, write, 1.4, 2.0),
        aim(Work::Upsert, write, 1.8, 2.5),
        aim(Work::LookUp, read, 0.45, 0.7),
        aim(Work::Exist, read, 0.45, 0.7),
        aim(Work::Check, read, 0.45, 0.7),
    ]
}

fn against_plain(figures: &Figures) -> Vec<Aim> {
    use Good::{AtLeast, AtMost};
    let aim = |place: Place, work, connections, (what, figure): Figure, good, needed, wished| Aim {
        what: format!("{}, {}: {what}, {}", place.name(), called(work), on(connections)),
        against: "plain",
        good,
        needed,
        wished,
        measured: figures.ratio(
            run(place, work, connections, Subject::Service),
            run(place, work, connections, Subject::Plain),
            figure,
        ),
    };
    let (create, upsert, postgres, sqlite) = (Work::Create, Work::Upsert, Place::Postgres, Place::Sqlite);
    vec![
        aim(postgres, create, USUAL, RATE, AtLeast, 2.2, Some(2.7)),
        aim(postgres, upsert, USUAL, RATE, AtLeast, 2.5, Some(3.0)),
        aim(postgres, create, MANY, RATE, AtLeast, 2.8, Some(3.5)),
        aim(postgres, upsert, MANY, RATE, AtLeast, 3.5, Some(4.5)),
        aim(postgres, create, 1, P50, AtMost, 1.0, Some(0.7)),
        aim(postgres, upsert, 1, P50, AtMost, 1.0, Some(0.7)),
        aim(postgres, create, USUAL, P99, AtMost, 0.6, None),
        aim(postgres, upsert, USUAL, P99, AtMost, 0.6, None),
        aim(sqlite, create, USUAL, RATE, AtLeast, 2.2, Some(4.0)),
        aim(sqlite, upsert, USUAL, RATE, AtLeast, 2.2, Some(4.0)),
    ]
}

/// Requests of a RADIUS server, as a multiple of a constant response.
fn authorize(figures: &Figures) -> [Aim; 2] {
    [(Place::Postgres, 0.3, 0.5), (Place::Sqlite, 0.3, 0.5)].map(|(place, needed, wished)| {
        let load = |work| run(place, work, wifi::CONNECTIONS, Subject::Service);
        Aim {
            what: format!("{}, {}: requests/s, {}", place.name(), called(Work::Authorize), on(wifi::CONNECTIONS)),
            against: Work::Live.name(),
            good: Good::AtLeast,
            needed,
            wished: Some(wished),
            measured: figures.ratio(load(Work::Authorize), load(Work::Live), RATE.1),
        }
    })
}

/// Logins through FreeRADIUS.
fn logins(figures: &Figures) -> [Aim; 2] {
    [Place::Postgres, Place::Sqlite].map(|place| Aim {
        what: format!("{}: logins/s through FreeRADIUS (PAP), {} at once", place.name(), wifi::CONNECTIONS),
        against: "",
        good: Good::AtLeast,
        needed: LOGINS,
        wished: None,
        measured: figures.series(|round| round.logins.get(&place).copied()),
    })
}

/// The slowdown of the service alone with more customers.
fn at_scale(figures: &Figures) -> Vec<Aim> {
    let aim = |work, (what, figure): Figure, of: Place, to: Place| Aim {
        what: format!("{}: {what}, {}, {}", called(work), on(USUAL), of.name()),
        against: to.name(),
        good: Good::AtMost,
        needed: SCALING,
        wished: None,
        measured: figures.ratio(run(of, work, USUAL, Subject::Service), run(to, work, USUAL, Subject::Service), figure),
    };
    let works = [Work::Create, Work::Upsert, Work::LookUp];
    let aims =
        works.map(|work| [aim(work, RATE, Place::Small, Place::Large), aim(work, P99, Place::Large, Place::Small)]);
    aims.into_iter().flatten().collect()
}

/// The slowdown of a page among very many customers.
fn lists(figures: &Figures) -> Vec<Aim> {
    let aim = |store: Store, order: Order| {
        let time = |round: &Round, among| round.lists.get(&List { store, order, among }).copied();
        Aim {
            what: format!("{}: page of {PAGE} by {}: median latency, very many", store.name(), order.name()),
            against: "few",
            good: Good::AtMost,
            needed: PAGES,
            wished: None,
            measured: figures.series(|round| Some(time(round, Among::Many)? / time(round, Among::Few)?)),
        }
    };
    Store::ALL.into_iter().flat_map(|store| Order::ALL.map(|order| aim(store, order))).collect()
}

fn memory(figures: &Figures) -> Vec<Aim> {
    let aims = [(Place::Postgres, USUAL, 64.0), (Place::Postgres, MANY, 96.0), (Place::Sqlite, USUAL, 64.0)];
    let aims = aims.map(|(place, connections, needed)| Aim {
        measured: figures.series(|round| round.memory.get(&(place, connections)).copied()),
        ..alone(format!("{}: most memory under load, {}, MiB", place.name(), on(connections)), needed)
    });
    aims.into()
}

fn starts(figures: &Figures) -> Vec<Aim> {
    let starts = [("first start", &figures.empty), ("start with customers", &figures.filled)];
    let aims = starts.map(|(name, start)| {
        let aim = |what: &str, needed, series: &Series| Aim {
            measured: series.clone(),
            ..alone(format!("SQLite: {name}, {what}"), needed)
        };
        [
            aim("to the first answer, ms", START, &start.live),
            aim("to the first login, ms", START, &start.login),
            aim("memory at rest afterwards, MiB", MEMORY, &start.memory),
        ]
    });
    aims.into_iter().flatten().collect()
}

/// An aim without a comparison, not measured yet.
fn alone(what: String, needed: f64) -> Aim {
    Aim { what, against: "", good: Good::AtMost, needed, wished: None, measured: Series::default() }
}

fn on(connections: usize) -> String {
    format!("{connections} connection{}", if connections == 1 { "" } else { "s" })
}

impl Aim {
    pub(super) fn row(&self) -> String {
        let limit = |value: f64| match self.good {
            Good::AtLeast => format!("≥ {}", number(value)),
            Good::AtMost => format!("≤ {}", number(value)),
        };
        let wished = self.wished.map(limit).unwrap_or_default();
        row(&[&self.what, self.against, &limit(self.needed), &wished, &self.measured.to_string(), &self.verdict()])
    }

    pub(super) fn verdict(&self) -> String {
        let missed = |limit| self.missed_by(limit).map(|part| format!("{:.0} %", part * 100.0));
        match (missed(self.needed), self.wished.and_then(missed)) {
            (Some(part), _) => format!("**missed by {part}**"),
            (None, Some(part)) => format!("reached; the wish is missed by {part}"),
            (None, None) => "reached".to_owned(),
        }
    }

    fn missed_by(&self, limit: f64) -> Option<f64> {
        let median = self.measured.median();
        let part = match self.good {
            Good::AtLeast => 1.0 - median / limit,
            Good::AtMost => median / limit - 1.0,
        };
        (part > 0.0).then_some(part)
    }
}
