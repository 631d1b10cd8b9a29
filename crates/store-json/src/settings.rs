//! The settings of an organization.

use domain::InvalidValue;
use domain::organization::OrganizationSettings;
use domain::token::{TokenDefaults, TokenHits, TokenLife};
use serde::{Deserialize, Serialize};

/// [`OrganizationSettings`] as they are stored.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SettingsJson {
    answer_credentials_on_hit: bool,
    token_life: u32,
    token_hits: Option<u32>,
}

impl SettingsJson {
    /// The stored form.
    pub fn of(settings: &OrganizationSettings) -> Self {
        let OrganizationSettings { answer_credentials_on_hit, tokens: TokenDefaults { life, hits } } = settings;
        Self {
            answer_credentials_on_hit: *answer_credentials_on_hit,
            token_life: life.seconds(),
            token_hits: hits.map(TokenHits::number),
        }
    }

    /// What was stored.
    ///
    /// # Errors
    /// It is no value of the domain.
    pub fn restore(self) -> Result<OrganizationSettings, InvalidValue> {
        Ok(OrganizationSettings {
            answer_credentials_on_hit: self.answer_credentials_on_hit,
            tokens: TokenDefaults {
                life: TokenLife::new(self.token_life)?,
                hits: self.token_hits.map(TokenHits::new).transpose()?,
            },
        })
    }
}
