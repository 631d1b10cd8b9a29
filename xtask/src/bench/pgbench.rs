//! The same work without the service: `pgbench` with statements written by hand.
//!
//! The scripts do what a program would do for one request if it had the tables to itself, with the same rows. What they
//! leave out is the service's part: HTTP, JWT, validation, sealing.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use postgres_cluster::Programs;

use super::phones;
use super::run::Work;
use crate::shell::{self, Failure};

/// So many clients are tried; the best of them counts.
pub(crate) const CLIENTS: [usize; 3] = [16, 32, 64];

/// Its time starts before its connections do, and those are not counted: each takes milliseconds to check a password.
const CONNECTING: Duration = Duration::from_secs(1);

/// What all scripts are told of the database.
pub(crate) type Variables = Vec<(&'static str, String)>;

/// What a run printed.
#[derive(Debug, PartialEq)]
pub(crate) struct Printed {
    /// Transactions carried out.
    pub(crate) count: f64,
    /// The same a second, without the time for connecting.
    pub(crate) rate: f64,
}

/// A run.
pub(crate) struct Pgbench<'a> {
    pub(crate) programs: &'a Programs,
    pub(crate) url: &'a str,
    /// Where the script may be put.
    pub(crate) directory: &'a Path,
    pub(crate) variables: &'a Variables,
}

impl Pgbench<'_> {
    /// Carries it out. New guests are numbered from `first`.
    pub(crate) fn run(&self, work: Work, clients: usize, time: Duration, first: u64) -> Result<Printed, Failure> {
        let script = self.directory.join("script.sql");
        let text = text(work).ok_or_else(|| format!("pgbench has no script for {}", work.name()))?;
        std::fs::write(&script, text.replace("{phone}", &phones::digits_in_pgbench()))?;
        let mut command = Command::new(&self.programs.pgbench);
        // Variables such as PGOPTIONS would change what it does.
        command.env_clear().args(["--no-vacuum", "--protocol=prepared", "--jobs=2"]);
        command.arg(format!("--client={clients}")).arg(format!("--time={}", (CONNECTING + time).as_secs()));
        command.arg("--file").arg(&script);
        let own = [("n", 0), ("first", first), ("clients", clients as u64)];
        let own = own.map(|(name, value)| (name, value.to_string()));
        for (name, value) in own.iter().chain(self.variables) {
            command.arg(format!("--define={name}={value}"));
        }
        let text = shell::output(command.arg(self.url))?;
        read(&text).ok_or_else(|| format!("pgbench printed something else:\n{text}").into())
    }
}

const fn text(work: Work) -> Option<&'static str> {
    Some(match work {
        Work::Create => include_str!("pgbench/create.sql"),
        Work::Upsert => include_str!("pgbench/upsert.sql"),
        Work::LookUp => include_str!("pgbench/look_up.sql"),
        Work::Exist => include_str!("pgbench/exist.sql"),
        Work::Check => include_str!("pgbench/check.sql"),
        Work::Authorize | Work::Live | Work::Ready | Work::Page | Work::Profile => return None,
    })
}

/// None if a transaction failed, too.
fn read(text: &str) -> Option<Printed> {
    let value = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next());
    if value("number of failed transactions: ")? != "0" {
        return None;
    }
    let count = value("number of transactions actually processed: ")?.parse().ok()?;
    Some(Printed { count, rate: value("tps = ")?.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
pgbench (15.18 (Debian 15.18-0+deb12u1))
query mode: prepared
number of transactions actually processed: 5012
number of failed transactions: 0 (0.000%)
latency average = 3.191 ms
initial connection time = 41.205 ms
tps = 5011.734512 (without initial connection time)
";

    #[test]
    fn reads_what_it_prints() {
        assert_eq!(read(TEXT), Some(Printed { count: 5012.0, rate: 5011.734512 }));
        assert_eq!(read(&TEXT.replace("transactions: 0 (0", "transactions: 3 (0")), None);
        assert_eq!(read("pgbench: error: connection failed"), None);
    }
}
