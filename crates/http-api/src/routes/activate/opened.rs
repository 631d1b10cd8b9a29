//! A grant that came back, and whose it is.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::grant::Grant;
use domain::limits;

use jiff::Timestamp;

use super::start::REDIRECT_URL;
use crate::Api;
use crate::activation::{Destination, Guest, Stop, start_address};
use crate::wire::Params;

/// A grant is longer than this only when it is none of ours, in bytes of its text.
const LONGEST: usize = 256;

/// What a grant leads to.
pub(super) struct Opened {
    pub(super) grant: Grant,
    pub(super) guest: Guest,
}

impl Opened {
    /// Opens it, for so many seconds beyond its own time. The parameters of the request say where the person goes on to.
    pub(super) async fn read(api: &Api, text: &str, params: &Params, beyond: i64) -> Result<Self, Stop> {
        let sealed = (text.len() <= LONGEST).then(|| BASE64_URL_SAFE_NO_PAD.decode(text).ok()).flatten();
        let grant = api.ports.grants.open_grant(&sealed.ok_or(Stop::Dead)?).map_err(|_| Stop::Dead)?;
        api.pages.count(&grant.bucket())?;
        let late = api.ports.clock.now().as_millisecond() - grant.expires_at.as_millisecond();
        // It was made while a clock was ahead, and would be good for as long as that was wrong.
        let early = -late > (limits::GRANT_SECONDS + limits::CLOCK_SKEW_SECONDS) * 1000;
        if early {
            return Err(Stop::Dead);
        }
        if late >= beyond * 1000 {
            return Err(expired(api, &grant, params).await?);
        }
        let guest = Guest::find(api, grant.organization_id, grant.customer_id, None).await?;
        Ok(Self { grant, guest })
    }
}

/// The time is over: what a person can do then.
async fn expired(api: &Api, grant: &Grant, params: &Params) -> Result<Stop, Stop> {
    if !is_redeemable(api, grant, api.ports.clock.now()).await? {
        return Ok(Stop::Dead);
    }
    Ok(Stop::Expired(api.settings.of(grant.organization_id).await?, back(api, grant, params)))
}

/// Whether the token of the grant can be used for another one at this time, as far as is known now.
pub(super) async fn is_redeemable(api: &Api, grant: &Grant, at: Timestamp) -> Result<bool, Stop> {
    Ok(api.ports.tokens.look_up(&grant.token, at).await?.is_some())
}

/// The address at which the person can begin again.
pub(super) fn back(api: &Api, grant: &Grant, params: &Params) -> String {
    start_address(api, grant.token.reveal()) + &redirect_query(params)
}

/// The query that hands on where the person goes on to; empty if nothing is said, or no page would show it.
pub(super) fn redirect_query(params: &Params) -> String {
    let url = params.get(REDIRECT_URL).filter(|url| Destination::parse(url).is_some());
    url.map(|url| format!("?{}", Params::from_iter([(REDIRECT_URL, url)]).write())).unwrap_or_default()
}
