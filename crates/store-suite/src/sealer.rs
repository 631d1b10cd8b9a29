//! Sealers for tests.

use std::sync::atomic::{AtomicUsize, Ordering};

use domain::forwarding::ClientSecret;
use domain::ports::{IdSource, PasswordSealer, SealOwner, UnsealError};
use domain::value::{CustomerId, OrganizationId, Password, Username};

use crate::ambient::TestIds;
use crate::edit::EditPost;
use crate::{Stores, Venue};

/// Seals so that a test can see through it, yet as strictly as a real one: a seal opens for its owner and its key only,
/// and no two are alike.
#[derive(Debug, Clone, Copy, Default)]
pub struct TestSealer {
    key: u32,
    /// Another key, that it opens with.
    old: Option<u32>,
}

/// The key, the owner's two ids, and a number that makes the seal differ from every other.
const HEAD: usize = 4 + 16 + 16 + 16;

impl TestSealer {
    /// A sealer with this key. The default one is 0.
    pub const fn with_key(key: u32) -> Self {
        Self { key, old: None }
    }

    /// A sealer with another current key, that still opens what this one sealed.
    #[must_use]
    pub const fn rotated_to(self, key: u32) -> Self {
        Self { key, old: Some(self.key) }
    }

    fn head(key: u32, owner: SealOwner) -> Vec<u8> {
        let SealOwner { organization_id, customer_id } = owner;
        [&key.to_be_bytes()[..], &organization_id.to_bytes(), &customer_id.to_bytes()].concat()
    }
}

impl PasswordSealer for TestSealer {
    fn current_key(&self) -> u32 {
        self.key
    }

    fn has_key(&self, number: u32) -> bool {
        number == self.key || self.old == Some(number)
    }

    fn seal(&self, password: &Password, owner: SealOwner) -> Vec<u8> {
        let nonce = TestIds.next().to_be_bytes();
        let hidden: Vec<u8> = password.reveal().bytes().map(|byte| byte ^ 0xa5).collect();
        [Self::head(self.key, owner), nonce.to_vec(), hidden].concat()
    }

    fn open(&self, sealed: &[u8], owner: SealOwner) -> Result<Password, UnsealError> {
        let key = self.key_of(sealed).filter(|key| self.has_key(*key)).ok_or(UnsealError)?;
        let hidden = sealed.get(HEAD..).filter(|_| sealed.starts_with(&Self::head(key, owner))).ok_or(UnsealError)?;
        let text = String::from_utf8(hidden.iter().map(|byte| byte ^ 0xa5).collect()).map_err(|_| UnsealError)?;
        Password::parse(&text).map_err(|_| UnsealError)
    }

    fn seal_secret(&self, secret: &ClientSecret, organization_id: OrganizationId) -> Vec<u8> {
        self.seal(&Password::parse(secret.reveal()).unwrap(), account(organization_id))
    }

    fn open_secret(&self, sealed: &[u8], organization_id: OrganizationId) -> Result<ClientSecret, UnsealError> {
        let secret = self.open(sealed, account(organization_id))?;
        ClientSecret::parse(secret.reveal()).map_err(|_| UnsealError)
    }

    fn reseal(&self, sealed: &[u8], owner: SealOwner) -> Result<Vec<u8>, UnsealError> {
        Ok(self.seal(&self.open(sealed, owner)?, owner))
    }

    fn reseal_secret(&self, sealed: &[u8], organization_id: OrganizationId) -> Result<Vec<u8>, UnsealError> {
        Ok(self.seal_secret(&self.open_secret(sealed, organization_id)?, organization_id))
    }

    fn open_nothing(&self) {}
}

/// Nobody has this id.
const fn account(organization_id: OrganizationId) -> SealOwner {
    SealOwner { organization_id, customer_id: CustomerId::from_bits(u128::MAX) }
}

/// A sealer that counts how often it did the work of opening.
#[derive(Debug, Default)]
pub struct CountingSealer {
    sealer: TestSealer,
    openings: AtomicUsize,
}

impl PasswordSealer for CountingSealer {
    fn current_key(&self) -> u32 {
        self.sealer.current_key()
    }

    fn has_key(&self, number: u32) -> bool {
        self.sealer.has_key(number)
    }

    fn reseal(&self, sealed: &[u8], owner: SealOwner) -> Result<Vec<u8>, UnsealError> {
        self.sealer.reseal(sealed, owner)
    }

    fn reseal_secret(&self, sealed: &[u8], organization_id: OrganizationId) -> Result<Vec<u8>, UnsealError> {
        self.sealer.reseal_secret(sealed, organization_id)
    }

    fn seal(&self, password: &Password, owner: SealOwner) -> Vec<u8> {
        self.sealer.seal(password, owner)
    }

    fn open(&self, sealed: &[u8], owner: SealOwner) -> Result<Password, UnsealError> {
        self.openings.fetch_add(1, Ordering::Relaxed);
        self.sealer.open(sealed, owner)
    }

    fn seal_secret(&self, secret: &ClientSecret, organization_id: OrganizationId) -> Vec<u8> {
        self.sealer.seal_secret(secret, organization_id)
    }

    fn open_secret(&self, sealed: &[u8], organization_id: OrganizationId) -> Result<ClientSecret, UnsealError> {
        self.sealer.open_secret(sealed, organization_id)
    }

    fn open_nothing(&self) {
        self.openings.fetch_add(1, Ordering::Relaxed);
    }
}

impl CountingSealer {
    /// Asserts that the store, which has this sealer, opens one seal for a credential whether or not there is one.
    pub async fn assert_same_work(&self, stores: &Stores) {
        let venue = Venue::open(stores).await;
        venue.create(venue.post().username("mario")).await;
        for name in ["mario", "luigi"] {
            let before = self.openings.load(Ordering::Relaxed);
            let name = Username::parse(name).unwrap();
            stores.directory.credential(venue.id, &name).await.unwrap();
            assert_eq!(self.openings.load(Ordering::Relaxed), before + 1, "{name:?}");
        }
    }
}
