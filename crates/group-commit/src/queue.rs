//! What waits, and when a batch can go.

use std::collections::{HashMap, HashSet, VecDeque};

use domain::ports::Batching;
use domain::value::{Bucket, OrganizationId};

use crate::batch::Call;
use crate::error::QueueFull;
use crate::lane::Lane;

/// Which lane: that of a bucket, or the only one where batches are not cut.
pub(crate) type LaneId = Option<Bucket>;

/// Calls that go to the store together.
pub(crate) struct Batch {
    pub(crate) lane: LaneId,
    pub(crate) calls: Vec<Call>,
}

/// Everything that waits for the store, and what the store works on. Each operation costs the same for a command, however
/// much waits.
pub(crate) struct Queue {
    batching: Batching,
    /// Commands that may wait.
    limit: usize,
    /// Commands that wait.
    waiting: usize,
    /// Batches that the store works on.
    in_flight: usize,
    /// The buckets of these batches, where batches are cut.
    busy: HashSet<Bucket>,
    /// Lanes in which calls wait.
    lanes: HashMap<LaneId, Lane>,
    /// Those of them that are not busy, each once. The first has been so for longest, and goes first: that is fair, and
    /// the fullest bucket cannot keep the others out.
    ready: VecDeque<LaneId>,
}

impl Queue {
    /// An empty queue. At least one command a batch and one batch at a time, whatever `batching` says.
    pub(crate) fn new(batching: Batching, limit: usize) -> Self {
        Self {
            batching: Batching { at_once: batching.at_once.max(1), commands: batching.commands.max(1), ..batching },
            limit,
            waiting: 0,
            in_flight: 0,
            busy: HashSet::new(),
            lanes: HashMap::new(),
            ready: VecDeque::new(),
        }
    }

    /// Queues a call, and takes the next batch as [`Queue::take`] does. A call that finds the store free does not wait, so
    /// it is never too much.
    pub(crate) fn push(
        &mut self,
        id: LaneId,
        organization: OrganizationId,
        call: Call,
    ) -> Result<Option<Batch>, QueueFull> {
        let busy = id.is_some_and(|bucket| self.busy.contains(&bucket));
        let first = !self.lanes.contains_key(&id);
        if first && !busy && self.is_free_for(call.commands.len()) {
            return Ok(Some(self.hand_over(id, vec![call])));
        }
        let commands = call.commands.len();
        if commands > self.limit.saturating_sub(self.waiting) {
            return Err(QueueFull { waiting: self.waiting, limit: self.limit });
        }
        self.waiting += commands;
        self.lanes.entry(id).or_default().push(organization, call);
        if first && !busy {
            self.ready.push_back(id);
        }
        Ok(self.take())
    }

    /// Takes the next batch, if the store is free for one and somebody waits. [`Queue::finish`] has to follow.
    pub(crate) fn take(&mut self) -> Option<Batch> {
        while self.is_free_for(0) {
            let id = self.ready.pop_front()?;
            let lane = self.lanes.get_mut(&id)?;
            let before = lane.commands();
            let calls = lane.take(self.batching.commands);
            self.waiting -= before - lane.commands();
            if lane.is_empty() {
                self.lanes.remove(&id);
            } else if id.is_none() {
                // Several batches of it may be in flight.
                self.ready.push_back(id);
            }
            if !calls.is_empty() {
                return Some(self.hand_over(id, calls));
            }
        }
        None
    }

    /// A batch of this lane is no longer in flight.
    pub(crate) fn finish(&mut self, id: LaneId) {
        self.in_flight -= 1;
        if let Some(bucket) = id {
            self.busy.remove(&bucket);
            if self.lanes.contains_key(&id) {
                self.ready.push_back(id);
            }
        }
    }

    fn hand_over(&mut self, lane: LaneId, calls: Vec<Call>) -> Batch {
        self.in_flight += 1;
        self.busy.extend(lane);
        Batch { lane, calls }
    }

    /// Whether a batch can go, with what waits and so many commands that have just come.
    fn is_free_for(&self, coming: usize) -> bool {
        self.in_flight == 0 || (self.in_flight < self.batching.at_once && self.waiting + coming >= self.batching.beside)
    }
}

#[cfg(test)]
mod tests {
    use domain::ports::Cut;
    use tokio::sync::oneshot;

    use super::*;

    #[test]
    fn nothing_is_kept_of_lanes_in_which_nobody_waits() {
        let mut queue = Queue::new(Batching { cut: Cut::ByBucket, at_once: 1, beside: 1, commands: 1 }, 1000);
        let mut callers = Vec::new();
        let mut batch = None;
        for number in 0..=255 {
            let (caller, answers) = oneshot::channel();
            let call = Call { commands: Vec::new(), caller };
            let started = queue.push(Some(Bucket::new(number)), OrganizationId::from_bits(0), call).unwrap();
            batch = batch.or(started);
            callers.push(answers);
        }
        while let Some(done) = batch {
            queue.finish(done.lane);
            batch = queue.take();
        }
        assert_eq!((queue.lanes.len(), queue.ready.len(), queue.busy.len(), queue.in_flight), (0, 0, 0, 0));
    }
}
