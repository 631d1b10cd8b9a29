//! Calls that may share a batch, and who of them is next.

use std::collections::VecDeque;
use std::collections::hash_map::{Entry, HashMap};

use domain::value::OrganizationId;

use crate::batch::Call;

/// Waiting calls that may share a batch. Organizations take turns by the command, so that the bulk load of one delays
/// another by no more than a turn; the calls of one organization go in the order in which they came.
#[derive(Default)]
pub(crate) struct Lane {
    /// Those with a call that waits.
    organizations: HashMap<OrganizationId, Waiting>,
    /// The same organizations; the first has the next turn.
    turns: VecDeque<OrganizationId>,
    commands: usize,
}

/// What waits of one organization.
#[derive(Default)]
struct Waiting {
    calls: VecDeque<Call>,
    /// Turns that the first call has given to the others: one of n commands goes at the nth.
    turns: usize,
}

impl Lane {
    /// Commands that wait, those of callers that hung up included.
    pub(crate) fn commands(&self) -> usize {
        self.commands
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.organizations.is_empty()
    }

    /// Queues a call of an organization behind its others.
    pub(crate) fn push(&mut self, organization: OrganizationId, call: Call) {
        self.commands += call.commands.len();
        let entry = self.organizations.entry(organization);
        if let Entry::Vacant(_) = entry {
            self.turns.push_back(organization);
        }
        entry.or_default().calls.push_back(call);
    }

    /// Takes the calls of the next batch, with at most so many commands; a call that has more goes alone. Nothing only
    /// when nobody waits any more. Calls whose callers hung up are dropped on the way.
    pub(crate) fn take(&mut self, commands: usize) -> Vec<Call> {
        let (mut batch, mut room) = (Vec::new(), commands);
        while room > 0
            && let Some(organization) = self.turns.pop_front()
        {
            let Entry::Occupied(mut entry) = self.organizations.entry(organization) else { continue };
            let waiting = entry.get_mut();
            self.commands -= waiting.forget_abandoned();
            let Some(size) = waiting.calls.front().map(|call| call.commands.len()) else {
                entry.remove();
                continue;
            };
            waiting.turns += 1;
            if waiting.turns < size && !self.turns.is_empty() {
                self.turns.push_back(organization);
                continue;
            }
            if size > room && !batch.is_empty() {
                // Whoever would fill the rest of the batch would do so again and again.
                self.turns.push_front(organization);
                break;
            }
            waiting.turns = 0;
            batch.extend(waiting.calls.pop_front());
            self.commands -= size;
            room = room.saturating_sub(size);
            if waiting.calls.is_empty() {
                entry.remove();
            } else {
                self.turns.push_back(organization);
            }
        }
        batch
    }
}

impl Waiting {
    /// Drops the first calls as long as their callers hung up, and tells how many commands that were.
    fn forget_abandoned(&mut self) -> usize {
        let mut commands = 0;
        while let Some(call) = self.calls.pop_front_if(|call| call.caller.is_closed()) {
            commands += call.commands.len();
        }
        commands
    }
}
