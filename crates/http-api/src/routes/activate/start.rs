//! `GET /activate/{token}`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::token::CustomerToken;
use domain::value::FileKind;

use crate::Api;
use crate::activation::{Choice, Guest, Look, Page, QrCode, Start, Stop, Visitor, fill, start_address};
use crate::edge::envelope;
use crate::wire::{Params, Segment};

/// Where a person goes on to in the end.
pub(super) const REDIRECT_URL: &str = "redirect_url";

/// A longer address makes a code of more than fifty rows, and a large page, in bytes.
const LONGEST_CODE: usize = 200;

/// Shows what can be set up. This uses no hit: mail scanners and previews of messages open links as well.
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
    visitor: Visitor,
    Segment(token): Segment,
    params: Params,
) -> Response {
    answer(&api, visitor, &token, &params, StatusCode::OK).await
}

/// The page with this status, or why there is none.
pub(super) async fn answer(api: &Api, visitor: Visitor, token: &str, params: &Params, status: StatusCode) -> Response {
    let page = Page::new(api, visitor);
    match find(api, token).await {
        Ok(guest) => {
            envelope::note(guest.customer.id, "activation page shown");
            start(api, &page, visitor, &guest, &address(api, token, params), status)
        }
        Err(stop) => page.stop(stop),
    }
}

async fn find(api: &Api, token: &str) -> Result<Guest, Stop> {
    let token = CustomerToken::parse(token).map_err(|_| Stop::Dead)?;
    api.pages.count(&token.bucket())?;
    let live = api.ports.tokens.look_up(&token, api.ports.clock.now()).await?.ok_or(Stop::Dead)?;
    Guest::find(api, live.organization_id, live.customer_id, None).await
}

/// The page's own address, where a phone finds it: without where to go on to, when a camera could not read all of it.
fn address(api: &Api, token: &str, params: &Params) -> String {
    let page = start_address(api, token);
    let redirect = params.get(REDIRECT_URL).map(|url| Params::from_iter([(REDIRECT_URL, url)]).write());
    let whole = redirect.map(|query| format!("{page}?{query}")).filter(|whole| whole.len() <= LONGEST_CODE);
    whole.unwrap_or(page)
}

fn start(api: &Api, page: &Page<'_>, visitor: Visitor, guest: &Guest, address: &str, status: StatusCode) -> Response {
    let messages = page.messages();
    let look = Look::of(&guest.organization, &api.site.public_url);
    let choice = |kind| Choice { kind, name: messages.device(kind).to_owned() };
    let offered = FileKind::ALL.iter().copied().filter(|kind| guest.login.offers(*kind));
    let recognised = visitor.device.kind.filter(|kind| guest.login.offers(*kind));
    let first = recognised.map(|kind| {
        let recognised = fill(&messages.start.recognised, "device", messages.device(kind));
        (choice(kind), recognised)
    });
    let template = Start {
        frame: page.frame(&look),
        title: fill(&messages.start.title, "place", guest.organization.name.as_str()),
        first,
        others: offered.filter(|kind| Some(*kind) != recognised).map(choice).collect(),
        qr_code: visitor.device.on_desk.then(|| passpoint::qr_code(address).ok().map(QrCode)).flatten(),
    };
    page.respond(status, &look, &template)
}
