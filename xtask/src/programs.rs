//! The programs that tests start.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::Command;

use postgres_cluster::find_program;

use crate::shell::{self, Failure};

/// Each program, and its Debian package.
const PROGRAMS: &[(&str, &str)] = &[
    ("apache2", "apache2"),
    ("caddy", "caddy"),
    ("chromedriver", "chromium-driver"),
    ("chromium", "chromium"),
    ("curl", "curl"),
    ("eapol_test", "eapoltest"),
    ("freeradius", "freeradius-rest"),
    ("haproxy", "haproxy"),
    ("nginx", "nginx"),
    ("openssl", "openssl"),
    ("pgbouncer", "pgbouncer"),
    ("python3", PYTHON),
    ("radclient", "freeradius-utils"),
    ("radsecproxy", "radsecproxy"),
    ("sqlite3", "sqlite3"),
    ("systemd-analyze", "systemd"),
    ("tmux", "tmux"),
    ("xmllint", "libxml2-utils"),
    ("xmlsec1", "xmlsec1"),
];
/// The Debian package for Python environments, which is separate from Python itself.
const PYTHON: &str = "python3-venv";
/// The script by which Debian's packages ask whether they may start their servers.
const POLICY: &str = "/usr/sbin/policy-rc.d";
/// The Debian package of [`OF_POSTGRESQL`], directly or through its dependencies.
const POSTGRESQL: &str = "postgresql";
/// Programs that Debian does not have on the search path.
const OF_POSTGRESQL: [&str; 3] = ["initdb", "psql", "pgbench"];
/// The directory in which Debian's package looks for options of its installation.
const POSTGRESQL_DEFAULTS: &str = "/etc/postgresql-common/createcluster.d";

/// Installs the missing programs if that is possible without asking, otherwise says how.
pub(crate) fn provide() -> Result<(), Failure> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut packages = missing(PROGRAMS, &path);
    packages.extend(OF_POSTGRESQL.iter().any(|name| find_program(name).is_err()).then_some(POSTGRESQL));
    packages.extend((!packages.contains(&PYTHON) && !makes_environments()).then_some(PYTHON));
    if packages.is_empty() {
        return Ok(());
    }
    if !(is_in("apt-get", &path) && is_root()) {
        return Err(instruction(&packages).into());
    }
    println!("installing {}", packages.join(" "));
    shell::run(apt_get().arg("update"))?;
    let install = || shell::run(apt_get().args(["install", "--yes", "--no-install-recommends"]).args(&packages));
    without_starting(Path::new(POLICY), || {
        if packages.contains(&POSTGRESQL) {
            without_a_server_of_the_machine(Path::new(POSTGRESQL_DEFAULTS), install)
        } else {
            install()
        }
    })
}

/// The package would create and start a server `main`. The tests start their own, so this prevents that, and leaves the
/// machine's defaults as they were: who wants another server installs it separately.
fn without_a_server_of_the_machine(
    defaults: &Path,
    install: impl FnOnce() -> Result<(), Failure>,
) -> Result<(), Failure> {
    let file = defaults.join("guestbook-tests.conf");
    fs::create_dir_all(defaults)?;
    fs::write(&file, "create_main_cluster = false\n")?;
    let installed = install();
    match fs::remove_file(&file) {
        Err(error) if error.kind() != ErrorKind::NotFound => installed.and(Err(error.into())),
        _ => installed,
    }
}

/// Prevents the installation from starting a server that the tests start by themselves. An existing policy of the
/// machine stays in force.
fn without_starting(policy: &Path, install: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    let mut file = match File::options().write(true).create_new(true).mode(0o755).open(policy) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return install(),
        file => file?,
    };
    file.write_all(b"#!/bin/sh\nexit 101\n")?;
    drop(file);
    let installed = install();
    installed.and(fs::remove_file(policy).map_err(Into::into))
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

fn makes_environments() -> bool {
    Command::new("python3").args(["-c", "import ensurepip, venv"]).status().is_ok_and(|status| status.success())
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
    fn the_machines_defaults_are_other_ones_during_the_installation_only() {
        let place = tempfile::tempdir().unwrap();
        let defaults = place.path().join("postgresql-common/createcluster.d");
        let texts = || -> Vec<_> {
            let files = fs::read_dir(&defaults).unwrap();
            files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect()
        };
        without_a_server_of_the_machine(&defaults, || {
            assert_eq!(texts(), ["create_main_cluster = false\n"]);
            Ok(())
        })
        .unwrap();
        assert_eq!(texts(), [""; 0]);
        let failed = without_a_server_of_the_machine(&defaults, || Err("no network".into()));
        assert_eq!((failed.unwrap_err().to_string().as_str(), texts()), ("no network", vec![]));
    }

    #[test]
    fn nothing_is_started_during_the_installation() {
        let place = tempfile::tempdir().unwrap();
        let policy = place.path().join("policy-rc.d");
        let answer = || Command::new(&policy).status().unwrap().code();
        without_starting(&policy, || {
            assert_eq!(answer(), Some(101));
            Ok(())
        })
        .unwrap();
        assert!(!policy.exists());
        assert_eq!(without_starting(&policy, || Err("no network".into())).unwrap_err().to_string(), "no network");
        assert!(!policy.exists());
        fs::write(&policy, "its own").unwrap();
        without_starting(&policy, || Ok(())).unwrap();
        assert_eq!(fs::read_to_string(&policy).unwrap(), "its own");
    }

    #[test]
    fn says_the_command_to_run() {
        let text = instruction(&["curl", "radius-tools"]);
        assert!(text.contains("sudo apt-get install --yes --no-install-recommends curl radius-tools\n"), "{text}");
    }
}
