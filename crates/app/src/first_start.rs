//! Which key files belong to a registry: all except one that was just created.
//!
//! The first start creates the key file and then the database. In between, a mark beside the key file says that these
//! keys do not belong to a registry yet. A key file without the mark belongs to a registry, even one that was copied or
//! that is older than the mark. If such a registry is missing, it was lost, and no empty one is created silently.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use domain::ports::SecretSource;
use system::KeyFile;

use crate::config::Config;
use crate::failure::Failure;

const TEXT: &str =
    "The keys beside this file belong to no registry yet. The first start that succeeds removes this file.\n";

/// The keys, and whether a registry belongs to them.
pub(crate) struct Keys {
    pub(crate) file: KeyFile,
    /// Whether a registry uses them, and so must exist.
    pub(crate) have_registry: bool,
    /// Whether they were just created.
    made: bool,
    mark: PathBuf,
}

impl Keys {
    /// Reads the key file, or creates it on the first start.
    pub(crate) fn open(config: &Config, secrets: &dyn SecretSource) -> Result<Self, Failure> {
        let (path, mark) = (config.key_file(), mark(config));
        let failed = |error: &dyn std::error::Error| opening_failed(&path, error);
        if config.data_dir.exists() && !config.data_dir.is_dir() {
            let place = config.data_dir.display();
            return Err(Failure::because(format!("the data directory {place} is a file, not a directory")));
        }
        if path.exists() {
            let have_registry = !mark.exists();
            return Ok(Self { file: read(&path)?, have_registry, made: false, mark });
        }
        if config.database.file().is_some_and(Path::exists) {
            return Err(Failure::because(format!(
                "there is a database but no key file {}; restore the one that the database was made with",
                path.display()
            )));
        }
        fs::create_dir_all(&config.data_dir).map_err(|error| failed(&error))?;
        leave(&mark).map_err(|error| failed(&error))?;
        let file = KeyFile::create(&path, secrets).map_err(|error| failed(&error))?;
        Ok(Self { file, have_registry: false, made: true, mark })
    }

    /// Records that the database was opened, so that there is a registry from now on.
    pub(crate) fn confirm(&self) -> Result<(), Failure> {
        if self.have_registry {
            return Ok(());
        }
        let removed = fs::remove_file(&self.mark).and_then(|()| sync(&self.mark));
        removed.map_err(|error| Failure::new(format!("removing {}", self.mark.display()), &error))
    }

    /// Removes new keys if the database was not opened. They belong to no registry, and an administrator who copies the
    /// right ones here should find the path free.
    pub(crate) fn withdraw(&self, config: &Config) {
        if self.made && config.database.file().is_none() {
            let _ = fs::remove_file(config.key_file());
            let _ = fs::remove_file(&self.mark);
        }
    }
}

/// The keys of an existing registry.
pub(crate) fn existing(config: &Config) -> Result<KeyFile, Failure> {
    read(&config.key_file())
}

fn read(path: &Path) -> Result<KeyFile, Failure> {
    KeyFile::load(path).map_err(|error| opening_failed(path, &error))
}

fn opening_failed(path: &Path, error: &dyn std::error::Error) -> Failure {
    Failure::new(format!("opening the key file {}", path.display()), error)
}

fn mark(config: &Config) -> PathBuf {
    config.data_dir.join("keys.toml.unused")
}

fn leave(mark: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(mark)?;
    file.write_all(TEXT.as_bytes())?;
    file.sync_all()?;
    sync(mark)
}

/// Makes the creation or removal of the mark durable.
fn sync(mark: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(mark.parent().unwrap_or(Path::new(".")))?.sync_all()?;
    Ok(())
}
