//! The ledger file: lines of JSON, appended and never changed.
//!
//! The file is opened for each append, so it can be moved away while the server runs; the next append creates a new
//! one. A file lock keeps two processes from writing at the same time. A line that a crash truncated was never
//! acknowledged, and the next append removes it.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use async_trait::async_trait;
use domain::ledger::Entry;
use domain::ports::{ErrorChain, Ledger, StoreError};
use tokio::sync::oneshot;

use crate::LedgerError;
use crate::line;

/// A ledger open for writing. Concurrent appends share one `fsync`.
pub struct LedgerFile {
    appends: mpsc::Sender<Append>,
}

/// The contents of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contents {
    /// The entries, in their order.
    pub entries: Vec<Entry>,
    /// Whether the last line was truncated. Such a line was never acknowledged.
    pub torn: bool,
}

struct Append {
    lines: String,
    done: oneshot::Sender<Result<(), LedgerError>>,
}

impl LedgerFile {
    /// Opens the ledger. If there is no file, creates an empty one that only its owner can read.
    ///
    /// # Errors
    /// [`LedgerError::Write`] if the file cannot be written.
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        append(path, "")?;
        let (appends, queue) = mpsc::channel();
        let path = path.to_owned();
        let writer = std::thread::Builder::new().name("ledger".to_owned());
        let failed = |source, path: &Path| LedgerError::Write { path: path.to_owned(), source };
        let place = path.clone();
        writer.spawn(move || write_all(&path, &queue)).map_err(|error| failed(error, &place))?;
        Ok(Self { appends })
    }

    /// Reads a ledger.
    ///
    /// # Errors
    /// [`LedgerError::Missing`] and [`LedgerError::Read`]; [`LedgerError::Line`] for an unreadable line other than a
    /// truncated last one.
    pub fn read(path: &Path) -> Result<Contents, LedgerError> {
        let bytes = std::fs::read(path).map_err(|source| match source.kind() {
            ErrorKind::NotFound => LedgerError::Missing(path.to_owned()),
            _ => LedgerError::Read { path: path.to_owned(), source },
        })?;
        let mut contents = Contents::default();
        for (at, text) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let Some(text) = text.strip_suffix(b"\n") else {
                contents.torn = true;
                break;
            };
            let entry = line::parse(text).ok_or_else(|| LedgerError::Line { path: path.to_owned(), line: at + 1 })?;
            contents.entries.push(entry);
        }
        Ok(contents)
    }
}

#[async_trait]
impl Ledger for LedgerFile {
    async fn append(&self, entries: Vec<Entry>) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        let mut lines = String::new();
        for entry in &entries {
            lines += &line::render(entry).map_err(|error| StoreError::Internal(error.into()))?;
            lines.push('\n');
        }
        let (done, answer) = oneshot::channel();
        self.appends.send(Append { lines, done }).map_err(|_| LedgerError::Closed)?;
        Ok(answer.await.map_err(|_| LedgerError::Closed)??)
    }
}

/// Writes the queued appends, with all that are queued by then as one write, until every sender is dropped.
fn write_all(path: &Path, queue: &mpsc::Receiver<Append>) {
    while let Ok(first) = queue.recv() {
        let appends: Vec<_> = std::iter::once(first).chain(queue.try_iter()).collect();
        let lines: String = appends.iter().map(|append| append.lines.as_str()).collect();
        let written = append(path, &lines);
        for append in appends {
            // The receiver may be gone.
            let _ = append.done.send(written.as_ref().copied().map_err(copy));
        }
    }
}

/// Copies the error for each caller that shared the append.
fn copy(error: &LedgerError) -> LedgerError {
    let cause = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
    match error {
        LedgerError::Write { path, source } => {
            LedgerError::Write { path: path.clone(), source: io::Error::new(source.kind(), cause) }
        }
        _ => LedgerError::Closed,
    }
}

