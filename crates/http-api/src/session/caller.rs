//! The service behind a request.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use domain::access::{Operation, Service};
use domain::value::OrganizationId;

use crate::edge::envelope;
use crate::error::FOREIGN_ORGANIZATION;
use crate::wire::{Member, Reader};
use crate::{Api, ApiError};

/// The service that sent the request, authenticated by its JWT.
pub(crate) struct Caller {
    pub(crate) service: Arc<Service>,
    /// The JWT.
    token: String,
}

/// The organization of the service that is logged in, as a request extension: from then on the body may be long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LoggedIn(pub(crate) OrganizationId);

impl Caller {
    /// The caller's current state, for work that goes on after the request was admitted: its session may have ended and
    /// its service may have been revoked since.
    pub(crate) async fn again(&self, api: &Api) -> Result<Self, ApiError> {
        let (_, service) = api.authenticator.check(&self.token).await?;
        Ok(Self { service, token: self.token.clone() })
    }

    /// Requires that the service's role and scopes permit the operation.
    pub(crate) fn require(&self, operation: Operation) -> Result<(), ApiError> {
        if self.service.may(operation) {
            Ok(())
        } else {
            Err(ApiError::Forbidden("The service's role or scopes do not allow this."))
        }
    }

    /// Requires that the organization in a path is the caller's own.
    pub(crate) fn require_organization(&self, text: &str) -> Result<OrganizationId, ApiError> {
        let own = self.service.organization_id;
        match OrganizationId::parse(text) {
            Ok(named) if named == own => Ok(own),
            _ => Err(ApiError::Forbidden(FOREIGN_ORGANIZATION)),
        }
    }

    /// Requires that the organization in a body is present and is the caller's own. Otherwise the rest of the body is
    /// not checked.
    pub(crate) fn require_organization_in(&self, member: &Member, reader: &mut Reader) -> Result<(), ApiError> {
        let named = reader.text("organizationId", member, |text| Ok(self.require_organization(text)));
        reader.require("organizationId", &named);
        named.into_value().transpose().map(|_| ())
    }
}

impl FromRequestParts<Arc<Api>> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, ApiError> {
        let token = bearer(&parts.headers)
            .ok_or(ApiError::Unauthorized("An Authorization header with the scheme Bearer is needed; log in first."))?;
        let (_, service) = api.authenticator.check(token).await?;
        envelope::note_service(service.id);
        parts.extensions.insert(LoggedIn(service.organization_id));
        api.services.count(&service.id)?;
        Ok(Self { service, token: token.to_owned() })
    }
}

/// The credentials of the scheme Bearer (RFC 6750), if there are any.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.trim().split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && !token.contains(' ')).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_scheme_in_any_case_and_nothing_else() {
        let read = |value: &str| {
            let headers = HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())]);
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(read("Bearer a.b.c").as_deref(), Some("a.b.c"));
        assert_eq!(read("bearer  a.b.c ").as_deref(), Some("a.b.c"));
        for value in ["", "Bearer", "Bearer ", "Basic a.b.c", "a.b.c", "Bearer a b"] {
            assert_eq!(read(value), None, "{value}");
        }
        assert_eq!(bearer(&HeaderMap::new()), None);
    }
}
