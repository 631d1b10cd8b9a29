//! `cargo xtask codegen`: files of the repository that are made from the code.
//!
//! The test `generated` makes them, or says which are not up to date. It is built as all tests are, so that nothing is built
//! once more for it.

use std::process::Command;

use crate::shell::{self, Failure, Workspace};

/// Tells the test to write.
const WRITE: &str = "GUESTBOOK_WRITE_GENERATED";

/// Writes those that are not up to date.
pub(crate) fn write(workspace: &Workspace) -> Result<(), Failure> {
    shell::run(test(workspace).args(["--", "--nocapture"]).env(WRITE, "1"))
}

/// Fails when one is not up to date.
pub(crate) fn check(workspace: &Workspace) -> Result<(), Failure> {
    shell::run(&mut test(workspace))
}

fn test(workspace: &Workspace) -> Command {
    workspace.cargo(["test", "--quiet", "--workspace", "--all-features", "--test", "generated"])
}
