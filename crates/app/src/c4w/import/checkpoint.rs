//! The checkpoint file of an import.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use domain::ports::random_text;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use system::OsSecrets;

use super::input::Input;
use super::options::Import;
use super::tally::{Details, Tally};
use crate::failure::Failure;

/// The length of an import's idempotency key in characters: 100 random bits.
const KEY_CHARACTERS: usize = 20;

/// The progress of an import.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Checkpoint {
    /// The idempotency key by which the server recognizes repeated rows.
    pub(super) key: String,
    /// A hash of the beginning of the file and of every option that affects the result.
    fingerprint: String,
    /// The settled rows, from the first on.
    pub(super) tally: Tally,
    /// The offset in the file after the last of them.
    #[serde(default)]
    pub(super) byte: u64,
    #[serde(default)]
    pub(super) details: Details,
    /// The length of the rejects file at that time.
    pub(super) rejects: u64,
    /// The rejects file, which this import created.
    #[serde(default)]
    pub(super) rejects_file: PathBuf,
    /// The offset of a row that has to be corrected; only the part before it must then be unchanged.
    #[serde(default)]
    broken_at: Option<u64>,
}

/// What identifies a file, and every option that affects the result.
pub(super) struct Identity {
    beginning: Vec<u8>,
    length: Option<u64>,
    said: String,
}

/// Where checkpoints are kept.
pub(super) enum Store {
    File {
        path: PathBuf,
        /// Whether the user named the file.
        named: bool,
    },
    /// No checkpoints: a dry run cannot be resumed, and the directory may not be writable.
    Nowhere,
}

/// The beginning of every checkpoint file, and of no other file.
const BEGINS: &str = "{\"key\":";

impl Checkpoint {
    fn new(fingerprint: String, rejects_file: PathBuf) -> Self {
        let key = random_text(&OsSecrets, KEY_CHARACTERS);
        let (tally, details) = (Tally::default(), Details::default());
        Self { key, fingerprint, tally, byte: 0, details, rejects: 0, rejects_file, broken_at: None }
    }

    /// Permits resuming with a file that has a different row at this offset.
    pub(super) fn break_at(&mut self, byte: u64, identity: &Identity) {
        self.broken_at = Some(byte);
        self.fingerprint = identity.fingerprint(self.broken_at);
    }

    /// The checkpoint to resume from with this file, if it matches.
    fn resumed(mut self, identity: &Identity) -> Option<Self> {
        if self.fingerprint != identity.fingerprint(self.broken_at.take()) {
            return None;
        }
        self.fingerprint = identity.fingerprint(None);
        Some(self)
    }
}

impl Identity {
    pub(super) fn of(options: &Import, input: &Input) -> Self {
        let Import { format, delimiter, columns, mapping, constants, source, deduplicate, .. } = options;
        let encoding = options.encoding.map(encoding_rs::Encoding::name);
        let said = (format, delimiter, encoding, columns, mapping, constants, source, deduplicate);
        let Import { accept_policies, ignore_unmapped, exact, preset, null, yes, no, .. } = options;
        let Import { date_format, default_region, names, drop_bad_values, .. } = options;
        let values = (preset, null, yes, no, date_format, default_region, names, drop_bad_values);
        let said = format!("{said:?} {accept_policies} {ignore_unmapped} {exact} {values:?}");
        Self { beginning: input.beginning.clone(), length: input.length, said }
    }

    /// Resuming with another file or other options would give rows the numbers of other rows.
    fn fingerprint(&self, broken_at: Option<u64>) -> String {
        let mut beginning = self.beginning.as_slice();
        if let Some(same) = broken_at.and_then(|byte| usize::try_from(byte).ok()) {
            beginning = beginning.get(..same).unwrap_or(beginning);
        }
        let length = self.length.filter(|_| broken_at.is_none());
        let said = format!("{} {length:?}", self.said);
        let digest = Sha256::new().chain_update(beginning).chain_update(said).finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Store {
    pub(super) fn new(options: &Import) -> Self {
        match &options.state {
            _ if options.dry_run => Self::Nowhere,
            Some(path) => Self::File { path: path.clone(), named: true },
            None => Self::File { path: options.beside(".c4w-import"), named: false },
        }
    }

    /// The files that are written.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        match self {
            Self::File { path, .. } => vec![path.clone(), beside(path)],
            Self::Nowhere => Vec::new(),
        }
    }

