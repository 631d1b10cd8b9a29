//! Names of an organization's own policies.

use super::text::refuse_blank_and_controls;
use crate::{InvalidValue, limits};

/// The part of a policy's name after `customs.`: 1 to 64 characters, no control characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyName(String);

impl PolicyName {
    /// Parses a name.
    ///
    /// # Errors
    /// Blank, too long, or with a control character.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        refuse_blank_and_controls(text)?;
        if text.chars().count() > limits::POLICY_NAME {
            return Err(InvalidValue::too_long(limits::POLICY_NAME, "characters in a policy's name"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The name without `customs.`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_bounded() {
        assert_eq!(PolicyName::parse("loyalty.2024").unwrap().as_str(), "loyalty.2024");
        for text in ["", " ", "a\0", "a\n", &"a".repeat(65)] {
            assert!(PolicyName::parse(text).is_err(), "{text:?}");
        }
    }
}
