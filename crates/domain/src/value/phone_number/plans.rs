//! The numbering plans: Google's metadata, built in or installed later.
//!
//! `numbering-plans.bin` contains those of libphonenumber 9.0.43, which are newer than the crate's, under that
//! library's license (Apache-2.0, the libphonenumber authors). `cargo xtask telephone-numbers` writes it.

use std::sync::{LazyLock, OnceLock};

use prost::Message;
use rlibphonenumber::metadata_validator::validate_metadata;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneMetadataCollection, PhoneNumberUtil};

const OF_THE_BUILD: &[u8] = include_bytes!("numbering-plans.bin");

static BUILT: LazyLock<Option<PhoneNumberUtil>> = LazyLock::new(|| {
    let collection = PhoneMetadataCollection::decode(OF_THE_BUILD).ok()?;
    PhoneNumberUtil::new_for_metadata(collection).ok()
});
static RENEWED: OnceLock<PhoneNumberUtil> = OnceLock::new();

/// The plans that are in force in this process.
pub(super) fn plans() -> &'static PhoneNumberUtil {
    // Each set of plans takes time and memory to load, so only the one in force is loaded. A test reads the built-in
    // one; if it were unreadable, the crate's own would be used.
    RENEWED.get().or_else(|| BUILT.as_ref()).unwrap_or_else(|| LazyLock::force(&PHONE_NUMBER_UTIL))
}

/// A reason why numbering plans were not installed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberingPlansError {
    /// The bytes are malformed.
    #[error("not a collection of numbering plans: {0}")]
    Malformed(String),
    /// A plan is missing: it is another file, or was truncated.
    #[error("there are plans of {0} regions only")]
    Incomplete(usize),
    /// Plans were already installed.
    #[error("numbering plans were installed before")]
    Late,
}

/// No release of the metadata had fewer regions (245, and 9 without a country).
const LEAST_REGIONS: usize = 200;

/// Installs newer numbering plans than the built-in ones. The bytes are a `PhoneMetadataCollection` in protobuf form,
/// with every pattern as `^(?:…)$`. To be called once, at the start.
///
/// # Errors
/// See [`NumberingPlansError`]. The plans in force then stay.
pub fn install_numbering_plans(collection: &[u8]) -> Result<(), NumberingPlansError> {
    RENEWED.set(checked(collection)?).map_err(|_| NumberingPlansError::Late)
}

fn checked(collection: &[u8]) -> Result<PhoneNumberUtil, NumberingPlansError> {
    let malformed = |error: &dyn std::error::Error| NumberingPlansError::Malformed(error.to_string());
    let collection = PhoneMetadataCollection::decode(collection).map_err(|error| malformed(&error))?;
    if collection.metadata.len() < LEAST_REGIONS {
        return Err(NumberingPlansError::Incomplete(collection.metadata.len()));
    }
    // A pattern that does not compile would panic at its first use.
    validate_metadata(collection.clone(), false).map_err(|error| malformed(&error))?;
    PhoneNumberUtil::new_for_metadata(collection).map_err(|error| malformed(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plans_of_the_build_are_whole() {
        assert!(checked(OF_THE_BUILD).is_ok());
        assert!(BUILT.is_some());
        // A range that Laos withdrew after the crate's release.
        let number = plans().parse("+8563020092944", None).unwrap();
        assert!(!plans().is_valid_number(&number));
        assert!(PHONE_NUMBER_UTIL.is_valid_number(&number));
    }
}
