//! The report on neighbours.

use super::super::neighbours::{
    Answers, CONNECTIONS, Crowd, LISTS, NeighboursRound, PAUSE, SENDERS, SENT, SIZE, StoreRound, WORKS,
};
use super::super::options::Options;
use super::super::postgres::SETTINGS;
use super::super::run::{Place, Work};
use super::super::series::{Series, number};
use super::aims::{self, Aim, Good};
use super::{row, table};

/// The places of the neighbours.
const PLACES: [Place; 2] = [Place::Postgres, Place::Sqlite];
/// The maximum slowdown of a request beside a loud neighbour.
const NEIGHBOUR: f64 = 5.0;
/// The maximum slowdown of a login on the Wi-Fi.
const RADIUS: f64 = 3.0;
/// The maximum milliseconds of a fresh request beside very many idle connections.
const FRESH: f64 = 1000.0;
/// The maximum MiB of a server to which very many clients send without a login.
const MEMORY: f64 = 200.0;

/// The method. Every sentence describes the code beside it; change both together.
pub(super) fn method(options: &Options) -> String {
    let Options { rounds, seconds, customers, .. } = options;
    let settings = SETTINGS.map(|(name, value)| format!("{name} = {value}")).join(", ");
    format!(
        "## Method\n\n\
         - Rounds: {rounds}. A figure is the median of the rounds, with the lowest and the highest in parentheses; a ratio is \
         taken within each round first.\n\
         - One server has two organizations. The quiet one's callers come all the time: {CONNECTIONS} connections each for POST of \
         new guests, for `exist` by e-mail address, for `POST /radius/authorize` and for `GET /health/ready`, each of which asks \
         {pause} ms after its last answer. They are measured for {seconds} s by themselves, and for {seconds} s while the loud \
         organization, which has {customers} customers, asks for {LISTS} pages of {SIZE} customers at the same time, again and \
         again; who is refused comes again when `Retry-After` says. Which of both is first changes from round to round. A second \
         of the same comes before each, and is not counted.\n\
         - Everything goes over the main listener. The server is the release build on loopback, with the log at its default level \
         written to a file, and nothing switched off.\n\
         - Strangers meet a server of its own: {SENDERS} of them send {sent} MiB each at once without a login, and read the answer, \
         while the server's memory is looked at every 20 ms; then very many connections are opened on which nothing is asked, \
         of which the server keeps as many as its limit allows, and fresh ones ask `GET /health/live`.\n\
         - PostgreSQL is started for the run, on the file system named above, with {settings} and otherwise as it comes.\n\
         - Server, database, loud and quiet callers share the machine. Latency is that of the whole answer, seen by a thread that \
         reads no pages. Status and customer of every answer are checked; one that is not 200 counts as failed, with its \
         latency.\n",
        pause = PAUSE.as_millis(),
        sent = SENT / 1024 / 1024,
        customers = number(*customers as f64),
    )
}

/// The aims.
pub(super) fn aims(rounds: &[NeighboursRound]) -> String {
    let works = [
        (Work::Create, "POST, new guests", NEIGHBOUR),
        (Work::Exist, Work::Exist.name(), NEIGHBOUR),
        (Work::Authorize, Work::Authorize.name(), RADIUS),
    ];
    let beside = PLACES.into_iter().flat_map(|place| {
        works.map(|(work, name, needed)| Aim {
            what: format!("{}, {name}: p95 beside {LISTS} lists of {SIZE}", place.name()),
            against: "quiet",
            good: Good::AtMost,
            needed,
            wished: None,
            measured: series(rounds, place, |round| round.loud[&work].p95 / round.quiet[&work].p95),
        })
    });
    let failed = PLACES.into_iter().map(|place| Aim {
        what: format!("{}: answers beside them that failed, %", place.name()),
        against: "",
        good: Good::AtMost,
        needed: 0.0,
        wished: None,
        measured: series(rounds, place, |round| 100.0 * round.loud.values().map(|answers| answers.failed).sum::<f64>()),
    });
    let opened = rounds.iter().flat_map(|round| round.crowds.values()).map(|crowd| crowd.idle.opened).min();
    let opened = number(opened.unwrap_or_default() as f64);
    let crowds = PLACES.into_iter().flat_map(|place| {
        let aim = |what: String, needed, figure: fn(&Crowd) -> f64| Aim {
            what: format!("{}: {what}", place.name()),
            against: "",
            good: Good::AtMost,
            needed,
            wished: None,
            measured: rounds.iter().filter_map(|round| round.crowds.get(&place)).map(figure).collect(),
        };
        let slowest = format!("slowest fresh request after {opened} idle connections were opened, ms");
        let memory = format!("most memory while {SENDERS} strangers send {} MiB each, MiB", SENT / 1024 / 1024);
        [
            aim(slowest, FRESH, |crowd| crowd.idle.slowest.as_secs_f64() * 1e3),
            aim(format!("fresh requests after {opened} idle connections were opened that failed"), 0.0, |crowd| {
                crowd.idle.failed as f64
            }),
            aim(memory, MEMORY, |crowd| crowd.senders.peak),
        ]
    });
    aims::shown(beside.chain(failed).chain(crowds).filter(|aim| !aim.measured.is_empty()))
}

