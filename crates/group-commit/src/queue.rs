//! The queue of calls, and when the next batch can start.

use std::collections::{HashMap, HashSet, VecDeque};

use domain::ports::Batching;
use domain::value::{Bucket, OrganizationId};

use crate::batch::Call;
use crate::error::QueueFull;
use crate::lane::Lane;

/// A lane: one per bucket, or a single one where batches are not cut.
pub(crate) type LaneId = Option<Bucket>;

/// Calls that go to the store together.
pub(crate) struct Batch {
    pub(crate) lane: LaneId,
    pub(crate) calls: Vec<Call>,
}

/// The calls that are queued for the store, and the batches in flight. The cost of each operation per command does not
/// depend on the length of the queue.
pub(crate) struct Queue {
    batching: Batching,
    /// The maximum number of queued commands.
    limit: usize,
    /// The number of queued commands.
    waiting: usize,
    /// The number of batches in flight.
    in_flight: usize,
    /// The buckets of these batches, if batches are cut.
    busy: HashSet<Bucket>,
    /// The lanes that have queued calls.
    lanes: HashMap<LaneId, Lane>,
    /// The idle lanes among them, each once. The first has been idle longest and is next: that is fair, and the fullest
    /// bucket cannot keep the others out.
    ready: VecDeque<LaneId>,
}

impl Queue {
    /// An empty queue. It allows at least one command per batch and one batch in flight, regardless of `batching`.
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

    /// Queues a call, and takes the next batch as [`Queue::take`] does. A call that finds the store free is not queued,
    /// so it never exceeds the limit.
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

    /// Takes the next batch, if the store is free for one and a call is queued. [`Queue::finish`] must follow.
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
                // Several batches of this lane may be in flight.
                self.ready.push_back(id);
            }
            if !calls.is_empty() {
                return Some(self.hand_over(id, calls));
            }
        }
        None
    }

    /// Records that a batch of this lane is no longer in flight.
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

    /// Whether a batch can start, given the queued commands and this many new ones.
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