/// Appends whole lines, and returns when they are durable. If the append fails, it is undone.
fn append(path: &Path, lines: &str) -> Result<(), LedgerError> {
    try_append(path, lines).map_err(|source| LedgerError::Write { path: path.to_owned(), source })
}

fn try_append(path: &Path, lines: &str) -> io::Result<()> {
    let (mut file, new) = open(path)?;
    file.lock()?;
    let end = end_of_last_line(&mut file)?;
    let written = write(&mut file, end, lines);
    if written.is_err() {
        // The lines that were written record something that will not be done. Removing them can fail too.
        if let Err(error) = file.set_len(end).and_then(|()| file.sync_all()) {
            tracing::error!(error = %ErrorChain(&error), "a failed ledger entry could not be removed");
        }
    }
    written?;
    if new { sync_directory(path) } else { Ok(()) }
}

fn write(file: &mut File, end: u64, lines: &str) -> io::Result<()> {
    if file.metadata()?.len() > end {
        file.set_len(end)?;
    }
    file.seek(SeekFrom::Start(end))?;
    file.write_all(lines.as_bytes())?;
    file.sync_all()
}

/// Returns the offset at which the last whole line ends.
fn end_of_last_line(file: &mut File) -> io::Result<u64> {
    const PIECE: u64 = 4096;
    let mut end = file.metadata()?.len();
    while end > 0 {
        let start = end.saturating_sub(PIECE);
        let mut piece = Vec::new();
        file.seek(SeekFrom::Start(start))?;
        Read::take(&mut *file, end - start).read_to_end(&mut piece)?;
        if let Some(at) = piece.iter().rposition(|byte| *byte == b'\n') {
            return Ok(start + at as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

/// Opens the file, and returns whether it is new.
fn open(path: &Path) -> io::Result<(File, bool)> {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    match options.open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            options.create(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            Ok((options.open(path)?, true))
        }
        opened => {
            let file = opened?;
            if let Err(error) = close_to_others(&file) {
                tracing::warn!(%error, file = %path.display(), "the ledger is readable by others");
            }
            Ok((file, false))
        }
    }
}

/// Restricts the file to its owner: a copy that was put back may be readable by everyone.
fn close_to_others(file: &File) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = file.metadata()?.permissions().mode();
        if mode & 0o077 != 0 {
            file.set_permissions(std::fs::Permissions::from_mode(mode & 0o700))?;
        }
    }
    Ok(())
}

/// Makes a new file name durable.
fn sync_directory(path: &Path) -> io::Result<()> {
    let directory =
        path.parent().filter(|parent| *parent != Path::new("")).map_or_else(|| PathBuf::from("."), PathBuf::from);
    // Windows cannot open a directory, and journals changes to it.
    if cfg!(unix) { File::open(directory)?.sync_all() } else { Ok(()) }
}

impl std::fmt::Debug for LedgerFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LedgerFile(..)")
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;

    use domain::Timestamp;
    use domain::ledger::{Author, Fact};
    use domain::value::LedgerEntryId;

    use super::*;

    fn entry(number: u128) -> Entry {
        Entry {
            id: LedgerEntryId::from_bits(number),
            at: Timestamp::from_second(1_711_620_930).unwrap(),
            by: Author::Administration,
            fact: Fact::Void { entry: LedgerEntryId::from_bits(number) },
        }
    }

    fn numbers(path: &Path) -> Vec<u128> {
        let contents = LedgerFile::read(path).unwrap();
        assert!(!contents.torn);
        contents.entries.iter().map(|entry| u128::from_be_bytes(entry.id.to_bytes())).collect()
    }

    #[tokio::test]
    async fn what_is_appended_is_read() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("ledger.jsonl");
        let ledger = LedgerFile::open(&path).unwrap();
        assert_eq!(LedgerFile::read(&path).unwrap(), Contents::default());
        ledger.append(vec![]).await.unwrap();
        ledger.append(vec![entry(1), entry(2)]).await.unwrap();
        ledger.append(vec![entry(3)]).await.unwrap();
        drop(ledger);
        LedgerFile::open(&path).unwrap().append(vec![entry(4)]).await.unwrap();
        assert_eq!(numbers(&path), [1, 2, 3, 4]);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn only_its_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("ledger.jsonl");
        LedgerFile::open(&path).unwrap().append(vec![entry(1)]).await.unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        LedgerFile::open(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "a copy that was put back");
    }

    #[tokio::test]
    async fn a_line_that_was_cut_off_is_taken_away_by_the_next() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("ledger.jsonl");
        LedgerFile::open(&path).unwrap().append(vec![entry(1), entry(2)]).await.unwrap();
        let whole = fs::read(&path).unwrap();
        let first = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        for end in first..whole.len() {
            fs::write(&path, &whole[..end]).unwrap();
            let contents = LedgerFile::read(&path).unwrap();
            assert_eq!((contents.entries, contents.torn), (vec![entry(1)], end > first), "{end}");
            LedgerFile::open(&path).unwrap().append(vec![entry(3)]).await.unwrap();
            assert_eq!(numbers(&path), [1, 3], "{end}");
        }
    }

    #[test]
    fn damage_in_the_middle_is_told_by_its_line() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("ledger.jsonl");
        let line = line::render(&entry(1)).unwrap();
        fs::write(&path, format!("{line}\n{}\n{line}\n", &line[1..])).unwrap();
        assert!(matches!(LedgerFile::read(&path), Err(LedgerError::Line { line: 2, .. })));
        let missing = directory.path().join("missing");
        assert!(matches!(LedgerFile::read(&missing), Err(LedgerError::Missing(path)) if path == missing));
    }

    #[tokio::test]
    async fn can_be_moved_away() {
        let directory = tempfile::tempdir().unwrap();
        let (path, moved) = (directory.path().join("ledger.jsonl"), directory.path().join("ledger.1.jsonl"));
        let ledger = LedgerFile::open(&path).unwrap();
        ledger.append(vec![entry(1)]).await.unwrap();
        fs::rename(&path, &moved).unwrap();
        ledger.append(vec![entry(2)]).await.unwrap();
        assert_eq!((numbers(&moved), numbers(&path)), (vec![1], vec![2]));
    }

    #[tokio::test]
    async fn a_directory_that_goes_away_is_told_and_may_come_back() {
        let directory = tempfile::tempdir().unwrap();
        let (here, there) = (directory.path().join("here"), directory.path().join("there"));
        fs::create_dir(&here).unwrap();
        let path = here.join("ledger.jsonl");
        let ledger = LedgerFile::open(&path).unwrap();
        ledger.append(vec![entry(1)]).await.unwrap();
        fs::rename(&here, &there).unwrap();
        assert!(matches!(ledger.append(vec![entry(2)]).await, Err(StoreError::Unavailable(_))));
        fs::rename(&there, &here).unwrap();
        ledger.append(vec![entry(3)]).await.unwrap();
        assert_eq!(numbers(&path), [1, 3]);
    }

    /// Two processes write to one file: an instance, and the administration beside it.
    #[tokio::test(flavor = "multi_thread")]
    async fn several_writers_mix_no_lines() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("ledger.jsonl");
        let ledgers = [(); 2].map(|()| Arc::new(LedgerFile::open(&path).unwrap()));
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..100 {
            let ledger = ledgers[usize::from(number % 2 == 0)].clone();
            tasks.spawn(async move { ledger.append(vec![entry(number), entry(number + 100)]).await.unwrap() });
        }
        tasks.join_all().await;
        let mut read = numbers(&path);
        assert!(read.chunks(2).all(|pair| pair[1] == pair[0] + 100), "each append stays together");
        read.sort_unstable();
        assert_eq!(read, (0..200).collect::<Vec<_>>());
    }
}
