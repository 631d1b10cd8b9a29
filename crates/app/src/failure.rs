//! Reasons why the program ends early: one line for the person who started it.

use std::fmt;

use domain::ports::ErrorChain;

/// What went wrong, with its cause behind it.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    /// A failure of an action, with its cause.
    pub(crate) fn new(what: impl fmt::Display, cause: &dyn std::error::Error) -> Self {
        Self(format!("{what}: {}", one_line(&ErrorChain(cause).to_string())))
    }

    /// A failure without a cause.
    pub(crate) fn because(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

/// Parsers format their errors over several lines.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
