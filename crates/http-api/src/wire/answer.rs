//! What every answer has.

use domain::Violation;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::ApiError;

/// The `status` of a successful answer.
pub(crate) const OK: &str = "OK";
/// The `status` of any other.
pub(crate) const KO: &str = "KO";

/// The time in the form that the API uses everywhere: UTC with milliseconds.
pub(crate) fn time(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// What went wrong.
#[derive(Serialize, ToSchema)]
#[schema(as = error)]
pub(crate) struct ErrorBody {
    /// Always KO.
    #[schema(example = "KO")]
    status: &'static str,
    /// When the answer was made.
    #[schema(format = DateTime, example = "2024-03-28T10:15:30.000Z")]
    generated: String,
    /// A stable word for programs.
    #[schema(example = "invalid_parameters")]
    code: &'static str,
    /// One sentence for people.
    #[schema(example = "Some fields are not valid.")]
    message: String,
    /// Every field that is wrong; absent when no field is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<ErrorField>,
}

/// What is wrong with one field.
#[derive(Serialize, ToSchema)]
#[schema(as = errorField)]
pub(crate) struct ErrorField {
    /// The path of the member, or the name of the parameter.
    #[schema(example = "policies.privacy")]
    field: String,
    /// A stable word for programs.
    #[schema(example = "required")]
    code: &'static str,
    /// One sentence for people.
    #[schema(example = "is required")]
    message: String,
}

impl ErrorBody {
    /// The body of an error.
    pub(crate) fn new(error: &ApiError, generated: Timestamp) -> Self {
        Self {
            status: KO,
            generated: time(generated),
            code: error.status_and_code().1,
            message: error.message().to_owned(),
            errors: error.violations().into_iter().map(ErrorField::from).collect(),
        }
    }
}

impl From<Violation> for ErrorField {
    fn from(violation: Violation) -> Self {
        Self { field: violation.field, code: violation.code.as_str(), message: violation.message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_milliseconds() {
        assert_eq!(time(Timestamp::from_millisecond(1_657_286_143_885).unwrap()), "2022-07-08T13:15:43.885Z");
        assert_eq!(time(Timestamp::UNIX_EPOCH), "1970-01-01T00:00:00.000Z");
    }
}
