//! `GET /openapi.json`, the page that shows it, `GET /docs`, and `GET /`, which redirects there

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, LazyLock};

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use utoipa_swagger_ui::Config;

use crate::ApiError;
use crate::openapi::openapi_json;
use crate::wire::{Params, Segment};

/// The page's HTML file, which names the other files.
const INDEX: &str = "index.html";
/// The placeholder of the version of all files, in the addresses in [`INDEX`].
const VERSION: &str = "{version}";
/// Our own files: name, type and text.
const OWN: [(&str, &str, &str); 3] = [
    (INDEX, "text/html", include_str!("../../templates/docs/index.html")),
    ("page.css", "text/css", include_str!("../../templates/docs/page.css")),
    ("page.js", "text/javascript", include_str!("../../templates/docs/page.js")),
];
/// The files of Swagger UI that the page loads.
const OF_SWAGGER_UI: [(&str, &str); 3] =
    [("swagger-ui.css", "text/css"), ("swagger-ui-bundle.js", "text/javascript"), ("favicon-32x32.png", "image/png")];
/// Everything that the page loads is in the program itself; styles and scripts are permitted only from its own origin.
const CONTENT_SECURITY_POLICY: (HeaderName, HeaderValue) = (
    header::CONTENT_SECURITY_POLICY,
    HeaderValue::from_static(
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
    ),
);
/// Browsers revalidate their copy each time.
const ASK: HeaderValue = HeaderValue::from_static("no-cache");
/// The address contains the version.
const KEEP: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

static DESCRIPTION: LazyLock<File> =
    LazyLock::new(|| File::new("application/json", openapi_json().into_bytes().into()));
static FILES: LazyLock<HashMap<&'static str, File>> = LazyLock::new(files);

/// A file and its validators.
struct File {
    media_type: &'static str,
    bytes: Cow<'static, [u8]>,
    compressed: Vec<u8>,
    /// The hash of its bytes, in the form of `ETag`.
    tag: String,
}

impl File {
    fn new(media_type: &'static str, bytes: Cow<'static, [u8]>) -> Self {
        let tag = format!("\"{}\"", digest([&*bytes]));
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        let compressed = encoder.write_all(&bytes).and_then(|()| encoder.finish());
        Self { media_type, bytes, compressed: compressed.unwrap_or_default(), tag }
    }

    fn respond(&self, headers: &HeaderMap, cache: HeaderValue) -> Response {
        let tag = HeaderValue::try_from(self.tag.as_str()).unwrap_or(ASK);
        let kept =
            [(header::CACHE_CONTROL, cache), (header::ETAG, tag), (header::VARY, header::ACCEPT_ENCODING.into())];
        if lists(headers, &header::IF_NONE_MATCH).any(|tag| tag == "*" || tag.trim_start_matches("W/") == self.tag) {
            return (StatusCode::NOT_MODIFIED, kept).into_response();
        }
        let media_type = [(header::CONTENT_TYPE, self.media_type)];
        if !self.compressed.is_empty() && takes_gzip(headers) {
            return (kept, media_type, [(header::CONTENT_ENCODING, "gzip")], self.compressed.clone()).into_response();
        }
        (kept, media_type, self.bytes.clone()).into_response()
    }
}

/// The items of a header that is a list.
fn lists<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).flat_map(|list| list.split(',')).map(str::trim)
}

/// Whether the client accepts `gzip`, by its name or a wildcard, with a weight above zero.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let weighs = |parameters: &str| {
        let weight = parameters.split(';').find_map(|parameter| parameter.trim().strip_prefix("q="));
        weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0))
    };
    let codings: HashMap<_, _> = lists(headers, &header::ACCEPT_ENCODING)
        .map(|coding| coding.split_once(';').unwrap_or((coding, "")))
        .map(|(coding, parameters)| (coding.trim().to_ascii_lowercase(), weighs(parameters)))
        .collect();
    codings.get("gzip").or_else(|| codings.get("*")).copied().unwrap_or_default()
}

fn digest<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let digest = parts.into_iter().fold(Sha256::new(), Digest::chain_update).finalize();
    BASE64_URL_SAFE_NO_PAD.encode(&digest[..12])
}

fn files() -> HashMap<&'static str, File> {
    let config = Arc::new(Config::new(["/openapi.json"]));
    let of_swagger_ui = OF_SWAGGER_UI.into_iter().filter_map(|(name, media_type)| {
        let found = utoipa_swagger_ui::serve(name, config.clone()).ok().flatten()?;
        Some((name, media_type, found.bytes))
    });
    let own = OWN.map(|(name, media_type, text)| (name, media_type, Cow::Borrowed(text.as_bytes())));
    let mut all: Vec<_> = of_swagger_ui.chain(own).collect();
    let version = digest(all.iter().map(|(.., bytes)| &**bytes));
    for (name, _, bytes) in &mut all {
        if *name == INDEX {
            *bytes = String::from_utf8_lossy(bytes).replace(VERSION, &version).into_bytes().into();
        }
    }
    all.into_iter().map(|(name, media_type, bytes)| (name, File::new(media_type, bytes))).collect()
}

pub(crate) async fn openapi(headers: HeaderMap) -> Response {
    DESCRIPTION.respond(&headers, ASK)
}

/// For a person who types only the address of the service.
pub(crate) async fn root() -> Redirect {
    Redirect::to("/docs/index.html")
}

/// The page refers to its files relative to itself.
pub(crate) async fn index() -> Redirect {
    Redirect::permanent("/docs/index.html")
}

pub(crate) async fn file(Segment(file): Segment, params: Params, headers: HeaderMap) -> Result<Response, ApiError> {
    let found = FILES.get(file.as_str()).ok_or(ApiError::NotFound("There is nothing at this address."))?;
    let cache = if params.get("v").is_some() { KEEP } else { ASK };
    Ok(([CONTENT_SECURITY_POLICY], found.respond(&headers, cache)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_taken_by_those_who_say_so() {
        let takes = |value: &'static str| {
            takes_gzip(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]))
        };
        for value in ["gzip", "GZIP, br", "br;q=1, gzip;q=0.5", "*", "deflate, *;q=0.1"] {
            assert!(takes(value), "{value}");
        }
        for value in ["", "br", "gzip;q=0", "gzip;q=0, *", "gzip; q=0.0", "*;q=0", "gzip;q=x"] {
            assert!(!takes(value), "{value}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn the_page_names_the_version_of_its_files() {
        let page = String::from_utf8_lossy(&FILES[INDEX].bytes);
        assert!(!page.contains(VERSION) && page.matches("?v=").count() == 5, "{page}");
        for (name, file) in &*FILES {
            assert!(!file.bytes.is_empty() && !file.compressed.is_empty(), "{name}");
        }
        assert_eq!(FILES.len(), OWN.len() + OF_SWAGGER_UI.len());
    }
}
