//! Identifiers.

use sha2::{Digest, Sha256};

use crate::InvalidValue;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// 128 bits, written as 32 lower-case hexadecimal digits. Generated ones are UUIDv7, so they sort by creation;
        /// imported ones can be any bits.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(u128);

        impl $name {
            /// Parses an id.
            ///
            /// # Errors
            /// Not exactly 32 digits of `0-9a-f`.
            pub fn parse(text: &str) -> Result<Self, InvalidValue> {
                parse_hex(text).map(Self)
            }

            /// The id with these bits.
            pub const fn from_bits(bits: u128) -> Self {
                Self(bits)
            }

            /// The id with these bytes, the most significant first.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(u128::from_be_bytes(bytes))
            }

            /// The bytes, the most significant first, so that they sort as the digits do.
            pub const fn to_bytes(self) -> [u8; 16] {
                self.0.to_be_bytes()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{:032x}", self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({:032x})"), self.0)
            }
        }
    };
}

id! {
    /// A customer.
    CustomerId
}
id! {
    /// An organization: the owner of customers, locations and services.
    OrganizationId
}
id! {
    /// A location (venue) of an organization.
    LocationId
}
id! {
    /// An event in a customer's history.
    EventId
}
id! {
    /// An entry of the ledger.
    LedgerEntryId
}
id! {
    /// A customer's network session.
    NetworkSessionId
}
id! {
    /// A service: a program that holds a client key.
    ServiceId
}

fn parse_hex(text: &str) -> Result<u128, InvalidValue> {
    let hex = text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    hex.then(|| u128::from_str_radix(text, 16).ok())
        .flatten()
        .ok_or_else(|| InvalidValue::invalid("must be 32 lower-case hexadecimal digits"))
}

/// The share of the tables that contains an organization's rows, 0 to 255. It is the first column of every key of every
/// table, so that the tables can be distributed over machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Bucket(u8);

impl Bucket {
    /// The bucket with this number.
    pub const fn new(number: u8) -> Self {
        Self(number)
    }

    /// Its number.
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl OrganizationId {
    /// The organization's bucket: the first byte of SHA-256 over its 32 digits. Rows carry it, so it never changes.
    pub fn bucket(self) -> Bucket {
        Bucket(Sha256::digest(self.to_string())[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_exactly_its_own_form() {
        let text = "986a372347aac5e4a94516db835d58aa";
        assert_eq!(CustomerId::parse(text).unwrap().to_string(), text);
        assert_eq!(CustomerId::parse(&"0".repeat(32)).unwrap().to_bytes(), [0; 16]);
        for text in [
            "",
            "986A372347AAC5E4A94516DB835D58AA",
            "986a3723-47aa-c5e4-a945-16db835d58aa",
            &"0".repeat(33),
            "+86a372347aac5e4a94516db835d58aa",
        ] {
            assert!(CustomerId::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn bytes_sort_as_digits_do() {
        let (a, b) = (CustomerId::from_bits(0xff), CustomerId::from_bits(0x100));
        assert!(a < b && a.to_bytes() < b.to_bytes() && a.to_string() < b.to_string());
    }

    /// Rows are stored under these numbers: a change would make every customer of the organization unreachable.
    #[test]
    fn buckets_are_pinned() {
        for (id, bucket) in [
            ("00000000000000000000000000000000", 0x84),
            ("986a372347aac5e4a94516db835d58aa", 0x38),
            ("ffffffffffffffffffffffffffffffff", 0x35),
        ] {
            assert_eq!(OrganizationId::parse(id).unwrap().bucket(), Bucket::new(bucket), "{id}");
        }
    }
}
