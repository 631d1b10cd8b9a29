//! An import in progress: settled rows, rejected rows, and checkpoints.

use c4w_client::Error;
use indicatif::HumanCount;
use serde_json::json;

use super::checkpoint::{Checkpoint, Identity, Store};
use super::hints::Hints;
use super::input::Input;
use super::notes::Notes;
use super::options::Import;
use super::place;
use super::progress::Progress;
use super::record::Record;
use super::rejects::Rejects;
use super::rows::Broken;
use super::tally::{Outcome, Refusal};
use crate::failure::Failure;
use crate::output::Output;

/// The number of settled rows between two checkpoints, which an interruption sends again.
const BETWEEN: u64 = 1000;

pub(super) struct Run {
    identity: Identity,
    store: Store,
    checkpoint: Checkpoint,
    saved: u64,
    rejects: Rejects,
    progress: Progress,
    notes: Notes,
    hints: Hints,
    dry: bool,
    /// Rows can belong to known customers.
    finds: bool,
}

impl Run {
    /// Begins at the start, or where an earlier import was interrupted.
    pub(super) fn begin(options: &Import, input: &Input) -> Result<Self, Failure> {
        let (mut store, identity) = (Store::new(options), Identity::of(options, input));
        let kept = store.paths();
        if let Some(path) = kept.iter().find(|path| place::is_same(path, &options.file)) {
            return Err(Failure::usage(format!("--state: {} is the file to import", path.display())));
        }
        let mut checkpoint = store.begin(options, &identity, || place::of_rejects(options, &kept))?;
        let named = options.rejects.clone().unwrap_or_else(|| options.beside(".rejects"));
        if checkpoint.rejects_file.as_os_str().is_empty() {
            // Older versions did not record it.
            checkpoint.rejects_file = named;
        } else if options.rejects.is_some() && checkpoint.rejects_file != named {
            let file = checkpoint.rejects_file.display();
            return Err(Failure::usage(format!(
                "the rejects of this import are in {file}: resume with the same --rejects"
            )));
        }
        let rejects = Rejects::open(&checkpoint.rejects_file, input, checkpoint.rejects, options.resume)?;
        let saved = checkpoint.tally.rows();
        let progress = Progress::begin(input.text_length, &checkpoint);
        let (notes, finds, hints) = (input.notes(), !options.deduplicate.is_empty(), Hints::new(options));
        Ok(Self { identity, store, checkpoint, saved, rejects, progress, notes, hints, dry: options.dry_run, finds })
    }

    /// Remarks on the files, for the user to read before a row is sent.
    pub(super) fn remarks(&self, options: &Import) -> Vec<String> {
        let lost = !self.dry && !self.store.is_kept();
        let lost = lost.then(|| {
            let file = options.beside(".c4w-import");
            format!("{} cannot be written, so --resume will not work: say --state", file.display())
        });
        lost.into_iter().collect()
    }

    /// The number of settled rows.
    pub(super) fn settled(&self) -> u64 {
        self.checkpoint.tally.rows()
    }

    pub(super) fn key(&self) -> &str {
        &self.checkpoint.key
    }

    /// Settles the next row, which was carried out.
    pub(super) fn accept(&mut self, record: &Record, outcome: Outcome) -> Result<(), Failure> {
        self.checkpoint.tally.add(outcome);
        self.checkpoint.details.locked += u64::from(outcome == Outcome::Created && record.locked);
        // Who finds nobody creates.
        let known = outcome != Outcome::Created && self.finds;
        self.checkpoint.details.assumed_consents += u64::from(known && record.assumed_consent);
        self.settle(record)
    }

    /// Settles the next row, which was refused.
    pub(super) fn reject(&mut self, record: &Record, refusal: &Refusal) -> Result<(), Failure> {
        self.rejects.add(record, &refusal.reasons).map_err(|error| self.rejecting(&error))?;
        if let Ok(customer) = &record.customer {
            self.hints.see(customer, &refusal.reasons);
        }
        self.checkpoint.tally.rejected += 1;
        self.checkpoint.details.conflicts += u64::from(refusal.is_conflict);
        self.settle(record)
    }

    /// Shows that the import pauses after this error.
    pub(super) fn wait_after(&mut self, error: &Error) {
        self.progress.wait(&match error {
            // The causes are long, and the final error repeats them.
            Error::Network { .. } => "waiting for the server: there is no connection".to_owned(),
            error => format!("waiting for the server: {error}"),
        });
    }

    /// Records that all readable rows are settled. The others can be imported once the row is corrected, with the same
    /// or another file.
    pub(super) fn break_off(&mut self, broken: Broken) -> Failure {
        match &broken {
            Broken::Row { begin, .. } => self.checkpoint.break_at(*begin, &self.identity),
            // The whole file begins with the same rows.
            Broken::Cut(_) => self.checkpoint.break_at(self.checkpoint.byte, &self.identity),
            Broken::Unreadable(_) => {}
        }
        broken.into()
    }

    /// Removes the checkpoint, or says how to resume; and prints the summary.
    pub(super) fn end(
        mut self,
        carried_out: Result<(), Failure>,
        options: &Import,
        output: Output,
    ) -> Result<(), Failure> {
        self.progress.end();
        self.save()?;
        let Checkpoint { tally, details, .. } = &self.checkpoint;
        if let Err(failure) = carried_out {
            let hint = if self.store.is_kept() { "; continue with the same command and --resume" } else { "" };
            output.remark(&format!("{} so far{hint}", tally.to_text()));
            return Err(failure);
        }
        self.store.remove()?;
        let mut rejects = self.rejects.path.clone();
        if tally.rejected > 0
            && let Some(before) = place::same_as_before(options, &rejects)
        {
            std::fs::remove_file(&rejects).map_err(|error| self.rejecting(&error))?;
            rejects = before;
        }
        let mut json = tally.to_json(details);
        json["status"] = json!("OK");
        if details.assumed_consents > 0 {
            json["assumedConsents"] = json!(details.assumed_consents);
        }
        if self.dry {
            json["dryRun"] = json!(true);
        }
        if tally.rejected > 0 {
            json["rejects"] = json!(rejects);
        }
        for (name, value) in self.notes.to_json() {
            json[name] = value;
        }
        let would = if self.dry { " (dry run: nothing was written)" } else { "" };
        output.either(&json, &format!("{}{would}", tally.summary(details)))?;
        if details.locked > 0 {
            output.remark("locked customers cannot log in; --set lock=false, or a column lock, creates them unlocked");
        }
        if details.assumed_consents > 0 {
            output.remark(&format!(
                "rows of known customers for which --accept-policies recorded a consent: {}; it replaces a withdrawal, so import \
                 known customers without the option",
                HumanCount(details.assumed_consents)
            ));
        }
        self.notes.to_text(&options.deduplicate).iter().for_each(|note| output.remark(note));
        self.hints.to_text().iter().for_each(|hint| output.remark(hint));
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
        self.checkpoint.rejects = self.rejects.flush().map_err(|error| self.rejecting(&error))?;
        self.saved = self.settled();
        self.store.save(&self.checkpoint)
    }

    fn rejecting(&self, error: &dyn std::error::Error) -> Failure {
        Failure::local(
            format!("writing the rejects into {} (--rejects says where)", self.rejects.path.display()),
            error,
        )
    }
}
