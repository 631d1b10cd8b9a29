//! Every error that callers can get, with its status and its stable code. They are defined only here.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::customer::{Conflict, Refusal};
use domain::ports::{BoxError, ConfigureError, CorruptRow, CustomerError, FindLocationError, StoreError, WriteError};
use domain::{InvalidValue, Violation, ViolationCode};

/// A reason why a request was not carried out.
#[derive(Debug)]
pub enum ApiError {
    /// The body is not a JSON object, or cannot be stored faithfully.
    MalformedJson(String),
    /// The address is not well-formed.
    MalformedRequest(&'static str),
    /// There is no login, or the keys are invalid.
    Unauthorized(&'static str),
    /// The JWT is not one of ours, or its session was ended.
    TokenInvalid,
    /// The JWT has expired.
    TokenExpired,
    /// The service lacks the right, or the organization is not its own.
    Forbidden(&'static str),
    /// The customer is locked.
    CustomerLocked,
    /// There is no such resource.
    NotFound(&'static str),
    /// The address does not support this method.
    MethodNotAllowed,
    /// The body did not arrive in time.
    RequestTimeout,
    /// Fields are invalid.
    InvalidParameters(Vec<Violation>),
    /// A new customer has to accept these policies.
    PolicyNotAccepted(Vec<Violation>),
    /// The values belong to different customers.
    DuplicateConflict(Vec<Conflict>),
    /// Another customer has the username.
    UsernameTaken,
    /// The idempotency key was used for another request.
    IdempotencyKeyReused,
    /// The stored row of a customer, or of one of its parts, cannot be read.
    Unreadable(CorruptRow),
    /// The body is too long.
    PayloadTooLarge,
    /// The head is too long, or has too many lines.
    HeadTooLong,
    /// The declared type of the body is not supported.
    UnsupportedMediaType(&'static str),
    /// Too many requests.
    RateLimited {
        /// Whole seconds until the next request may succeed.
        retry_after: u64,
    },
    /// The service is temporarily unavailable.
    Unavailable(BoxError),
    /// An internal error.
    Internal(BoxError),
}

/// The `Retry-After` while the store is unavailable, in seconds.
const UNAVAILABLE_RETRY_AFTER: u64 = 2;

impl ApiError {
    /// The HTTP status and the stable code.
    pub fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::MalformedJson(_) => (StatusCode::BAD_REQUEST, "malformed_json"),
            Self::MalformedRequest(_) => (StatusCode::BAD_REQUEST, "malformed_request"),
            Self::Unauthorized(_) => (StatusCode::UNAUTHORIZED, "unauthorized"),
            Self::TokenInvalid => (StatusCode::FORBIDDEN, "token_invalid"),
            Self::TokenExpired => (StatusCode::FORBIDDEN, "token_expired"),
            Self::Forbidden(_) => (StatusCode::FORBIDDEN, "forbidden"),
            Self::CustomerLocked => (StatusCode::FORBIDDEN, "customer_locked"),
            Self::NotFound(_) => (StatusCode::NOT_FOUND, "not_found"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            Self::RequestTimeout => (StatusCode::REQUEST_TIMEOUT, "request_timeout"),
            Self::InvalidParameters(_) => (StatusCode::CONFLICT, "invalid_parameters"),
            Self::PolicyNotAccepted(_) => (StatusCode::CONFLICT, "policy_not_accepted"),
            Self::DuplicateConflict(_) => (StatusCode::CONFLICT, "duplicate_conflict"),
            Self::UsernameTaken => (StatusCode::CONFLICT, "username_taken"),
            Self::IdempotencyKeyReused => (StatusCode::CONFLICT, "idempotency_key_reused"),
            Self::Unreadable(_) => (StatusCode::CONFLICT, "unreadable"),
            Self::PayloadTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large"),
            Self::HeadTooLong => (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "head_too_long"),
            Self::UnsupportedMediaType(_) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"),
            Self::RateLimited { .. } => (StatusCode::TOO_MANY_REQUESTS, "rate_limited"),
            Self::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }

    /// One sentence for the caller, without internal details.
    pub fn message(&self) -> &str {
        match self {
            Self::MalformedJson(message) => message,
            Self::MalformedRequest(message)
            | Self::Unauthorized(message)
            | Self::Forbidden(message)
            | Self::NotFound(message)
            | Self::UnsupportedMediaType(message) => message,
            Self::CustomerLocked => "The customer is locked.",
            Self::TokenInvalid => "The token is not valid; log in again.",
            Self::TokenExpired => "The token has expired; log in again.",
            Self::MethodNotAllowed => "This address does not take this method.",
            Self::RequestTimeout => "The body did not arrive in time.",
            Self::InvalidParameters(_) => "Some fields are not valid.",
            Self::PolicyNotAccepted(_) => "A customer is created only when the required policies are accepted.",
            Self::DuplicateConflict(_) => "The values belong to different customers.",
            Self::UsernameTaken => "Another customer has this username.",
            Self::IdempotencyKeyReused => "Another request had this Idempotency-Key.",
            Self::Unreadable(_) => "What is stored cannot be read; give the field a new value, or erase the customer.",
            Self::PayloadTooLarge => "The body is too long.",
            Self::HeadTooLong => "The head of the request is too long, or has too many lines.",
            Self::RateLimited { .. } => "Too many requests; try again later.",
            Self::Unavailable(_) => "The service is not available at the moment; try again.",
            Self::Internal(_) => "The service failed; the request id leads to the cause in its log.",
        }
    }

    /// The invalid fields.
    pub fn violations(&self) -> Vec<Violation> {
        match self {
            Self::InvalidParameters(violations) | Self::PolicyNotAccepted(violations) => violations.clone(),
            Self::DuplicateConflict(conflicts) => conflicts.iter().map(conflict).collect(),
            Self::UsernameTaken => {
                vec![InvalidValue::new(ViolationCode::Taken, "belongs to another customer").at("username")]
            }
            Self::IdempotencyKeyReused => {
                vec![InvalidValue::new(ViolationCode::Taken, "belongs to another request").at(IDEMPOTENCY_KEY)]
            }
            Self::Unreadable(row) if row.table == CUSTOMER => {
                vec![InvalidValue::new(ViolationCode::Unreadable, "cannot be read").at(path(row.column))]
            }
            _ => Vec::new(),
        }
    }

    /// Seconds until the request may succeed.
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::RateLimited { retry_after } => Some(*retry_after),
            Self::Unavailable(_) => Some(UNAVAILABLE_RETRY_AFTER),
            _ => None,
        }
    }

    /// The cause, for the log.
    pub fn cause(&self) -> Option<&BoxError> {
        if let Self::Unavailable(cause) | Self::Internal(cause) = self { Some(cause) } else { None }
    }
}

/// The table of customers.
const CUSTOMER: &str = "customer";

/// Tables of organizations and their services, whose rows callers cannot repair.
const OF_OPERATORS: [&str; 3] = ["organization", "service", "forwarding_account"];

/// The path of the member that a customer's column holds.
fn path(column: &str) -> String {
    let mut path = String::with_capacity(column.len());
    match column {
        "locked" => path.push_str("lock"),
        "created_at" => path.push_str("created"),
        "modified_at" => path.push_str("modified"),
        column => {
            for (number, word) in column.split('_').enumerate() {
                let (first, rest) = word.split_at_checked(1).unwrap_or_default();
                path.push_str(&if number == 0 { first.to_owned() } else { first.to_ascii_uppercase() });
                path.push_str(rest);
            }
        }
    }
    path
}

fn conflict(conflict: &Conflict) -> Violation {
    InvalidValue::new(ViolationCode::DuplicateConflict, format!("belongs to customer {}", conflict.customer_id))
        .at(conflict.kind.path())
}

/// Passes the error to the edge, which adds the body: that needs the time, which only the state has.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status_and_code().0.into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(cause) => Self::Unavailable(cause),
            StoreError::Corrupt(row) => row.into(),
            StoreError::Internal(cause) => Self::Internal(cause),
        }
    }
}

