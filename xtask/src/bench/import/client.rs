//! A running `c4w import`, observed from outside.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::super::process;
use super::super::server::{Keys, Server};
use super::{DEDUPLICATE, Import};
use crate::shell::Failure;

/// The pause between two observations.
const PAUSE: Duration = Duration::from_millis(20);

/// The course of an import.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Course {
    /// From the start of the process to its end.
    pub(crate) time: Duration,
    /// Rows per second in the first tenth of the rows.
    pub(crate) first: f64,
    /// Rows per second in the last tenth.
    pub(crate) last: f64,
    /// The maximum memory of the client, in MiB.
    pub(crate) memory: f64,
}

/// Observes the progress of the import.
#[derive(Default)]
struct Watch {
    rows: u64,
    memory: f64,
    /// The time and the number of settled rows at the first observation after one tenth, and after nine tenths.
    tenth: Option<(Duration, u64)>,
    nine: Option<(Duration, u64)>,
}

/// Runs the import to its end. Fails unless every row became a customer.
pub(super) async fn run(
    import: &Import<'_>,
    server: &Server,
    keys: &Keys,
    directory: &Path,
) -> Result<Course, Failure> {
    let state = directory.join("state");
    let mut command = command(import, server, keys, directory)?;
    command.arg("--state").arg(&state).stdin(Stdio::null()).stdout(Stdio::piped());
    let started = Instant::now();
    let mut process = command.spawn().map_err(|error| format!("cannot start {}: {error}", import.client.display()))?;
    let mut watch = Watch { rows: import.rows, ..Watch::default() };
    while process.try_wait()?.is_none() {
        watch.look(&process, &state, started);
        tokio::time::sleep(PAUSE).await;
    }
    let time = started.elapsed();
    let output = process.wait_with_output()?;
    let summary: Value = serde_json::from_slice(&output.stdout)?;
    if !output.status.success() || summary["created"] != import.rows {
        return Err(format!("the import ended with {}: {summary}", output.status).into());
    }
    watch.course(time).ok_or_else(|| "the import was over before it could be watched: give it more rows".into())
}

fn command(import: &Import<'_>, server: &Server, keys: &Keys, directory: &Path) -> Result<Command, Failure> {
    let secret = directory.join("secret");
    fs::write(&secret, &keys.client_secret)?;
    let mut command = Command::new(&import.client);
    // No other variables: those of the developer's shell could name another server.
    command.env_clear().arg("--url").arg(format!("http://{}", server.address));
    command.arg("--client-key").arg(&keys.client_key).arg("--client-secret-file").arg(&secret);
    command.args(["--json", "import"]).arg(&import.file);
    command.args(["--accept-policies", "--deduplicate", DEDUPLICATE, "--map", "Client no=extId"]);
    command.args(["--map", "Custom tier=custom.tier"]).arg("--rejects").arg(directory.join("rejects"));
    Ok(command)
}

impl Watch {
    fn look(&mut self, process: &Child, state: &Path, started: Instant) {
        // Both fail if it has just ended or barely started.
        if let Ok(memory) = process::memory_peak(process.id()) {
            self.memory = memory;
        }
        if let Some(settled) = settled(state) {
            self.note(started.elapsed(), settled);
        }
    }

    fn note(&mut self, time: Duration, settled: u64) {
        if settled >= self.rows / 10 {
            self.tenth.get_or_insert((time, settled));
        }
        if settled >= self.rows / 10 * 9 {
            self.nine.get_or_insert((time, settled));
        }
    }

    fn course(&self, time: Duration) -> Option<Course> {
        let ((tenth, first), (nine, last)) = (self.tenth?, self.nine?);
        let rate = |rows: u64, time: Duration| rows as f64 / time.as_secs_f64();
        let (first, last) = (rate(first, tenth), rate(self.rows - last, time.saturating_sub(nine)));
        Some(Course { time, first, last, memory: self.memory })
    }
}

/// The number of settled rows in the client's checkpoint.
fn settled(state: &Path) -> Option<u64> {
    let state: Value = serde_json::from_slice(&fs::read(state).ok()?).ok()?;
    Some(state["tally"].as_object()?.values().filter_map(Value::as_u64).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_tenth_have_their_own_rates() {
        let mut watch = Watch { rows: 1000, memory: 9.0, ..Watch::default() };
        let second = Duration::from_secs(1);
        for (time, settled) in [(1, 50), (2, 120), (3, 500), (4, 900), (5, 950)] {
            watch.note(second * time, settled);
        }
        let course = watch.course(second * 6).unwrap();
        assert_eq!(course, Course { time: second * 6, first: 60.0, last: 50.0, memory: 9.0 });
        assert_eq!(Watch { rows: 1000, ..Watch::default() }.course(second), None);
    }
}
