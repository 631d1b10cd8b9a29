//! By which values a POST looks for an existing customer.

use super::{Key, KeyKind, ProfileChanges};
use crate::InvalidValue;

/// The names of a `deduplicate` list, each once, in the order given. An empty list always creates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deduplication(Vec<KeyKind>);

impl Deduplication {
    /// Takes names separated by commas, case-sensitive, with spaces around them. `extPro2` is `extProp2`, since the
    /// published schema spells it so.
    ///
    /// # Errors
    /// An unknown name.
    pub fn parse(list: &str) -> Result<Self, InvalidValue> {
        let mut kinds = Vec::new();
        for name in list.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let kind = match name {
                "extPro2" => Some(KeyKind::ExtProp2),
                name => KeyKind::ALL.into_iter().find(|kind| kind.as_str() == name),
            };
            let kind = kind.ok_or_else(|| {
                InvalidValue::invalid(
                    "must be a comma-separated list of phoneNumber, email, extId, extProp1, extProp2 and guid",
                )
            })?;
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        Ok(Self(kinds))
    }

    /// The values to look for: those names that have a value in the request.
    pub fn keys(&self, changes: &ProfileChanges) -> Vec<Key> {
        self.0.iter().filter_map(|kind| changes.key(*kind)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_order_and_drops_repeats() {
        let kinds = |list| Deduplication::parse(list).unwrap().0;
        assert_eq!(kinds("guid,email"), [KeyKind::Guid, KeyKind::Email]);
        assert_eq!(kinds(" extPro2 , extProp2,,email"), [KeyKind::ExtProp2, KeyKind::Email]);
        assert_eq!(kinds(""), []);
    }

    #[test]
    fn refuses_unknown_names_and_other_case() {
        for list in ["Email", "email,phone", "device.guid", "email;guid"] {
            assert!(Deduplication::parse(list).is_err(), "{list}");
        }
    }
}
