//! `GET /openapi.json` and the page that shows it, `GET /docs`

use std::sync::{Arc, LazyLock};

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use utoipa_swagger_ui::Config;

use crate::ApiError;
use crate::openapi::openapi_json;
use crate::wire::Segment;

static OPENAPI: LazyLock<String> = LazyLock::new(openapi_json);
static PAGE: LazyLock<Arc<Config<'static>>> =
    LazyLock::new(|| Arc::new(Config::from("/openapi.json").try_it_out_enabled(true)));

/// Everything that the page loads is in the program itself; it is styled and scripted from its own address alone.
const CONTENT_SECURITY_POLICY: (HeaderName, HeaderValue) = (
    header::CONTENT_SECURITY_POLICY,
    HeaderValue::from_static(
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
    ),
);

pub(crate) async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI.as_str()).into_response()
}

/// The page's files lie beside it.
pub(crate) async fn index() -> Redirect {
    Redirect::permanent("/docs/index.html")
}

pub(crate) async fn file(Segment(file): Segment) -> Result<Response, ApiError> {
    let found =
        utoipa_swagger_ui::serve(&file, PAGE.clone()).map_err(|error| ApiError::Internal(error.to_string().into()))?;
    let found = found.ok_or(ApiError::NotFound("There is nothing at this address."))?;
    Ok(([CONTENT_SECURITY_POLICY, (header::CONTENT_TYPE, content_type(&found.content_type))], found.bytes.into_owned())
        .into_response())
}

fn content_type(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}
