//! Addresses that a person gets by copying a link with something more, or with less.

use std::sync::Arc;

use axum::extract::State;
use axum::http::Uri;
use axum::response::{Redirect, Response};

use crate::Api;
use crate::activation::{Page, Stop, Visitor};

/// `/activate/`, without a token.
pub(crate) async fn without_token(State(api): State<Arc<Api>>, visitor: Visitor) -> Response {
    Page::new(&api, visitor).stop(Stop::Dead)
}

/// An address with a slash at its end, which leads to the one without it. Relative, so that it holds wherever a proxy puts the
/// page.
pub(crate) async fn with_slash(uri: Uri) -> Redirect {
    let last = uri.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    Redirect::permanent(&format!("../{last}{query}"))
}
