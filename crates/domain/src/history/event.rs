//! An event in a history.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;

use super::{Field, Fields};
use crate::InvalidValue;
use crate::customer::{Customer, InstallationFacts, Policies, Profile, ReportInstallation};
use crate::ports::{Command, Outcome, Written};
use crate::value::{CustomerId, EventId, OrganizationId, PolicyName, ServiceId};

/// What a service did to a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its id. Those of a customer sort by the time of the request. The creation's is the customer's own.
    pub id: EventId,
    /// The customer's organization.
    pub organization_id: OrganizationId,
    /// The customer.
    pub customer_id: CustomerId,
    /// When, to the millisecond.
    pub at: Timestamp,
    /// Who.
    pub service_id: ServiceId,
    /// What.
    pub call: Call,
    /// Which fields have another value afterwards; of a claim, which would have. None once the customer is erased.
    pub fields: Fields,
    /// Which of the policies among them are accepted.
    pub accepted: Fields,
    /// The custom policies that have another value, and whether they are accepted.
    pub customs: BTreeMap<PolicyName, bool>,
}

/// What can be done to a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// A POST that created it.
    Create,
    /// A POST that found it.
    Hit,
    /// A PUT.
    Update,
    /// A report of a device.
    Device,
    /// A DELETE.
    Erase,
    /// What a public app sent of a customer that it only found, and that was not taken: nothing changed.
    Claim,
}

/// What a person said to a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent<'e> {
    /// The policy, as it is named within `policies`.
    pub policy: &'e str,
    /// Yes. What is withdrawn or refused is not accepted.
    pub accepted: bool,
}

/// The policies that every organization has, with their names.
const POLICIES: [(Field, &str); 4] = [
    (Field::Privacy, "privacy"),
    (Field::TermsOfUse, "termsOfUse"),
    (Field::MinimumAgeVerification, "minimumAgeVerification"),
    (Field::MktgCommunications, "mktgCommunications"),
];

/// Nothing is known.
static NOBODY: LazyLock<Profile> = LazyLock::new(Profile::default);

impl Call {
    const ALL: [Self; 6] = [Self::Create, Self::Hit, Self::Update, Self::Device, Self::Erase, Self::Claim];

    /// The number under which stores keep it. Never changes.
    pub const fn number(self) -> i16 {
        match self {
            Self::Create => 1,
            Self::Hit => 2,
            Self::Update => 3,
            Self::Device => 4,
            Self::Erase => 5,
            Self::Claim => 6,
        }
    }

    /// The call with this number.
    ///
    /// # Errors
    /// None has it.
    pub fn from_number(number: i16) -> Result<Self, InvalidValue> {
        let call = Self::ALL.into_iter().find(|call| call.number() == number);
        call.ok_or_else(|| InvalidValue::invalid("is no call"))
    }

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Hit => "hit",
            Self::Update => "update",
            Self::Device => "device",
            Self::Erase => "erase",
            Self::Claim => "claim",
        }
    }
}

