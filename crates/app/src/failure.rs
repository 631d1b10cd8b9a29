//! Why the program ends early: one line for whoever started it.

use std::fmt;

use domain::ports::ErrorChain;

/// What went wrong, with its cause behind it.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    /// What was being done, and why it did not work.
    pub(crate) fn new(what: impl fmt::Display, cause: &dyn std::error::Error) -> Self {
        Self(format!("{what}: {}", one_line(&ErrorChain(cause).to_string())))
    }

    /// What went wrong, by itself.
    pub(crate) fn because(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

/// Parsers draw their errors over several lines.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
