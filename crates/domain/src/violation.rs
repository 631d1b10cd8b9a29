//! Violations: errors in an input, and their positions.

/// A reason why a value was refused. The text never repeats the value, which may be personal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct InvalidValue {
    /// The kind of violation.
    pub code: ViolationCode,
    /// One sentence for the person who sent it.
    pub message: String,
}

impl InvalidValue {
    /// An error of the given kind.
    pub fn new(code: ViolationCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// An invalid value of the right type.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ViolationCode::Invalid, message)
    }

    /// A value with more characters, bytes or members than the limit.
    pub fn too_long(limit: usize, unit: &str) -> Self {
        Self::new(ViolationCode::TooLong, format!("must not exceed {limit} {unit}"))
    }

    /// The same error, at this path.
    pub fn at(self, field: impl Into<String>) -> Violation {
        Violation { field: field.into(), code: self.code, message: self.message }
    }
}

/// An error in an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The path on the wire: `policies.privacy`, `device.guid`.
    pub field: String,
    /// The kind of violation.
    pub code: ViolationCode,
    /// One sentence for the person who sent it.
    pub message: String,
}

/// The kinds of violations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ViolationCode {
    /// A required value is absent.
    Required,
    /// A number in place of a text, a text in place of an object, and so on.
    WrongType,
    /// The right type, but not a valid value of the field.
    Invalid,
    /// The value exceeds the limit of the field.
    TooLong,
    /// A required policy was not accepted.
    NotAccepted,
    /// The value names something that does not exist.
    Unknown,
    /// Another customer of the organization has it.
    Taken,
    /// The field leads to a different customer than another field.
    DuplicateConflict,
    /// The stored value of the field cannot be read.
    Unreadable,
}

impl ViolationCode {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Required,
        Self::WrongType,
        Self::Invalid,
        Self::TooLong,
        Self::NotAccepted,
        Self::Unknown,
        Self::Taken,
        Self::DuplicateConflict,
        Self::Unreadable,
    ];

    /// The stable code for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::WrongType => "wrong_type",
            Self::Invalid => "invalid",
            Self::TooLong => "too_long",
            Self::NotAccepted => "not_accepted",
            Self::Unknown => "unknown",
            Self::Taken => "taken",
            Self::DuplicateConflict => "duplicate_conflict",
            Self::Unreadable => "unreadable",
        }
    }
}
