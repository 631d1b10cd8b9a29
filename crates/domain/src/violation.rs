//! What is wrong with an input, and where.

/// Why a value was refused. The text never repeats the value, which may be personal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct InvalidValue {
    /// The kind of fault.
    pub code: ViolationCode,
    /// One sentence for the person who sent it.
    pub message: String,
}

impl InvalidValue {
    /// A fault of the given kind.
    pub fn new(code: ViolationCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// A value of the right type that is not acceptable.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ViolationCode::Invalid, message)
    }

    /// More characters, bytes or members than the limit.
    pub fn too_long(limit: usize, unit: &str) -> Self {
        Self::new(ViolationCode::TooLong, format!("must not exceed {limit} {unit}"))
    }

    /// The same fault, with the place where it was found.
    pub fn at(self, field: impl Into<String>) -> Violation {
        Violation { field: field.into(), code: self.code, message: self.message }
    }
}

/// One fault of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where, as a wire path: `policies.privacy`, `device.guid`.
    pub field: String,
    /// The kind of fault.
    pub code: ViolationCode,
    /// One sentence for the person who sent it.
    pub message: String,
}

/// The kinds of fault a field can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ViolationCode {
    /// Nothing was given, and something is needed.
    Required,
    /// A number where a text is needed, a text where an object is needed, and so on.
    WrongType,
    /// The right type, but not a value of the field.
    Invalid,
    /// Over the limit of the field.
    TooLong,
    /// A policy that has to be accepted was not.
    NotAccepted,
    /// The value names something that does not exist.
    Unknown,
    /// Another customer of the organization has it.
    Taken,
    /// The field meets a customer other than another field does.
    DuplicateConflict,
    /// What is stored of the field cannot be read.
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

    /// The stable word that programs compare.
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
