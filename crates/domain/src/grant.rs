//! Grants: temporary access to a file, given to a person who used a token.

use jiff::Timestamp;

use crate::token::CustomerToken;
use crate::value::{Bucket, CustomerId, FileKind, OrganizationId};

/// A customer, a file and an expiry. A grant is not stored: it is sealed and handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The customer's organization.
    pub organization_id: OrganizationId,
    /// The customer whose login the file contains.
    pub customer_id: CustomerId,
    /// The file.
    pub kind: FileKind,
    /// When the grant expires, to the millisecond.
    pub expires_at: Timestamp,
    /// The token that it was requested with, which leads back to the page for another grant.
    pub token: CustomerToken,
}

impl Grant {
    /// The bucket of its organization.
    pub fn bucket(&self) -> Bucket {
        self.organization_id.bucket()
    }

    /// The grant as bytes: both ids, the index of the file in [`FileKind::ALL`], milliseconds since 1970, the token's
    /// text.
    pub fn to_bytes(&self) -> Vec<u8> {
        let kind = FileKind::ALL.iter().position(|kind| *kind == self.kind).and_then(|place| u8::try_from(place).ok());
        [
            &self.organization_id.to_bytes()[..],
            &self.customer_id.to_bytes(),
            &[kind.unwrap_or_default()],
            &self.expires_at.as_millisecond().to_be_bytes(),
            self.token.reveal().as_bytes(),
        ]
        .concat()
    }

    /// The grant of these bytes; `None` if they are invalid.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (organization_id, rest) = bytes.split_first_chunk()?;
        let (customer_id, rest) = rest.split_first_chunk()?;
        let (kind, rest) = rest.split_first()?;
        let (milliseconds, token) = rest.split_first_chunk()?;
        Some(Self {
            organization_id: OrganizationId::from_bytes(*organization_id),
            customer_id: CustomerId::from_bytes(*customer_id),
            kind: *FileKind::ALL.get(usize::from(*kind))?,
            expires_at: Timestamp::from_millisecond(i64::from_be_bytes(*milliseconds)).ok()?,
            token: CustomerToken::parse(str::from_utf8(token).ok()?).ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_from_its_bytes() {
        for kind in FileKind::ALL {
            let grant = Grant {
                organization_id: OrganizationId::from_bits(1),
                customer_id: CustomerId::from_bits(u128::MAX),
                kind: *kind,
                expires_at: Timestamp::from_millisecond(1_711_620_930_123).unwrap(),
                token: CustomerToken::parse(&"0a".repeat(14)).unwrap(),
            };
            let bytes = grant.to_bytes();
            assert_eq!(Grant::from_bytes(&bytes), Some(grant));
            assert_eq!(Grant::from_bytes(&bytes[1..]), None);
            assert_eq!(Grant::from_bytes(&[&bytes[..], &[0]].concat()), None);
        }
        let unknown = [&[0; 32][..], &[200], &[0; 8], "0a".repeat(14).as_bytes()].concat();
        assert_eq!(Grant::from_bytes(&unknown), None);
        assert_eq!(Grant::from_bytes(&[]), None);
    }
}
