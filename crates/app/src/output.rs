//! The output of the program.

use std::io::Write;

use serde::Serialize;

use crate::failure::Failure;
use crate::terminal::{printable, printable_json};

/// Writes a line to standard output. A closed output is no reason to stop a server.
pub(crate) fn say(line: &str) {
    let mut output = std::io::stdout().lock();
    let _ = writeln!(output, "{line}").and_then(|()| output.flush());
}

/// Writes a line of JSON to standard output.
pub(crate) fn say_json(value: &impl Serialize) -> Result<(), Failure> {
    let line = serde_json::to_string(value).map_err(|error| Failure::new("writing the answer", &error))?;
    writeln!(std::io::stdout(), "{}", printable_json(&line)).map_err(|error| Failure::new("writing the answer", &error))
}

/// Writes one line to standard error.
pub(crate) fn complain(failure: &Failure) {
    let _ = writeln!(std::io::stderr(), "http-api: {}", printable(&failure.to_string()));
}
