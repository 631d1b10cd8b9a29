//! Sealing of network passwords and of grants with XChaCha20-Poly1305.
//!
//! A seal is the number of its key (32 bits, the most significant byte first), a random nonce of 24 bytes, and the
//! ciphertext with its tag. The associated data of a password are organization and customer, so a seal that was copied
//! to another row does not open there; those of a grant are a fixed word, so neither opens as the other. The nonce is
//! long enough to be random for every seal.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use domain::forwarding::ClientSecret;
use domain::grant::Grant;
use domain::ports::{GrantSealer, PasswordSealer, SealOwner, SecretSource, UnsealError};
use domain::value::{OrganizationId, Password};

const NONCE_BYTES: usize = 24;
/// The associated data of a grant. Those of a password have 32 bytes.
const GRANT: &[u8] = b"grant";
/// The prefix of the associated data of an account's secret; the organization follows.
const ACCOUNT: &[u8] = b"account";

/// Seals with the current key, and opens with the key that a seal names. [`crate::KeyFile::sealer`] creates it.
pub struct Sealer {
    current: (u32, XChaCha20Poly1305),
    keys: BTreeMap<u32, XChaCha20Poly1305>,
    secrets: Arc<dyn SecretSource>,
}

impl Sealer {
    /// The current key is also among those that open.
    pub(crate) fn new(
        current: (u32, &[u8; 32]),
        keys: &BTreeMap<u32, [u8; 32]>,
        secrets: Arc<dyn SecretSource>,
    ) -> Self {
        let cipher = |key: &[u8; 32]| XChaCha20Poly1305::new(key.into());
        Self {
            current: (current.0, cipher(current.1)),
            keys: keys.iter().map(|(id, key)| (*id, cipher(key))).collect(),
            secrets,
        }
    }

    #[expect(clippy::expect_used, reason = "only a text of 256 GiB does not encrypt, and a password has 128 bytes")]
    fn encrypt(&self, message: &[u8], associated_data: &[u8]) -> Vec<u8> {
        let (id, cipher) = &self.current;
        let mut nonce = [0; NONCE_BYTES];
        self.secrets.fill(&mut nonce);
        let payload = Payload { msg: message, aad: associated_data };
        let ciphertext = cipher.encrypt(&nonce.into(), payload).expect("it is short enough to encrypt");
        [&id.to_be_bytes()[..], &nonce, &ciphertext].concat()
    }

    fn decrypt(&self, sealed: &[u8], associated_data: &[u8]) -> Result<Vec<u8>, UnsealError> {
        let (id, rest) = sealed.split_first_chunk().ok_or(UnsealError)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(UnsealError)?;
        let cipher = self.keys.get(&u32::from_be_bytes(*id)).ok_or(UnsealError)?;
        let payload = Payload { msg: ciphertext, aad: associated_data };
        cipher.decrypt(nonce.into(), payload).map_err(|_| UnsealError)
    }
}

impl PasswordSealer for Sealer {
    fn current_key(&self) -> u32 {
        self.current.0
    }

    fn has_key(&self, number: u32) -> bool {
        self.keys.contains_key(&number)
    }

    fn seal(&self, password: &Password, owner: SealOwner) -> Vec<u8> {
        self.encrypt(password.reveal().as_bytes(), &associated_data(owner))
    }

    fn open(&self, sealed: &[u8], owner: SealOwner) -> Result<Password, UnsealError> {
        let password = self.decrypt(sealed, &associated_data(owner))?;
        Password::parse(std::str::from_utf8(&password).map_err(|_| UnsealError)?).map_err(|_| UnsealError)
    }

    fn seal_secret(&self, secret: &ClientSecret, organization_id: OrganizationId) -> Vec<u8> {
        self.encrypt(secret.reveal().as_bytes(), &account(organization_id))
    }

    fn open_secret(&self, sealed: &[u8], organization_id: OrganizationId) -> Result<ClientSecret, UnsealError> {
        let secret = self.decrypt(sealed, &account(organization_id))?;
        ClientSecret::parse(std::str::from_utf8(&secret).map_err(|_| UnsealError)?).map_err(|_| UnsealError)
    }

    // The raw bytes: a password that is no longer valid is resealed all the same.
    fn reseal(&self, sealed: &[u8], owner: SealOwner) -> Result<Vec<u8>, UnsealError> {
        let associated_data = associated_data(owner);
        Ok(self.encrypt(&self.decrypt(sealed, &associated_data)?, &associated_data))
    }

    fn reseal_secret(&self, sealed: &[u8], organization_id: OrganizationId) -> Result<Vec<u8>, UnsealError> {
        let associated_data = account(organization_id);
        Ok(self.encrypt(&self.decrypt(sealed, &associated_data)?, &associated_data))
    }

