//! `cargo xtask ci`: the checks other than tests.

use std::time::Instant;

use crate::shell::{self, Failure, Workspace};
use crate::{boundaries, codegen, deny};

type Step = fn(&Workspace) -> Result<(), Failure>;

/// Quick checks first, where the order does not matter.
const STEPS: &[(&str, Step)] = &[
    ("format", format),
    ("lints", lints),
    ("documentation", documentation),
    ("dependencies", dependencies),
    ("generated files", codegen::check),
    ("boundaries", boundaries::check),
];

/// Runs the steps until one fails.
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

/// Broken links are errors.
fn documentation(workspace: &Workspace) -> Result<(), Failure> {
    let mut doc = workspace.cargo(["doc", "--workspace", "--no-deps", "--all-features", "--quiet"]);
    shell::run(doc.env("RUSTDOCFLAGS", "--deny warnings"))
}

/// Without advisories: they come from the network and change independently, which would turn an old commit red.
fn dependencies(workspace: &Workspace) -> Result<(), Failure> {
    shell::run(deny::command(workspace)?.args(["check", "bans", "licenses", "sources"]))
}
