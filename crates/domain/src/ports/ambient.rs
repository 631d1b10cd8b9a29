//! Time, ids and randomness, passed in so that every test is repeatable.

use jiff::Timestamp;

/// The source of time.
pub trait Clock: Send + Sync {
    /// The current time in whole milliseconds: stores keep no finer time.
    fn now(&self) -> Timestamp;
}

/// The source of new ids.
pub trait IdSource: Send + Sync {
    /// The bits of a new UUIDv7, greater than every earlier one of this source.
    fn next(&self) -> u128;
}

/// The source of secrets.
pub trait SecretSource: Send + Sync {
    /// Fills the bytes with randomness that is fit for keys.
    fn fill(&self, bytes: &mut [u8]);
}

/// Crockford's base 32 in lower case: no letter resembles a digit, and each character carries five bits.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A random text of this many characters, five bits each, that a person can type from paper.
pub fn random_text(secrets: &dyn SecretSource, characters: usize) -> String {
    let mut bytes = vec![0; characters];
    secrets.fill(&mut bytes);
    bytes.into_iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
}
