//! The display of an import on a terminal: a progress bar, the counts so far, and what the import is waiting for.
//!
//! On anything else, and on a terminal that cannot move its cursor, nothing is shown.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{HumanBytes, HumanCount, HumanDuration, ProgressBar, ProgressState, ProgressStyle};

use super::checkpoint::Checkpoint;
use super::tally::Tally;
use crate::terminal::printable;

/// The interval between two updates.
const TICK: Duration = Duration::from_millis(100);
/// The characters of the bar, and those for terminals limited to ASCII.
const FINE: &str = "━─";
const PLAIN: &str = "#-";

pub(super) struct Progress {
    bar: ProgressBar,
    known: bool,
    now: Arc<Mutex<Now>>,
    waiting: bool,
}

/// The current progress, and the progress at the start: rows settled before do not count for the speed.
struct Now {
    tally: Tally,
    byte: u64,
    rows_before: u64,
    bytes_before: u64,
}

impl Progress {
    /// Shows an import of this many bytes. Progress is measured in bytes, since the number of rows is unknown. For
    /// standard input not even the bytes are known.
    pub(super) fn begin(length: Option<u64>, checkpoint: &Checkpoint) -> Self {
        let bar = length.map_or_else(ProgressBar::no_length, ProgressBar::new);
        let (tally, byte) = (checkpoint.tally.clone(), checkpoint.byte);
        let now = Now { rows_before: tally.rows(), bytes_before: byte, tally, byte };
        let progress = Self { bar, known: length.is_some(), now: Arc::new(Mutex::new(now)), waiting: false };
        progress.bar.set_position(byte);
        progress.show(false);
        if !progress.bar.is_hidden() {
            progress.bar.enable_steady_tick(TICK);
        }
        progress
    }

    /// Shows one more settled row.
    pub(super) fn go_on(&mut self, tally: &Tally, byte: u64) {
        if self.bar.is_hidden() {
            return;
        }
        {
            let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
            now.tally.clone_from(tally);
            now.byte = byte;
        }
        self.bar.set_position(byte);
        if std::mem::take(&mut self.waiting) {
            self.show(false);
        }
    }

    /// Shows what the import is waiting for, until the next row is settled.
    pub(super) fn wait(&mut self, what: &str) {
        self.bar.set_message(printable(what));
        if !std::mem::replace(&mut self.waiting, true) {
            self.show(true);
        }
    }

    /// Removes the bar from the screen.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }

    fn show(&self, waiting: bool) {
        let head = if self.known {
            "{wide_bar:.cyan/dim} {percent:>3}% of {size}{pace}"
        } else {
            "{spinner:.cyan} {bytes} read{pace}"
        };
        let wait = if waiting { "\n{wide_msg:.yellow}" } else { "" };
        let Ok(style) = ProgressStyle::with_template(&format!("{head}\n{{rows}}{wait}")) else { return };
        let (for_rows, for_pace) = (self.now.clone(), self.now.clone());
        let style = style
            .progress_chars(if is_utf8() { FINE } else { PLAIN })
            .tick_chars(if is_utf8() { "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ " } else { "-\\|/ " })
            .with_key("size", |state: &ProgressState, to: &mut dyn fmt::Write| {
                // A failure here cannot be reported.
                let _ = write!(to, "{}", HumanBytes(state.len().unwrap_or_default()));
            })
            .with_key("rows", move |_: &ProgressState, to: &mut dyn fmt::Write| {
                let now = for_rows.lock().unwrap_or_else(PoisonError::into_inner);
                let _ = to.write_str(&now.tally.to_text());
            })
            .with_key("pace", move |state: &ProgressState, to: &mut dyn fmt::Write| {
                let now = for_pace.lock().unwrap_or_else(PoisonError::into_inner);
                let _ = to.write_str(&now.pace(state.elapsed(), state.len()));
            });
        self.bar.set_style(style);
    }
}

impl Now {
    /// The rows per second, and the remaining time if the length is known.
    fn pace(&self, elapsed: Duration, length: Option<u64>) -> String {
        let (rows, bytes) = (self.tally.rows() - self.rows_before, self.byte.saturating_sub(self.bytes_before));
        if rows == 0 || bytes == 0 || elapsed.is_zero() {
            return String::new();
        }
        let a_second = u128::from(rows) * 1000 / elapsed.as_millis().max(1);
        let a_second = HumanCount(u64::try_from(a_second).unwrap_or(u64::MAX));
        let Some(length) = length else { return format!(", {a_second} rows/s, {:#}", HumanDuration(elapsed)) };
        let left = u128::from(length.saturating_sub(self.byte)) * elapsed.as_millis() / u128::from(bytes);
        let left = Duration::from_millis(u64::try_from(left).unwrap_or(u64::MAX));
        format!(", {a_second} rows/s, {:#} left", HumanDuration(left))
    }
}

/// Whether the terminal can display more than ASCII.
fn is_utf8() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().filter_map(|name| std::env::var(name).ok());
    let locale = locale.into_iter().find(|value| !value.is_empty()).unwrap_or_default();
    locale.to_ascii_lowercase().replace('-', "").ends_with("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_is_that_of_this_run() {
        let tally = Tally { created: 1500, ..Tally::default() };
        let mut now = Now { tally, byte: 50, rows_before: 500, bytes_before: 30 };
        let ten = Duration::from_secs(10);
        assert_eq!(now.pace(ten, Some(150)), ", 100 rows/s, 50s left");
        assert_eq!(now.pace(ten, None), ", 100 rows/s, 10s");
        now.rows_before = 1500;
        assert_eq!(now.pace(ten, Some(150)), "");
    }
}