impl From<CorruptRow> for ApiError {
    fn from(row: CorruptRow) -> Self {
        if OF_OPERATORS.contains(&row.table) { Self::Internal(row.into()) } else { Self::Unreadable(row) }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::UnknownOrganization => Self::Forbidden(FOREIGN_ORGANIZATION),
            Refusal::ForeignCustomer => Self::Forbidden(FOREIGN_CUSTOMER),
            Refusal::UnknownCustomer => Self::NotFound(NO_CUSTOMER),
            Refusal::Invalid(violations) => Self::InvalidParameters(violations),
            Refusal::PolicyNotAccepted(violations) => Self::PolicyNotAccepted(violations),
            Refusal::DuplicateConflict(conflicts) => Self::DuplicateConflict(conflicts),
            Refusal::UsernameTaken => Self::UsernameTaken,
            Refusal::KeyReused => Self::IdempotencyKeyReused,
        }
    }
}

impl From<WriteError> for ApiError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Refused(refusal) => refusal.into(),
            WriteError::Store(error) => error.into(),
        }
    }
}

impl From<CustomerError> for ApiError {
    fn from(error: CustomerError) -> Self {
        match error {
            CustomerError::UnknownCustomer => Self::NotFound(NO_CUSTOMER),
            CustomerError::ForeignCustomer => Self::Forbidden(FOREIGN_CUSTOMER),
            CustomerError::Store(error) => error.into(),
        }
    }
}

impl From<ConfigureError> for ApiError {
    fn from(error: ConfigureError) -> Self {
        match error {
            ConfigureError::UnknownOrganization => Self::Forbidden(FOREIGN_ORGANIZATION),
            ConfigureError::UnknownLocation => {
                let unknown = InvalidValue::new(ViolationCode::Unknown, "is not a location of the organization");
                Self::InvalidParameters(vec![unknown.at("defaultLocationId")])
            }
            ConfigureError::Store(error) => error.into(),
        }
    }
}

