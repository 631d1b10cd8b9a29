//! Failures by their meaning for the caller.

use std::fmt;
use std::time::Duration;

use domain::ports::ErrorChain;
use serde_json::Value;

use crate::wire;

/// The failure of a call.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The keys are wrong, or the session has ended and logging in again did not help.
    #[error("not logged in: {0}")]
    Unauthorized(Problem),
    /// The service lacks the right, or may not use it here.
    #[error("not allowed: {0}")]
    Forbidden(Problem),
    /// There is no such resource.
    #[error("not found: {0}")]
    NotFound(Problem),
    /// The request is invalid; nothing was written.
    #[error("not valid: {0}")]
    Invalid(Problem),
    /// The request contradicts stored data; nothing was written.
    #[error("conflict: {0}")]
    Conflict(Problem),
    /// Too many requests; nothing was done.
    #[error("too many requests: {problem}")]
    RateLimited {
        /// The server's error.
        problem: Problem,
        /// When the request may be repeated, if the server says so.
        retry_after: Option<Duration>,
    },
    /// The server is temporarily unavailable. The request may or may not have been carried out.
    #[error("not available: {problem}")]
    Unavailable {
        /// The server's error.
        problem: Problem,
        /// When the request may be repeated, if the server says so.
        retry_after: Option<Duration>,
    },
    /// The server could not be reached, the connection broke, or it took too long.
    #[error("no connection: {}", ErrorChain(.source))]
    Network {
        /// Whether the server may have received anything.
        sent: bool,
        /// The cause.
        source: reqwest::Error,
    },
    /// An unintelligible response.
    #[error("an unexpected answer: {0}")]
    Unexpected(Problem),
    /// The client's settings are invalid, or the request cannot be built.
    #[error("{0}")]
    Setup(String),
}

/// An error reported by a server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// The stable code for programs, if there is one.
    pub code: Option<Box<str>>,
    /// A sentence for people.
    pub message: String,
    /// The invalid fields.
    pub fields: Vec<Field>,
    /// Identifies the request in the server's log.
    pub request_id: Option<Box<str>>,
    /// Whether it has the form of the API's errors. Any other form comes from a server that does not know the address.
    pub of_the_api: bool,
}

/// An invalid field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Field {
    /// Its path on the wire, such as `policies.privacy`.
    pub field: String,
    /// A stable code for programs.
    pub code: String,
    /// A sentence for people.
    pub message: String,
}

/// When a failed call can be repeated without taking effect twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeatable {
    /// Never: it would fail again.
    Never,
    /// If the call has the same effect when it is carried out twice.
    IfHarmless,
    /// Always: nothing was done.
    Always,
}

impl Error {
    /// The failure of an unsuccessful response.
    pub(crate) fn of(problem: Problem, retry_after: Option<Duration>) -> Self {
        match problem.status {
            401 => Self::Unauthorized(problem),
            // Guestbook's code says whether the session or a right is missing; other servers' do not.
            403 if matches!(problem.code.as_deref(), Some("token_invalid" | "token_expired")) => {
                Self::Unauthorized(problem)
            }
            403 => Self::Forbidden(problem),
            404 => Self::NotFound(problem),
            409 if problem.is_conflict() => Self::Conflict(problem),
            200 | 201 | 400 | 409 | 413 | 415 | 422 => Self::Invalid(problem),
            429 => Self::RateLimited { problem, retry_after },
            408 | 502..=504 => Self::Unavailable { problem, retry_after },
            _ => Self::Unexpected(problem),
        }
    }

    /// Whether logging in again may help. It does not provide a missing right.
    pub(crate) fn is_of_the_session(&self) -> bool {
        match self {
            Self::Unauthorized(_) => true,
            Self::Forbidden(problem) => problem.code.as_deref() != Some("forbidden"),
            _ => false,
        }
    }

    pub(crate) const fn repeatable(&self) -> Repeatable {
        match self {
            Self::RateLimited { .. } | Self::Network { sent: false, .. } => Repeatable::Always,
            Self::Unavailable { .. } | Self::Network { sent: true, .. } | Self::Unexpected(_) => Repeatable::IfHarmless,
            Self::Unauthorized(_)
            | Self::Forbidden(_)
            | Self::NotFound(_)
            | Self::Invalid(_)
            | Self::Conflict(_)
            | Self::Setup(_) => Repeatable::Never,
        }
    }

