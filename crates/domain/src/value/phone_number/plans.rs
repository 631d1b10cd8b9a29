//! The numbering plans: Google's metadata, as the crate has it or as it was renewed since.

use std::sync::OnceLock;

use prost::Message;
use rlibphonenumber::metadata_validator::validate_metadata;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneMetadataCollection, PhoneNumberUtil};

static RENEWED: OnceLock<PhoneNumberUtil> = OnceLock::new();

/// The plans by which this process decides.
pub(super) fn plans() -> &'static PhoneNumberUtil {
    RENEWED.get().unwrap_or(&PHONE_NUMBER_UTIL)
}

/// Why numbering plans were not installed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberingPlansError {
    /// The bytes are not what they should be.
    #[error("not a collection of numbering plans: {0}")]
    Malformed(String),
    /// A plan is missing: the file is of something else, or was cut off.
    #[error("there are plans of {0} regions only")]
    Incomplete(usize),
    /// Numbers were decided on before, or plans were installed before.
    #[error("numbering plans were installed before")]
    Late,
}

/// No release of the metadata had fewer regions (245 and 9 that are no country's).
const LEAST_REGIONS: usize = 200;

/// Lets the process decide by newer numbering plans than the crate `rlibphonenumber` came with. The bytes are its
/// `PhoneMetadataCollection` in protobuf form, every pattern as `^(?:…)$`. To be called once, at the start.
///
/// # Errors
/// See [`NumberingPlansError`]. The plans in force stay so.
pub fn install_numbering_plans(collection: &[u8]) -> Result<(), NumberingPlansError> {
    let malformed = |error: &dyn std::error::Error| NumberingPlansError::Malformed(error.to_string());
    let collection = PhoneMetadataCollection::decode(collection).map_err(|error| malformed(&error))?;
    if collection.metadata.len() < LEAST_REGIONS {
        return Err(NumberingPlansError::Incomplete(collection.metadata.len()));
    }
    // A pattern that does not compile would panic when it is first used.
    validate_metadata(collection.clone(), false).map_err(|error| malformed(&error))?;
    let plans = PhoneNumberUtil::new_for_metadata(collection).map_err(|error| malformed(&error))?;
    RENEWED.set(plans).map_err(|_| NumberingPlansError::Late)
}
