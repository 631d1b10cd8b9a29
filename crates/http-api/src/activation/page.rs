//! An answer that is a page.

use std::sync::Arc;

use askama::Template;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::guest::Stop;
use super::look::Look;
use super::messages::{Language, Messages, Notice, fill};
use super::view::{Frame, NoticePage};
use super::visitor::Visitor;
use crate::{Api, ApiError};

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");
/// What the page differs by.
const VARY: &str = "Accept-Language, User-Agent, Sec-CH-UA-Platform";

/// Makes pages for a visitor.
pub(crate) struct Page<'a> {
    api: &'a Api,
    language: &'static Language,
}

impl<'a> Page<'a> {
    pub(crate) fn new(api: &'a Api, visitor: Visitor) -> Self {
        Self { api, language: visitor.language }
    }

    pub(crate) fn messages(&self) -> &'static Messages {
        &self.language.messages
    }

    pub(crate) fn frame<'l>(&self, look: &'l Look) -> Frame<'l> {
        Frame { language: self.language, look }
    }

    /// The page with its headers. Its address is a secret: it is not told to where a link leads, nor kept by search engines.
    pub(crate) fn respond(&self, status: StatusCode, look: &Look, page: &impl Template) -> Response {
        let html = match page.render() {
            Ok(html) => html,
            Err(error) => return ApiError::Internal(error.into()).into_response(),
        };
        let policy = HeaderValue::try_from(look.content_security_policy());
        let Ok(policy) = policy else { return ApiError::Internal("a policy is no header".into()).into_response() };
        let fixed = [
            (header::REFERRER_POLICY, "no-referrer"),
            (header::VARY, VARY),
            (header::CONTENT_LANGUAGE, self.language.tag),
            (ROBOTS, "noindex"),
        ];
        (status, fixed, [(header::CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response()
    }

    /// Tells a person why there is nothing to be had. What failed is logged as any other failure.
    pub(crate) fn stop(&self, stop: Stop) -> Response {
        let messages = self.messages();
        let back = match &stop {
            Stop::Expired(_, address) => Some(address.clone()),
            _ => None,
        };
        let (status, notice, organization, failed) = match stop {
            Stop::Dead => (StatusCode::NOT_FOUND, &messages.dead, None, None),
            Stop::Expired(organization, _) => (StatusCode::NOT_FOUND, &messages.expired, Some(organization), None),
            Stop::Locked(organization) => (StatusCode::FORBIDDEN, &messages.locked, Some(organization), None),
            Stop::NotSetUp(organization) => (StatusCode::NOT_FOUND, &messages.not_set_up, Some(organization), None),
            Stop::Unfit(organization) => (StatusCode::NOT_FOUND, &messages.unfit, Some(organization), None),
            Stop::Failed(error) => (error.status_and_code().0, &messages.busy, None, Some(error)),
        };
        let look = organization.map(|it| Look::of(&it, &self.api.site.public_url)).unwrap_or_default();
        let mut response = self.notice(status, &look, notice, back);
        if let Some(error) = failed {
            let seconds = error.retry_after().map(HeaderValue::from);
            response.headers_mut().extend(seconds.map(|seconds| (header::RETRY_AFTER, seconds)));
            response.extensions_mut().insert(Arc::new(error));
        }
        response
    }

    fn notice(&self, status: StatusCode, look: &Look, notice: &Notice, back: Option<String>) -> Response {
        let text = fill(&notice.text, "place", look.name.as_deref().unwrap_or_default());
        self.respond(status, look, &NoticePage::new(self.frame(look), notice, text, back))
    }
}

/// The address of the page that a token leads to.
pub(crate) fn start_address(api: &Api, token: &str) -> String {
    format!("{}/activate/{token}", api.site.public_url)
}
