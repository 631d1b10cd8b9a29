//! `cargo xtask codegen`: files of the repository that are generated from the code.
//!
//! The test `generated` writes them, or reports which are out of date. It is built like all tests, so nothing is built
//! twice.

use std::process::Command;

use crate::shell::{self, Failure, Workspace};

/// The variable that makes the test write.
const WRITE: &str = "GUESTBOOK_WRITE_GENERATED";

/// Writes the files that are out of date.
pub(crate) fn write(workspace: &Workspace) -> Result<(), Failure> {
    shell::run(test(workspace).args(["--", "--nocapture"]).env(WRITE, "1"))
}

/// Fails if a file is out of date.
pub(crate) fn check(workspace: &Workspace) -> Result<(), Failure> {
    shell::run(&mut test(workspace))
}

fn test(workspace: &Workspace) -> Command {
    workspace.cargo(["test", "--quiet", "--workspace", "--all-features", "--test", "generated"])
}
