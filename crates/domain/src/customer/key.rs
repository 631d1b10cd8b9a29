//! The keys by which a customer is found again.

/// The values that can lead to a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyKind {
    /// The telephone number in E.164 form.
    PhoneNumber,
    /// The e-mail address in the form of [`crate::value::Email::key`].
    Email,
    /// The id in an outside system.
    ExtId,
    /// The first property of an outside system.
    ExtProp1,
    /// The second property of an outside system.
    ExtProp2,
    /// The device's guid: weak, since it names a device and not a person.
    Guid,
}

impl KeyKind {
    /// Every kind, in the order of their numbers.
    pub const ALL: [Self; 6] =
        [Self::PhoneNumber, Self::Email, Self::ExtId, Self::ExtProp1, Self::ExtProp2, Self::Guid];

    /// The number under which stores keep the kind. Never changes.
    pub const fn number(self) -> i16 {
        match self {
            Self::PhoneNumber => 1,
            Self::Email => 2,
            Self::ExtId => 3,
            Self::ExtProp1 => 4,
            Self::ExtProp2 => 5,
            Self::Guid => 6,
        }
    }

    /// The name in a `deduplicate` list.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PhoneNumber => "phoneNumber",
            Self::Email => "email",
            Self::ExtId => "extId",
            Self::ExtProp1 => "extProp1",
            Self::ExtProp2 => "extProp2",
            Self::Guid => "guid",
        }
    }

    /// Where the value stands in a request.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Guid => "device.guid",
            other => other.as_str(),
        }
    }

    /// A value that names a person. A guid does not: a device is sold, lent and shared.
    pub const fn is_identity(self) -> bool {
        !matches!(self, Self::Guid)
    }

    /// A value that another system gives a person. Such ids are often counted up, so that anybody can guess those of others.
    pub const fn is_outside_id(self) -> bool {
        matches!(self, Self::ExtId | Self::ExtProp1 | Self::ExtProp2)
    }
}

/// A value in the form in which it is compared. Two customers of an organization may have the same one; then the one
/// who took it first owns it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// What kind of value.
    pub kind: KeyKind,
    /// The value in the form in which it is compared.
    pub value: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows are stored under these numbers.
    #[test]
    fn numbers_are_pinned() {
        assert_eq!(KeyKind::ALL.map(KeyKind::number), [1, 2, 3, 4, 5, 6]);
    }
}
