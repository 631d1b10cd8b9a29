//! Sealing of network passwords, of secrets, and of grants.

use crate::forwarding::ClientSecret;
use crate::grant::Grant;
use crate::value::{CustomerId, OrganizationId, Password};

/// The owner of a password. A seal opens for this owner only, so that rows cannot be swapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealOwner {
    /// The customer's organization.
    pub organization_id: OrganizationId,
    /// The customer.
    pub customer_id: CustomerId,
}

/// Encrypts passwords, and secrets of upstream accounts, before they are stored. It may have several keys: it seals
/// with the current one, and opens with all of them. A seal begins with the number of its key, in four bytes, the most
/// significant first.
pub trait PasswordSealer: Send + Sync {
    /// The number of the current key.
    fn current_key(&self) -> u32;

    /// Whether it has the key with this number.
    fn has_key(&self, number: u32) -> bool;

    /// The number of the key that made a seal; `None` if the seal is too short to have one.
    fn key_of(&self, sealed: &[u8]) -> Option<u32> {
        sealed.first_chunk().map(|number| u32::from_be_bytes(*number))
    }

    /// Encrypts for this owner. Two seals of one password differ.
    fn seal(&self, password: &Password, owner: SealOwner) -> Vec<u8>;

    /// Decrypts a seal of [`PasswordSealer::seal`].
    ///
    /// # Errors
    /// Another key, another owner, or other bytes.
    fn open(&self, sealed: &[u8], owner: SealOwner) -> Result<Password, UnsealError>;

    /// Encrypts the secret of an organization's upstream account.
    fn seal_secret(&self, secret: &ClientSecret, organization_id: OrganizationId) -> Vec<u8>;

    /// Decrypts a seal of [`PasswordSealer::seal_secret`].
    ///
    /// # Errors
    /// Another key, another organization, or other bytes.
    fn open_secret(&self, sealed: &[u8], organization_id: OrganizationId) -> Result<ClientSecret, UnsealError>;

    /// Reseals a seal of [`PasswordSealer::seal`] with the current key.
    ///
    /// # Errors
    /// None of its keys, another owner, or other bytes.
    fn reseal(&self, sealed: &[u8], owner: SealOwner) -> Result<Vec<u8>, UnsealError>;

    /// Reseals a seal of [`PasswordSealer::seal_secret`] with the current key.
    ///
    /// # Errors
    /// None of its keys, another organization, or other bytes.
    fn reseal_secret(&self, sealed: &[u8], organization_id: OrganizationId) -> Result<Vec<u8>, UnsealError>;

    /// Does the work of [`PasswordSealer::open`] without a password, so that the time of an answer does not show
    /// whether a customer exists.
    fn open_nothing(&self);
}

/// Encrypts grants before they are handed out, so that only the service can read or create them. Instances with the
/// same keys open each other's grants.
pub trait GrantSealer: Send + Sync {
    /// Encrypts a grant. Two seals of one grant differ.
    fn seal_grant(&self, grant: Grant) -> Vec<u8>;

    /// Decrypts a seal of [`GrantSealer::seal_grant`]. The caller checks whether the grant has expired.
    ///
    /// # Errors
    /// Another key, or other bytes.
    fn open_grant(&self, sealed: &[u8]) -> Result<Grant, UnsealError>;
}

/// A seal that cannot be opened: it was made with another key, for another owner, or was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the seal does not open with these keys")]
pub struct UnsealError;
