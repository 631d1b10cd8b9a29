//! Consent.

use std::collections::BTreeMap;

use super::Patch;
use super::patch::Changes;
use crate::organization::{PolicyKind, PolicyList};
use crate::value::PolicyName;
use crate::{InvalidValue, Violation, ViolationCode, limits};

/// What a person accepted. Absent means never asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policies {
    /// The privacy policy. A customer is created only when it is accepted.
    pub privacy: Option<bool>,
    /// The terms of use. A customer is created only when they are accepted.
    pub terms_of_use: Option<bool>,
    /// To be of age.
    pub minimum_age_verification: Option<bool>,
    /// To receive marketing.
    pub mktg_communications: Option<bool>,
    /// The organization's own policies.
    pub customs: BTreeMap<PolicyName, bool>,
}

/// Changes of what a person accepted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PolicyChanges {
    /// See [`Policies::privacy`].
    pub privacy: Patch<bool>,
    /// See [`Policies::terms_of_use`].
    pub terms_of_use: Patch<bool>,
    /// See [`Policies::minimum_age_verification`].
    pub minimum_age_verification: Patch<bool>,
    /// See [`Policies::mktg_communications`].
    pub mktg_communications: Patch<bool>,
    /// Removes all custom policies before those named are taken.
    pub customs_cleared: bool,
    /// See [`Policies::customs`]. Those not named stay.
    pub customs: BTreeMap<PolicyName, Patch<bool>>,
}

impl Policies {
    /// What the person said to this one, if anything.
    pub fn answer(&self, kind: &PolicyKind) -> Option<bool> {
        match kind {
            PolicyKind::TermsOfUse => self.terms_of_use,
            PolicyKind::Privacy => self.privacy,
            PolicyKind::MinimumAgeVerification => self.minimum_age_verification,
            PolicyKind::MktgCommunications => self.mktg_communications,
            PolicyKind::Custom(name) => self.customs.get(name).copied(),
        }
    }

    /// What keeps a customer with these answers from being created where this is asked.
    pub fn missing_for_creation(&self, asked: &PolicyList) -> Vec<Violation> {
        let missing = asked.required().filter(|kind| self.answer(kind) != Some(true));
        let not_accepted = || InvalidValue::new(ViolationCode::NotAccepted, "must be accepted");
        missing.map(|kind| not_accepted().at(format!("policies.{kind}"))).collect()
    }

    /// # Errors
    /// More custom policies than a customer may have.
    pub(super) fn check(&self) -> Result<(), Violation> {
        if self.customs.len() > limits::CUSTOM_POLICIES {
            return Err(InvalidValue::too_long(limits::CUSTOM_POLICIES, "custom policies").at("policies.customs"));
        }
        Ok(())
    }
}

impl Changes for PolicyChanges {
    type Group = Policies;

    fn apply(self, policies: &mut Policies) {
        self.privacy.apply(&mut policies.privacy);
        self.terms_of_use.apply(&mut policies.terms_of_use);
        self.minimum_age_verification.apply(&mut policies.minimum_age_verification);
        self.mktg_communications.apply(&mut policies.mktg_communications);
        if self.customs_cleared {
            policies.customs.clear();
        }
        for (name, change) in self.customs {
            match change {
                Patch::Keep => {}
                Patch::Clear => drop(policies.customs.remove(&name)),
                Patch::Set(accepted) => drop(policies.customs.insert(name, accepted)),
            }
        }
    }

    fn without_clears(self) -> Self {
        Self {
            privacy: self.privacy.without_clear(),
            terms_of_use: self.terms_of_use.without_clear(),
            minimum_age_verification: self.minimum_age_verification.without_clear(),
            mktg_communications: self.mktg_communications.without_clear(),
            customs_cleared: false,
            customs: self.customs.into_iter().map(|(name, change)| (name, change.without_clear())).collect(),
        }
    }
}
