//! Failures, as messages and as exit codes.

use std::error::Error as StdError;
use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;

use c4w_client::{Error, Problem};
use indicatif::HumanCount;
use serde_json::{Value, json};

/// The reason why the program failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line asks for something impossible.
    Usage(String),
    /// A failure on this machine.
    Local(String),
    /// No customer was found.
    Nobody,
    /// An import was interrupted from the keyboard.
    Interrupted,
    /// Rows of an import were refused.
    Rejected {
        /// The number of rejected rows.
        rejected: u64,
        /// The file that contains them.
        file: PathBuf,
    },
    /// This many customers are missing from an export, since the registry cannot read them.
    Unreadable(u64),
    /// A failure of the API.
    Api(Error),
}

impl Failure {
    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Self::Usage(text.into())
    }

    /// A failure of an action, with its cause.
    pub(crate) fn local(what: impl fmt::Display, cause: &dyn StdError) -> Self {
        Self::Local(format!("{what}: {cause}"))
    }

    /// The exit codes that `c4w --help` and docs/c4w.md list.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.number())
    }

    const fn number(&self) -> u8 {
        match self {
            Self::Local(_)
            | Self::Rejected { .. }
            | Self::Unreadable(_)
            | Self::Api(Error::Invalid(_) | Error::Unexpected(_)) => 1,
            Self::Usage(_) | Self::Api(Error::Setup(_)) => 2,
            Self::Nobody | Self::Api(Error::NotFound(_)) => 3,
            Self::Api(Error::Conflict(_)) => 4,
            Self::Api(Error::Unauthorized(_) | Error::Forbidden(_)) => 5,
            Self::Api(Error::RateLimited { .. } | Error::Unavailable { .. } | Error::Network { .. }) => 6,
            // As for a program that was interrupted from the keyboard.
            Self::Interrupted => 130,
        }
    }

    /// The failure in the form of the API's errors. Failures that do not come from the API have codes of our own.
    pub(crate) fn to_json(&self) -> Value {
        let said = match self {
            Self::Api(error) => error.problem(),
            Self::Usage(_)
            | Self::Local(_)
            | Self::Interrupted
            | Self::Rejected { .. }
            | Self::Unreadable(_)
            | Self::Nobody => None,
        };
        let code = said.and_then(|problem| problem.code.as_deref()).unwrap_or_else(|| self.word());
        let mut body = json!({"status": "KO", "code": code, "message": self.to_string()});
        if let Some(Problem { fields, .. }) = said.filter(|problem| !problem.fields.is_empty()) {
            let fields = fields.iter();
            let fields = fields.map(|it| json!({"field": it.field, "code": it.code, "message": it.message}));
            body["errors"] = fields.collect();
        }
        body
    }

    const fn word(&self) -> &'static str {
        match self {
            Self::Usage(_) | Self::Api(Error::Setup(_)) => "usage",
            Self::Local(_) => "failed",
            Self::Interrupted => "interrupted",
            Self::Rejected { .. } => "rejected",
            Self::Unreadable(_) => "unreadable",
            Self::Nobody | Self::Api(Error::NotFound(_)) => "not_found",
            Self::Api(Error::Invalid(_)) => "invalid",
            Self::Api(Error::Conflict(_)) => "conflict",
            Self::Api(Error::Unauthorized(_)) => "unauthorized",
            Self::Api(Error::Forbidden(_)) => "forbidden",
            Self::Api(Error::RateLimited { .. }) => "rate_limited",
            Self::Api(Error::Unavailable { .. }) => "unavailable",
            Self::Api(Error::Network { .. }) => "no_connection",
            Self::Api(Error::Unexpected(_)) => "unexpected",
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) | Self::Local(text) => f.write_str(text),
            Self::Nobody => f.write_str("no customer has all of these values"),
            Self::Interrupted => f.write_str("interrupted"),
            Self::Unreadable(1) => f.write_str("1 customer is left out: the registry cannot read it"),
            Self::Unreadable(left_out) => {
                write!(f, "{} customers are left out: the registry cannot read them", HumanCount(*left_out))
            }
            Self::Rejected { rejected: 1, file } => {
                write!(f, "1 row was rejected; it is in {}, with every reason", file.display())
            }
            Self::Rejected { rejected, file } => {
                write!(
                    f,
                    "{} rows were rejected; they are in {}, with every reason",
                    HumanCount(*rejected),
                    file.display()
                )
            }
            Self::Api(error) => error.fmt(f),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Api(error)
    }
}

#[cfg(test)]
mod tests {
    use c4w_client::Field;

    use super::*;

    fn problem(code: Option<&str>) -> Problem {
        Problem { code: code.map(Into::into), message: "No.".to_owned(), ..Problem::default() }
    }

    #[test]
    fn exit_codes_are_pinned() {
        let (limited, away) = (problem(None), problem(None));
        let table = [
            (Failure::Local("x".into()), 1),
            (Error::Invalid(problem(None)).into(), 1),
            (Error::Unexpected(problem(None)).into(), 1),
            (Failure::usage("x"), 2),
            (Error::Setup("x".into()).into(), 2),
            (Failure::Interrupted, 130),
            (Failure::Nobody, 3),
            (Error::NotFound(problem(None)).into(), 3),
            (Error::Conflict(problem(None)).into(), 4),
            (Error::Unauthorized(problem(None)).into(), 5),
            (Error::Forbidden(problem(None)).into(), 5),
            (Error::RateLimited { problem: limited, retry_after: None }.into(), 6),
            (Error::Unavailable { problem: away, retry_after: None }.into(), 6),
        ];
        for (failure, number) in table {
            assert_eq!(failure.number(), number, "{failure:?}");
        }
    }

    #[test]
    fn programs_get_the_code_of_the_api_or_one_of_ours() {
        let mut said = problem(Some("duplicate_conflict"));
        said.fields = vec![Field { field: "email".into(), code: "duplicate_conflict".into(), message: "odd".into() }];
        let body = Failure::from(Error::Conflict(said)).to_json();
        assert_eq!((&body["code"], &body["errors"][0]["field"]), (&json!("duplicate_conflict"), &json!("email")));
        assert_eq!(Failure::usage("x").to_json(), json!({"status": "KO", "code": "usage", "message": "x"}));
    }
}
