//! `cargo xtask ci`: what has to hold besides the tests.

use std::time::Instant;

use crate::shell::{self, Failure, Workspace};
use crate::{boundaries, codegen, deny};

type Step = fn(&Workspace) -> Result<(), Failure>;

/// Quick ones first where the order is free.
const STEPS: &[(&str, Step)] = &[
    ("format", format),
    ("lints", lints),
    ("documentation", documentation),
    ("dependencies", dependencies),
    ("generated files", codegen::check),
    ("boundaries", boundaries::check),
];

/// Runs every step up to the first that fails.
pub(crate) fn run(workspace: &Workspace) -> Result<(), Failure> {
    for (name, step) in STEPS {
        println!("{name} ...");
        let start = Instant::now();
        let result = step(workspace);
        let seconds = start.elapsed().as_secs_f64();
        if let Err(failure) = result {
            return Err(format!("{name} failed after {seconds:.1} s: {failure}").into());
        }
        println!("{name} passed in {seconds:.1} s");
    }
    Ok(())
}

fn format(workspace: &Workspace) -> Result<(), Failure> {
    shell::run(&mut workspace.cargo(["fmt", "--all", "--check"]))
}

fn lints(workspace: &Workspace) -> Result<(), Failure> {
    let arguments = ["clippy", "--workspace", "--all-targets", "--all-features", "--", "--deny", "warnings"];
    shell::run(&mut workspace.cargo(arguments))
}

/// A link that leads nowhere is a fault.
fn documentation(workspace: &Workspace) -> Result<(), Failure> {
    let mut doc = workspace.cargo(["doc", "--workspace", "--no-deps", "--all-features", "--quiet"]);
    shell::run(doc.env("RUSTDOCFLAGS", "--deny warnings"))
}

/// Without advisories: they come from the network and change by themselves, so that an old commit would turn red.
fn dependencies(workspace: &Workspace) -> Result<(), Failure> {
    shell::run(deny::command(workspace)?.args(["check", "bans", "licenses", "sources"]))
}
