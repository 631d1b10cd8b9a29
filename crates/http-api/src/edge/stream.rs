//! Bodies that are read while the answer is written.
//!
//! They are not read before the handler decides, and may take longer than a request: what counts is for how long nothing
//! happens. Whatever is left of one when the request was refused is read all the same, as [`super::body`] tells why.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::body;
use crate::ApiError;

/// The body of a request that has not been read yet, as an extension of it. Whoever takes it first has it.
#[derive(Clone)]
pub(crate) struct Incoming(Arc<Mutex<Option<Body>>>);

impl Incoming {
    pub(crate) fn new(body: Body) -> Self {
        Self(Arc::new(Mutex::new(Some(body))))
    }

    /// The body, unless somebody has it.
    pub(crate) fn take(&self) -> Option<Body> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Reads what nobody has taken, within the bounds of any other body.
    pub(crate) async fn read_off(&self, bytes: usize, time: Duration) {
        if let Some(body) = self.take() {
            body::read(body, bytes, time).await;
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Incoming {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get().cloned().ok_or_else(|| ApiError::Internal("the body was read already".into()))
    }
}
