//! The report on imports.

use std::time::Duration;

use super::super::import::{Copied, DEDUPLICATE, ImportRound, Imported};
use super::super::options::Options;
use super::super::postgres::SETTINGS;
use super::super::run::Place;
use super::super::series::{Series, number};
use super::aims::{self, Aim, Good};
use super::{row, table};

/// The maximum memory of the client, in MiB.
const CLIENT_MEMORY: f64 = 60.0;
/// The maximum memory of the server, in MiB.
const SERVER_MEMORY: f64 = 120.0;
/// The maximum ratio of the speed of the first tenth of the rows to that of the last.
const SLOWDOWN: f64 = 1.3;

/// An import of a round.
type Of = fn(&ImportRound) -> Imported;

/// The method. Every sentence describes the code beside it; change both together.
pub(super) fn method(options: &Options) -> String {
    let Options { rounds, rows, .. } = options;
    let settings = SETTINGS.map(|(name, value)| format!("{name} = {value}")).join(", ");
    format!(
        "## Method\n\n\
         - Rounds: {rounds}. A figure is the median of the rounds, with the lowest and the highest in parentheses; a \
         ratio is taken within each round first. Whether COPY or the import is first changes from round to round.\n\
         - Imported is a CSV of {rows} guests, each with outside id, e-mail address, phone number (of 30 \
         countries by turns), names and more, by \
         `c4w import --accept-policies --deduplicate {DEDUPLICATE}` into a fresh registry, through a server on loopback that was \
         started for it. Both are release builds, with the log at its default level written to a file. Nothing is switched \
         off: JWT, validation, sealing of passwords, history, and an answer to a row only when it is on disk. Every row must \
         become a customer.\n\
         - COPY gets the very rows that such an import left in the tables of customers, of their keys, and of their history, \
         from files, by psql's `\\copy` over loopback, into a fresh database with the same tables, indexes and constraints. A \
         transaction for each table, one after the other.\n\
         - PostgreSQL is started for the run, on the file system named above, with {settings} and otherwise as it comes: \
         fsync, full_page_writes and synchronous_commit are on. A checkpoint comes before each load. An import that is not \
         counted is before the first round.\n\
         - Client, server and database share the machine. The rate is that of the whole run of the client, from the start of its \
         process to its end. How many rows are settled is read from the file that it keeps for an interruption, every 20 ms. The \
         most memory is what `/proc/PID/status` calls VmHWM, pages of the program itself included; that of the client is \
         read every 20 ms as well.\n",
        rows = number(*rows as f64),
    )
}

/// The aims of an import.
pub(super) fn aims(rounds: &[ImportRound]) -> String {
    let aim = |what: &str, against, good, needed, wished, figure: fn(&ImportRound) -> f64| Aim {
        what: format!("PostgreSQL: {what}"),
        against,
        good,
        needed,
        wished,
        measured: series(rounds, figure),
    };
    let ratio = |round: &ImportRound| round.copied.time.as_secs_f64() / round.postgres.course.time.as_secs_f64();
    let slowdown = |round: &ImportRound| round.postgres.course.first / round.postgres.course.last;
    let aims = [
        aim("rows/s", "COPY", Good::AtLeast, 0.5, Some(0.8), ratio),
        aim("rows/s in the first tenth", "the last tenth", Good::AtMost, SLOWDOWN, None, slowdown),
        aim("most memory of the client, MiB", "", Good::AtMost, CLIENT_MEMORY, None, |round| {
            round.postgres.course.memory
        }),
        aim("most memory of the server, MiB", "", Good::AtMost, SERVER_MEMORY, None, |round| {
            round.postgres.server_memory
        }),
    ];
    aims::shown(aims.into_iter())
}

/// All figures.
pub(super) fn figures(rounds: &[ImportRound]) -> String {
    let places: [(Place, Of); 2] = [(Place::Postgres, |round| round.postgres), (Place::Sqlite, |round| round.sqlite)];
    let loads: String = places.map(|(place, of)| load(rounds, place, of)).concat();
    let times: String = places.map(|(place, of)| time(rounds, place, of)).concat();
    format!(
        "## Imports\n\n{}{loads}{}\n\
         ## Where the time goes\n\n\
         Processor time for a row. Idle is what waiting leaves; the kernel's threads are among the others.\n\n{}{times}{}",
        table(&["", "rows/s", "in the first tenth", "in the last tenth", "client, MiB", "server, MiB"]),
        copied(rounds),
        table(&["", "client, µs", "server, µs", "PostgreSQL, µs", "idle", "others"]),
        copied_time(rounds),
    )
}

