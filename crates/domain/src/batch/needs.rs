//! The data that commands need to read.

use std::collections::BTreeSet;

use super::touch::{Touch, Touched};
use crate::customer::{Fingerprint, Key, PostCustomer};
use crate::ports::Command;
use crate::value::{CustomerId, LocationId, OrganizationId, Username};

/// The data to read for a wave. Every set is sorted, so that all transactions query the same rows in the same order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needs {
    /// The number of commands covered, from the first on: those that may share a wave as far as the commands alone
    /// show.
    pub commands: usize,
    /// The organizations, each with the locations that commands name.
    pub places: BTreeSet<(OrganizationId, Option<LocationId>)>,
    /// The keys whose owners are needed, with the owners' customers.
    pub keys: BTreeSet<(OrganizationId, Key)>,
    /// The customers that commands name by id. Some may belong to another organization, or may not exist.
    pub customers: BTreeSet<(OrganizationId, CustomerId)>,
    /// The usernames of which it matters whether they are taken.
    pub usernames: BTreeSet<(OrganizationId, Username)>,
    /// The idempotency keys whose records are needed, with the records' customers.
    pub receipts: BTreeSet<(OrganizationId, Fingerprint)>,
    meant: Vec<(OrganizationId, CustomerId)>,
    doubted: Vec<(OrganizationId, CustomerId)>,
}

/// What is assumed of the generated values of a creation: its id and its random username.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// They are unused.
    Fresh,
    /// The command may have been carried out before, or the name may be taken.
    Nothing,
}

impl Needs {
    /// The needs of these commands, assuming that generated ids and usernames are unused. Exceptions are accidental; a
    /// store whose constraints reveal one reads [`Needs::of_all`].
    pub fn of(commands: &[Command]) -> Self {
        Self::collect(commands, Trust::Fresh)
    }

    /// The needs of these commands, without this assumption.
    pub fn of_all(commands: &[Command]) -> Self {
        Self::collect(commands, Trust::Nothing)
    }

    /// Those of the requested customers that a command names: if one is not in its organization, it matters whether
    /// another organization has it.
    pub fn meant(&self) -> impl Iterator<Item = (OrganizationId, CustomerId)> {
        self.meant.iter().copied()
    }

    /// Those of the requested customers that a command may have created before. If one does not exist, it matters
    /// whether the history has its creation.
    pub fn doubted(&self) -> impl Iterator<Item = (OrganizationId, CustomerId)> {
        self.doubted.iter().copied()
    }

    fn collect(commands: &[Command], trust: Trust) -> Self {
        let (mut needs, mut touched) = (Self::default(), Touched::default());
        for command in commands {
            if !touched.add(command.organization_id(), &Touch::of(command)) {
                break;
            }
            needs.commands += 1;
            match command {
                Command::Post(post) => needs.add_post(post, trust),
                Command::Put(put) => needs.add_meant(put.organization_id, put.location_id, put.id),
                Command::Erase(erase) => needs.add_meant(erase.organization_id, None, erase.id),
            }
        }
        needs
    }

    fn add_meant(&mut self, organization_id: OrganizationId, location_id: Option<LocationId>, id: CustomerId) {
        self.places.insert((organization_id, location_id));
        self.customers.insert((organization_id, id));
        self.meant.push((organization_id, id));
    }

    fn add_post(&mut self, post: &PostCustomer, trust: Trust) {
        let organization_id = post.organization_id;
        self.places.insert((organization_id, post.location_id));
        self.receipts.extend(post.repeatable.map(|repeatable| (organization_id, repeatable.key)));
        self.keys.extend(post.sought().into_iter().map(|key| (organization_id, key)));
        if trust == Trust::Nothing {
            self.doubted.push((organization_id, post.fresh.id));
        }
        // A given name that is taken may be this command's own, from an earlier attempt.
        if trust == Trust::Nothing || post.username.is_some() {
            self.customers.insert((organization_id, post.fresh.id));
            let username = post.username.as_ref().unwrap_or(&post.fresh.username);
            self.usernames.insert((organization_id, username.clone()));
        }
    }
}
