//! `cargo xtask ci`: what has to hold besides the tests.

use std::process::Stdio;
use std::time::Instant;

use crate::shell::{self, Failure, Workspace};
use crate::{boundaries, codegen};

/// The version that is installed where there is none.
const CARGO_DENY: &str = "0.20.2";

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

/// Without advisories: they come from the network and change by themselves, so that an old commit would turn red. It runs
/// for seconds, so its build is not optimized, which would take minutes.
fn dependencies(workspace: &Workspace) -> Result<(), Failure> {
    let mut version = workspace.cargo(["deny", "--version"]);
    version.stdout(Stdio::null()).stderr(Stdio::null());
    if shell::run(&mut version).is_err() {
        shell::run(&mut workspace.cargo(["install", "cargo-deny", "--debug", "--locked", "--version", CARGO_DENY]))?;
    }
    shell::run(&mut workspace.cargo(["deny", "--all-features", "check", "bans", "licenses", "sources"]))
}
