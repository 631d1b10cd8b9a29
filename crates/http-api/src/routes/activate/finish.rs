//! `GET /activate/profiles/{grant}`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::grant::Grant;
use domain::value::FileKind;

use super::opened::{Opened, back, is_redeemable, redirect_query};
use super::start::REDIRECT_URL;
use crate::Api;
use crate::activation::{Destination, Finish, Look, Page, Stop, Visitor, Ways, fill, steps};
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
    match Opened::read(&api, &grant, &params, READABLE_SECONDS).await {
        Ok(opened) => {
            envelope::note(opened.guest.customer.id, "activation steps shown");
            match time(&api, &page, &opened.grant, &params).await {
                Ok(time) => finish(&api, &page, &opened, time, &grant, &params),
                Err(stop) => page.stop(stop),
            }
        }
        Err(stop) => page.stop(stop),
    }
}

/// How long the file can be fetched.
struct Time {
    expired: bool,
    /// The same for people.
    text: String,
    /// Where they begin again, when the token still works.
    back: Option<String>,
}

async fn time(api: &Api, page: &Page<'_>, grant: &Grant, params: &Params) -> Result<Time, Stop> {
    let (texts, now) = (&page.messages().finish, api.ports.clock.now());
    let left = grant.expires_at.as_millisecond() - now.as_millisecond();
    if left > 0 {
        // The link has to work when this page does not any more.
        let works_then = is_redeemable(api, grant, grant.expires_at).await?;
        let text = if works_then { &texts.time_left } else { &texts.time_left_last };
        // The minute that has begun counts.
        let minutes = (left + 59_999) / 60_000;
        return Ok(Time { expired: false, text: fill(text, "minutes", &minutes.to_string()), back: None });
    }
    if !is_redeemable(api, grant, now).await? {
        return Ok(Time { expired: true, text: texts.expired_last.clone(), back: None });
    }
    Ok(Time { expired: true, text: texts.expired.clone(), back: Some(back(api, grant, params)) })
}

fn finish(api: &Api, page: &Page<'_>, opened: &Opened, time: Time, text: &str, params: &Params) -> Response {
    let (messages, Opened { grant, guest }) = (page.messages(), opened);
    let settings = &guest.organization.settings.passpoint;
    let ways = Ways {
        kind: grant.kind,
        base: text,
        query: redirect_query(params),
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
        destination: params.get(REDIRECT_URL).and_then(Destination::parse).map(|destination| {
            let continue_to = fill(&messages.finish.connect, "host", &destination.host);
            (destination, continue_to)
        }),
    };
    page.respond(StatusCode::OK, &look, &template)
}
