//! `GET /activate/profiles/{grant}`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::grant::Grant;
use domain::value::FileKind;

use super::opened::{Opened, is_redeemable};
use super::start::REDIRECT_URL;
use crate::Api;
use crate::activation::{Destination, Finish, Look, Page, Stop, Visitor, Ways, fill, start_address, steps};
use crate::edge::envelope;
use crate::files::network_name;
use crate::wire::{Params, Segment};

/// For how long the steps remain readable: people return to them from the settings of their device.
const READABLE_SECONDS: i64 = 60 * 60;

/// Shows the steps. Android and Windows require the person to press a link, so no download starts by itself.
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
            match time(&api, &page, &opened.grant, params.get(REDIRECT_URL)).await {
                Ok(time) => finish(&api, &page, &opened, time, &grant, params.get(REDIRECT_URL)),
                Err(stop) => page.stop(stop),
            }
        }
        Err(stop) => page.stop(stop),
    }
}

/// For how long the file can be fetched.
struct Time {
    expired: bool,
    /// The time as text.
    text: String,
    /// The address to start again, if the token still works.
    back: Option<String>,
}

async fn time(api: &Api, page: &Page<'_>, grant: &Grant, redirect_url: Option<&str>) -> Result<Time, Stop> {
    let messages = page.messages();
    let left = grant.expires_at.as_millisecond() - api.ports.clock.now().as_millisecond();
    if left > 0 {
        // Round up to whole minutes.
        let minutes = (left + 59_999) / 60_000;
        let text = fill(&messages.finish.time_left, "minutes", &minutes.to_string());
        return Ok(Time { expired: false, text, back: None });
    }
    if !is_redeemable(api, grant).await? {
        return Ok(Time { expired: true, text: format!("{}.", messages.expired.title), back: None });
    }
    let start = start_address(api, grant.token.reveal());
    let query = redirect_url.map(|url| format!("?{}", Params::from_iter([(REDIRECT_URL, url)]).write()));
    let back = Some(start + &query.unwrap_or_default());
    Ok(Time { expired: true, text: messages.finish.expired.clone(), back })
}

fn finish(api: &Api, page: &Page<'_>, opened: &Opened, time: Time, text: &str, redirect_url: Option<&str>) -> Response {
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
        commands: (grant.kind == FileKind::Linux).then(|| guest.login.linux_commands().ok()).flatten(),
    };
    let look = Look::of(&guest.organization, &api.site.public_url);
    let template = Finish {
        frame: page.frame(&look),
        title: fill(&messages.finish.title, "device", messages.device(grant.kind)),
        expired: time.expired,
        time: time.text,
        back: time.back,
        steps: steps(messages, &ways),
        destination: redirect_url.and_then(Destination::parse).map(|destination| {
            let continue_to = fill(&messages.finish.connect, "host", &destination.host);
            (destination, continue_to)
        }),
    };
    page.respond(StatusCode::OK, &look, &template)
}
