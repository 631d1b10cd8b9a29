//! How far an import has come, in a file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use domain::ports::random_text;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use system::OsSecrets;

use super::input::Input;
use super::options::Import;
use super::tally::Tally;
use crate::failure::Failure;

/// Characters of an import's key: 100 random bits.
const KEY_CHARACTERS: usize = 20;

/// How far an import has come.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Checkpoint {
    /// By which the server knows rows that come again.
    pub(super) key: String,
    /// Of the file and of everything that decides what becomes of it.
    fingerprint: String,
    /// The rows that are settled, from the first on.
    pub(super) tally: Tally,
    /// Bytes of the file up to the end of the last of them.
    #[serde(default)]
    pub(super) byte: u64,
    /// How long the file of the rejects was then.
    pub(super) rejects: u64,
    /// Where a row begins that has to be mended; only what is before it must be the same then.
    #[serde(default)]
    broken_at: Option<u64>,
}

/// By what a file is known again, and everything that decides what becomes of it.
pub(super) struct Identity {
    beginning: Vec<u8>,
    length: Option<u64>,
    said: String,
}

/// Where checkpoints are kept.
pub(super) enum Store {
    File(PathBuf),
    /// A dry run is not gone on with.
    Nowhere,
}

impl Checkpoint {
    fn new(fingerprint: String) -> Self {
        let key = random_text(&OsSecrets, KEY_CHARACTERS);
        Self { key, fingerprint, tally: Tally::default(), byte: 0, rejects: 0, broken_at: None }
    }

    /// It goes on with a file that has another row there.
    pub(super) fn break_at(&mut self, byte: u64, identity: &Identity) {
        self.broken_at = Some(byte);
        self.fingerprint = identity.fingerprint(self.broken_at);
    }

    /// As it goes on with this file, if it can.
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
        let Import { format, delimiter, encoding, columns, mapping, constants, source, deduplicate, .. } = options;
        let said = (format, delimiter, encoding, columns, mapping, constants, source, deduplicate);
        let said = format!("{said:?} {} {} {}", options.accept_policies, options.ignore_unmapped, options.exact);
        Self { beginning: input.beginning.clone(), length: input.length, said }
    }

    /// Whoever goes on with another file, or takes it otherwise, would give rows the numbers of others.
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
        if options.dry_run {
            return Self::Nowhere;
        }
        Self::File(options.state.clone().unwrap_or_else(|| options.beside(".c4w-import")))
    }

    /// Where to begin: at the start, or where it was interrupted.
    pub(super) fn begin(&self, options: &Import, identity: &Identity) -> Result<Checkpoint, Failure> {
        let fingerprint = identity.fingerprint(None);
        let Self::File(file) = self else { return Ok(Checkpoint::new(fingerprint)) };
        let shown = file.display();
        match (load(file)?, options.resume) {
            (None, false) => {
                let checkpoint = Checkpoint::new(fingerprint);
                self.save(&checkpoint)?;
                Ok(checkpoint)
            }
            (None, true) => Err(Failure::usage(format!("there is nothing to go on with: no {shown}"))),
            (Some(_), false) => {
                Err(Failure::usage(format!("an import was interrupted: say --resume, or remove {shown} to begin anew")))
            }
            (Some(checkpoint), true) => checkpoint
                .resumed(identity)
                .ok_or_else(|| Failure::usage(format!("{shown} is of another file, or of other options"))),
        }
    }

    /// Never leaves half of one.
    pub(super) fn save(&self, checkpoint: &Checkpoint) -> Result<(), Failure> {
        let Self::File(file) = self else { return Ok(()) };
        let mut new = file.as_os_str().to_owned();
        new.push(".new");
        let text = serde_json::to_string(checkpoint).map_err(|error| failed(file, &error))?;
        fs::write(&new, text).and_then(|()| fs::rename(&new, file)).map_err(|error| failed(file, &error))
    }

    /// It is over.
    pub(super) fn remove(&self) -> Result<(), Failure> {
        let Self::File(file) = self else { return Ok(()) };
        fs::remove_file(file).map_err(|error| failed(file, &error))
    }
}

fn load(file: &Path) -> Result<Option<Checkpoint>, Failure> {
    match fs::read_to_string(file) {
        Ok(text) => serde_json::from_str(&text).map(Some).map_err(|error| failed(file, &error)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(file, &error)),
    }
}

fn failed(file: &Path, error: &dyn std::error::Error) -> Failure {
    Failure::local(format!("keeping in {} how far the import has come", file.display()), error)
}