impl Event {
    /// What a command did to the customer that was so before; `None` when it changed nothing. It changed what could not be
    /// read before: these columns.
    pub(crate) fn of_command(
        command: &Command,
        before: Option<&Customer>,
        written: &Written,
        repaired: &[&'static str],
    ) -> Option<Self> {
        let after = &written.customer;
        let (id, at, service_id, call) = match (command, written.outcome) {
            (Command::Post(post), Outcome::Created) => (post.event_id(), post.fresh.at, post.by, Call::Create),
            (Command::Post(post), _) => (post.event_id(), post.fresh.at, post.by, Call::Hit),
            (Command::Put(put), _) => (put.event_id, put.at, put.by, Call::Update),
            (Command::Erase(erase), _) => (erase.event_id, erase.at, erase.by, Call::Erase),
        };
        let event = Self {
            id,
            organization_id: after.organization_id,
            customer_id: after.id,
            at,
            service_id,
            call,
            fields: Fields::default(),
            accepted: Fields::default(),
            customs: BTreeMap::new(),
        };
        match (call, before) {
            (Call::Erase, _) => Some(event),
            (_, None) => Some(event.of_creation(after)),
            (_, Some(before)) => {
                Some(event.of_change(before, after, repaired)).filter(|event| !event.fields.is_empty())
            }
        }
    }

    /// What a command claims of the customer, and may not change; `None` when that would change nothing.
    pub(crate) fn of_claim(command: &Command, before: &Customer) -> Option<Self> {
        let (claimed, id, at, service_id) = match command {
            Command::Post(post) => (post.claim(before)?, post.claim_id, post.fresh.at, post.by),
            Command::Put(put) => (put.claim(before)?, put.claim_id, put.at, put.by),
            Command::Erase(_) => return None,
        };
        let event = Self {
            id,
            organization_id: before.organization_id,
            customer_id: before.id,
            at,
            service_id,
            call: Call::Claim,
            fields: Fields::default(),
            accepted: Fields::default(),
            customs: BTreeMap::new(),
        };
        Some(event.of_change(before, &claimed, &[])).filter(|event| !event.fields.is_empty())
    }

    /// What a report told that was not known. That the device was seen once more is not told.
    pub(crate) fn of_report(
        report: &ReportInstallation,
        before: Option<&InstallationFacts>,
        after: &InstallationFacts,
        taken: bool,
    ) -> Option<Self> {
        let new = before.is_none();
        let fields = Fields::of_installations(before.unwrap_or(&InstallationFacts::default()), after);
        (new || !fields.is_empty()).then(|| Self {
            id: report.event_id,
            organization_id: report.organization_id,
            customer_id: report.customer_id,
            at: report.at,
            service_id: report.by,
            call: if taken { Call::Device } else { Call::Claim },
            fields,
            accepted: Fields::default(),
            customs: BTreeMap::new(),
        })
    }

    /// Every consent that changed.
    pub fn consents(&self) -> impl Iterator<Item = Consent<'_>> {
        let known = POLICIES.into_iter().filter(|(field, _)| self.fields.contains(*field));
        let known = known.map(|(field, policy)| Consent { policy, accepted: self.accepted.contains(field) });
        known.chain(self.customs.iter().map(|(name, accepted)| Consent { policy: name.as_str(), accepted: *accepted }))
    }

    fn of_creation(mut self, customer: &Customer) -> Self {
        self.fields = Fields::of_profiles(&NOBODY, &customer.profile);
        for field in [Field::Source, Field::Username, Field::Password, Field::LocationId, Field::Lock] {
            self.fields.insert(field);
        }
        self.with_consents(&NOBODY.policies, &customer.profile.policies)
    }

    fn of_change(mut self, before: &Customer, after: &Customer, repaired: &[&'static str]) -> Self {
        self.fields = Fields::of_profiles(&before.profile, &after.profile);
        repaired.iter().flat_map(|column| Field::of_column(column)).for_each(|field| self.fields.insert(field));
        if before.location_id != after.location_id {
            self.fields.insert(Field::LocationId);
        }
        if before.locked != after.locked {
            self.fields.insert(Field::Lock);
        }
        self.with_consents(&before.profile.policies, &after.profile.policies)
    }

    fn with_consents(mut self, before: &Policies, after: &Policies) -> Self {
        for (field, accepted) in [
            (Field::Privacy, after.privacy),
            (Field::TermsOfUse, after.terms_of_use),
            (Field::MinimumAgeVerification, after.minimum_age_verification),
            (Field::MktgCommunications, after.mktg_communications),
        ] {
            if self.fields.contains(field) && accepted == Some(true) {
                self.accepted.insert(field);
            }
        }
        for name in before.customs.keys().chain(after.customs.keys()) {
            let accepted = after.customs.get(name);
            if before.customs.get(name) != accepted {
                self.customs.insert(name.clone(), accepted == Some(&true));
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows are stored under these numbers.
    #[test]
    fn numbers_are_pinned() {
        assert_eq!(Call::ALL.map(Call::number), [1, 2, 3, 4, 5, 6]);
        assert!(Call::ALL.into_iter().all(|call| Call::from_number(call.number()) == Ok(call)));
        assert!(Call::from_number(0).is_err());
    }
}
