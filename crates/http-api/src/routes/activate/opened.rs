//! A grant that came back, and whose it is.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::grant::Grant;
use domain::limits;

use crate::Api;
use crate::activation::{Guest, Stop};

/// A grant is longer than this only when it is none of ours, in bytes of its text.
const LONGEST: usize = 256;

/// What a grant leads to.
pub(super) struct Opened {
    pub(super) grant: Grant,
    pub(super) guest: Guest,
}

impl Opened {
    /// Opens it, for so many seconds beyond its own time.
    pub(super) async fn read(api: &Api, text: &str, beyond: i64) -> Result<Self, Stop> {
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
            return Err(expired(api, grant).await?);
        }
        let guest = Guest::find(api, grant.organization_id, grant.customer_id, None).await?;
        Ok(Self { grant, guest })
    }
}

/// The time is over: what a person can do then.
async fn expired(api: &Api, grant: Grant) -> Result<Stop, Stop> {
    if !is_redeemable(api, &grant).await? {
        return Ok(Stop::Dead);
    }
    Ok(Stop::Expired(api.settings.of(grant.organization_id).await?, grant.token))
}

/// Whether the token of the grant can be used for another one.
pub(super) async fn is_redeemable(api: &Api, grant: &Grant) -> Result<bool, Stop> {
    Ok(api.ports.tokens.look_up(&grant.token, api.ports.clock.now()).await?.is_some())
}