    /// How long the server asks to wait.
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after, .. } | Self::Unavailable { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// The server's error, if it sent one.
    pub const fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Unauthorized(problem)
            | Self::Forbidden(problem)
            | Self::NotFound(problem)
            | Self::Invalid(problem)
            | Self::Conflict(problem)
            | Self::RateLimited { problem, .. }
            | Self::Unavailable { problem, .. }
            | Self::Unexpected(problem) => Some(problem),
            Self::Network { .. } | Self::Setup(_) => None,
        }
    }
}

impl Problem {
    /// Reads the error from any response body.
    pub(crate) fn read(status: u16, body: &[u8], request_id: Option<Box<str>>) -> Self {
        let error: wire::Error = serde_json::from_slice::<Value>(body)
            .ok()
            .and_then(|body| serde_json::from_value(body).ok())
            .unwrap_or_default();
        let text = |text: Option<wire::Text>| text.map(|text| text.to_string()).unwrap_or_default();
        let of_the_api = error.code.is_some() || error.status.is_some_and(|status| status.as_str() == "KO");
        let fields = error.errors.unwrap_or_default().into_iter();
        Self {
            status,
            code: error.code.map(|code| code.as_str().into()),
            message: error.message.map_or_else(|| format!("status {status}"), |message| message.to_string()),
            fields: fields
                .map(|field| Field { field: text(field.field), code: text(field.code), message: text(field.message) })
                .collect(),
            request_id,
            of_the_api,
        }
    }

    /// An unreadable response, described in our own words: the response itself may contain personal data.
    pub(crate) fn unreadable(status: u16, message: &str, request_id: Option<Box<str>>) -> Self {
        Self { status, message: message.to_owned(), request_id, ..Self::default() }
    }

    /// Whether the request is valid and contradicts stored data. Without a code or fields, it counts as a conflict.
    fn is_conflict(&self) -> bool {
        match self.code.as_deref() {
            Some("duplicate_conflict" | "username_taken" | "idempotency_key_reused") => true,
            Some(_) => false,
            None => self.fields.is_empty(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        for Field { field, message, .. } in &self.fields {
            write!(f, "; {field}: {message}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, code: Option<&str>) -> Error {
        Error::of(Problem { status, code: code.map(Into::into), ..Problem::default() }, None)
    }

    #[test]
    fn statuses_have_their_meaning() {
        assert!(matches!(of(401, None), Error::Unauthorized(_)));
        assert!(matches!(of(403, Some("token_expired")), Error::Unauthorized(_)));
        assert!(matches!(of(403, None), Error::Forbidden(_)));
        assert!(matches!(of(404, None), Error::NotFound(_)));
        assert!(matches!(of(409, Some("username_taken")), Error::Conflict(_)));
        assert!(matches!(of(409, Some("invalid_parameters")), Error::Invalid(_)));
        assert!(matches!(of(409, None), Error::Conflict(_)));
        assert!(matches!(of(400, None), Error::Invalid(_)));
        assert!(matches!(of(429, None), Error::RateLimited { .. }));
        assert!(matches!(of(503, None), Error::Unavailable { .. }));
        assert!(matches!(of(500, None), Error::Unexpected(_)));
        assert!(matches!(of(302, None), Error::Unexpected(_)));
    }

    #[test]
    fn a_missing_right_is_no_dead_session() {
        let sessions = [(401, None), (403, None), (403, Some("token_invalid")), (403, Some("forbidden"))];
        assert_eq!(sessions.map(|(status, code)| of(status, code).is_of_the_session()), [true, true, true, false]);
    }

    #[test]
    fn fields_are_told_with_their_messages() {
        let body = br#"{"code":"invalid_parameters","message":"No.","errors":[{"field":"email","code":"invalid","message":"is odd"}]}"#;
        let problem = Problem::read(409, body, None);
        assert_eq!((problem.to_string().as_str(), problem.fields[0].code.as_str()), ("No.; email: is odd", "invalid"));
        let odd = Problem::read(502, b"<html>", None);
        assert_eq!((odd.message.as_str(), odd.code), ("status 502", None));
        assert_eq!(Problem::read(409, br#"{"message":null,"code":7,"errors":null}"#, None).code.as_deref(), Some("7"));
    }
}
