//! Doubled slashes.

use axum::http::{Request, Uri};

/// Treats `//v3/customers` as `/v3/customers`: the API's published base address ends with a slash, so the published
/// snippets and programs based on them double it. This is not a redirect, which would lose a POST.
pub(crate) fn collapse<B>(mut request: Request<B>) -> Request<B> {
    if request.uri().path().contains("//")
        && let Some(uri) = collapsed(request.uri())
    {
        *request.uri_mut() = uri;
    }
    request
}

fn collapsed(uri: &Uri) -> Option<Uri> {
    let mut path = String::with_capacity(uri.path().len());
    for character in uri.path().chars() {
        if character != '/' || !path.ends_with('/') {
            path.push(character);
        }
    }
    if let Some(query) = uri.query() {
        path.push('?');
        path.push_str(query);
    }
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path.parse().ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_path_is_touched() {
        for (from, to) in [
            ("//v3//customers?a=//b", "/v3/customers?a=//b"),
            ("///", "/"),
            ("/v3/customers/", "/v3/customers/"),
            ("http://host//v3/customers", "http://host/v3/customers"),
        ] {
            let request = Request::builder().uri(from).body(()).unwrap();
            assert_eq!(collapse(request).uri().to_string(), to);
        }
    }
}
