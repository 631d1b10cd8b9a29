//! `GET /activate/profiles/{grant}`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::value::FileKind;

use super::opened::Opened;
use super::start::REDIRECT_URL;
use crate::Api;
use crate::activation::{Destination, Finish, Look, Page, Visitor, Ways, fill, steps};
use crate::edge::envelope;
use crate::files::network_name;
use crate::wire::{Params, Segment};

/// So long the steps can still be read: people come back to them from the settings of their device.
const READABLE_SECONDS: i64 = 60 * 60;

/// Shows the steps. Android and Windows want the person to press something, so nothing is fetched by itself.
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
    visitor: Visitor,
    Segment(grant): Segment,
    params: Params,
) -> Response {
    let page = Page::new(&api, visitor);
    match Opened::read(&api, &grant, READABLE_SECONDS).await {
        Ok(opened) => {
            envelope::note(opened.guest.customer.id, "activation steps shown");
            finish(&api, &page, &opened, &grant, params.get(REDIRECT_URL))
        }
        Err(stop) => page.stop(stop),
    }
}

fn finish(api: &Api, page: &Page<'_>, opened: &Opened, text: &str, redirect_url: Option<&str>) -> Response {
    let (messages, Opened { grant, guest }) = (page.messages(), opened);
    let settings = &guest.organization.settings.passpoint;
    let ways = Ways {
        kind: grant.kind,
        base: text,
        absolute: format!("{}/activate/profiles/{text}", api.site.public_url),
        signed: api.site.signer.is_some(),
        by_link: grant.kind == FileKind::Windows && guest.login.windows_takes_link(api.site.signer.as_ref()),
        has_authority: settings.ca_certificate.is_some(),
        username: guest.customer.username.as_str(),
        password: guest.customer.password.reveal(),
        network: &network_name(&guest.organization, settings.friendly_name.as_ref()),
    };
    let look = Look::of(&guest.organization, &api.site.public_url);
    let template = Finish {
        frame: page.frame(&look),
        title: fill(&messages.finish.title, "device", messages.device(grant.kind)),
        expired: grant.expires_at <= api.ports.clock.now(),
        steps: steps(messages, &ways),
        destination: redirect_url.and_then(Destination::parse).map(|destination| {
            let leads_to = fill(&messages.finish.leads_to, "host", &destination.host);
            (destination, leads_to)
        }),
    };
    page.respond(StatusCode::OK, &look, &template)
}
