//! Values that stores keep as text.

use super::{CivilStatus, Country, DoubleOptin, Email, Gender, Language, PhoneNumber, Text};
use crate::InvalidValue;

/// A value that stores keep as text: what each column of text needs of its type.
pub trait StoredText: Sized {
    /// The text as it is stored, and as it is written on the wire.
    fn as_text(&self) -> &str;

    /// Takes a text that any version stored.
    ///
    /// # Errors
    /// No version stored this text.
    fn restore(text: &str) -> Result<Self, InvalidValue>;
}

macro_rules! stored_text {
    ($($type:ty, $restore:expr;)*) => {
        $(impl StoredText for $type {
            fn as_text(&self) -> &str {
                self.as_str()
            }

            fn restore(text: &str) -> Result<Self, InvalidValue> {
                $restore(text)
            }
        })*
    };
}

stored_text! {
    PhoneNumber, PhoneNumber::restore;
    Email, Email::restore;
    Gender, Gender::parse;
    Language, Language::parse;
    Country, Country::parse;
    CivilStatus, CivilStatus::parse;
    DoubleOptin, DoubleOptin::parse;
}

impl<const MAX: usize> StoredText for Text<MAX> {
    fn as_text(&self) -> &str {
        self.as_str()
    }

    fn restore(text: &str) -> Result<Self, InvalidValue> {
        Self::restore(text)
    }
}
