//! Which key files belong to a registry: all but one that was just made.
//!
//! The first start makes the key file and then the database. Between the two a mark lies beside the key file, which says
//! that these keys belong to no registry yet. So a key file without the mark belongs to a registry, also one that was
//! copied or is older than the mark; and when there is no registry where it should be, it is lost, and is not begun anew
//! without a word.

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
    /// They were sealed with before, so the registry has to be there.
    pub(crate) have_registry: bool,
    /// They were just made.
    made: bool,
    mark: PathBuf,
}

impl Keys {
    /// Reads the key file, or makes it on the first start.
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

    /// The database was opened: from now on there is a registry.
    pub(crate) fn confirm(&self) -> Result<(), Failure> {
        if self.have_registry {
            return Ok(());
        }
        let removed = fs::remove_file(&self.mark).and_then(|()| sync(&self.mark));
        removed.map_err(|error| Failure::new(format!("removing {}", self.mark.display()), &error))
    }

    /// The database was not opened. New keys then belong to nothing: whoever copies the right ones here should find the
    /// place empty.
    pub(crate) fn withdraw(&self, config: &Config) {
        if self.made && config.database.file().is_none() {
            let _ = fs::remove_file(config.key_file());
            let _ = fs::remove_file(&self.mark);
        }
    }
}

/// The keys of a registry that is there.
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

/// Makes durable that the mark is there, or is not.
fn sync(mark: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(mark.parent().unwrap_or(Path::new(".")))?.sync_all()?;
    Ok(())
}
