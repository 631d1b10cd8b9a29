//! The same work without the service: `pgbench` with handwritten statements.
//!
//! The scripts do what a program would do for one request if it had exclusive use of the tables, with the same rows.
//! They lack the service's part: HTTP, JWT, validation, sealing.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use postgres_cluster::Programs;

use super::phones;
use super::run::Work;
use crate::shell::{self, Failure};

/// The numbers of clients that are tried; the best one counts.
pub(crate) const CLIENTS: [usize; 3] = [16, 32, 64];

/// pgbench's time includes connecting, which is not counted: each connection takes milliseconds to check a password.
const CONNECTING: Duration = Duration::from_secs(1);

/// The variables of all scripts.
pub(crate) type Variables = Vec<(&'static str, String)>;

/// The printed result of a run.
#[derive(Debug, PartialEq)]
pub(crate) struct Printed {
    /// The number of completed transactions.
    pub(crate) count: f64,
    /// The transactions per second, without the time for connecting.
    pub(crate) rate: f64,
}

/// A run.
pub(crate) struct Pgbench<'a> {
    pub(crate) programs: &'a Programs,
    pub(crate) url: &'a str,
    /// The directory for the script.
    pub(crate) directory: &'a Path,
    pub(crate) variables: &'a Variables,
}

impl Pgbench<'_> {
    /// Runs pgbench. New guests are numbered from `first`.
    pub(crate) fn run(&self, work: Work, clients: usize, time: Duration, first: u64) -> Result<Printed, Failure> {
        let script = self.directory.join("script.sql");
        let text = text(work).ok_or_else(|| format!("pgbench has no script for {}", work.name()))?;
        std::fs::write(&script, text.replace("{phone}", &phones::digits_in_pgbench()))?;
        let mut command = Command::new(&self.programs.pgbench);
        // Variables such as PGOPTIONS would affect it.
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

/// `None` also if a transaction failed.
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