/// The share of the machine that unrelated programs used.
pub(super) fn others(rounds: &[ImportRound]) -> Series {
    rounds.iter().flat_map(|round| [round.postgres.others(), round.sqlite.others()]).collect()
}

fn load(rounds: &[ImportRound], place: Place, of: Of) -> String {
    let shown = |figure: fn(&Imported) -> f64| series(rounds, |round| figure(&of(round))).to_string();
    row(&[
        &format!("{}: import", place.name()),
        &shown(Imported::rate),
        &shown(|imported| imported.course.first),
        &shown(|imported| imported.course.last),
        &shown(|imported| imported.course.memory),
        &shown(|imported| imported.server_memory),
    ])
}

fn copied(rounds: &[ImportRound]) -> String {
    let rate = series(rounds, |round| rate(round.postgres.rows, round.copied.time)).to_string();
    row(&["PostgreSQL: COPY", &rate, "", "", "", ""])
}

fn time(rounds: &[ImportRound], place: Place, of: Of) -> String {
    let each =
        |part: fn(&Imported) -> Duration| series(rounds, |round| each(of(round).rows, part(&of(round)))).to_string();
    let part =
        |part: fn(&Imported) -> f64| format!("{:.0} %", 100.0 * series(rounds, |round| part(&of(round))).median());
    let database = if place == Place::Postgres { each(|imported| imported.database) } else { String::new() };
    row(&[
        &format!("{}: import", place.name()),
        &each(|imported| imported.client),
        &each(|imported| imported.server),
        &database,
        &part(|imported| imported.part(imported.idle)),
        &part(Imported::others),
    ])
}

fn copied_time(rounds: &[ImportRound]) -> String {
    let each = |part: fn(&Copied) -> Duration| {
        series(rounds, |round| each(round.postgres.rows, part(&round.copied))).to_string()
    };
    row(&["PostgreSQL: COPY", &each(|copied| copied.client), "", &each(|copied| copied.database), "", ""])
}

fn series(rounds: &[ImportRound], figure: impl Fn(&ImportRound) -> f64) -> Series {
    rounds.iter().map(figure).collect()
}

fn each(rows: u64, time: Duration) -> f64 {
    time.as_secs_f64() * 1e6 / rows as f64
}

fn rate(rows: u64, time: Duration) -> f64 {
    rows as f64 / time.as_secs_f64()
}

impl Imported {
    fn rate(&self) -> f64 {
        rate(self.rows, self.course.time)
    }

    /// This time as a share of the machine's, from 0 to 1.
    fn part(&self, time: Duration) -> f64 {
        time.as_secs_f64() / self.capacity.as_secs_f64()
    }

    fn others(&self) -> f64 {
        // Each of the counts is rounded separately.
        (1.0 - self.part(self.client + self.server + self.database + self.idle)).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::import::Course;
    use super::*;

    fn rounds() -> Vec<ImportRound> {
        let second = Duration::from_secs(1);
        let course = Course { time: second * 10, first: 110.0, last: 100.0, memory: 20.0 };
        let imported = Imported {
            rows: 1000,
            course,
            server_memory: 150.0,
            server: second * 4,
            client: second * 2,
            database: second * 8,
            idle: second * 4,
            capacity: second * 20,
        };
        let copied = Copied { time: second * 6, client: second, database: second * 5 };
        vec![ImportRound { postgres: imported, copied, sqlite: imported }]
    }

    #[test]
    fn an_import_is_told_beside_copy() {
        let report =
            [method(&Options { rows: 1000, ..Options::default() }), aims(&rounds()), figures(&rounds())].concat();
        for text in [
            "a CSV of 1,000 guests",
            "| PostgreSQL: rows/s | COPY | ≥ 0.50 | ≥ 0.80 | 0.60 | reached; the wish is missed by 25 % |",
            "| PostgreSQL: rows/s in the first tenth | the last tenth | ≤ 1.30 |  | 1.10 | reached |",
            "| PostgreSQL: most memory of the server, MiB |  | ≤ 120 |  | 150 | **missed by 25 %** |",
            "| SQLite: import | 100 | 110 | 100 | 20.0 | 150 |",
            "| PostgreSQL: COPY | 167 |",
            "| PostgreSQL: import | 2,000 | 4,000 | 8,000 | 20 % | 10 % |",
            "| PostgreSQL: COPY | 1,000 |  | 5,000 |",
        ] {
            assert!(report.contains(text), "{text} is not in:\n{report}");
        }
    }
}
