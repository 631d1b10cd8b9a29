//! The groups of a customer's profile.

use std::collections::BTreeMap;

use domain::customer::{Device, Document, Policies, ProcessingData};
use domain::value::{self, PolicyName, StoredText};
use domain::{InvalidValue, customer_fields};
use serde::{Deserialize, Serialize};

/// The form in which JSON has a value of this type.
macro_rules! json_form {
    (Flag) => {
        bool
    };
    ($type:ident) => {
        String
    };
}

/// A value in that form.
macro_rules! to_json {
    (Flag $value:expr) => {
        $value
    };
    ($type:ident $value:expr) => {
        $value.as_ref().map(|value| value.as_text().to_owned())
    };
}

/// The value that had that form.
macro_rules! from_json {
    (Flag $form:expr) => {
        $form
    };
    ($type:ident $form:expr) => {
        $form.as_deref().map(value::$type::restore).transpose()?
    };
}

/// Declares the stored form of each group, under these names: one for each group of the list, in its order.
macro_rules! groups {
    (
        [$($Json:ident),*]
        $(#[$person_doc:meta])* person: $Person:ident, $PersonChanges:ident, $person_prefix:literal { $($single:tt)* }
        $(
            $(#[$group_doc:meta])* $group:ident: $Group:ident, $Changes:ident, $prefix:literal {
                $($(#[$doc:meta])* $field:ident: $type:ident, $name:literal, $history:tt;)*
            }
        )*
    ) => {
        $(
            #[doc = concat!("[`", stringify!($Group), "`] as it is stored.")]
            #[derive(Debug, Serialize, Deserialize)]
            #[serde(deny_unknown_fields)]
            pub struct $Json {
                $(#[serde(default, skip_serializing_if = "Option::is_none")] $field: Option<json_form!($type)>,)*
            }

            impl $Json {
                /// The stored form.
                pub fn of(group: &$Group) -> Self {
                    Self { $($field: to_json!($type group.$field),)* }
                }

                /// What was stored.
                ///
                /// # Errors
                /// It is no value of the domain.
                pub fn restore(self) -> Result<$Group, InvalidValue> {
                    Ok($Group { $($field: from_json!($type self.$field),)* })
                }
            }
        )*
    };
}

customer_fields!(groups [DocumentJson, ProcessingDataJson, DeviceJson]);

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
