//! `GET /wifiprofile`

use std::sync::Arc;

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use domain::customer::Patch;
use domain::organization::Organization;
use domain::token::CustomerToken;
use domain::value::{FileKind, FriendlyName};
use domain::{InvalidValue, ViolationCode};
use utoipa::IntoParams;

use crate::activation::{Guest, Stop};
use crate::edge::envelope;
use crate::files::respond;
use crate::wire::{Params, Reader};
use crate::{Api, ApiError};

/// The customer, device and network of the profile.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes the parameters; they are read one by one, so that all errors are reported at once"
)]
pub(crate) struct ProfileParams {
    /// A temporary token of the customer.
    #[param(rename = "accountId", example = "example-token")]
    account_id: String,
    /// `apple`, `android` (11 or newer) or `windows` (10 or newer).
    #[param(rename = "deviceType", example = "apple")]
    device_type: String,
    /// The realm of the organization's settings; case is ignored.
    #[param(max_length = 253, example = "realm.example.org")]
    realm: String,
    /// The network's name on the device, at most 255 bytes. If absent, that of the organization's settings.
    #[param(rename = "displayName", required = false, example = "Grand Hotel")]
    display_name: Option<String>,
}

/// The parsed request.
struct Wanted {
    /// `None` if it cannot be one of ours.
    token: Option<CustomerToken>,
    kind: FileKind,
    realm: String,
    name: Option<FriendlyName>,
}

/// Fetches a customer's Wi-Fi profile.
///
/// It uses a hit of the token; further fetches in the next minute use none. There is no login: the token suffices. HEAD
/// uses no hit.
#[utoipa::path(
    get,
    path = "/wifiprofile",
    operation_id = "getWifiProfile",
    tag = "profiles",
    security(()),
    params(ProfileParams),
    responses((
        status = 200,
        description = "The file for the device. Windows gets a signed document if the service signs, otherwise a profile without the login",
        content(
            (String = "application/x-apple-aspen-config"),
            (String = "application/x-wifi-config"),
            (String = "text/xml"),
        ),
    )),
)]
pub(crate) async fn get(State(api): State<Arc<Api>>, method: Method, params: Params) -> Result<Response, ApiError> {
    let wanted = read(&api, &params)?;
    let token = wanted.token.ok_or(Stop::Dead)?;
    api.pages.count(&token.bucket())?;
    let now = api.ports.clock.now();
    let live = api.ports.tokens.redeemable(&token, now).await?.ok_or(Stop::Dead)?;
    let organization = api.settings.of(live.organization_id).await.map_err(Stop::from)?;
    require_realm(&organization, &wanted.realm)?;
    let guest = Guest::find(&api, live.organization_id, live.customer_id, wanted.name.as_ref()).await?;
    let file = guest.login.file(wanted.kind, api.site.signer.as_ref());
    let file = file.map_err(|cause| Stop::without_file(&guest.organization, &cause))?;
    if method != Method::HEAD {
        api.ports.tokens.redeem(&token, now).await?.ok_or(Stop::Dead)?;
        envelope::note(guest.customer.id, "profile fetched");
    }
    Ok(respond(file))
}

fn read(api: &Api, params: &Params) -> Result<Wanted, ApiError> {
    let mut reader = Reader::empty(api.today());
    let mut required = |name: &str| {
        let given = params.get(name).map_or(Patch::Keep, |text| Patch::Set(text.to_owned()));
        reader.require(name, &given);
        given.into_value()
    };
    let (token, device, realm) = (required("accountId"), required("deviceType"), required("realm"));
    let kind = device.map(|text| reader.accept("deviceType", device_type(&text)));
    let name = params.get("displayName").map(|text| reader.accept("displayName", FriendlyName::parse(text)));
    reader.finish(|| {
        Some(Wanted {
            token: CustomerToken::parse(&token?).ok(),
            kind: kind?.into_value()?,
            realm: realm?,
            name: name.and_then(Patch::into_value),
        })
    })
}

/// The three kinds of the published API.
fn device_type(text: &str) -> Result<FileKind, InvalidValue> {
    let published = |kind: &FileKind| matches!(kind, FileKind::Apple | FileKind::Android | FileKind::Windows);
    let known = FileKind::parse(text).ok().filter(published);
    known.ok_or_else(|| InvalidValue::invalid("must be one of: apple android windows"))
}

/// A program that was configured for another realm would install the wrong profile on devices.
fn require_realm(organization: &Organization, given: &str) -> Result<(), ApiError> {
    let own = organization.settings.passpoint.realm.as_ref();
    if own.is_some_and(|own| own.as_str().eq_ignore_ascii_case(given)) {
        return Ok(());
    }
    let unknown = InvalidValue::new(ViolationCode::Unknown, "is not the realm of the organization's settings");
    Err(ApiError::InvalidParameters(vec![unknown.at("realm")]))
}
