//! A sealer for tests.

use domain::ports::{IdSource, PasswordSealer, SealOwner, UnsealError};
use domain::value::Password;

use crate::ambient::TestIds;

/// Seals so that a test can see through it, yet as strictly as a real one: a seal opens for its owner and its key only,
/// and no two are alike.
#[derive(Debug, Clone, Copy, Default)]
pub struct TestSealer {
    key: u8,
}

/// The key, the owner's two ids, and a number that makes the seal differ from every other.
const HEAD: usize = 1 + 16 + 16 + 16;

impl TestSealer {
    /// A sealer with this key. The default one is 0.
    pub const fn with_key(key: u8) -> Self {
        Self { key }
    }

    fn head(self, owner: SealOwner) -> Vec<u8> {
        let SealOwner { organization_id, customer_id } = owner;
        [&[self.key][..], &organization_id.to_bytes(), &customer_id.to_bytes()].concat()
    }
}

impl PasswordSealer for TestSealer {
    fn seal(&self, password: &Password, owner: SealOwner) -> Vec<u8> {
        let nonce = TestIds.next().to_be_bytes();
        let hidden: Vec<u8> = password.reveal().bytes().map(|byte| byte ^ 0xa5).collect();
        [self.head(owner), nonce.to_vec(), hidden].concat()
    }

    fn open(&self, sealed: &[u8], owner: SealOwner) -> Result<Password, UnsealError> {
        let hidden = sealed.get(HEAD..).filter(|_| sealed.starts_with(&self.head(owner))).ok_or(UnsealError)?;
        let text = String::from_utf8(hidden.iter().map(|byte| byte ^ 0xa5).collect()).map_err(|_| UnsealError)?;
        Password::parse(&text).map_err(|_| UnsealError)
    }
}
