//! Temporary tokens, with which people fetch their own Wi-Fi profile.

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::ports::{SecretSource, random_text};
use crate::value::{Bucket, CustomerId, OrganizationId};
use crate::{InvalidValue, limits};

/// The number of random characters of a token: 5 bits each, so 130 bits.
const RANDOM_CHARACTERS: usize = 26;

/// The text of a token: two hexadecimal digits of the organization's bucket, then 26 random characters. `Debug` does
/// not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct CustomerToken(String);

impl CustomerToken {
    /// A new token for a customer of the organization.
    pub fn generate(organization_id: OrganizationId, secrets: &dyn SecretSource) -> Self {
        let bucket = organization_id.bucket().number();
        Self(format!("{bucket:02x}{}", random_text(secrets, RANDOM_CHARACTERS)))
    }

    /// Parses a token.
    ///
    /// # Errors
    /// Not the form of a token, so certainly not one of ours.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let well_formed = text.len() == 2 + RANDOM_CHARACTERS
            && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase())
            && u8::from_str_radix(&text[..2], 16).is_ok();
        if well_formed { Ok(Self(text.to_owned())) } else { Err(InvalidValue::invalid("is not a token")) }
    }

    /// The token's text, for its owner only.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The bucket of the organization that issued it.
    pub fn bucket(&self) -> Bucket {
        Bucket::new(u8::from_str_radix(&self.0[..2], 16).unwrap_or_default())
    }

    /// The hash that a store keeps.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(&self.0)
    }
}

impl std::fmt::Debug for CustomerToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CustomerToken(..)")
    }
}

/// SHA-256 of a random secret. Random secrets need no salt and no slow hash.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// The hash of a secret.
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret).into())
    }

    /// A hash from a store.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Whether both are hashes of the same secret, compared in constant time.
    pub fn matches(self, other: Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    /// The hash's bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretHash(..)")
    }
}

/// The lifetime of a token in seconds: 1 second to 30 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenLife(u32);

impl TokenLife {
    /// A lifetime of this many seconds.
    ///
    /// # Errors
    /// Zero, or over 30 days.
    pub fn new(seconds: u32) -> Result<Self, InvalidValue> {
        if (1..=limits::TOKEN_LIFE_SECONDS).contains(&seconds) {
            Ok(Self(seconds))
        } else {
            Err(InvalidValue::invalid(format!("must be from 1 to {} seconds", limits::TOKEN_LIFE_SECONDS)))
        }
    }

    /// In seconds.
    pub const fn seconds(self) -> u32 {
        self.0
    }
}

/// How often a token can be used: 1 to 1,000,000 times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenHits(u32);

impl TokenHits {
    /// A number of uses.
    ///
    /// # Errors
    /// Zero, or over the limit.
    pub fn new(hits: u32) -> Result<Self, InvalidValue> {
        if (1..=limits::TOKEN_HITS).contains(&hits) {
            Ok(Self(hits))
        } else {
            Err(InvalidValue::invalid(format!("must be from 1 to {}", limits::TOKEN_HITS)))
        }
    }

    /// The number.
    pub const fn number(self) -> u32 {
        self.0
    }
}

/// The defaults of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenDefaults {
    /// Their lifetime.
    pub life: TokenLife,
    /// How often they can be used; `None` for any number of times.
    pub hits: Option<TokenHits>,
}

impl Default for TokenDefaults {
    /// Five minutes, any number of uses.
    fn default() -> Self {
        Self { life: TokenLife(300), hits: None }
    }
}

/// A token to store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// The organization of the service that requests it.
    pub organization_id: OrganizationId,
    /// The customer.
    pub customer_id: CustomerId,
    /// The hash of its text.
    pub hash: SecretHash,
    /// When it expires, to the millisecond.
    pub expires_at: Timestamp,
    /// How often it can be used; `None` for any number of times.
    pub hits: Option<TokenHits>,
}

/// A token that has neither expired nor been used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveToken {
    /// The organization that issued it.
    pub organization_id: OrganizationId,
    /// The customer.
    pub customer_id: CustomerId,
    /// When it expires, to the millisecond.
    pub expires_at: Timestamp,
    /// The number of uses left, if they are limited.
    pub hits_left: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting;

    impl SecretSource for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            for (value, byte) in (0..).zip(bytes) {
                *byte = value;
            }
        }
    }

    #[test]
    fn tells_its_bucket_and_parses_to_itself() {
        let organization_id = OrganizationId::from_bits(0);
        let token = CustomerToken::generate(organization_id, &Counting);
        assert_eq!(token.reveal(), "840123456789abcdefghjkmnpqrs");
        assert_eq!(token.bucket(), organization_id.bucket());
        assert_eq!(CustomerToken::parse(token.reveal()).unwrap(), token);
        assert_eq!(token.hash(), SecretHash::of(token.reveal()));
    }

    #[test]
    fn other_texts_are_no_tokens() {
        for text in [
            "",
            "token",
            "zz0123456789abcdefghjkmnpqrs",
            "840123456789ABCDEFGHJKMNPQRS",
            "840123456789abcdefghjkmnpqr",
            "+40123456789abcdefghjkmnpqrs",
            "é0123456789abcdefghjkmnpqrs0",
        ] {
            assert!(CustomerToken::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn life_and_hits_are_bounded() {
        assert!(TokenLife::new(0).is_err() && TokenLife::new(2_592_001).is_err());
        assert_eq!(TokenLife::new(2_592_000).unwrap().seconds(), 2_592_000);
        assert!(TokenHits::new(0).is_err() && TokenHits::new(1_000_001).is_err());
        assert_eq!(TokenHits::new(5).unwrap().number(), 5);
    }

    #[test]
    fn debug_shows_no_secret() {
        let token = CustomerToken::generate(OrganizationId::from_bits(0), &Counting);
        assert_eq!(format!("{token:?} {:?}", token.hash()), "CustomerToken(..) SecretHash(..)");
    }
}
