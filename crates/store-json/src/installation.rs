//! What an installation tells of itself.

use domain::InvalidValue;
use domain::customer::InstallationFacts;
use domain::value::{PushToken, Text};
use serde::{Deserialize, Serialize};

/// Declares the stored form, of which all but the push token and the flags are short texts.
macro_rules! facts {
    ($($text:ident,)* ; $($flag:ident,)*) => {
        /// [`InstallationFacts`] as they are stored.
        #[derive(Debug, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct InstallationJson {
            $(#[serde(default, skip_serializing_if = "Option::is_none")] $text: Option<String>,)*
            #[serde(default, skip_serializing_if = "Option::is_none")]
            push_token: Option<String>,
            $(#[serde(default, skip_serializing_if = "Option::is_none")] $flag: Option<bool>,)*
        }

        impl InstallationJson {
            /// The stored form.
            pub fn of(facts: &InstallationFacts) -> Self {
                Self {
                    $($text: text(&facts.$text),)*
                    push_token: text(&facts.push_token),
                    $($flag: facts.$flag,)*
                }
            }

            /// What was stored.
            ///
            /// # Errors
            /// It is no value of the domain.
            pub fn restore(self) -> Result<InstallationFacts, InvalidValue> {
                Ok(InstallationFacts {
                    $($text: self.$text.as_deref().map(Text::restore).transpose()?,)*
                    push_token: self.push_token.as_deref().map(PushToken::restore).transpose()?,
                    $($flag: self.$flag,)*
                })
            }
        }
    };
}

facts! {
    bundle,
    vendor_id,
    adv_id,
    os,
    os_version,
    device,
    created,
    last_seen,
    guid,
    ;
    passpoint_installed,
    wpa2_enterprise_installed,
}

fn text<const MAX: usize>(text: &Option<Text<MAX>>) -> Option<String> {
    text.as_ref().map(|text| text.as_str().to_owned())
}
