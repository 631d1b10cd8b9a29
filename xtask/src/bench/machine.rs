//! The machine, and the version under measurement.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::disk;
use crate::shell::{self, Failure, Workspace};

/// Names and values for the report.
pub(crate) type Facts = Vec<(&'static str, String)>;

/// The machine, with the file system of the directory, and the commit.
pub(crate) fn describe(workspace: &Workspace, directory: &Path) -> Result<Facts, Failure> {
    let processors = fs::read_to_string("/proc/cpuinfo")?;
    let memory = fs::read_to_string("/proc/meminfo")?;
    Ok(vec![
        ("processor", value(&processors, "model name").unwrap_or("not told by /proc/cpuinfo").to_owned()),
        ("cores", std::thread::available_parallelism()?.to_string()),
        ("memory", value(&memory, "MemTotal").and_then(gibibytes).ok_or("/proc/meminfo tells no MemTotal")?),
        ("kernel", said("uname", &["-sr"], workspace)?),
        ("file system", file_system(directory, workspace)?),
        ("disk", format!("{} times a second 4 KiB at the end of a file made durable", disk::fsyncs(directory)?)),
        ("compiler", said("rustc", &["--version"], workspace)?),
        ("commit", commit(workspace)?),
        ("date", said("date", &["--utc", "+%Y-%m-%d"], workspace)?),
    ])
}

fn file_system(directory: &Path, workspace: &Workspace) -> Result<String, Failure> {
    let directory = directory.to_string_lossy();
    let table = said("df", &["--output=fstype,source", &directory], workspace)?;
    let row = table.lines().last().unwrap_or_default();
    Ok(row.split_whitespace().collect::<Vec<_>>().join(" on "))
}

/// The commit, and whether the working tree matches it.
fn commit(workspace: &Workspace) -> Result<String, Failure> {
    let commit = said("git", &["rev-parse", "HEAD"], workspace)?;
    // The reports of earlier runs do not affect the measurement.
    let changed = said("git", &["status", "--porcelain", "--", ".", ":!docs/benchmarks*.md"], workspace)?;
    Ok(if changed.is_empty() { commit } else { format!("{commit}, with changes that are not committed") })
}

fn said(program: &str, arguments: &[&str], workspace: &Workspace) -> Result<String, Failure> {
    let output = shell::output(Command::new(program).args(arguments).current_dir(&workspace.root))?;
    Ok(output.trim().to_owned())
}

/// The value of the first line `name : value`.
fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = text.lines().filter_map(|line| line.split_once(':'));
    lines.find(|(found, _)| found.trim() == name).map(|(_, value)| value.trim())
}

fn gibibytes(kibibytes: &str) -> Option<String> {
    let kibibytes: f64 = kibibytes.strip_suffix(" kB")?.parse().ok()?;
    Some(format!("{:.1} GiB", kibibytes / 1024.0 / 1024.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_kernel_lists() {
        let text = "processor\t: 0\nmodel name\t: Quick: One\nmodel name\t: Other\n";
        assert_eq!(value(text, "model name"), Some("Quick: One"));
        assert_eq!(value(text, "model"), None);
        assert_eq!(gibibytes("2097152 kB").as_deref(), Some("2.0 GiB"));
    }
}
