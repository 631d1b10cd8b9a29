//! `GET /activate/profiles/{grant}/wifi.cmd`

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::opened::Opened;
use crate::Api;
use crate::activation::{Page, Visitor};
use crate::edge::envelope;
use crate::files::respond;
use crate::wire::{Params, Segment};

/// What adds the network to Windows without a signed file. There is no login in it.
pub(crate) async fn fetch(
    State(api): State<Arc<Api>>,
    visitor: Visitor,
    Segment(grant): Segment,
    params: Params,
) -> Response {
    match Opened::read(&api, &grant, &params, 0).await {
        Ok(Opened { guest, .. }) => {
            envelope::note(guest.customer.id, "script for Windows fetched");
            respond(guest.login.windows_script())
        }
        Err(stop) => Page::new(&api, visitor).stop(stop),
    }
}
