//! Look-ups of tokens that come at the same time, asked as one.
//!
//! A look-up costs PostgreSQL little and its way there much. So what comes while others are asked waits for them, and is
//! then asked together; nothing ever waits for more to come.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::ports::CorruptRow;
use domain::token::{CustomerToken, LiveToken};
use jiff::Timestamp;
use sqlx::postgres::{PgBindIterExt, PgRow};
use sqlx::{PgPool, Row};
use tokio::sync::oneshot;

use crate::attempt::in_time;
use crate::error::Failure;
use crate::store::give_back;
use crate::time::Time;
use crate::token::restore;

/// While the answers of one query are dealt out, the next one is asked.
const AT_ONCE: usize = 2;
/// Look-ups of a query, at most.
const TOGETHER: usize = 256;

type Found = Option<Result<LiveToken, CorruptRow>>;

/// A look-up that waits.
struct Call {
    bucket: i16,
    hash: [u8; 32],
    now: Timestamp,
    caller: oneshot::Sender<Found>,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<Call>,
    workers: usize,
}

/// What waits, and those who ask.
pub(crate) struct LookUps {
    pool: PgPool,
    queue: Mutex<Queue>,
}

/// A place among those who ask. Dropping it leaves it to another.
struct Worker {
    look_ups: Arc<LookUps>,
    /// Left already, at the moment when nothing waited: whoever comes after that moment has to find the place free.
    left: bool,
}

impl LookUps {
    pub(crate) fn new(pool: PgPool) -> Arc<Self> {
        Arc::new(Self { pool, queue: Mutex::default() })
    }

    /// The token, if it is alive at this time. `None` when the query failed, of which each caller has to make sure itself.
    pub(crate) async fn ask(self: &Arc<Self>, token: &CustomerToken, now: Timestamp) -> Option<Found> {
        let (caller, found) = oneshot::channel();
        let (bucket, hash) = (token.bucket().number().into(), *token.hash().as_bytes());
        if let Some(worker) = self.come(Call { bucket, hash, now, caller }) {
            tokio::spawn(worker.work());
        }
        found.await.ok()
    }

    fn come(self: &Arc<Self>, call: Call) -> Option<Worker> {
        let mut queue = self.queue();
        queue.waiting.push(call);
        (queue.workers < AT_ONCE).then(|| {
            queue.workers += 1;
            Worker { look_ups: self.clone(), left: false }
        })
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        // Whoever held it left it whole.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn look_up(&self, calls: &[Call]) -> Result<Vec<(usize, Result<LiveToken, CorruptRow>)>, Failure> {
        let mut connection = self.pool.acquire().await?;
        let asked = in_time(async {
            let query = sqlx::query(
                "SELECT q.n, t.organization_id, t.customer_id, t.expires_at, t.hits_left
                 FROM unnest($2::smallint[], $3::bytea[], $4::timestamptz[], $5::bigint[]) AS q(bucket, hash, now, n)
                 JOIN customer_token t ON t.bucket = q.bucket AND t.hash = q.hash
                 WHERE t.bucket = ANY($1) AND t.expires_at > q.now AND (t.hits_left IS NULL OR t.hits_left > 0)",
            );
            let mut buckets: Vec<_> = calls.iter().map(|call| call.bucket).collect();
            buckets.sort_unstable();
            buckets.dedup();
            let query = query
                .bind(buckets)
                .bind(calls.iter().map(|call| call.bucket).bind_iter())
                .bind(calls.iter().map(|call| call.hash.as_slice()).bind_iter())
                .bind(calls.iter().map(|call| Time(call.now)).bind_iter())
                .bind((0..calls.len() as i64).bind_iter());
            Ok(query.fetch_all(&mut *connection).await?)
        })
        .await;
        give_back(connection, &asked);
        let number = |row: &PgRow| row.try_get("n").map(|n: i64| usize::try_from(n).unwrap_or(usize::MAX));
        asked?.iter().map(|row| Ok((number(row)?, restore(row)))).collect()
    }
}

impl Worker {
    /// Asks until nothing waits.
    async fn work(mut self) {
        while let Some(calls) = self.next() {
            // When it failed, dropping the calls tells their callers.
            if let Ok(found) = self.look_ups.look_up(&calls).await {
                deal_out(calls, found);
            }
        }
    }

    fn next(&mut self) -> Option<Vec<Call>> {
        let mut queue = self.look_ups.queue();
        let together = queue.waiting.len().min(TOGETHER);
        if together == 0 {
            queue.workers -= 1;
            self.left = true;
            return None;
        }
        Some(queue.waiting.drain(..together).collect())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if !self.left {
            self.look_ups.queue().workers -= 1;
        }
    }
}

fn deal_out(calls: Vec<Call>, found: Vec<(usize, Result<LiveToken, CorruptRow>)>) {
    let mut answers: Vec<Found> = calls.iter().map(|_| None).collect();
    for (n, token) in found {
        if let Some(answer) = answers.get_mut(n) {
            *answer = Some(token);
        }
    }
    for (call, answer) in calls.into_iter().zip(answers) {
        // A caller that hung up wants no answer.
        drop(call.caller.send(answer));
    }
}
