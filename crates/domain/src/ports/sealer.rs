//! Sealing of network passwords.

use crate::value::{CustomerId, OrganizationId, Password};

/// Whose password it is. A seal opens for this owner only, so that rows cannot be exchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealOwner {
    /// The customer's organization.
    pub organization_id: OrganizationId,
    /// The customer.
    pub customer_id: CustomerId,
}

/// Encrypts passwords before they are stored.
pub trait PasswordSealer: Send + Sync {
    /// Encrypts for this owner, so that two seals of one password differ.
    fn seal(&self, password: &Password, owner: SealOwner) -> Vec<u8>;

    /// Decrypts what [`PasswordSealer::seal`] made.
    ///
    /// # Errors
    /// Another key, another owner, or other bytes.
    fn open(&self, sealed: &[u8], owner: SealOwner) -> Result<Password, UnsealError>;

    /// Does the work of [`PasswordSealer::open`] on nobody's password, so that the time of an answer does not tell
    /// whether there is somebody.
    fn open_nothing(&self);
}

/// A seal that does not open: it was made with another key, for another owner, or was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the seal does not open with these keys")]
pub struct UnsealError;
