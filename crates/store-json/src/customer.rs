//! The groups of a customer's profile.

use std::collections::BTreeMap;

use domain::InvalidValue;
use domain::customer::{Device, Document, Policies, ProcessingData};
use domain::value::{PolicyName, ShortText};
use serde::{Deserialize, Serialize};

/// Declares the stored form of a group of texts.
macro_rules! texts {
    ($(#[$doc:meta])* $json:ident, $group:ident { $($field:ident,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $json {
            $(#[serde(default, skip_serializing_if = "Option::is_none")] $field: Option<String>,)*
        }

        impl $json {
            /// The stored form.
            pub fn of(group: &$group) -> Self {
                let text = |text: &Option<ShortText>| text.as_ref().map(|text| text.as_str().to_owned());
                Self { $($field: text(&group.$field),)* }
            }

            /// What was stored.
            ///
            /// # Errors
            /// It is no value of the domain.
            pub fn restore(self) -> Result<$group, InvalidValue> {
                let text = |text: Option<String>| text.as_deref().map(ShortText::restore).transpose();
                Ok($group { $($field: text(self.$field)?,)* })
            }
        }
    };
}

texts! {
    /// [`Document`] as it is stored.
    DocumentJson, Document {
        member_id,
        number,
        passport_number,
        personal_id,
        kind,
    }
}

texts! {
    /// [`Device`] as it is stored.
    DeviceJson, Device {
        source,
        bundle,
        vendor_id,
        adv_id,
        install_id,
        os,
        device,
        created,
        guid,
        modified,
        last_seen,
    }
}

/// [`ProcessingData`] as it is stored.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcessingDataJson {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    profiling: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    processing_personal_data: Option<bool>,
}

impl ProcessingDataJson {
    /// The stored form.
    pub const fn of(data: &ProcessingData) -> Self {
        let ProcessingData { profiling, processing_personal_data } = *data;
        Self { profiling, processing_personal_data }
    }

    /// What was stored.
    pub const fn restore(self) -> ProcessingData {
        let Self { profiling, processing_personal_data } = self;
        ProcessingData { profiling, processing_personal_data }
    }
}

/// [`Policies`] as they are stored.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoliciesJson {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    privacy: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    terms_of_use: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    minimum_age_verification: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mktg_communications: Option<bool>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    customs: BTreeMap<String, bool>,
}

impl PoliciesJson {
    /// The stored form.
    pub fn of(policies: &Policies) -> Self {
        let Policies { privacy, terms_of_use, minimum_age_verification, mktg_communications, customs } = policies;
        Self {
            privacy: *privacy,
            terms_of_use: *terms_of_use,
            minimum_age_verification: *minimum_age_verification,
            mktg_communications: *mktg_communications,
            customs: customs.iter().map(|(name, accepted)| (name.as_str().to_owned(), *accepted)).collect(),
        }
    }

    /// What was stored.
    ///
    /// # Errors
    /// It is no value of the domain.
    pub fn restore(self) -> Result<Policies, InvalidValue> {
        let custom = |(name, accepted): (String, bool)| Ok((PolicyName::parse(&name)?, accepted));
        Ok(Policies {
            privacy: self.privacy,
            terms_of_use: self.terms_of_use,
            minimum_age_verification: self.minimum_age_verification,
            mktg_communications: self.mktg_communications,
            customs: self.customs.into_iter().map(custom).collect::<Result<_, _>>()?,
        })
    }
}
