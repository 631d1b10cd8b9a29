//! An import under way: what is settled, what is rejected, and how far it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::checkpoint::{Checkpoint, Store};
use super::input::Input;
use super::options::Import;
use super::record::Record;
use super::rejects::Rejects;
use super::tally::Outcome;
use crate::failure::Failure;
use crate::output::Output;

/// Rows that are settled between two checkpoints: those that go again after an interruption.
const BETWEEN: u64 = 1000;

pub(super) struct Run {
    store: Store,
    checkpoint: Checkpoint,
    saved: u64,
    rejects: Rejects,
    progress: ProgressBar,
    /// Bytes of the file that were read.
    position: Arc<AtomicU64>,
    dry: bool,
}

impl Run {
    /// Begins at the start, or where it was interrupted.
    pub(super) fn begin(options: &Import, input: &Input) -> Result<Self, Failure> {
        let store = Store::new(options);
        let checkpoint = store.begin(options, input)?;
        let path = options.rejects.clone().unwrap_or_else(|| options.beside(".rejects"));
        let rejects = Rejects::open(path, input, checkpoint.rejects);
        let rejects = rejects.map_err(|error| Failure::local("opening the file of the rejects", &error))?;
        let saved = checkpoint.tally.rows();
        let progress = progress(input.length);
        Ok(Self { store, checkpoint, saved, rejects, progress, position: input.position.clone(), dry: options.dry_run })
    }

    /// Rows that are settled, from the first on.
    pub(super) fn settled(&self) -> u64 {
        self.checkpoint.tally.rows()
    }

    pub(super) fn key(&self) -> &str {
        &self.checkpoint.key
    }

    /// The next row was carried out.
    pub(super) fn accept(&mut self, outcome: Outcome) -> Result<(), Failure> {
        self.checkpoint.tally.add(outcome);
        self.settle()
    }

    /// The next row was refused.
    pub(super) fn reject(&mut self, record: &Record, reasons: &[String]) -> Result<(), Failure> {
        self.rejects.add(record, reasons).map_err(|error| rejecting(&error))?;
        self.checkpoint.tally.rejected += 1;
        self.settle()
    }

    /// Removes what only an interruption needs, or says how to go on; and tells what became of the rows.
    pub(super) fn end(mut self, carried_out: Result<(), Failure>, output: Output) -> Result<(), Failure> {
        self.progress.finish_and_clear();
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

    fn settle(&mut self) -> Result<(), Failure> {
        if self.settled() - self.saved < BETWEEN {
            return Ok(());
        }
        self.progress.set_position(self.position.load(Ordering::Relaxed));
        self.progress.set_message(self.checkpoint.tally.to_text());
        self.save()
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

/// By bytes, since nobody knows how many rows there are. It hides by itself when there is no terminal.
fn progress(length: Option<u64>) -> ProgressBar {
    let (bar, template) = match length {
        Some(length) => {
            (ProgressBar::new(length), "{bar:30} {percent}% {bytes}/{total_bytes}, {bytes_per_sec}, {eta} left  {msg}")
        }
        None => (ProgressBar::new_spinner(), "{spinner} {bytes}, {bytes_per_sec}, {elapsed}  {msg}"),
    };
    ProgressStyle::with_template(template).map_or(bar.clone(), |style| bar.with_style(style))
}
