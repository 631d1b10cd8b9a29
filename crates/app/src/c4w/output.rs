//! The output of the program.

use std::io::{self, Write};

use domain::value::PhoneNumber;
use serde::Serialize;
use serde_json::Value;

use crate::failure::Failure;
use crate::terminal::{printable, printable_json};

/// The format of results.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    json: bool,
}

/// Members of every response that do not interest people.
const DULL: [&str; 2] = ["status", "generated"];

/// The member that is displayed in groups of digits.
const PHONE_NUMBER: &str = "phoneNumber";

impl Output {
    pub(crate) const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Prints a response: as a line of JSON, or as one line per value with its path.
    pub(crate) fn answer(self, answer: &impl Serialize) -> Result<(), Failure> {
        let answer = serde_json::to_value(answer).map_err(|error| Failure::local("writing the answer", &error))?;
        if self.json { self.json(&answer) } else { self.line(&lines(&answer).join("\n")) }
    }

    /// Prints JSON for programs, or this text for people.
    pub(crate) fn either(self, json: &Value, text: &str) -> Result<(), Failure> {
        if self.json { self.json(json) } else { self.line(&printable(text)) }
    }

    fn json(self, json: &Value) -> Result<(), Failure> {
        self.line(&printable_json(&json.to_string()))
    }

    /// Prints a document: as a line of JSON for programs, otherwise as this text, which may have several lines.
    pub(crate) fn document(self, json: &Value, text: &str) -> Result<(), Failure> {
        if self.json {
            self.line(&json.to_string())
        } else {
            self.line(&text.lines().map(printable).collect::<Vec<_>>().join("\n"))
        }
    }

    fn line(self, text: &str) -> Result<(), Failure> {
        match writeln!(io::stdout(), "{text}") {
            // The reader has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(|error| Failure::local("writing the answer", &error)),
        }
    }

    /// Prints a remark to standard error.
    pub(crate) fn remark(self, text: &str) {
        let _ = writeln!(io::stderr(), "c4w: {}", printable(text));
    }

    /// Reports a failure: as a line on standard error, and for programs as JSON too.
    pub(crate) fn complain(self, failure: &Failure) {
        // The summary of an import has already reported its rejects.
        if self.json && !matches!(failure, Failure::Rejected { .. }) {
            // A failure here cannot be reported.
            drop(self.json(&failure.to_json()));
        }
        let _ = writeln!(io::stderr(), "c4w: {}", printable(&failure.to_string()));
    }
}

/// A telephone number in display form. Anything else is printed unchanged.
fn phone_number(text: &str) -> String {
    PhoneNumber::restore(text).map_or_else(|_| printable(text), |number| number.international())
}

/// One line per value, with its path.
fn lines(answer: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, value) in answer.as_object().into_iter().flatten() {
        if !DULL.contains(&name.as_str()) {
            collect(&printable(name), value, &mut lines);
        }
    }
    lines
}

fn collect(path: &str, value: &Value, lines: &mut Vec<String>) {
    match value {
        Value::Null => {}
        Value::String(text) if path == PHONE_NUMBER => lines.push(format!("{path}: {}", phone_number(text))),
        Value::String(text) => lines.push(format!("{path}: {}", printable(text))),
        Value::Bool(_) | Value::Number(_) => lines.push(format!("{path}: {value}")),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(&format!("{path}[{index}]"), item, lines);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                collect(&format!("{path}.{}", printable(name)), member, lines);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn people_get_a_line_for_each_value() {
        let answer = json!({
            "status": "OK", "id": "1", "locked": false, "none": null, "policies": {"privacy": true},
            "history": [{"call": "create"}], "phoneNumber": "+393331234567", "custom": {"phoneNumber": "+393331234567"},
            "firstName": "A\u{1b}[2Jda",
        });
        let expected = [
            "custom.phoneNumber: +393331234567",
            "firstName: A\u{FFFD}[2Jda",
            "history[0].call: create",
            "id: 1",
            "locked: false",
            "phoneNumber: +39 333 123 4567",
            "policies.privacy: true",
        ];
        assert_eq!(lines(&answer), expected);
    }
}
