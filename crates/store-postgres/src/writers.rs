//! Who may write at the same time, and commits that take longer than their callers wait.
//!
//! A commit waits for a synchronous standby without any limit of time, and so does the server's process, also when its client
//! is gone. To cancel the wait would show what was written to everybody, although the standby does not have it. So the
//! connection is kept, with its place among those that write, until the server has answered: however long the standby is
//! away, the server has no more such processes than this has places. The others are left to those who read.

use std::io::ErrorKind;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::Postgres;
use sqlx::{Connection, PgConnection, PgPool};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::attempt::in_time;
use crate::error::{Failure, Remedy, remedy};

/// One of so many connections is left to those who read.
const READERS: u32 = 4;
/// How often is asked whether the server still waits for a standby.
const LOOK: Duration = Duration::from_secs(2);
/// After so many looks at which nothing waited, the one that is kept does not, and will not.
const QUIET: u32 = 2;
/// A server that does not answer so many questions is away, and its connections with it.
const UNANSWERED: u32 = 3;

/// The places of those who write over the connections of a pool.
pub(crate) struct Writers {
    places: Arc<Semaphore>,
    /// Connections whose commit waits for a standby, and whose caller does not any more.
    stuck: Arc<AtomicUsize>,
}

/// A connection to write over, and a place for it. When the caller goes away in the middle, or its time is up, what the
/// server is doing is waited for, and then the connection is closed: what state it is in cannot be known, and the next one
/// must not write into a transaction that nobody commits.
pub(crate) struct Lease {
    /// `None` while it is dropped.
    held: Option<Held>,
    end: End,
}

struct Held {
    connection: PoolConnection<Postgres>,
    place: OwnedSemaphorePermit,
    pool: PgPool,
    stuck: Arc<AtomicUsize>,
}

/// Counts a commit that waits, until it is dropped.
struct Stuck<'a>(&'a AtomicUsize);

/// What happened to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The server may be at it.
    Open,
    /// Nothing.
    Sound,
    /// It is gone.
    Broken,
}

impl Writers {
    pub(crate) fn of(pool: &PgPool) -> Arc<Self> {
        let connections = pool.options().get_max_connections();
        let places = connections - if connections > 1 { connections.div_ceil(READERS) } else { 0 };
        Arc::new(Self { places: Arc::new(Semaphore::new(places as usize)), stuck: Arc::default() })
    }

    pub(crate) async fn lease(&self, pool: &PgPool) -> Result<Lease, Failure> {
        let place = tokio::time::timeout(pool.options().get_acquire_timeout(), self.places.clone().acquire_owned());
        let place = place.await.map_err(|_| sqlx::Error::PoolTimedOut)?.map_err(|_| sqlx::Error::PoolClosed)?;
        let connection = pool.acquire().await?;
        let held = Held { connection, place, pool: pool.clone(), stuck: self.stuck.clone() };
        Ok(Lease { held: Some(held), end: End::Open })
    }

    /// Whether commits wait for a standby for longer than their callers do.
    pub(crate) fn are_stuck(&self) -> bool {
        self.stuck.load(Ordering::SeqCst) > 0
    }
}

impl Lease {
    /// Tells how it went.
    pub(crate) fn end<T>(mut self, done: &Result<T, Failure>) {
        self.end = match done {
            Err(Failure::Database(sqlx::Error::Io(error))) if error.kind() == ErrorKind::TimedOut => End::Open,
            Err(error) if remedy(error) == Remedy::Reconnect => End::Broken,
            _ => End::Sound,
        };
    }
}

const HELD: &str = "it is taken only when the lease is dropped";

impl Deref for Lease {
    type Target = PgConnection;

    #[expect(clippy::expect_used, reason = "whoever has the lease has not dropped it")]
    fn deref(&self) -> &PgConnection {
        &self.held.as_ref().expect(HELD).connection
    }
}

impl DerefMut for Lease {
    #[expect(clippy::expect_used, reason = "whoever has the lease has not dropped it")]
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.held.as_mut().expect(HELD).connection
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(mut held) = self.held.take() else { return };
        match (self.end, Handle::try_current()) {
            (End::Sound, _) => {}
            (End::Open, Ok(runtime)) => drop(runtime.spawn(held.outlast())),
            _ => held.connection.close_on_drop(),
        }
    }
}

impl<'a> Stuck<'a> {
    fn count(commits: &'a AtomicUsize) -> Self {
        commits.fetch_add(1, Ordering::SeqCst);
        Self(commits)
    }
}

impl Drop for Stuck<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Held {
    /// Returns when the server is done with what it was asked for, or is away.
    async fn outlast(mut self) {
        tokio::select! {
            _ = self.connection.ping() => {}
            () = until_nobody_waits(&self.pool, &self.stuck) => {}
            () = self.pool.close_event() => {}
        }
        self.connection.close_on_drop();
        drop(self.place);
    }
}

/// Looks whether a commit of ours waits for a standby, until none does or the server is away.
async fn until_nobody_waits(pool: &PgPool, commits: &AtomicUsize) {
    let (mut idle, mut unanswered, mut stuck) = (0, 0, None);
    while idle < QUIET && unanswered < UNANSWERED {
        match in_time(somebody_waits(pool)).await {
            Ok(true) => {
                if stuck.is_none() {
                    tracing::warn!("a commit waits for a synchronous standby; its connection is kept meanwhile");
                    stuck = Some(Stuck::count(commits));
                }
                (idle, unanswered) = (0, 0);
            }
            Ok(false) => idle += 1,
            Err(_) => unanswered += 1,
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn somebody_waits(pool: &PgPool) -> Result<bool, Failure> {
    let waits = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM pg_stat_activity a
                        WHERE a.datname = current_database() AND a.usename = current_user AND a.wait_event = 'SyncRep')",
    );
    Ok(waits.fetch_one(pool).await?)
}
