//! Sealing of network passwords, and of what is handed out to come back.

use crate::forwarding::ClientSecret;
use crate::grant::Grant;
use crate::value::{CustomerId, OrganizationId, Password};

/// Whose password it is. A seal opens for this owner only, so that rows cannot be exchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealOwner {
    /// The customer's organization.
    pub organization_id: OrganizationId,
    /// The customer.
    pub customer_id: CustomerId,
}

/// Encrypts passwords, and secrets of accounts elsewhere, before they are stored. It may have several keys: it seals with the
/// current one, and opens with all of them. A seal begins with the number of its key, in four bytes, the most significant
/// first.
pub trait PasswordSealer: Send + Sync {
    /// The number of the current key.
    fn current_key(&self) -> u32;

    /// Whether it has the key with this number.
    fn has_key(&self, number: u32) -> bool;

    /// The number of the key that made a seal; `None` when it is too short for one.
    fn key_of(&self, sealed: &[u8]) -> Option<u32> {
        sealed.first_chunk().map(|number| u32::from_be_bytes(*number))
    }

    /// Encrypts for this owner, so that two seals of one password differ.
    fn seal(&self, password: &Password, owner: SealOwner) -> Vec<u8>;

    /// Decrypts what [`PasswordSealer::seal`] made.
    ///
    /// # Errors
    /// Another key, another owner, or other bytes.
    fn open(&self, sealed: &[u8], owner: SealOwner) -> Result<Password, UnsealError>;

    /// Encrypts the secret of an organization's account elsewhere.
    fn seal_secret(&self, secret: &ClientSecret, organization_id: OrganizationId) -> Vec<u8>;

    /// Decrypts what [`PasswordSealer::seal_secret`] made.
    ///
    /// # Errors
    /// Another key, another organization, or other bytes.
    fn open_secret(&self, sealed: &[u8], organization_id: OrganizationId) -> Result<ClientSecret, UnsealError>;

    /// Seals with the current key what [`PasswordSealer::seal`] made with another one.
    ///
    /// # Errors
    /// Another key than those it has, another owner, or other bytes.
    fn reseal(&self, sealed: &[u8], owner: SealOwner) -> Result<Vec<u8>, UnsealError>;

    /// The same for what [`PasswordSealer::seal_secret`] made.
    ///
    /// # Errors
    /// Another key than those it has, another organization, or other bytes.
    fn reseal_secret(&self, sealed: &[u8], organization_id: OrganizationId) -> Result<Vec<u8>, UnsealError>;

    /// Does the work of [`PasswordSealer::open`] on nobody's password, so that the time of an answer does not tell
    /// whether there is somebody.
    fn open_nothing(&self);
}

/// Encrypts grants before they are handed out: nobody else can read or make one. Instances with the same keys open each
/// other's.
pub trait GrantSealer: Send + Sync {
    /// Encrypts, so that two seals of one grant differ.
    fn seal_grant(&self, grant: Grant) -> Vec<u8>;

    /// Decrypts what [`GrantSealer::seal_grant`] made. Whether the grant is expired is the caller's to check.
    ///
    /// # Errors
    /// Another key, or other bytes.
    fn open_grant(&self, sealed: &[u8]) -> Result<Grant, UnsealError>;
}

/// A seal that does not open: it was made with another key, for another owner, or was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the seal does not open with these keys")]
pub struct UnsealError;
