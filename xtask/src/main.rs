//! Tools of the workspace: `cargo xtask` without arguments lists them.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the tools print for the developer")]

mod advisories;
mod bench;
mod boundaries;
mod ci;
mod codegen;
mod database;
mod deny;
mod leaks;
mod programs;
mod python;
mod schemathesis;
mod shell;
mod telephone_numbers;
mod test;

use std::process::ExitCode;

use shell::{Failure, Workspace};

const HELP: &str = "\
Tools of the workspace.

Usage: cargo xtask COMMAND

  test               installs what the tests need, starts a PostgreSQL for them, runs them all, has schemathesis ask the
                     built program whatever its document allows, and looks for secrets in the logs that are left
  ci                 checks format, lints, dependencies, generated files and boundaries
  codegen            writes the generated files
  codegen --check    fails when a generated file is not up to date
  advisories         asks the RustSec database about the dependencies, and writes docs/advisories.md
                     [--database URL]: a copy of the database instead of the one on the network
  boundaries         fails when a crate depends on one that it must not know
  bench              measures the release build beside pgbench, on PostgreSQL and on SQLite, and writes
                     docs/benchmarks.md; takes most of an hour
                     [--rounds 5] [--seconds 5]: how often, and how long each load
                     [--customers 200000] [--scale 2000000]: how many there are, and how many very many are
                     [--wifi]: activation page, profiles, RADIUS and logins through FreeRADIUS instead, in 10 minutes; writes
                     docs/benchmarks-wifi.md
                     [--import] [--rows 1000000]: c4w import beside COPY of the same rows instead, in half an hour; writes
                     docs/benchmarks-import.md
                     [--neighbours]: what a loud organization does to another one and to RADIUS instead, in some minutes; writes
                     docs/benchmarks-neighbours.md
                     [--quick]: one short round on few customers, for development; prints the report
                     [--binary FILE]: measures this program, and builds none; c4w lies beside it
                     [--plain-binary FILE]: takes this one as the plain one that the other is compared with
  telephone-numbers  has another library make 25,480 numbers and judge what is made of them, and writes
                     docs/telephone-numbers.md
";

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<(), Failure> {
    match arguments {
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        ["test"] => test::run(&Workspace::find()?),
        ["ci"] => ci::run(&Workspace::find()?),
        ["codegen"] => codegen::write(&Workspace::find()?),
        ["codegen", "--check"] => codegen::check(&Workspace::find()?),
        ["bench", options @ ..] => bench::run(&Workspace::find()?, options),
        ["advisories", options @ ..] => advisories::run(&Workspace::find()?, options),
        ["telephone-numbers"] => telephone_numbers::run(&Workspace::find()?),
        ["boundaries"] => boundaries::check(&Workspace::find()?),
        other => Err(format!("there is no such command: {}\n\n{HELP}", other.join(" ")).into()),
    }
}
