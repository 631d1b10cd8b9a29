//! `cargo xtask test`: everything from a fresh machine with Rust to a verdict.

use std::fs;
use std::io::ErrorKind;

use crate::shell::{self, Failure, Workspace};
use crate::{database, leaks, programs, schemathesis};

/// Tells tests where to leave the logs of the servers they start (`*.log`) and the secrets they met (`*.secrets`, one a
/// line).
const LOGS: &str = "GUESTBOOK_TEST_LOGS";

/// Sets up, runs the tests, and checks what they logged.
pub(crate) fn run(workspace: &Workspace) -> Result<(), Failure> {
    programs::provide()?;
    let logs = workspace.target.join("test-logs");
    match fs::remove_dir_all(&logs) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
        _ => fs::create_dir_all(&logs)?,
    }
    let mut tests = workspace.cargo(["test", "--workspace", "--all-features", "--no-fail-fast"]);
    let server = database::provide(&mut tests, &logs)?;
    let result = shell::run(tests.env(LOGS, &logs));
    // Now, so that its log is whole.
    drop(server);
    result?;
    schemathesis::run(workspace, &logs)?;
    println!("{}", leaks::check(&logs)?);
    Ok(())
}
