//! The files in `deploy/systemd`, as systemd reads them.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

const UNITS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/systemd");
/// The maximum exposure in `systemd-analyze security`, in tenths: below 2 it reports OK.
const MAX_EXPOSURE: &str = "19";

/// The values of a setting in a unit, in order.
fn values<'a>(unit: &'a str, name: &str) -> Vec<&'a str> {
    unit.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('=')).collect()
}

fn units() -> Vec<(String, String)> {
    let files = fs::read_dir(UNITS).unwrap().map(|file| file.unwrap().path());
    let units = files.filter(|file| file.extension().is_some_and(|extension| extension == "service"));
    let name = |file: &Path| file.file_name().unwrap().to_str().unwrap().to_owned();
    units.map(|file| (name(&file), fs::read_to_string(&file).unwrap())).collect()
}

/// Runs the program, which must succeed; a failure shows its output.
fn succeeds(command: &mut Command) {
    let program = command.get_program().to_owned();
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("cannot start {program:?}: {error}; `cargo xtask test` installs it"));
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn systemd_takes_every_unit() {
    let directory = TempDir::new().unwrap();
    let units = units();
    assert_eq!(units.len(), 2, "{units:?}");
    for (name, unit) in units {
        // It also checks for the programs, which are not installed on this machine.
        let unit = unit.lines().map(|line| match line.split_once("=/usr/") {
            Some((setting @ ("ExecStart" | "ExecStartPre"), _)) => format!("{setting}=/bin/true\n"),
            _ => format!("{line}\n"),
        });
        let file = directory.path().join(&name);
        fs::write(&file, unit.collect::<String>()).unwrap();
        succeeds(Command::new("systemd-analyze").args(["verify", "--man=no", "--recursive-errors=no"]).arg(&file));
    }
}

#[test]
fn no_unit_has_more_rights_than_it_needs() {
    for (name, unit) in units() {
        let file = Path::new(UNITS).join(&name);
        let mut security = Command::new("systemd-analyze");
        security.args(["security", "--offline=true", "--no-pager", "--threshold", MAX_EXPOSURE]).arg(&file);
        succeeds(&mut security);
        for (setting, value) in [("NoNewPrivileges", "yes"), ("ProtectSystem", "strict"), ("LimitCORE", "0")] {
            assert_eq!(values(&unit, setting), [value], "{name}: {setting}");
        }
        for setting in ["LimitNOFILE", "MemoryMax", "User"] {
            assert_eq!(values(&unit, setting).len(), 1, "{name}: {setting}");
        }
        assert!(!["root", "0"].contains(&values(&unit, "User")[0]), "{name}");
    }
}
