//! What a failure means for a customer who is sent.
//!
//! What an upstream says in words may hold the person's data, so nothing of it is told but statuses, codes and the paths of
//! fields.

use std::time::Duration;

use domain::forwarding::Fault;

use crate::{Error, Problem};

/// The upstream is away.
pub(super) fn away(reason: &str) -> Fault {
    away_for(reason, None)
}

fn away_for(reason: impl Into<String>, retry_after: Option<Duration>) -> Fault {
    Fault::Away { reason: reason.into(), retry_after }
}

/// What is wrong with the account concerns everybody: they wait until it is mended. Only what is wrong with a customer is
/// the customer's.
pub(super) fn of(error: &Error) -> Fault {
    match error {
        Error::Invalid(problem) | Error::Conflict(problem) if !is_of_the_account(problem) => {
            Fault::Refused(outline(problem))
        }
        // A value that the service must not change, such as a lock, is in one customer and not in the next.
        Error::Forbidden(problem) if !problem.fields.is_empty() && !is_of_the_account(problem) => {
            Fault::Refused(outline(problem))
        }
        Error::Unexpected(problem) if matches!(problem.status, 200 | 201) => away("an answer that cannot be read"),
        Error::Invalid(problem)
        | Error::Conflict(problem)
        | Error::Forbidden(problem)
        | Error::Unauthorized(problem)
        | Error::NotFound(problem)
        | Error::Unexpected(problem)
        | Error::RateLimited { problem, .. }
        | Error::Unavailable { problem, .. } => away_for(outline(problem), error.retry_after()),
        Error::Network { source, .. } if source.is_timeout() => away("no answer in time"),
        Error::Network { sent: false, .. } => away("no connection"),
        Error::Network { sent: true, .. } => away("the connection broke"),
        Error::Setup(_) => away("no request can be made to the address of the account"),
    }
}

/// The same for an erasure. One who is not there is erased.
pub(super) fn of_erasure(answer: Result<(), Error>) -> Result<(), Fault> {
    match answer {
        Ok(()) => Ok(()),
        Err(error) => match &error {
            Error::NotFound(problem) if problem.of_the_api => Ok(()),
            // Done, and nothing to say.
            Error::Unexpected(problem) if problem.status == 204 => Ok(()),
            Error::NotFound(problem) => Err(cannot_erase(problem)),
            Error::Unexpected(problem) if matches!(problem.status, 405 | 501) => Err(cannot_erase(problem)),
            other => Err(of(other)),
        },
    }
}

fn cannot_erase(problem: &Problem) -> Fault {
    Fault::Refused(format!("the upstream cannot erase: status {}", problem.status))
}

/// Whether it is the organization there that is wrong. Every customer is sent with the same one.
fn is_of_the_account(problem: &Problem) -> bool {
    problem.fields.iter().any(|field| field.field == "organizationId")
}

/// The status, the code, and the fields with their codes.
fn outline(problem: &Problem) -> String {
    let mut outline = format!("status {}", problem.status);
    if let Some(code) = problem.code.as_deref().filter(|code| is_word(code)) {
        outline.push(' ');
        outline.push_str(code);
    }
    let fields: Vec<_> = problem.fields.iter().map(|field| field.field.as_str()).filter(|path| is_path(path)).collect();
    if !fields.is_empty() {
        outline.push_str(": ");
        outline.push_str(&fields[..fields.len().min(SHOWN)].join(", "));
    }
    outline
}

/// Fields that are named, at most.
const SHOWN: usize = 20;

/// A word for programs, and not a sentence or a value.
fn is_word(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// Names with dots between, as of `document.type`. No digits but in `extProp1`: they may be a number of the person.
fn is_path(text: &str) -> bool {
    let name = |name: &str| {
        matches!(name, "extProp1" | "extProp2")
            || (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic()))
    };
    text.len() <= 64 && text.split('.').all(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Field;

    fn problem(status: u16, code: &str, fields: &[&str]) -> Problem {
        let field = |path: &&str| Field { field: (*path).to_owned(), message: "rossi".to_owned(), ..Field::default() };
        Problem {
            status,
            code: Some(code.into()),
            message: "rossi".to_owned(),
            fields: fields.iter().map(field).collect(),
            ..Problem::default()
        }
    }

    #[test]
    fn only_what_is_wrong_with_the_customer_is_refused() {
        let is_refused = |status, fields: &[&str]| {
            matches!(of(&Error::of(problem(status, "forbidden", fields), None)), Fault::Refused(_))
        };
        assert!(is_refused(409, &["email"]) && is_refused(400, &[]) && is_refused(403, &["lock"]));
        assert!(!is_refused(403, &[]) && !is_refused(401, &[]) && !is_refused(404, &[]) && !is_refused(500, &[]));
        assert!(!is_refused(409, &["organizationId"]) && !is_refused(403, &["organizationId"]));
    }

    #[test]
    fn nothing_is_told_that_may_be_the_persons() {
        let fields = ["document.type", "extProp2", "rossi@example.org", "+393331234567", "custom.393331234567", "a b"];
        let fault = of(&Error::of(problem(409, "invalid_parameters", &fields), None));
        assert_eq!(fault.to_string(), "refused: status 409 invalid_parameters: document.type, extProp2");
        assert_eq!(of(&Error::of(problem(500, "Mario Rossi", &[]), None)).to_string(), "not available: status 500");
        let page = of(&Error::Unexpected(problem(200, "Mario Rossi", &[])));
        assert_eq!(page.to_string(), "not available: an answer that cannot be read");
    }
}