    fn open_nothing(&self) {
        // No seal has this nonce and tag, so this runs as far as any opening does: through the check of the tag.
        let payload = Payload { msg: &[0; 32], aad: &[0; 32] };
        drop(black_box(self.current.1.decrypt(&[0; NONCE_BYTES].into(), payload)));
    }
}

impl GrantSealer for Sealer {
    fn seal_grant(&self, grant: Grant) -> Vec<u8> {
        self.encrypt(&grant.to_bytes(), GRANT)
    }

    fn open_grant(&self, sealed: &[u8]) -> Result<Grant, UnsealError> {
        Grant::from_bytes(&self.decrypt(sealed, GRANT)?).ok_or(UnsealError)
    }
}

/// Both ids have a fixed length, so no two owners give the same bytes.
fn associated_data(owner: SealOwner) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(&owner.organization_id.to_bytes());
    bytes[16..].copy_from_slice(&owner.customer_id.to_bytes());
    bytes
}

/// Its length differs from that of a password's and of a grant's.
fn account(organization_id: OrganizationId) -> Vec<u8> {
    [ACCOUNT, &organization_id.to_bytes()].concat()
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer(..)")
    }
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;
    use domain::token::CustomerToken;
    use domain::value::{CustomerId, FileKind};

    use super::*;
    use crate::testing::Counting;

    const OLD: (u32, [u8; 32]) = (1, [1; 32]);
    const NEW: (u32, [u8; 32]) = (0x0102_0304, [2; 32]);

    fn sealer(current: (u32, [u8; 32]), keys: &[(u32, [u8; 32])]) -> Sealer {
        let keys = keys.iter().copied().collect();
        Sealer::new((current.0, &current.1), &keys, Arc::new(Counting::default()))
    }

    fn owner(organization: u128, customer: u128) -> SealOwner {
        SealOwner {
            organization_id: OrganizationId::from_bits(organization),
            customer_id: CustomerId::from_bits(customer),
        }
    }

    fn password() -> Password {
        Password::parse("geheim-äöü").unwrap()
    }

    #[test]
    fn opens_to_what_was_sealed_and_shows_nothing_of_it() {
        let sealer = sealer(NEW, &[NEW]);
        for text in ["x", "geheim-äöü", &"p".repeat(128)] {
            let password = Password::parse(text).unwrap();
            let sealed = sealer.seal(&password, owner(1, 2));
            assert_eq!(sealer.open(&sealed, owner(1, 2)), Ok(password));
            assert_eq!(sealed.len(), 4 + NONCE_BYTES + text.len() + 16);
            assert_eq!(sealed[..4], [1, 2, 3, 4]);
        }
        let sealed = sealer.seal(&password(), owner(1, 2));
        assert!(!sealed.windows(6).any(|window| window == b"geheim"));
        assert_eq!(format!("{sealer:?}"), "Sealer(..)");
    }

    #[test]
    fn two_seals_of_one_password_differ() {
        let sealer = sealer(OLD, &[OLD]);
        let (a, b) = (sealer.seal(&password(), owner(1, 2)), sealer.seal(&password(), owner(1, 2)));
        assert_ne!(a[4..28], b[4..28], "the nonce");
        assert_ne!(a[28..], b[28..], "the ciphertext");
    }

    #[test]
    fn opens_for_its_owner_only() {
        let sealer = sealer(OLD, &[OLD]);
        let sealed = sealer.seal(&password(), owner(1, 2));
        for other in [owner(1, 3), owner(3, 2), owner(2, 1), owner(0, 0)] {
            assert_eq!(sealer.open(&sealed, other), Err(UnsealError), "{other:?}");
        }
    }

    #[test]
    fn opens_with_its_key_only() {
        let sealed = sealer(OLD, &[OLD]).seal(&password(), owner(1, 2));
        let same_id = (OLD.0, NEW.1);
        assert_eq!(sealer(same_id, &[same_id]).open(&sealed, owner(1, 2)), Err(UnsealError));
        assert_eq!(sealer(NEW, &[NEW]).open(&sealed, owner(1, 2)), Err(UnsealError));
    }

    #[test]
    fn a_resealed_password_needs_the_old_key_no_more() {
        let sealed = sealer(OLD, &[OLD]).seal(&password(), owner(1, 2));
        let both = sealer(NEW, &[OLD, NEW]);
        assert_eq!(both.key_of(&sealed), Some(OLD.0));
        let resealed = both.reseal(&sealed, owner(1, 2)).unwrap();
        assert_eq!(both.key_of(&resealed), Some(both.current_key()));
        assert_eq!(sealer(NEW, &[NEW]).open(&resealed, owner(1, 2)), Ok(password()));
        assert_eq!(both.reseal(&sealed, owner(1, 3)), Err(UnsealError));
        assert_eq!(sealer(NEW, &[NEW]).reseal(&sealed, owner(1, 2)), Err(UnsealError));
        assert!(both.has_key(OLD.0) && !sealer(NEW, &[NEW]).has_key(OLD.0));
        assert_eq!(both.key_of(&sealed[..3]), None);

        let secret = ClientSecret::parse("geheim").unwrap();
        let organization = OrganizationId::from_bits(1);
        let sealed = sealer(OLD, &[OLD]).seal_secret(&secret, organization);
        let resealed = both.reseal_secret(&sealed, organization).unwrap();
        assert_eq!(sealer(NEW, &[NEW]).open_secret(&resealed, organization), Ok(secret));
        assert_eq!(both.reseal_secret(&sealed, OrganizationId::from_bits(2)), Err(UnsealError));
    }

    #[test]
    fn a_changed_or_shortened_seal_does_not_open() {
        let sealer = sealer(OLD, &[OLD, NEW]);
        let sealed = sealer.seal(&password(), owner(1, 2));
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(sealer.open(&changed, owner(1, 2)), Err(UnsealError), "byte {at}");
            assert_eq!(sealer.open(&sealed[..at], owner(1, 2)), Err(UnsealError), "{at} bytes");
        }
    }

    #[test]
    fn a_grant_opens_with_its_key_and_as_nothing_else() {
        let owner = owner(1, 2);
        let expires_at = Timestamp::from_second(1_711_620_930).unwrap();
        let SealOwner { organization_id, customer_id } = owner;
        let token = CustomerToken::parse(&"0a".repeat(14)).unwrap();
        let grant = Grant { organization_id, customer_id, kind: FileKind::Android, expires_at, token };
        let ours = sealer(OLD, &[OLD]);
        let sealed = ours.seal_grant(grant.clone());
        assert_eq!(ours.open_grant(&sealed), Ok(grant.clone()));
        assert_eq!(sealer(NEW, &[OLD, NEW]).open_grant(&sealed), Ok(grant.clone()), "after a rotation");
        assert_eq!(sealer((OLD.0, NEW.1), &[(OLD.0, NEW.1)]).open_grant(&sealed), Err(UnsealError));
        assert_ne!(ours.seal_grant(grant), sealed, "the nonce");
        assert!(!sealed.windows(16).any(|window| window == organization_id.to_bytes()), "nobody reads whose it is");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(ours.open_grant(&changed), Err(UnsealError), "byte {at}");
        }
        assert_eq!(ours.open(&sealed, owner), Err(UnsealError));
        assert_eq!(ours.open_grant(&ours.seal(&password(), owner)), Err(UnsealError));
    }

    #[test]
    fn a_secret_opens_for_its_organization_and_as_nothing_else() {
        let secret = ClientSecret::parse("geheim").unwrap();
        let [one, other] = [1, 2].map(OrganizationId::from_bits);
        let ours = sealer(OLD, &[OLD]);
        let sealed = ours.seal_secret(&secret, one);
        assert!(!sealed.windows(6).any(|window| window == b"geheim"));
        assert_eq!(ours.open_secret(&sealed, one), Ok(secret.clone()));
        assert_eq!(sealer(NEW, &[OLD, NEW]).open_secret(&sealed, one), Ok(secret), "after a rotation");
        assert_eq!(ours.open_secret(&sealed, other), Err(UnsealError));
        assert_eq!(ours.open(&sealed, owner(1, 0)), Err(UnsealError));
        assert_eq!(ours.open_secret(&ours.seal(&password(), owner(1, 0)), one), Err(UnsealError));
    }

    #[test]
    fn after_a_rotation_old_seals_open_and_new_ones_use_the_new_key() {
        let before = sealer(OLD, &[OLD]).seal(&password(), owner(1, 2));
        let rotated = sealer(NEW, &[OLD, NEW]);
        let after = rotated.seal(&password(), owner(1, 2));
        assert_eq!(rotated.open(&before, owner(1, 2)), Ok(password()));
        assert_eq!(rotated.open(&after, owner(1, 2)), Ok(password()));
        assert_eq!(sealer(OLD, &[OLD]).open(&after, owner(1, 2)), Err(UnsealError));
        assert_eq!(sealer(NEW, &[NEW]).open(&after, owner(1, 2)), Ok(password()));
    }

    /// Stored passwords have this layout: changing it would lose them all.
    #[test]
    fn the_layout_is_pinned() {
        let sealed = sealer(NEW, &[NEW]).seal(&Password::parse("wifi").unwrap(), owner(1, 2));
        let hex: String = sealed.iter().map(|byte| format!("{byte:02x}")).collect();
        let (key_id, nonce, ciphertext, tag) = (
            "01020304",
            "000102030405060708090a0b0c0d0e0f1011121314151617",
            "04d36469",
            "c5936d2d3a989c778f7f4115697a0bd8",
        );
        assert_eq!(hex, [key_id, nonce, ciphertext, tag].concat());
    }
}
