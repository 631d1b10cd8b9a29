//! Reasons why the program ends early: one line for the person who started it.

use std::fmt;

/// A failure with its causes.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    /// A failure of an action, with its cause.
    pub(crate) fn new(what: impl fmt::Display, cause: &dyn std::error::Error) -> Self {
        let causes = std::iter::successors(Some(cause), |cause| cause.source());
        let causes: Vec<_> = causes.map(|cause| one_line(&cause.to_string())).collect();
        Self(format!("{what}: {}", causes.join(": ")))
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