/// All figures.
pub(super) fn figures(rounds: &[NeighboursRound]) -> String {
    let loads: String = PLACES.into_iter().flat_map(|place| WORKS.map(|work| load(rounds, place, work))).collect();
    let loud: String = PLACES.into_iter().map(|place| neighbour(rounds, place)).collect();
    let strangers: String = PLACES.into_iter().map(|place| strangers(rounds, place)).collect();
    format!(
        "## Beside a loud neighbour\n\n\
         Milliseconds.\n\n{}{loads}\n\
         ## The loud neighbour\n\n{}{loud}\n\
         ## Strangers\n\n{}{strangers}",
        table(&["", "p50 quiet", "p50 loud", "p95 quiet", "p95 loud"]),
        table(&["", "pages/s", "MiB of a page", "refused/s", "most memory of the server, MiB"]),
        table(&[
            "",
            "idle connections opened",
            "fresh request, median, ms",
            "slowest, ms",
            "memory before, MiB",
            "most while strangers send, MiB",
            "refused with 401",
        ]),
    )
}

/// The share of the machine that unrelated programs used.
pub(super) fn others(rounds: &[NeighboursRound]) -> Series {
    rounds.iter().flat_map(|round| round.stores.values().map(|store| store.others)).collect()
}

fn load(rounds: &[NeighboursRound], place: Place, work: Work) -> String {
    let shown = |figure: fn(&StoreRound) -> &super::super::neighbours::Works, part: fn(&Answers) -> f64| {
        series(rounds, place, |round| part(&figure(round)[&work])).to_string()
    };
    row(&[
        &format!("{}: {}", place.name(), work.name()),
        &shown(|round| &round.quiet, |answers| answers.p50),
        &shown(|round| &round.loud, |answers| answers.p50),
        &shown(|round| &round.quiet, |answers| answers.p95),
        &shown(|round| &round.loud, |answers| answers.p95),
    ])
}

fn neighbour(rounds: &[NeighboursRound], place: Place) -> String {
    let shown = |figure: fn(&StoreRound) -> f64| series(rounds, place, figure).to_string();
    row(&[
        place.name(),
        &shown(|round| round.pages.whole as f64 / round.time.as_secs_f64()),
        &shown(|round| round.pages.bytes as f64 / round.pages.whole as f64 / 1024.0 / 1024.0),
        &shown(|round| round.pages.refused as f64 / round.time.as_secs_f64()),
        &shown(|round| round.memory),
    ])
}

fn strangers(rounds: &[NeighboursRound], place: Place) -> String {
    let shown = |figure: fn(&Crowd) -> f64| {
        rounds.iter().filter_map(|round| round.crowds.get(&place)).map(figure).collect::<Series>().to_string()
    };
    row(&[
        place.name(),
        &shown(|crowd| crowd.idle.opened as f64),
        &shown(|crowd| crowd.idle.median.as_secs_f64() * 1e3),
        &shown(|crowd| crowd.idle.slowest.as_secs_f64() * 1e3),
        &shown(|crowd| crowd.senders.before),
        &shown(|crowd| crowd.senders.peak),
        &shown(|crowd| crowd.senders.refused as f64),
    ])
}

fn series(rounds: &[NeighboursRound], place: Place, figure: impl Fn(&StoreRound) -> f64) -> Series {
    rounds.iter().filter_map(|round| round.stores.get(&place)).map(figure).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::super::neighbours::{Idle, Pages, Senders};
    use super::*;

    fn rounds() -> Vec<NeighboursRound> {
        let answers = |p50, p95| Answers { p50, p95, failed: 0.0 };
        let store = StoreRound {
            quiet: WORKS.map(|work| (work, answers(1.0, 2.0))).into(),
            loud: WORKS.map(|work| (work, answers(3.0, 8.0))).into(),
            pages: Pages { whole: 20, refused: 5, bytes: 40 * 1024 * 1024 },
            time: Duration::from_secs(10),
            memory: 150.0,
            others: 0.25,
        };
        let (median, slowest) = (Duration::from_millis(2), Duration::from_millis(1500));
        let idle = Idle { opened: 19_500, median, slowest, failed: 1 };
        let senders = Senders { before: 40.0, peak: 120.0, refused: 1000 };
        let crowds = PLACES.map(|place| (place, Crowd { idle, senders })).into();
        vec![NeighboursRound { stores: PLACES.map(|place| (place, store.clone())).into(), crowds }]
    }

    #[test]
    fn who_is_beside_a_loud_neighbour_is_told_beside_the_quiet() {
        let report = [method(&Options::default()), aims(&rounds()), figures(&rounds())].concat();
        for text in [
            "| PostgreSQL, POST, new guests: p95 beside 16 lists of 10000 | quiet | ≤ 5.00 |  | 4.00 | reached |",
            "| SQLite, RADIUS authorize: p95 beside 16 lists of 10000 | quiet | ≤ 3.00 |  | 4.00 | **missed by 33 %** |",
            "| SQLite: answers beside them that failed, % |  | ≤ 0.00 |  | 0.00 | reached |",
            "| PostgreSQL: exist, by e-mail address | 1.00 | 3.00 | 2.00 | 8.00 |",
            "| SQLite | 2.00 | 2.00 | 0.50 | 150 |",
            "| PostgreSQL: slowest fresh request after 19,500 idle connections were opened, ms |  | ≤ 1,000 |  | 1,500 | **missed by 50 %** |",
            "| SQLite: most memory while 1000 strangers send 1 MiB each, MiB |  | ≤ 200 |  | 120 | reached |",
            "| SQLite | 19,500 | 2.00 | 1,500 | 40.0 | 120 | 1,000 |",
        ] {
            assert!(report.contains(text), "{text} is not in:\n{report}");
        }
    }
}
