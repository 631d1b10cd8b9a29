//! Searches every log that the tests wrote for every secret that they used.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;

use crate::shell::Failure;

/// A shorter secret cannot be distinguished from ordinary text.
const SHORTEST: usize = 6;
/// The number of bytes at the end of a secret that identify it: searching for a hundred thousand whole JWTs would need
/// gigabytes. The beginnings of all JWTs are the same.
const TELLING: usize = 32;
/// The maximum number of findings that are shown; one is enough to fail.
const SHOWN: usize = 20;

/// What was searched without a finding.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Clean {
    secrets: usize,
    logs: usize,
    lines: usize,
}

impl fmt::Display for Clean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { secrets, logs, lines } = self;
        write!(f, "none of {secrets} secrets is in the {lines} lines of {logs} logs")
    }
}

/// Searches the `*.log` files of the directory for the lines of its `*.secrets` files, and for JWTs.
///
/// Also fails if there is nothing to search or to search for, since nothing was checked then.
pub(crate) fn check(directory: &Path) -> Result<Clean, Failure> {
    let (secrets, logs) = (secrets(directory)?, files(directory, "log")?);
    if secrets.is_empty() || logs.is_empty() {
        return Err(format!("no secrets or no logs in {}: nothing was checked", directory.display()).into());
    }
    let patterns = AhoCorasick::new(&secrets)?;
    let (mut lines, mut leaks) = (0, Vec::new());
    for log in &logs {
        lines += search(log, &patterns, &mut leaks)?;
    }
    match (leaks.len(), lines) {
        (0, 0) => Err(format!("every log in {} is empty: nothing was checked", directory.display()).into()),
        (0, lines) => Ok(Clean { secrets: secrets.len(), logs: logs.len(), lines }),
        (found, _) => {
            leaks.truncate(SHOWN);
            Err(format!("{found} lines of logs show a secret:\n  {}", leaks.join("\n  ")).into())
        }
    }
}

/// Searches one log, adds its findings, and returns its number of lines.
fn search(log: &Path, patterns: &AhoCorasick, leaks: &mut Vec<String>) -> Result<usize, Failure> {
    let mut reader = BufReader::new(File::open(log)?);
    let (mut number, mut line) = (0, Vec::new());
    // As bytes: a log can leak without being UTF-8.
    while reader.read_until(b'\n', &mut line)? > 0 {
        number += 1;
        let what = if patterns.is_match(&line) {
            Some("a secret of a test")
        } else {
            holds_jwt(&line).then_some("what looks like a JWT")
        };
        leaks.extend(what.map(|what| format!("{}:{number} shows {what}", log.display())));
        line.clear();
    }
    Ok(number)
}

/// Whether there are three parts of base64url separated by dots, the first of which starts like JSON.
fn holds_jwt(line: &[u8]) -> bool {
    let is_part = |part: &[u8]| !part.is_empty();
    line.split(|byte| !(byte.is_ascii_alphanumeric() || b"-_.".contains(byte))).any(|word| {
        word.windows(3)
            .enumerate()
            .filter(|(_, start)| start == b"eyJ")
            .any(|(at, _)| word[at..].split(|byte| *byte == b'.').take_while(|part| is_part(part)).count() >= 3)
    })
}

/// The end of every secret, in its plain form and in the quoted form of a log.
fn secrets(directory: &Path) -> Result<BTreeSet<Vec<u8>>, Failure> {
    let mut secrets = BTreeSet::new();
    for file in files(directory, "secrets")? {
        for (at, secret) in fs::read_to_string(&file)?.lines().enumerate().filter(|(_, line)| !line.is_empty()) {
            if secret.len() < SHORTEST {
                let place = format!("{}:{}", file.display(), at + 1);
                return Err(format!("{place} is too short to look for: use secrets of {SHORTEST} bytes").into());
            }
            let quoted = serde_json::to_string(secret)?;
            secrets.extend([secret, &quoted[1..quoted.len() - 1]].map(end));
        }
    }
    Ok(secrets)
}

fn end(secret: &str) -> Vec<u8> {
    secret.as_bytes()[secret.len().saturating_sub(TELLING)..].to_vec()
}

/// The files of the directory with this extension, in order.
fn files(directory: &Path, extension: &str) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == extension) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests;
