//! The file of the service's own keys: for its logins, and for the passwords that it stores.

mod disk;
mod error;
mod form;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use domain::ports::SecretSource;

use crate::Sealer;

pub use error::{FormFault, KeyFileError};

/// The number of the sealing key in a new file.
const FIRST_SEALING_KEY: u32 = 1;

/// The contents of a key file. `Debug` does not show them.
#[derive(PartialEq, Eq)]
pub struct KeyFile {
    signing_seed: [u8; 32],
    current_sealing_key: (u32, [u8; 32]),
    /// Includes the current key.
    sealing_keys: BTreeMap<u32, [u8; 32]>,
}

impl KeyFile {
    /// Generates keys and writes them to a new file that only its owner can read. The file is written as a whole or not
    /// at all, and is durable when this returns.
    ///
    /// # Errors
    /// [`KeyFileError::Exists`] if the file already exists, and is left as it is; [`KeyFileError::Write`] if it cannot
    /// be written.
    pub fn create(path: &Path, secrets: &dyn SecretSource) -> Result<Self, KeyFileError> {
        let keys = Self::generate(secrets);
        disk::write_new(path, &form::render(&keys))?;
        Ok(keys)
    }

    /// Reads the keys.
    ///
    /// # Errors
    /// [`KeyFileError::Missing`] if there is no file; another one if the file cannot be used as it is. No error shows
    /// the contents of the file.
    pub fn load(path: &Path) -> Result<Self, KeyFileError> {
        form::parse(&disk::read_private(path)?).map_err(|fault| KeyFileError::Form { path: path.to_owned(), fault })
    }

    /// The seed of the Ed25519 key that signs logins.
    pub fn signing_seed(&self) -> &[u8; 32] {
        &self.signing_seed
    }

    /// A sealer that seals with the current key and opens with all keys.
    pub fn sealer(&self, secrets: Arc<dyn SecretSource>) -> Sealer {
        let (id, key) = &self.current_sealing_key;
        Sealer::new((*id, key), &self.sealing_keys, secrets)
    }

    fn generate(secrets: &dyn SecretSource) -> Self {
        let draw = || {
            let mut key = [0; 32];
            secrets.fill(&mut key);
            key
        };
        let (signing_seed, sealing_key) = (draw(), (FIRST_SEALING_KEY, draw()));
        Self { signing_seed, current_sealing_key: sealing_key, sealing_keys: BTreeMap::from([sealing_key]) }
    }
}

impl std::fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyFile(..)")
    }
}

#[cfg(test)]
mod tests {
    use domain::ports::{PasswordSealer, SealOwner};
    use domain::value::{CustomerId, OrganizationId, Password};

    use super::*;
    use crate::OsSecrets;
    use crate::testing::Counting;

    #[test]
    fn loads_what_it_created() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys.toml");
        let created = KeyFile::create(&path, &OsSecrets).unwrap();
        let loaded = KeyFile::load(&path).unwrap();
        assert_eq!(loaded, created);

        let owner = SealOwner { organization_id: OrganizationId::from_bits(1), customer_id: CustomerId::from_bits(2) };
        let password = Password::parse("geheim").unwrap();
        let sealed = created.sealer(Arc::new(OsSecrets)).seal(&password, owner);
        assert_eq!(loaded.sealer(Arc::new(OsSecrets)).open(&sealed, owner), Ok(password));
    }

    #[test]
    fn every_key_is_drawn_for_itself() {
        let keys = KeyFile::generate(&Counting::default());
        assert_eq!(keys.signing_seed()[..3], [0, 1, 2]);
        assert_eq!(keys.current_sealing_key.1[..3], [32, 33, 34]);
        assert_eq!(format!("{keys:?}"), "KeyFile(..)");
    }
}
