//! `cargo xtask telephone-numbers`: compares decisions about telephone numbers with those of another library.

use std::fs;
use std::process::Command;

use crate::python;
use crate::shell::{self, Failure, Workspace};

/// The other library: Google's metadata and rules in the package for Python.
const REQUIREMENTS: &str = "phonenumbers==9.0.43\n";
const GENERATE: &str = include_str!("telephone_numbers.py");
const REPORT: &str = include_str!("telephone_numbers.md");

/// Takes over the other library's numbering plans, lets it generate numbers, decides about them, and writes
/// docs/telephone-numbers.md.
pub(crate) fn run(workspace: &Workspace) -> Result<(), Failure> {
    let python = python::environment(&workspace.target, "phonenumbers", REQUIREMENTS)?.join("python");
    let numbers = workspace.target.join("telephone-numbers.csv");
    fs::write(&numbers, shell::output(Command::new(&python).args(["-c", GENERATE]))?)?;
    let plans = workspace.root.join("crates/domain/src/value/phone_number/numbering-plans.bin");
    shell::run(Command::new(&python).arg(workspace.root.join("deploy/numbering-plans.py")).arg(&plans))?;

    let measure = ["run", "--release", "--package", "domain", "--example", "telephone_numbers", "--"];
    let measured = shell::output(workspace.cargo(measure).arg(&numbers))?;
    let report = REPORT.replace("{machine}", &machine()?).replace("{measured}", measured.trim_end());
    fs::write(workspace.root.join("docs/telephone-numbers.md"), report)?;
    Ok(())
}

/// The processor and the date.
fn machine() -> Result<String, Failure> {
    let processors = fs::read_to_string("/proc/cpuinfo")?;
    let name = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let day = shell::output(Command::new("date").args(["--utc", "+%Y-%m-%d"]))?;
    Ok(format!("one core of {}, {}", name.map_or("an unknown processor", |(_, name)| name.trim()), day.trim()))
}
