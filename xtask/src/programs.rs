//! The programs that tests start.

use std::ffi::OsStr;
use std::process::Command;

use crate::shell::{self, Failure};

/// Each program, and the Debian package it comes in.
const PROGRAMS: &[(&str, &str)] = &[("curl", "curl")];

/// Installs the missing ones where that is possible without asking, and else says how.
pub(crate) fn provide() -> Result<(), Failure> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let packages = missing(PROGRAMS, &path);
    if packages.is_empty() {
        return Ok(());
    }
    if !(is_in("apt-get", &path) && is_root()) {
        return Err(instruction(&packages).into());
    }
    println!("installing {}", packages.join(" "));
    shell::run(apt_get().arg("update"))?;
    shell::run(apt_get().args(["install", "--yes", "--no-install-recommends"]).args(&packages))
}

/// The packages of those programs that are in none of the directories.
fn missing<'a>(programs: &[(&str, &'a str)], path: &OsStr) -> Vec<&'a str> {
    let mut packages: Vec<_> =
        programs.iter().filter(|(program, _)| !is_in(program, path)).map(|(_, package)| *package).collect();
    packages.sort_unstable();
    packages.dedup();
    packages
}

fn is_in(program: &str, path: &OsStr) -> bool {
    std::env::split_paths(path).any(|directory| directory.join(program).is_file())
}

fn is_root() -> bool {
    shell::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn instruction(packages: &[&str]) -> String {
    format!(
        "the tests need programs that are not there. Run this, then try again:\n\n  \
         sudo apt-get update && sudo apt-get install --yes --no-install-recommends {}\n",
        packages.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_each_package_of_a_missing_program_once() {
        let there = tempfile::tempdir().unwrap();
        let empty = tempfile::tempdir().unwrap();
        std::fs::write(there.path().join("psql"), "").unwrap();
        let path = std::env::join_paths([empty.path(), there.path()]).unwrap();
        let programs = [("psql", "postgresql-client"), ("radclient", "radius-tools"), ("radtest", "radius-tools")];
        assert_eq!(missing(&programs, &path), ["radius-tools"]);
        assert_eq!(missing(&programs[..1], &path), [""; 0]);
    }

    #[test]
    fn says_the_command_to_run() {
        let text = instruction(&["curl", "radius-tools"]);
        assert!(text.contains("sudo apt-get install --yes --no-install-recommends curl radius-tools\n"), "{text}");
    }
}
