//! The variable parts of a path.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use crate::ApiError;

/// The one variable segment of a route, decoded.
pub(crate) struct Segment(pub(crate) String);

/// The first of two variable segments of a route. The other one may be anything that could be stored.
pub(crate) struct FirstSegment(pub(crate) String);

const MALFORMED: ApiError = ApiError::MalformedRequest("The path is not well-formed.");

impl<S: Send + Sync> FromRequestParts<S> for Segment {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Path::<String>::from_request_parts(parts, state).await {
            Ok(Path(segment)) if !segment.contains('\0') => Ok(Self(segment)),
            _ => Err(MALFORMED),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for FirstSegment {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Path::<(String, String)>::from_request_parts(parts, state).await {
            Ok(Path((first, second))) if !first.contains('\0') && !second.contains('\0') => Ok(Self(first)),
            _ => Err(MALFORMED),
        }
    }
}
