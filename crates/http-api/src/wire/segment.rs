//! The variable part of a path.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use crate::ApiError;

/// The one variable segment of a route, decoded.
pub(crate) struct Segment(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Segment {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let malformed = ApiError::MalformedRequest("The path is not well-formed.");
        match Path::<String>::from_request_parts(parts, state).await {
            Ok(Path(segment)) if !segment.contains('\0') => Ok(Self(segment)),
            _ => Err(malformed),
        }
    }
}
