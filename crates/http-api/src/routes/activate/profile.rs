//! `GET /activate/profiles/{grant}/profile`

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::opened::Opened;
use crate::Api;
use crate::activation::{Page, Stop, Visitor};
use crate::edge::envelope;
use crate::files::respond;
use crate::wire::{Params, Segment};

/// The file, as often as a device asks while the grant lives, and without cookies: systems fetch it by themselves.
pub(crate) async fn fetch(
    State(api): State<Arc<Api>>,
    visitor: Visitor,
    Segment(grant): Segment,
    params: Params,
) -> Response {
    match read(&api, &grant, &params).await {
        Ok(file) => file,
        Err(stop) => Page::new(&api, visitor).stop(stop),
    }
}

async fn read(api: &Api, grant: &str, params: &Params) -> Result<Response, Stop> {
    let Opened { grant, guest } = Opened::read(api, grant, params, 0).await?;
    let file = guest.login.file(grant.kind, api.site.signer.as_ref());
    let file = file.map_err(|cause| Stop::without_file(&guest.organization, &cause))?;
    envelope::note(guest.customer.id, "profile fetched");
    Ok(respond(file))
}
