//! What a person said to an organization's own policies.

use std::collections::BTreeMap;

use domain::InvalidValue;
use domain::value::PolicyName;
use serde::{Deserialize, Serialize};

/// [`domain::history::Event::customs`] as they are stored.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConsentsJson(BTreeMap<String, bool>);

impl ConsentsJson {
    /// The stored form, unless there are none.
    pub fn of(customs: &BTreeMap<PolicyName, bool>) -> Option<Self> {
        let form = || customs.iter().map(|(name, accepted)| (name.as_str().to_owned(), *accepted)).collect();
        (!customs.is_empty()).then(|| Self(form()))
    }

    /// What was stored.
    ///
    /// # Errors
    /// It is no value of the domain.
    pub fn restore(self) -> Result<BTreeMap<PolicyName, bool>, InvalidValue> {
        self.0.into_iter().map(|(name, accepted)| Ok((PolicyName::parse(&name)?, accepted))).collect()
    }
}
