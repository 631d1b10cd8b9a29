//! Calls that may share a batch, and the order in which they are taken.

use std::collections::VecDeque;
use std::collections::hash_map::{Entry, HashMap};

use domain::value::OrganizationId;

use crate::batch::Call;

/// Queued calls that may share a batch. Organizations take turns by the command, so a bulk load of one organization
/// delays another by at most one turn. The calls of one organization keep their order.
#[derive(Default)]
pub(crate) struct Lane {
    /// The organizations that have a queued call.
    organizations: HashMap<OrganizationId, Waiting>,
    /// The same organizations in the order of their turns.
    turns: VecDeque<OrganizationId>,
    commands: usize,
}

/// The queued calls of one organization.
#[derive(Default)]
struct Waiting {
    calls: VecDeque<Call>,
    /// Turns that the first call has passed up: a call of n commands goes at the nth.
    turns: usize,
}

impl Lane {
    /// The number of queued commands, including those of callers that hung up.
    pub(crate) fn commands(&self) -> usize {
        self.commands
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.organizations.is_empty()
    }

    /// Queues a call behind the organization's other calls.
    pub(crate) fn push(&mut self, organization: OrganizationId, call: Call) {
        self.commands += call.commands.len();
        let entry = self.organizations.entry(organization);
        if let Entry::Vacant(_) = entry {
            self.turns.push_back(organization);
        }
        entry.or_default().calls.push_back(call);
    }

    /// Takes the calls of the next batch, with at most this many commands; a larger call goes alone. Returns no calls
    /// only if none is queued any more. Drops calls whose callers hung up.
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
            if waiting.turns < size {
                self.turns.push_back(organization);
                continue;
            }
            if size > room && !batch.is_empty() {
                // If smaller calls filled the rest of the batch, there might never be room for this one.
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
    /// Drops the first calls as long as their callers hung up, and returns how many commands they had.
    fn forget_abandoned(&mut self) -> usize {
        let mut commands = 0;
        while let Some(call) = self.calls.pop_front_if(|call| call.caller.is_closed()) {
            commands += call.commands.len();
        }
        commands
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::access::Role;
    use domain::customer::{Evidence, ProfileChanges, PutCustomer};
    use domain::ports::Command;
    use domain::value::{CustomerId, EventId, ServiceId};
    use jiff::Timestamp;
    use tokio::sync::oneshot;

    use super::*;
    use crate::batch::Answers;

    fn push(lane: &mut Lane, organization: u128) -> oneshot::Receiver<Answers> {
        let organization_id = OrganizationId::from_bits(organization);
        let id = CustomerId::from_bits(0);
        let put = PutCustomer {
            organization_id,
            id,
            location_id: None,
            lock: None,
            changes: ProfileChanges::default(),
            by: ServiceId::from_bits(0),
            role: Role::OrganizationManager,
            evidence: Evidence::default(),
            event_id: EventId::from_bits(0),
            claim_id: EventId::from_bits(0),
            at: Timestamp::UNIX_EPOCH,
        };
        let (caller, answers) = oneshot::channel();
        lane.push(organization_id, Call { commands: vec![Command::Put(Arc::new(put))], caller });
        answers
    }

    #[test]
    fn nothing_is_kept_of_who_does_not_wait_any_more() {
        let mut lane = Lane::default();
        let callers: Vec<_> = (0..100).map(|organization| push(&mut lane, organization)).collect();
        drop(push(&mut lane, 100));
        let last = push(&mut lane, 101);
        assert_eq!(lane.take(100).len(), 100);
        assert_eq!((lane.organizations.len(), lane.turns.len(), lane.commands()), (2, 2, 2));
        drop(callers);
        assert_eq!(lane.take(100).len(), 1);
        assert_eq!((lane.organizations.len(), lane.turns.len(), lane.commands()), (0, 0, 0));
        drop(last);
    }
}
