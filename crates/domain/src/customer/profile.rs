//! What is known of a person, and how it changes.

use super::patch::{self, Changes, group};
use super::{Key, KeyKind, Patch, Policies, PolicyChanges};
use crate::organization::PolicyList;
use crate::value::{self, Custom, CustomChanges, Email, PhoneNumber, ShortText};
use crate::{InvalidValue, Violation, customer_fields};

/// Declares the type of each section, and that of its changes.
macro_rules! sections {
    ($(
        $(#[$section_doc:meta])* $section:ident: $Section:ident, $Changes:ident, $prefix:literal {
            $($(#[$doc:meta])* $field:ident: $type:ident, $name:literal, $history:tt;)*
        }
    )*) => {
        $(group! {
            $(#[$section_doc])*
            $Section,
            #[doc = concat!("Changes of [`", stringify!($Section), "`].")]
            $Changes,
            { $($(#[$doc])* $field: value::$type,)* }
        })*
    };
}

customer_fields!(sections);

/// What is known of a person. Absent members have no value.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Profile {
    /// The single values.
    pub person: Person,
    /// The integrator's own attributes.
    pub custom: Custom,
    /// What the person accepted.
    pub policies: Policies,
    /// The person's document.
    pub document: Document,
    /// What may be done with the person's data.
    pub processing_data: ProcessingData,
    /// The person's device.
    pub device: Device,
}

/// What a request changes in a profile. Groups merge member by member.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProfileChanges {
    /// See [`Profile::person`].
    pub person: PersonChanges,
    /// See [`Profile::custom`].
    pub custom: Patch<CustomChanges>,
    /// See [`Profile::policies`].
    pub policies: Patch<PolicyChanges>,
    /// See [`Profile::document`].
    pub document: Patch<DocumentChanges>,
    /// See [`Profile::processing_data`].
    pub processing_data: Patch<ProcessingDataChanges>,
    /// See [`Profile::device`].
    pub device: Patch<DeviceChanges>,
}

impl ProfileChanges {
    /// Nulls count as absent, at every depth.
    #[must_use]
    pub fn without_clears(self) -> Self {
        Self {
            person: self.person.without_clears(),
            custom: self.custom.without_clear().map(CustomChanges::without_removals),
            policies: patch::without_clears(self.policies),
            document: patch::without_clears(self.document),
            processing_data: patch::without_clears(self.processing_data),
            device: patch::without_clears(self.device),
        }
    }

    /// The profile after these changes.
    ///
    /// # Errors
    /// Each limit that only the merged profile exceeds.
    pub fn merge(self, before: &Profile) -> Result<Profile, Vec<Violation>> {
        let mut violations = Vec::new();
        let mut after = before.clone();
        self.person.apply(&mut after.person);
        patch::merge(self.policies, &mut after.policies);
        patch::merge(self.document, &mut after.document);
        patch::merge(self.processing_data, &mut after.processing_data);
        patch::merge(self.device, &mut after.device);
        match self.custom {
            Patch::Keep => {}
            Patch::Clear => after.custom = Custom::default(),
            Patch::Set(changes) => match changes.merge(&before.custom) {
                Ok(custom) => after.custom = custom,
                Err(error) => violations.push(InvalidValue::at(error, "custom")),
            },
        }
        violations.extend(after.policies.check().err());
        if violations.is_empty() { Ok(after) } else { Err(violations) }
    }

    /// What keeps a customer from being created with nothing but these changes, where this is asked.
    pub fn policies_missing_for_creation(&self, asked: &PolicyList) -> Vec<Violation> {
        let mut policies = Policies::default();
        patch::merge(self.policies.clone(), &mut policies);
        policies.missing_for_creation(asked)
    }

    /// The key of this kind that the changes set, if they set one.
    pub fn key(&self, kind: KeyKind) -> Option<Key> {
        let person = &self.person;
        let guid = self.device.value().and_then(|device| device.guid.value());
        key_of(
            kind,
            person.phone_number.value(),
            person.email.value(),
            [&person.ext_id, &person.ext_prop1, &person.ext_prop2].map(Patch::value),
            guid,
        )
    }
}

impl Profile {
    /// The key of this kind, if the profile has the value.
    pub fn key(&self, kind: KeyKind) -> Option<Key> {
        let person = &self.person;
        key_of(
            kind,
            person.phone_number.as_ref(),
            person.email.as_ref(),
            [&person.ext_id, &person.ext_prop1, &person.ext_prop2].map(Option::as_ref),
            self.device.guid.as_ref(),
        )
    }
}

fn key_of(
    kind: KeyKind,
    phone_number: Option<&PhoneNumber>,
    email: Option<&Email>,
    [ext_id, ext_prop1, ext_prop2]: [Option<&ShortText>; 3],
    guid: Option<&ShortText>,
) -> Option<Key> {
    let text = |value: Option<&ShortText>| value.map(|text| text.as_str().to_owned());
    let value = match kind {
        KeyKind::PhoneNumber => phone_number.map(|number| number.as_str().to_owned()),
        KeyKind::Email => email.map(|email| email.key().to_owned()),
        KeyKind::ExtId => text(ext_id),
        KeyKind::ExtProp1 => text(ext_prop1),
        KeyKind::ExtProp2 => text(ext_prop2),
        KeyKind::Guid => text(guid),
    };
    value.map(|value| Key { kind, value })
}
