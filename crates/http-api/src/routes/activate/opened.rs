//! A grant that a client presented, and its customer.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::grant::Grant;
use domain::limits;

use crate::Api;
use crate::activation::{Guest, Stop};

/// The maximum length of a grant's text in bytes; ours are shorter.
const LONGEST: usize = 256;

/// A grant and its customer.
pub(super) struct Opened {
    pub(super) grant: Grant,
    pub(super) guest: Guest,
}

impl Opened {
    /// Opens a grant, which may have expired this many seconds ago.
    pub(super) async fn read(api: &Api, text: &str, beyond: i64) -> Result<Self, Stop> {
        let sealed = (text.len() <= LONGEST).then(|| BASE64_URL_SAFE_NO_PAD.decode(text).ok()).flatten();
        let grant = api.ports.grants.open_grant(&sealed.ok_or(Stop::Dead)?).map_err(|_| Stop::Dead)?;
        api.pages.count(&grant.bucket())?;
        let late = api.ports.clock.now().as_millisecond() - grant.expires_at.as_millisecond();
        // It was issued while a clock was ahead, and would be valid for as long as the clock was wrong.
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

/// What a person can do after the grant has expired.
async fn expired(api: &Api, grant: Grant) -> Result<Stop, Stop> {
    if !is_redeemable(api, &grant).await? {
        return Ok(Stop::Dead);
    }
    Ok(Stop::Expired(api.settings.of(grant.organization_id).await?, grant.token))
}

/// Whether the grant's token can still be used for another grant.
pub(super) async fn is_redeemable(api: &Api, grant: &Grant) -> Result<bool, Stop> {
    Ok(api.ports.tokens.look_up(&grant.token, api.ports.clock.now()).await?.is_some())
}