impl From<FindLocationError> for ApiError {
    fn from(error: FindLocationError) -> Self {
        match error {
            FindLocationError::Unknown => Self::NotFound(NO_LOCATION),
            FindLocationError::Foreign => Self::Forbidden("The location is not one of the service's organization."),
            FindLocationError::Store(error) => error.into(),
        }
    }
}

/// The organization is not the caller's own.
pub(crate) const FOREIGN_ORGANIZATION: &str = "The organization is not the service's own.";
/// The customer belongs to another organization.
pub(crate) const FOREIGN_CUSTOMER: &str = "The customer is not one of the service's organization.";
/// The header that identifies a repeated request.
pub(crate) const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
/// The address expects lines of JSON.
pub(crate) const NDJSON_EXPECTED: &str = "The body must be application/x-ndjson.";
/// The body must be JSON.
pub(crate) const JSON_EXPECTED: &str = "The body must be application/json.";
/// The body must be a form.
pub(crate) const FORM_EXPECTED: &str = "The body must be application/x-www-form-urlencoded.";
/// The location does not exist.
pub(crate) const NO_LOCATION: &str = "There is no such location.";
/// The customer does not exist.
pub(crate) const NO_CUSTOMER: &str = "There is no such customer.";

#[cfg(test)]
mod tests {
    use super::*;

    fn cause() -> BoxError {
        "disk /var/lib/guestbook is gone".into()
    }

    fn row(table: &'static str, column: &'static str) -> CorruptRow {
        CorruptRow { table, column, id: "0197f2c8d0a07c53b0d1f1f4b0c7a004".to_owned() }
    }

    #[test]
    fn an_unreadable_customer_is_told_by_the_path_of_its_field() {
        for (column, path) in [
            ("email", "email"),
            ("phone_number", "phoneNumber"),
            ("ext_prop1", "extProp1"),
            ("processing_data", "processingData"),
            ("location_id", "locationId"),
            ("locked", "lock"),
            ("created_at", "created"),
        ] {
            let [violation] = &ApiError::from(row("customer", column)).violations()[..] else { panic!("{column}") };
            assert_eq!((violation.field.as_str(), violation.code), (path, ViolationCode::Unreadable));
        }
        assert!(ApiError::from(row("customer_receipt", "request")).violations().is_empty());
        assert!(matches!(ApiError::from(row("organization", "settings")), ApiError::Internal(_)));
    }

    /// One of each variant, with the status and the code that the documentation promises.
    fn table() -> Vec<(ApiError, u16, &'static str)> {
        vec![
            (ApiError::MalformedJson("x".into()), 400, "malformed_json"),
            (ApiError::MalformedRequest("x"), 400, "malformed_request"),
            (ApiError::Unauthorized("x"), 401, "unauthorized"),
            (ApiError::TokenInvalid, 403, "token_invalid"),
            (ApiError::TokenExpired, 403, "token_expired"),
            (ApiError::Forbidden("x"), 403, "forbidden"),
            (ApiError::CustomerLocked, 403, "customer_locked"),
            (ApiError::NotFound("x"), 404, "not_found"),
            (ApiError::MethodNotAllowed, 405, "method_not_allowed"),
            (ApiError::RequestTimeout, 408, "request_timeout"),
            (ApiError::InvalidParameters(vec![]), 409, "invalid_parameters"),
            (ApiError::PolicyNotAccepted(vec![]), 409, "policy_not_accepted"),
            (ApiError::DuplicateConflict(vec![]), 409, "duplicate_conflict"),
            (ApiError::UsernameTaken, 409, "username_taken"),
            (ApiError::IdempotencyKeyReused, 409, "idempotency_key_reused"),
            (ApiError::Unreadable(row("customer", "email")), 409, "unreadable"),
            (ApiError::PayloadTooLarge, 413, "payload_too_large"),
            (ApiError::HeadTooLong, 431, "head_too_long"),
            (ApiError::UnsupportedMediaType("x"), 415, "unsupported_media_type"),
            (ApiError::RateLimited { retry_after: 1 }, 429, "rate_limited"),
            (ApiError::Unavailable(cause()), 503, "unavailable"),
            (ApiError::Internal(cause()), 500, "internal"),
        ]
    }

    #[test]
    fn statuses_and_codes_are_pinned() {
        for (error, status, code) in table() {
            let (found_status, found_code) = error.status_and_code();
            assert_eq!((found_status.as_u16(), found_code), (status, code));
        }
    }

    #[test]
    fn only_what_passes_by_itself_asks_to_retry() {
        let retried: Vec<_> =
            table().iter().filter(|(error, ..)| error.retry_after().is_some()).map(|(.., code)| *code).collect();
        assert_eq!(retried, ["rate_limited", "unavailable"]);
    }

    #[test]
    fn messages_show_nothing_of_the_inside() {
        for (error, ..) in table() {
            assert!(!error.message().contains("/var/lib"), "{error:?}");
        }
    }
}
