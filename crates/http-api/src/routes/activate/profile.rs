//! `GET /activate/profiles/{grant}/profile`

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::opened::Opened;
use crate::Api;
use crate::activation::{Page, Stop, Visitor};
use crate::edge::envelope;
use crate::files::respond;
use crate::wire::Segment;

/// Serves the file as often as a device requests it while the grant is valid, and without cookies: some systems fetch
/// it by themselves.
pub(crate) async fn fetch(State(api): State<Arc<Api>>, visitor: Visitor, Segment(grant): Segment) -> Response {
    match read(&api, &grant).await {
        Ok(file) => file,
        Err(stop) => Page::new(&api, visitor).stop(stop),
    }
}

async fn read(api: &Api, grant: &str) -> Result<Response, Stop> {
    let Opened { grant, guest } = Opened::read(api, grant, 0).await?;
    let file = guest.login.file(grant.kind, api.site.signer.as_ref());
    let file = file.map_err(|cause| Stop::without_file(&guest.organization, &cause))?;
    envelope::note(guest.customer.id, "profile fetched");
    Ok(respond(file))
}
