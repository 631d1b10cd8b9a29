//! Reading and writing a file that only its owner can access.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use super::KeyFileError;

/// Reads a file that only its owner can access.
pub(super) fn read_private(path: &Path) -> Result<String, KeyFileError> {
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => KeyFileError::Missing(path.to_owned()),
        _ => KeyFileError::Read { path: path.to_owned(), source },
    };
    let mut file = File::open(path).map_err(failed)?;
    // The metadata of the opened file, not of the path, so that the file that is checked is the file that is read.
    if !is_private(&file.metadata().map_err(failed)?) {
        return Err(KeyFileError::TooOpen(path.to_owned()));
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}

/// Writes a new file that only its owner can access.
pub(super) fn write_new(path: &Path, text: &str) -> Result<(), KeyFileError> {
    try_write_new(path, text).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => KeyFileError::Exists(path.to_owned()),
        _ => KeyFileError::Write { path: path.to_owned(), source },
    })
}

/// Writes the whole file under another name and then renames it, so a crash never leaves half a key.
fn try_write_new(path: &Path, text: &str) -> io::Result<()> {
    let directory = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let mut file = NamedTempFile::new_in(directory)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    sync_directory(directory)
}

#[cfg(unix)]
fn is_private(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o077 == 0
}

/// On Windows, rights are inherited from the directory, which belongs to the owner.
#[cfg(not(unix))]
fn is_private(_: &fs::Metadata) -> bool {
    true
}

/// Makes the new name durable.
#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Windows cannot open a directory, and journals changes to it.
#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_and_a_missing_directory_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("absent/keys.toml");
        assert!(matches!(read_private(&path), Err(KeyFileError::Missing(missing)) if missing == path));
        assert!(matches!(write_new(&path, "x"), Err(KeyFileError::Write { .. })));
    }

    #[test]
    fn an_existing_file_is_not_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys.toml");
        write_new(&path, "first").unwrap();
        assert!(matches!(write_new(&path, "second"), Err(KeyFileError::Exists(existing)) if existing == path));
        assert_eq!(read_private(&path).unwrap(), "first");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing else is left behind");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_has_rights() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys.toml");
        write_new(&path, "text").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        for (mode, is_private) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o620, false)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let read = read_private(&path);
            assert_eq!(read.is_ok(), is_private, "{mode:o}");
            if let Err(error) = read {
                let expected = format!("others than its owner may use the key file: run chmod 600 {}", path.display());
                assert_eq!(error.to_string(), expected);
            }
        }
    }
}