    /// Whether the import can be resumed.
    pub(super) const fn is_kept(&self) -> bool {
        matches!(self, Self::File { .. })
    }

    /// The checkpoint to begin with: a new one with this rejects file, or that of an interrupted import.
    pub(super) fn begin(
        &mut self,
        options: &Import,
        identity: &Identity,
        rejects: impl FnOnce() -> Result<PathBuf, Failure>,
    ) -> Result<Checkpoint, Failure> {
        let fingerprint = identity.fingerprint(None);
        let Self::File { path, named } = self else { return Ok(Checkpoint::new(fingerprint, rejects()?)) };
        let shown = path.display();
        match (load(path)?, options.resume) {
            (None, false) => {
                let checkpoint = Checkpoint::new(fingerprint, rejects()?);
                match write(path, &checkpoint) {
                    Ok(()) => {}
                    // The import itself does not need the file.
                    Err(error) if !*named && cannot_be_written(&error) => *self = Self::Nowhere,
                    Err(error) => return Err(failed(path, &error)),
                }
                Ok(checkpoint)
            }
            (None, true) => Err(Failure::usage(format!("there is no import to resume: no {shown}"))),
            (Some(_), false) => Err(Failure::usage(format!(
                "an import was interrupted: say --resume, or remove {shown} to start again"
            ))),
            (Some(checkpoint), true) => checkpoint
                .resumed(identity)
                .ok_or_else(|| Failure::usage(format!("{shown} belongs to another file or to other options"))),
        }
    }

    /// Saves the checkpoint atomically.
    pub(super) fn save(&self, checkpoint: &Checkpoint) -> Result<(), Failure> {
        let Self::File { path, .. } = self else { return Ok(()) };
        write(path, checkpoint).map_err(|error| failed(path, &error))
    }

    /// Removes the checkpoint at the end of the import.
    pub(super) fn remove(&self) -> Result<(), Failure> {
        let Self::File { path, .. } = self else { return Ok(()) };
        fs::remove_file(path).map_err(|error| failed(path, &error))
    }
}

/// The temporary file of a checkpoint that is being written.
fn beside(path: &Path) -> PathBuf {
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    PathBuf::from(new)
}

fn write(path: &Path, checkpoint: &Checkpoint) -> io::Result<()> {
    let new = beside(path);
    let text = serde_json::to_string(checkpoint)?;
    fs::write(&new, text)?;
    fs::rename(&new, path)
}

fn cannot_be_written(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

/// Reads the checkpoint of a file, if there is one. Other files are never overwritten.
fn load(path: &Path) -> Result<Option<Checkpoint>, Failure> {
    let foreign = |path: &Path| {
        Failure::usage(format!(
            "{} exists and does not belong to an import: choose another file with --state",
            path.display()
        ))
    };
    let new = beside(path);
    if text(&new)?.is_some_and(|text| !text.is_some_and(|text| text.is_empty() || text.starts_with(BEGINS))) {
        return Err(foreign(&new));
    }
    match text(path)? {
        None => Ok(None),
        Some(text) => text.and_then(|text| serde_json::from_str(&text).ok()).map(Some).ok_or_else(|| foreign(path)),
    }
}

/// The text of a file. `None` if there is no file, `Some(None)` if it is not text.
#[expect(clippy::option_option, reason = "no file, no text, a text")]
fn text(path: &Path) -> Result<Option<Option<String>>, Failure> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => match fs::read(path) {
            Ok(bytes) => Ok(Some(String::from_utf8(bytes).ok())),
            Err(error) => Err(failed(path, &error)),
        },
        Ok(_) => Ok(Some(None)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(path, &error)),
    }
}

fn failed(file: &Path, error: &dyn std::error::Error) -> Failure {
    Failure::local(format!("recording the progress of the import in {}", file.display()), error)
}
