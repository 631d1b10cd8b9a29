//! The paths of the files of an import. Only files that this import wrote itself are overwritten or removed.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use super::options::Import;
use crate::failure::Failure;

/// The maximum number of rejects files per input, before the user has to tidy up.
const MOST: u32 = 10_000;

/// The path of a rejects file that does not exist yet, or of a device or pipe that accepts rejects.
///
/// # Errors
/// The file that the user names exists already, or is one of those that the import keeps.
pub(super) fn of_rejects(options: &Import, kept: &[PathBuf]) -> Result<PathBuf, Failure> {
    match &options.rejects {
        Some(path) => named(path, options, kept).map(|()| path.clone()),
        None => free(&options.beside(".rejects"), kept),
    }
}

/// Whether the path is a device or a pipe, which accepts bytes without storing them.
pub(super) fn is_stream(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|it| {
        let kind = it.file_type();
        kind.is_char_device() || kind.is_fifo() || kind.is_socket()
    })
}

fn named(path: &Path, options: &Import, kept: &[PathBuf]) -> Result<(), Failure> {
    let shown = path.display();
    if path.as_os_str() == "-" {
        return Err(Failure::usage("--rejects: name a file, such as /dev/stdout or ./-"));
    }
    if kept.iter().any(|it| is_same(it, path)) {
        return Err(Failure::usage(format!("--rejects: {shown} is the file that records the progress of the import")));
    }
    if is_stream(path) {
        return Ok(());
    }
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && place(path).is_some() => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(Failure::usage(format!("--rejects: there is no directory for {shown}")))
        }
        Err(error) => Err(Failure::local(format!("looking for {shown}"), &error)),
        Ok(_) if is_same(path, &options.file) => {
            Err(Failure::usage(format!("--rejects: {shown} is the file to import")))
        }
        Ok(_) => {
            Err(Failure::usage(format!("--rejects: {shown} already exists and is not overwritten: name another file")))
        }
    }
}

/// The first of these names that is free: rejects of an earlier import may still have to be corrected.
fn free(path: &Path, kept: &[PathBuf]) -> Result<PathBuf, Failure> {
    for number in 1..MOST {
        let path = with_number(path, number);
        let is_kept = kept.iter().any(|it| is_same(it, &path));
        // A path that cannot be examined is not overwritten either.
        if !is_kept && fs::symlink_metadata(&path).is_err() {
            return Ok(path);
        }
    }
    Err(Failure::usage(format!("{} and {MOST} files after it already exist", path.display())))
}

/// `guests.csv.rejects`, `guests.csv.rejects.2` and so on.
fn with_number(path: &Path, number: u32) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    if number > 1 {
        name.push(format!(".{number}"));
    }
    PathBuf::from(name)
}

/// Another rejects file of the same input with the same content, so that this one is not needed.
pub(super) fn same_as_before(options: &Import, path: &Path) -> Option<PathBuf> {
    let own = options.rejects.is_none().then(|| fs::read(path).ok()).flatten()?;
    let first = options.beside(".rejects");
    let before = (1..MOST).map(|number| with_number(&first, number)).take_while(|it| it != path);
    let length = |path: &Path| fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file).map(|it| it.len());
    let mut alike = before.filter(|it| length(it) == u64::try_from(own.len()).ok());
    alike.find(|it| fs::read(it).is_ok_and(|text| text == own))
}

/// Whether two paths lead to the same file, whether or not it exists.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    let identity = |path: &Path| fs::metadata(path).ok().map(|it| (it.dev(), it.ino()));
    match (identity(one), identity(other)) {
        (Some(one), Some(other)) => one == other,
        (None, None) => place(one) == place(other),
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn place(path: &Path) -> Option<PathBuf> {
    let directory = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Some(fs::canonicalize(directory).ok()?.join(path.file_name()?))
}
