//! What commands have to know.

use std::collections::BTreeSet;

use super::touch::{Touch, Touched};
use crate::customer::{Fingerprint, Key, PostCustomer};
use crate::ports::Command;
use crate::value::{CustomerId, LocationId, OrganizationId, Username};

/// What to read for a wave. Every set is sorted, so that all transactions ask for the same rows in the same order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needs {
    /// How many commands, from the first on, this is for: those that may share a wave as far as the commands alone tell.
    pub commands: usize,
    /// The organizations, each with the locations that are named.
    pub places: BTreeSet<(OrganizationId, Option<LocationId>)>,
    /// The keys whose owners are to be found, with the owners' customers.
    pub keys: BTreeSet<(OrganizationId, Key)>,
    /// The customers that are meant by their ids. Some may be in another organization, or nowhere.
    pub customers: BTreeSet<(OrganizationId, CustomerId)>,
    /// The usernames of which it matters whether anybody has them.
    pub usernames: BTreeSet<(OrganizationId, Username)>,
    /// The keys of requests whose receipts are to be found, with the receipts' customers.
    pub receipts: BTreeSet<(OrganizationId, Fingerprint)>,
    meant: Vec<(OrganizationId, CustomerId)>,
    doubted: Vec<(OrganizationId, CustomerId)>,
}

/// How much is taken for granted of what a creation brings along: its id and its random username.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// Nobody has them.
    Fresh,
    /// The command may have been carried out before, or the name may be somebody's.
    Nothing,
}

impl Needs {
    /// What these commands have to know when ids and usernames that were made for them are nobody's yet. That is so but
    /// for an accident; a store whose constraints show that it is not reads [`Needs::of_all`].
    pub fn of(commands: &[Command]) -> Self {
        Self::collect(commands, Trust::Fresh)
    }

    /// The same, with nothing taken for granted.
    pub fn of_all(commands: &[Command]) -> Self {
        Self::collect(commands, Trust::Nothing)
    }

    /// Of the customers that are asked for, those that a command means: when one is not in its organization, it matters
    /// whether another one has it.
    pub fn meant(&self) -> impl Iterator<Item = (OrganizationId, CustomerId)> {
        self.meant.iter().copied()
    }

    /// Of the customers that are asked for, those that a command may have created before. When one is not there, it matters
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
        // A given name that is somebody's may be this command's own, from before.
        if trust == Trust::Nothing || post.username.is_some() {
            self.customers.insert((organization_id, post.fresh.id));
            let username = post.username.as_ref().unwrap_or(&post.fresh.username);
            self.usernames.insert((organization_id, username.clone()));
        }
    }
}
