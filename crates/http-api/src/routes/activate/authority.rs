//! `GET /activate/profiles/{grant}/authority.crt`

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::value::CaCertificate;

use super::opened::Opened;
use crate::Api;
use crate::activation::{Page, Stop, Visitor};
use crate::wire::{Params, Segment};

/// The authority that the RADIUS server is checked by, for devices whose file cannot bring it.
pub(crate) async fn fetch(
    State(api): State<Arc<Api>>,
    visitor: Visitor,
    Segment(grant): Segment,
    params: Params,
) -> Response {
    match read(&api, &grant, &params).await {
        Ok(certificate) => {
            let headers = [
                (header::CONTENT_TYPE, "application/x-x509-ca-cert"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"authority.crt\""),
            ];
            (headers, certificate).into_response()
        }
        Err(stop) => Page::new(&api, visitor).stop(stop),
    }
}

async fn read(api: &Api, grant: &str, params: &Params) -> Result<String, Stop> {
    let Opened { guest, .. } = Opened::read(api, grant, params, 0).await?;
    let certificate = guest.organization.settings.passpoint.ca_certificate.as_ref().map(CaCertificate::as_str);
    certificate.map(str::to_owned).ok_or(Stop::Dead)
}
