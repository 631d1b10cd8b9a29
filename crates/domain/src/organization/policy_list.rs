//! The policies that an organization asks its customers to accept.

use std::fmt::{Display, Formatter, Result as FmtResult};
use std::sync::Arc;

use crate::value::{PolicyName, WebUrl};
use crate::{InvalidValue, Violation, limits};

/// A policy that a person can accept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyKind {
    /// The terms of use.
    TermsOfUse,
    /// The privacy policy.
    Privacy,
    /// A declaration of being of age.
    MinimumAgeVerification,
    /// The consent to receive marketing.
    MktgCommunications,
    /// One of the organization's own.
    Custom(PolicyName),
}

/// The kinds with a fixed name.
const WORDS: [(PolicyKind, &str); 4] = [
    (PolicyKind::TermsOfUse, "termsOfUse"),
    (PolicyKind::Privacy, "privacy"),
    (PolicyKind::MinimumAgeVerification, "minimumAgeVerification"),
    (PolicyKind::MktgCommunications, "mktgCommunications"),
];
/// The prefix of the names of an organization's own policies.
const CUSTOM: &str = "customs.";

impl PolicyKind {
    /// Parses the name under which a customer's consent is sent.
    ///
    /// # Errors
    /// Not such a name.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        if let Some(name) = text.strip_prefix(CUSTOM) {
            return PolicyName::parse(name).map(Self::Custom);
        }
        let known = WORDS.into_iter().find(|(_, word)| *word == text).map(|(kind, _)| kind);
        known.ok_or_else(|| {
            let words = WORDS.map(|(_, word)| word).join(" ");
            InvalidValue::invalid(format!("must be one of: {words}, or {CUSTOM}NAME"))
        })
    }

    /// Whether it is the terms of use or the privacy policy.
    pub const fn is_always_required(&self) -> bool {
        self.fixed_place().is_some()
    }

    /// The fixed position of the policy in every list, if it has one: such a policy is always required.
    const fn fixed_place(&self) -> Option<usize> {
        match self {
            Self::TermsOfUse => Some(0),
            Self::Privacy => Some(1),
            Self::MinimumAgeVerification | Self::MktgCommunications | Self::Custom(_) => None,
        }
    }
}

/// The name under which a customer's consent is sent.
impl Display for PolicyKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        match (self, WORDS.iter().find(|(kind, _)| kind == self)) {
            (Self::Custom(name), _) => write!(f, "{CUSTOM}{}", name.as_str()),
            (_, word) => f.write_str(word.map_or("", |(_, word)| word)),
        }
    }
}

/// A policy in an organization's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPolicy {
    /// The policy.
    pub kind: PolicyKind,
    /// Whether a customer must accept it to be created.
    pub required: bool,
    /// The address of its text.
    pub url: Option<WebUrl>,
}

/// The policies of an organization. Terms of use and privacy always come first, in this order, and are required: the
/// mobile SDKs identify them by position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyList(Arc<[ListedPolicy]>);

impl PolicyList {
    /// The policies in this order, except that the two fixed ones come first. Those are added if they are missing.
    ///
    /// # Errors
    /// A duplicate policy; one of the two that is not required; too many policies.
    pub fn new(mut policies: Vec<ListedPolicy>) -> Result<Self, Vec<Violation>> {
        let violations = faults(&policies);
        if !violations.is_empty() {
            return Err(violations);
        }
        for kind in [PolicyKind::TermsOfUse, PolicyKind::Privacy] {
            if policies.iter().all(|policy| policy.kind != kind) {
                policies.push(ListedPolicy { kind, required: true, url: None });
            }
        }
        policies.sort_by_key(|policy| policy.kind.fixed_place().unwrap_or(usize::MAX));
        Ok(Self(policies.into()))
    }

    /// The policies in order.
    pub fn as_slice(&self) -> &[ListedPolicy] {
        &self.0
    }

    /// The policies that a customer must accept to be created.
    pub fn required(&self) -> impl Iterator<Item = &PolicyKind> {
        self.0.iter().filter(|policy| policy.required).map(|policy| &policy.kind)
    }
}

impl Default for PolicyList {
    /// Terms of use and privacy.
    fn default() -> Self {
        let required = |kind| ListedPolicy { kind, required: true, url: None };
        Self([PolicyKind::TermsOfUse, PolicyKind::Privacy].map(required).into())
    }
}

fn faults(policies: &[ListedPolicy]) -> Vec<Violation> {
    if policies.len() > limits::POLICIES {
        return vec![InvalidValue::too_long(limits::POLICIES, "policies").at("policies")];
    }
    let mut violations = Vec::new();
    for (index, policy) in policies.iter().enumerate() {
        if policies[..index].iter().any(|before| before.kind == policy.kind) {
            violations.push(InvalidValue::invalid("must not be listed twice").at(format!("policies[{index}].name")));
        }
        if policy.kind.is_always_required() && !policy.required {
            let fault = InvalidValue::invalid(format!("must be true: {} is always required", policy.kind));
            violations.push(fault.at(format!("policies[{index}].required")));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(name: &str, required: bool) -> ListedPolicy {
        ListedPolicy { kind: PolicyKind::parse(name).unwrap(), required, url: None }
    }

    fn names(list: &PolicyList) -> Vec<String> {
        list.as_slice().iter().map(|policy| policy.kind.to_string()).collect()
    }

    #[test]
    fn names_parse_to_themselves() {
        for name in ["termsOfUse", "privacy", "minimumAgeVerification", "mktgCommunications", "customs.loyalty.2024"] {
            assert_eq!(PolicyKind::parse(name).unwrap().to_string(), name);
        }
        for name in ["", "Privacy", "loyalty", "customs.", "customs.a\n"] {
            assert!(PolicyKind::parse(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn terms_of_use_and_privacy_come_first_and_are_never_missing() {
        let list = PolicyList::new(vec![
            listed("mktgCommunications", false),
            listed("privacy", true),
            listed("customs.a", true),
        ]);
        let list = list.unwrap();
        assert_eq!(names(&list), ["termsOfUse", "privacy", "mktgCommunications", "customs.a"]);
        let required: Vec<_> = list.required().map(ToString::to_string).collect();
        assert_eq!(required, ["termsOfUse", "privacy", "customs.a"]);
        assert_eq!(PolicyList::new(vec![]).unwrap(), PolicyList::default());
        assert_eq!(names(&PolicyList::default()), ["termsOfUse", "privacy"]);
    }

    #[test]
    fn tells_every_fault_by_its_place() {
        let faulty = vec![listed("privacy", false), listed("customs.a", true), listed("customs.a", false)];
        let places: Vec<_> = PolicyList::new(faulty).unwrap_err().into_iter().map(|fault| fault.field).collect();
        assert_eq!(places, ["policies[0].required", "policies[2].name"]);
        let many = (0..=limits::POLICIES).map(|number| listed(&format!("customs.{number}"), false)).collect();
        assert_eq!(PolicyList::new(many).unwrap_err()[0].field, "policies");
    }
}
