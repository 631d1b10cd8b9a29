//! `POST /v1/sts/logout`

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use crate::session::bearer;
use crate::{Api, ApiError};

/// Logs a service out.
///
/// Ends the session of the JWT: at once on this instance, within seconds on others. The response has no body. A JWT
/// that has already ended is answered with 401.
#[utoipa::path(
    post,
    path = "/v1/sts/logout",
    operation_id = "logout",
    tag = "sessions",
    responses((status = 200, description = "The session has ended")),
)]
pub(crate) async fn logout(State(api): State<Arc<Api>>, headers: HeaderMap) -> Result<StatusCode, ApiError> {
    let token =
        bearer(&headers).ok_or(ApiError::Unauthorized("An Authorization header with the scheme Bearer is needed."))?;
    let (session, _) = api.authenticator.check(token).await.map_err(|error| match error {
        ApiError::TokenInvalid | ApiError::TokenExpired => ApiError::Unauthorized("The token is not valid."),
        other => other,
    })?;
    api.authenticator.end(session).await?;
    Ok(StatusCode::OK)
}
