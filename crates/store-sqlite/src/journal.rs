//! Emptying the journal after an erasure.
//!
//! The journal has the pages as they were before. In the database, what is deleted is written over; so an erased person is
//! gone from the files once the journal has been written out and cut off. Whoever reads at that moment is in the way. The
//! erasure is durable nevertheless, and does not wait: a task tries again until it worked, and the time that passes is a
//! metric.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use sqlx::{AssertSqlSafe, SqliteConnection};
use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use crate::file::beside;
use crate::open::BUSY_TIMEOUT;
use crate::writer::Writer;

/// How long after a try in vain the next one comes.
const INTERVAL: Duration = Duration::from_secs(1);
/// How long such a try waits for those who read, and writers for it: most lists are read within this. It is a twentieth
/// of the interval, so that a reader who stays costs writers no more of their time.
const PATIENCE: Duration = Duration::from_millis(50);
/// After how many tries in vain the log says so, and again after as many.
const TRIES_A_WARNING: u32 = 60;

/// The journal of a database: its size, and what has to leave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct JournalStanding {
    /// The size of its file in bytes.
    pub bytes: u64,
    /// For how long somebody who was erased, or a value that an ended process left, may have been in it. None: nobody is.
    pub erasure_pending: Option<Duration>,
}

/// The journal of the database that a writer writes.
pub(crate) struct Journal {
    state: Arc<State>,
    task: AbortHandle,
}

struct State {
    file: PathBuf,
    /// Since when there has been something to forget.
    since: Mutex<Option<Instant>>,
    /// There is something to forget.
    wake: Notify,
}

impl Journal {
    pub(crate) fn of(database: &Path, writer: &Arc<Writer>) -> Self {
        let (since, wake) = (Mutex::new(None), Notify::new());
        let state = Arc::new(State { file: beside(database, "-wal"), since, wake });
        let task = tokio::spawn(keep_emptying(state.clone(), Arc::downgrade(writer))).abort_handle();
        Self { state, task }
    }

    /// Empties the journal if nobody reads, and else has it done as soon as that works.
    pub(crate) async fn forget(&self, db: &mut SqliteConnection) {
        self.state.mark();
        if empty(db, Duration::ZERO).await {
            self.state.clear();
        } else {
            self.state.wake.notify_one();
        }
    }

    pub(crate) fn standing(&self) -> JournalStanding {
        let bytes = self.state.file.metadata().map_or(0, |metadata| metadata.len());
        JournalStanding { bytes, erasure_pending: self.state.since().map(|since| since.elapsed()) }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl State {
    fn since(&self) -> Option<Instant> {
        *self.since.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn mark(&self) {
        self.since.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(Instant::now);
    }

    fn clear(&self) {
        *self.since.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Ends when the writer is closed.
async fn keep_emptying(state: Arc<State>, of: Weak<Writer>) {
    let mut vain = 0;
    loop {
        if state.since().is_none() {
            vain = 0;
            state.wake.notified().await;
            continue;
        }
        let Some(writer) = of.upgrade() else { return };
        match writer.turn().await {
            Ok(mut turn) => {
                // Erasures come in turns, too, so there is none between the two.
                if empty(&mut turn, PATIENCE).await {
                    state.clear();
                }
                turn.finish();
            }
            Err(sqlx::Error::PoolClosed) => return,
            Err(_busy) => {}
        }
        drop(writer);
        if let Some(since) = state.since() {
            vain += 1;
            if vain % TRIES_A_WARNING == 0 {
                let seconds = since.elapsed().as_secs();
                tracing::warn!(seconds, "somebody who was erased is still in the journal: a reader is in the way");
            }
            tokio::time::sleep(INTERVAL).await;
        }
    }
}

/// Writes the journal into the database and cuts it off. Returns whether it is empty: whoever reads on for longer than
/// `patience` is in the way, or the disk.
async fn empty(db: &mut SqliteConnection, patience: Duration) -> bool {
    let wait = |time: Duration| sqlx::query(AssertSqlSafe(format!("PRAGMA busy_timeout = {}", time.as_millis())));
    if wait(patience).execute(&mut *db).await.is_err() {
        return false;
    }
    let busy = sqlx::query_scalar::<_, bool>("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *db).await;
    let reset = wait(BUSY_TIMEOUT).execute(db).await;
    reset.is_ok() && matches!(busy, Ok(false))
}
