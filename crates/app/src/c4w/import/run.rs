//! An import under way: what is settled, what is rejected, and how far it is.

use c4w_client::Error;
use serde_json::json;

use super::checkpoint::{Checkpoint, Identity, Store};
use super::input::Input;
use super::options::Import;
use super::progress::Progress;
use super::record::Record;
use super::rejects::Rejects;
use super::rows::Broken;
use super::tally::Outcome;
use crate::failure::Failure;
use crate::output::Output;

/// Rows that are settled between two checkpoints: those that go again after an interruption.
const BETWEEN: u64 = 1000;

pub(super) struct Run {
    identity: Identity,
    store: Store,
    checkpoint: Checkpoint,
    saved: u64,
    rejects: Rejects,
    progress: Progress,
    dry: bool,
}

impl Run {
    /// Begins at the start, or where it was interrupted.
    pub(super) fn begin(options: &Import, input: &Input) -> Result<Self, Failure> {
        let (store, identity) = (Store::new(options), Identity::of(options, input));
        let checkpoint = store.begin(options, &identity)?;
        let path = options.rejects.clone().unwrap_or_else(|| options.beside(".rejects"));
        let rejects = Rejects::open(path, input, checkpoint.rejects);
        let rejects = rejects.map_err(|error| Failure::local("opening the file of the rejects", &error))?;
        let saved = checkpoint.tally.rows();
        let progress = Progress::begin(input.length, &checkpoint);
        Ok(Self { identity, store, checkpoint, saved, rejects, progress, dry: options.dry_run })
    }

    /// Rows that are settled, from the first on.
    pub(super) fn settled(&self) -> u64 {
        self.checkpoint.tally.rows()
    }

    pub(super) fn key(&self) -> &str {
        &self.checkpoint.key
    }

    /// The next row was carried out.
    pub(super) fn accept(&mut self, record: &Record, outcome: Outcome) -> Result<(), Failure> {
        self.checkpoint.tally.add(outcome);
        self.settle(record)
    }

    /// The next row was refused.
    pub(super) fn reject(&mut self, record: &Record, reasons: &[String]) -> Result<(), Failure> {
        self.rejects.add(record, reasons).map_err(|error| rejecting(&error))?;
        self.checkpoint.tally.rejected += 1;
        self.settle(record)
    }

    /// The server is left alone for a while.
    pub(super) fn wait_after(&mut self, error: &Error) {
        self.progress.wait(&match error {
            // Its causes are long, and the same until it is given up.
            Error::Network { .. } => "waiting for the server: there is no connection".to_owned(),
            error => format!("waiting for the server: {error}"),
        });
    }

    /// All rows are settled that could be read. The others can be once the file is mended, and so is another one.
    pub(super) fn break_off(&mut self, broken: Broken) -> Failure {
        if let Broken::Row { begin, .. } = broken {
            self.checkpoint.break_at(begin, &self.identity);
        }
        broken.into()
    }

    /// Removes what only an interruption needs, or says how to go on; and tells what became of the rows.
    pub(super) fn end(mut self, carried_out: Result<(), Failure>, output: Output) -> Result<(), Failure> {
        self.progress.end();
        self.save()?;
        let tally = self.checkpoint.tally.clone();
        if let Err(failure) = carried_out {
            let hint = if self.dry { "" } else { "; go on with the same command and --resume" };
            output.remark(&format!("{} so far{hint}", tally.to_text()));
            return Err(failure);
        }
        self.store.remove()?;
        let rejects = self.rejects.path;
        let mut json = tally.to_json();
        json["status"] = json!("OK");
        if self.dry {
            json["dryRun"] = json!(true);
        }
        if tally.rejected == 0 {
            std::fs::remove_file(&rejects).map_err(|error| rejecting(&error))?;
        } else {
            json["rejects"] = json!(rejects);
        }
        let would = if self.dry { " (dry run: nothing was written)" } else { "" };
        output.either(&json, &format!("{}{would}", tally.to_text()))?;
        match tally.rejected {
            0 => Ok(()),
            rejected => Err(Failure::Rejected { rejected, file: rejects }),
        }
    }

    fn settle(&mut self, record: &Record) -> Result<(), Failure> {
        self.checkpoint.byte = record.end;
        self.progress.go_on(&self.checkpoint.tally, record.end);
        if self.settled() - self.saved < BETWEEN { Ok(()) } else { self.save() }
    }

    fn save(&mut self) -> Result<(), Failure> {
        self.checkpoint.rejects = self.rejects.flush().map_err(|error| rejecting(&error))?;
        self.saved = self.settled();
        self.store.save(&self.checkpoint)
    }
}

fn rejecting(error: &dyn std::error::Error) -> Failure {
    Failure::local("writing the rejects", error)
}
