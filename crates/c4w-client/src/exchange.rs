//! One request and its response.

use reqwest::Response;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::request::Request;
use crate::{Error, Problem, Secret, repeat};

/// The maximum length of a response, in bytes: several times a page of ten thousand customers.
const LONGEST: usize = 64 * 1024 * 1024;

/// Sends the request once, and reads the response.
pub(crate) async fn exchange<T: DeserializeOwned>(
    http: &reqwest::Client,
    url: &str,
    request: &Request,
    token: Option<&Secret>,
) -> Result<T, Error> {
    let mut sending = http.request(request.method.clone(), format!("{url}{}", request.path));
    sending = sending.header(ACCEPT, "application/json");
    if let Some(token) = token {
        sending = sending.header(AUTHORIZATION, authorization(token)?);
    }
    if let Some(key) = &request.idempotency_key {
        sending = sending.header("Idempotency-Key", key);
    }
    if let Some(body) = &request.body {
        sending = sending.header(CONTENT_TYPE, "application/json").body(body.clone());
    }
    let response = sending.send().await.map_err(broken)?;
    read(response).await
}

/// Marked as sensitive, so that connection logs do not show it.
pub(crate) fn authorization(token: &Secret) -> Result<HeaderValue, Error> {
    let value = HeaderValue::try_from(format!("Bearer {}", token.reveal()));
    let mut value = value.map_err(|_| Error::Setup("the session's token is not one that can be sent".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, Error> {
    let status = response.status().as_u16();
    // Cloud4Wi's clients treat only these two as success.
    if !matches!(status, 200 | 201) {
        return Err(refusal(response).await?);
    }
    let request_id = text(response.headers(), "x-request-id");
    let body = collect(response).await?;
    let Ok(value) = serde_json::from_slice::<Value>(&body) else {
        return Err(Error::Unexpected(Problem::unreadable(status, "it is not JSON", request_id)));
    };
    if value["status"] == "KO" {
        return Err(Error::of(Problem::read(status, &body, request_id), None));
    }
    serde_json::from_value(value).map_err(|_| {
        Error::Unexpected(Problem::unreadable(status, "its members are not those of an answer", request_id))
    })
}

/// The error of an unsuccessful response.
pub(crate) async fn refusal(response: Response) -> Result<Error, Error> {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = collect(response).await?;
    let problem = Problem::read(status, &body, text(&headers, "x-request-id"));
    Ok(Error::of(problem, repeat::retry_after(&headers)))
}

async fn collect(mut response: Response) -> Result<Vec<u8>, Error> {
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        if body.len() + chunk.len() > LONGEST {
            return Err(Error::Unexpected(Problem::unreadable(status, "it is too long", None)));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Without the address: it may contain a token, or a person's e-mail address.
pub(crate) fn broken(error: reqwest::Error) -> Error {
    if error.is_builder() {
        return Error::Setup(format!("the request cannot be sent: {}", error.without_url()));
    }
    Error::Network { sent: !error.is_connect(), source: error.without_url() }
}

fn text(headers: &HeaderMap, name: &str) -> Option<Box<str>> {
    headers.get(name)?.to_str().ok().map(Into::into)
}
