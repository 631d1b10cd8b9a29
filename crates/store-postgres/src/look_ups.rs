//! Questions that come at the same time, asked as one.
//!
//! A look-up costs PostgreSQL little and its way there much. So what comes while others are asked waits for them, and is
//! then asked together; nothing ever waits for more to come.

use std::slice;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::ports::{CorruptRow, StoreError};
use sqlx::postgres::{PgBindIterExt, PgRow};
use sqlx::{PgConnection, PgPool, Row};
use tokio::sync::oneshot;

use crate::PostgresStore;
use crate::arguments::Arguments;
use crate::attempt::in_time;
use crate::error::Failure;
use crate::store::{give_back, repeat};

/// While the answers of one query are dealt out, the next one is asked.
const AT_ONCE: usize = 2;
/// Questions of a query, at most.
const TOGETHER: usize = 256;

/// A question that a row answers, if there is one.
pub(crate) trait Question: Clone + Send + Sync + 'static {
    /// What the row says.
    type Answer: Send + 'static;

    /// Asks many of them. `$1` is their buckets, then comes what [`Question::bind`] adds, and last an array of numbers,
    /// which come back as `n` in the row of each question that has one.
    const STATEMENT: &'static str;

    /// Where the row is, if there is one.
    fn bucket(&self) -> i16;

    /// Adds an array for each column of the questions.
    fn bind(questions: &[Self], arguments: Arguments) -> Arguments;

    /// Reads a row.
    fn restore(row: &PgRow) -> Result<Self::Answer, CorruptRow>;
}

/// Questions, and who waits for each of them.
type Calls<Q> = (Vec<Q>, Vec<oneshot::Sender<Found<Q>>>);
type Found<Q> = Option<Result<<Q as Question>::Answer, CorruptRow>>;

/// What waits, and those who ask.
pub(crate) struct LookUps<Q: Question> {
    pool: PgPool,
    queue: Mutex<Queue<Q>>,
}

struct Queue<Q: Question> {
    waiting: Vec<Q>,
    /// Who waits for each of them.
    callers: Vec<oneshot::Sender<Found<Q>>>,
    workers: usize,
}

/// A place among those who ask. Dropping it leaves it to another.
struct Worker<Q: Question> {
    look_ups: Arc<LookUps<Q>>,
    /// Left already, at the moment when nothing waited: whoever comes after that moment has to find the place free.
    left: bool,
}

impl PostgresStore {
    /// What answers the question.
    pub(crate) async fn answer<Q: Question>(
        &self,
        look_ups: &Arc<LookUps<Q>>,
        question: Q,
    ) -> Result<Option<Q::Answer>, StoreError> {
        // On Citus a query over several buckets goes to several machines: that is no gain.
        if !self.spread
            && let Some(found) = look_ups.ask(question.clone()).await
        {
            return Ok(found.transpose()?);
        }
        let rows: Result<_, StoreError> = repeat!(self, |db| ask(db, slice::from_ref(&question)));
        Ok(rows?.first().map(Q::restore).transpose()?)
    }
}

/// Rows that answer these questions.
async fn ask<Q: Question>(db: &mut PgConnection, questions: &[Q]) -> Result<Vec<PgRow>, Failure> {
    let mut buckets: Vec<_> = questions.iter().map(Question::bucket).collect();
    buckets.sort_unstable();
    buckets.dedup();
    let arguments = Q::bind(questions, Arguments::new().add(buckets)).add((0..questions.len() as i64).bind_iter());
    Ok(sqlx::query_with(Q::STATEMENT, arguments.finish()?).fetch_all(db).await?)
}

impl<Q: Question> LookUps<Q> {
    pub(crate) fn new(pool: PgPool) -> Arc<Self> {
        let queue = Queue { waiting: Vec::new(), callers: Vec::new(), workers: 0 };
        Arc::new(Self { pool, queue: Mutex::new(queue) })
    }

    /// What answers the question. `None` when the query failed, of which each caller has to make sure itself.
    async fn ask(self: &Arc<Self>, question: Q) -> Option<Found<Q>> {
        let (caller, found) = oneshot::channel();
        if let Some(worker) = self.come(question, caller) {
            tokio::spawn(worker.work());
        }
        found.await.ok()
    }

    fn come(self: &Arc<Self>, question: Q, caller: oneshot::Sender<Found<Q>>) -> Option<Worker<Q>> {
        let mut queue = self.queue();
        queue.waiting.push(question);
        queue.callers.push(caller);
        (queue.workers < AT_ONCE).then(|| {
            queue.workers += 1;
            Worker { look_ups: self.clone(), left: false }
        })
    }

    fn queue(&self) -> MutexGuard<'_, Queue<Q>> {
        // Whoever held it left it whole.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was found, for each of the questions.
    async fn look_up(&self, questions: &[Q]) -> Result<Vec<Found<Q>>, Failure> {
        let mut connection = self.pool.acquire().await?;
        let rows = in_time(ask(&mut connection, questions)).await;
        give_back(connection, &rows);
        let mut answers: Vec<Found<Q>> = questions.iter().map(|_| None).collect();
        for row in rows? {
            let n: i64 = row.try_get("n")?;
            if let Some(answer) = usize::try_from(n).ok().and_then(|n| answers.get_mut(n)) {
                *answer = Some(Q::restore(&row));
            }
        }
        Ok(answers)
    }
}

impl<Q: Question> Worker<Q> {
    /// Asks until nothing waits.
    async fn work(mut self) {
        while let Some((questions, callers)) = self.next() {
            // When it failed, dropping them tells the callers.
            if let Ok(answers) = self.look_ups.look_up(&questions).await {
                for (caller, answer) in callers.into_iter().zip(answers) {
                    // A caller that hung up wants no answer.
                    drop(caller.send(answer));
                }
            }
        }
    }

    fn next(&mut self) -> Option<Calls<Q>> {
        let mut queue = self.look_ups.queue();
        let together = queue.waiting.len().min(TOGETHER);
        if together == 0 {
            queue.workers -= 1;
            self.left = true;
            return None;
        }
        Some((queue.waiting.drain(..together).collect(), queue.callers.drain(..together).collect()))
    }
}

impl<Q: Question> Drop for Worker<Q> {
    fn drop(&mut self) {
        if !self.left {
            self.look_ups.queue().workers -= 1;
        }
    }
}
