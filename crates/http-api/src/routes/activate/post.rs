//! `POST /activate/{token}`

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::grant::Grant;
use domain::limits;
use domain::token::CustomerToken;
use domain::value::FileKind;
use jiff::SignedDuration;

use super::opened::redirect_query;
use super::start;
use crate::Api;
use crate::activation::{Guest, Page, Stop, Visitor};
use crate::edge::envelope;
use crate::wire::{FormBody, Params, Segment};

/// Takes a hit for a grant, and leads to the page with the steps: who loads that again asks for nothing. Whoever names no device
/// that there is sees the choice again.
pub(crate) async fn ask(
    State(api): State<Arc<Api>>,
    visitor: Visitor,
    Segment(token): Segment,
    params: Params,
    form: FormBody,
) -> Response {
    let Some(kind) = form.get("device").and_then(|device| FileKind::parse(device).ok()) else {
        return start::answer(&api, visitor, &token, &params, StatusCode::CONFLICT).await;
    };
    match grant(&api, &token, kind).await {
        Ok(grant) => (StatusCode::SEE_OTHER, [(header::LOCATION, location(&api, grant, &params))]).into_response(),
        Err(stop) => Page::new(&api, visitor).stop(stop),
    }
}

/// No hit is used for what cannot be given, nor for a second tap on the button.
async fn grant(api: &Api, token: &str, kind: FileKind) -> Result<Grant, Stop> {
    let token = CustomerToken::parse(token).map_err(|_| Stop::Dead)?;
    api.pages.count(&token.bucket())?;
    let now = api.ports.clock.now();
    let live = api.ports.tokens.redeemable(&token, now).await?.ok_or(Stop::Dead)?;
    let guest = Guest::find(api, live.organization_id, live.customer_id, None).await?;
    let file = guest.login.file(kind, api.site.signer.as_ref());
    file.map_err(|cause| Stop::without_file(&guest.organization, &cause))?;
    let live = api.ports.tokens.redeem(&token, now).await?.ok_or(Stop::Dead)?;
    envelope::note(live.customer_id, "profile granted");
    let expires_at = now.checked_add(SignedDuration::from_secs(limits::GRANT_SECONDS)).unwrap_or(now);
    Ok(Grant { organization_id: live.organization_id, customer_id: live.customer_id, kind, expires_at, token })
}

/// Relative, so that it holds wherever a proxy puts the page; never to anywhere else.
fn location(api: &Api, grant: Grant, params: &Params) -> String {
    let grant = BASE64_URL_SAFE_NO_PAD.encode(api.ports.grants.seal_grant(grant));
    format!("profiles/{grant}{}", redirect_query(params))
}
