//! cargo-deny, which checks dependencies.

use std::process::{Command, Stdio};

use crate::shell::{self, Failure, Workspace};

/// The version that is installed if there is none.
const VERSION: &str = "0.20.2";

/// `cargo deny` on the whole workspace with every feature. It is installed if it is missing.
///
/// It runs for seconds, so it is built without optimization, which would take minutes.
pub(crate) fn command(workspace: &Workspace) -> Result<Command, Failure> {
    let mut version = workspace.cargo(["deny", "--version"]);
    version.stdout(Stdio::null()).stderr(Stdio::null());
    if shell::run(&mut version).is_err() {
        shell::run(&mut workspace.cargo(["install", "cargo-deny", "--debug", "--locked", "--version", VERSION]))?;
    }
    Ok(workspace.cargo(["deny", "--all-features"]))
}
