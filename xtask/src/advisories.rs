//! `cargo xtask advisories`: queries the RustSec database for the dependencies, and writes the result to
//! docs/advisories.md.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::deny;
use crate::shell::{self, Failure, Workspace};

/// The directory of cargo-deny's copies of databases, below its home.
const COPIES: &str = "advisory-dbs";
/// The report, below the workspace.
const ANSWER: &str = "docs/advisories.md";

/// Advisories that do not fail the command, because no release of the dependency avoids them. CONTRIBUTING.md says why
/// each is accepted. They remain in the report.
const ACCEPTED: [&str; 1] = ["RUSTSEC-2023-0089"];

/// Advisories for the dependencies: by id, the package and the title.
type Advisories = BTreeMap<String, String>;

/// Runs the query, writes the report, and fails if there is an advisory for a dependency that is not accepted.
///
/// `options`: nothing, or `--database URL` for a copy of the database.
pub(crate) fn run(workspace: &Workspace, options: &[&str]) -> Result<(), Failure> {
    // With a separate home, the database is the only one there, and newly fetched.
    let home = tempfile::tempdir()?;
    let mut deny = deny::command(workspace)?;
    let configuration = home.path().join("deny.toml");
    let mut text = std::fs::read_to_string(workspace.root.join("deny.toml"))?;
    let _ = writeln!(text, "\n[advisories]\ndb-path = {:?}", home.path().join(COPIES));
    match options {
        [] => {}
        ["--database", url] => {
            let _ = writeln!(text, "db-urls = [{url:?}]");
        }
        other => return Err(format!("there is no such option: {}", other.join(" ")).into()),
    }
    std::fs::write(&configuration, text)?;
    let output = deny
        .args(["--format", "json", "--config"])
        .arg(&configuration)
        .args(["check", "advisories"])
        .output()
        .map_err(|error| format!("cannot start cargo deny: {error}"))?;
    let said = String::from_utf8(output.stderr)?;
    let found = advisories(&said).ok_or_else(|| format!("cargo deny could not ask the database:\n{said}"))?;
    let date = date_of(&home.path().join(COPIES))?;
    std::fs::write(workspace.root.join(ANSWER), answer(&date, &found))?;
    println!("{ANSWER} has the answer of the database of {date}");
    let open = open(&found);
    if open.is_empty() { Ok(()) } else { Err(format!("not accepted: {}; see {ANSWER}", open.join(", ")).into()) }
}

/// The ids of the advisories that are not accepted.
fn open(found: &Advisories) -> Vec<&str> {
    found.keys().map(String::as_str).filter(|id| !ACCEPTED.contains(id)).collect()
}

/// The advisories in cargo-deny's lines of JSON; `None` if there is no summary.
fn advisories(said: &str) -> Option<Advisories> {
    let lines: Vec<Value> = said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    lines.iter().find(|line| line["type"] == "summary")?;
    let advisories = lines.iter().map(|line| &line["fields"]["advisory"]).filter(|advisory| advisory.is_object());
    let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    Some(advisories.map(|it| (text(&it["id"]), format!("{}: {}", text(&it["package"]), text(&it["title"])))).collect())
}

/// The date of the newest advisory in the only copy there, `2026-12-01`.
fn date_of(copies: &Path) -> Result<String, Failure> {
    for copy in std::fs::read_dir(copies)? {
        let copy = copy?.path();
        if copy.is_dir() {
            let mut git = Command::new("git");
            return Ok(shell::output(git.arg("-C").arg(copy).args(["log", "-1", "--format=%cs"]))?.trim().to_owned());
        }
    }
    Err("cargo deny left no copy of the database".into())
}

fn answer(date: &str, found: &Advisories) -> String {
    let mut text = format!(
        "# Known weaknesses of dependencies\n\n\
         `cargo xtask advisories` asks the [RustSec database](https://rustsec.org) about every dependency of every feature, and\n\
         writes this file. `.github/workflows/advisories.yml` does so each Monday.\n\n\
         Answer of the database of {date}: "
    );
    if found.is_empty() {
        text.push_str("no advisory concerns a dependency.\n");
    } else {
        text.push_str("these advisories concern dependencies.\n\n| advisory | dependency |\n| --- | --- |\n");
        for (id, what) in found {
            let _ = writeln!(text, "| {id} | {what} |");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUMMARY: &str = r#"{"type":"summary","fields":{"advisories":{"errors":1}}}"#;

    #[test]
    fn an_answer_is_one_only_with_its_summary() {
        assert_eq!(advisories(""), None);
        assert_eq!(advisories(r#"{"type":"log","fields":{"message":"no network"}}"#), None);
        assert_eq!(advisories(SUMMARY), Some(Advisories::new()));
    }

    #[test]
    fn an_accepted_advisory_is_not_open() {
        let found = [ACCEPTED[0], "RUSTSEC-1"].map(|id| (id.to_owned(), String::new())).into();
        assert_eq!(open(&found), ["RUSTSEC-1"]);
    }

    #[test]
    fn each_advisory_is_a_row() {
        let advisory =
            r#"{"type":"diagnostic","fields":{"advisory":{"id":"RUSTSEC-1","package":"some","title":"Odd"}}}"#;
        let found = advisories(&format!("{advisory}\n{advisory}\n{SUMMARY}")).unwrap();
        assert!(answer("2026-12-01", &found).ends_with("\n| RUSTSEC-1 | some: Odd |\n"));
        assert!(answer("2026-12-01", &Advisories::new()).contains("of 2026-12-01: no advisory concerns a dependency."));
    }
}
