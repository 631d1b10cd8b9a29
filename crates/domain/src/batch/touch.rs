//! The read sets and write sets of commands, which show whether a command depends on another.

use std::collections::HashSet;

use crate::customer::{Customer, Fingerprint, Key, KeyKind};
use crate::ports::Command;
use crate::value::{CustomerId, OrganizationId, Username};

/// The read set and write set of one command.
#[derive(Debug, Default)]
pub(super) struct Touch {
    /// Keys whose owner it reads.
    pub(super) sought: Vec<Key>,
    /// Keys whose queue it joins. Several commands can do that in one wave: they join in their order.
    pub(super) taken: Vec<Key>,
    /// Keys whose queue it leaves.
    pub(super) released: Vec<Key>,
    /// Customers that it reads.
    pub(super) met: Vec<CustomerId>,
    /// The customer that it writes.
    pub(super) written: Option<CustomerId>,
    /// The username that it takes or releases.
    pub(super) username: Option<Username>,
    /// The customer that it creates if it finds none.
    pub(super) fresh: Option<CustomerId>,
    /// The idempotency key of the request.
    pub(super) request: Option<Fingerprint>,
}

/// The write set of the commands so far.
#[derive(Debug, Default)]
pub(super) struct Touched {
    taken: HashSet<(OrganizationId, Key)>,
    released: HashSet<(OrganizationId, Key)>,
    customers: HashSet<CustomerId>,
    usernames: HashSet<(OrganizationId, Username)>,
    requests: HashSet<(OrganizationId, Fingerprint)>,
}

impl Touch {
    /// The sets as far as the command alone shows: any key that it sends may be taken.
    pub(super) fn of(command: &Command) -> Self {
        match command {
            Command::Post(post) => Self {
                sought: post.sought(),
                taken: KeyKind::ALL.into_iter().filter_map(|kind| post.changes.key(kind)).collect(),
                met: vec![post.fresh.id],
                fresh: Some(post.fresh.id),
                written: Some(post.fresh.id),
                username: Some(post.username.as_ref().unwrap_or(&post.fresh.username).clone()),
                request: post.repeatable.map(|repeatable| repeatable.key),
                ..Self::default()
            },
            Command::Put(put) => Self::meaning(put.id),
            Command::Erase(erase) => Self::meaning(erase.id),
        }
    }

    fn meaning(id: CustomerId) -> Self {
        Self { met: vec![id], written: Some(id), ..Self::default() }
    }

    /// Sets the actual write set, given the customer before and after the command.
    pub(super) fn set_write(&mut self, before: Option<&Customer>, after: Option<&Customer>) {
        let keys = |customer: Option<&Customer>| customer.map(Customer::keys).unwrap_or_default();
        let (old, new) = (keys(before), keys(after));
        self.taken = new.iter().filter(|key| !old.contains(key)).cloned().collect();
        self.released = old.into_iter().filter(|key| !new.contains(key)).collect();
        self.written = after.or(before).map(|customer| customer.id);
        // It changes only when the customer is created or erased.
        self.username = before.xor(after).map(|customer| customer.username.clone());
    }
}

impl Touched {
    /// Adds a command of the organization. Returns `false`, and adds nothing, if it has to see an earlier command's
    /// write.
    pub(super) fn add(&mut self, organization_id: OrganizationId, touch: &Touch) -> bool {
        if self.concerns(organization_id, touch) {
            return false;
        }
        let keyed = |key: &Key| (organization_id, key.clone());
        self.taken.extend(touch.taken.iter().map(keyed));
        self.released.extend(touch.released.iter().map(keyed));
        self.customers.extend(touch.written);
        self.usernames.extend(touch.username.iter().map(|name| (organization_id, name.clone())));
        self.requests.extend(touch.request.map(|key| (organization_id, key)));
        true
    }

    /// Whether an earlier command writes something that this one reads.
    pub(super) fn concerns(&self, organization_id: OrganizationId, touch: &Touch) -> bool {
        let taken = |key: &Key| self.taken.contains(&(organization_id, key.clone()));
        let released = |key: &Key| self.released.contains(&(organization_id, key.clone()));
        touch.sought.iter().chain(&touch.released).any(|key| taken(key) || released(key))
            || touch.taken.iter().any(released)
            || touch.met.iter().chain(&touch.written).any(|id| self.customers.contains(id))
            || touch.request.is_some_and(|key| self.requests.contains(&(organization_id, key)))
            || touch.username.iter().any(|name| self.usernames.contains(&(organization_id, name.clone())))
    }
}
