//! What a POST and a PUT do to what is stored: pure functions, so that every store decides alike.

use jiff::Timestamp;

use super::evidence::divide;
use super::{Conflict, Customer, Deduplication, Evidence, Key, KeyKind, Profile, ProfileChanges, Refusal, Repeatable};
use crate::access::Role;
use crate::organization::PolicyList;
use crate::value::{CustomerId, EventId, LocationId, OrganizationId, Password, ServiceId, Source, Username};
use crate::{InvalidValue, Violation, ViolationCode};

/// A validated request to create a customer, or to update the one that is there already.
#[derive(Debug, Clone, PartialEq)]
pub struct PostCustomer {
    /// The owner.
    pub organization_id: OrganizationId,
    /// By which values to look for an existing customer.
    pub deduplicate: Deduplication,
    /// Through which door the customer came. Only for a creation.
    pub source: Source,
    /// The venue, if one is named.
    pub location_id: Option<LocationId>,
    /// The name to log in with, if one is given. Only for a creation.
    pub username: Option<Username>,
    /// The password, if one is given. Only for a creation.
    pub password: Option<Password>,
    /// Whether to lock, if said.
    pub lock: Option<bool>,
    /// The person. Nulls count as absent.
    pub changes: ProfileChanges,
    /// The service that asks.
    pub by: ServiceId,
    /// Its role.
    pub role: Role,
    /// What it shows of the customer that it may find. The password that is sent is among it.
    pub evidence: Evidence,
    /// The history has under this id what is claimed and not taken.
    pub claim_id: EventId,
    /// What the organization asks of a new customer.
    pub asked: PolicyList,
    /// What a creation takes when nothing is given.
    pub fresh: Fresh,
    /// How it is known again, should its sender want that.
    pub repeatable: Option<Repeatable>,
}

/// What a creation needs of the outside world. Made once a request, so that a repeated transaction creates no second
/// customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Fresh {
    /// The id of the new customer.
    pub id: CustomerId,
    /// A random name.
    pub username: Username,
    /// A random password.
    pub password: Password,
    /// The time of the request, to the millisecond.
    pub at: Timestamp,
}

/// A validated request to change a customer.
#[derive(Debug, Clone, PartialEq)]
pub struct PutCustomer {
    /// The organization of the service that asks.
    pub organization_id: OrganizationId,
    /// The customer.
    pub id: CustomerId,
    /// The venue, if it changes.
    pub location_id: Option<LocationId>,
    /// Whether to lock, if said.
    pub lock: Option<bool>,
    /// The person. Nulls clear.
    pub changes: ProfileChanges,
    /// The service that asks.
    pub by: ServiceId,
    /// Its role.
    pub role: Role,
    /// What it shows of the customer.
    pub evidence: Evidence,
    /// The history has it under this id.
    pub event_id: EventId,
    /// The history has under this id what is claimed and not taken.
    pub claim_id: EventId,
    /// The time of the request, to the millisecond.
    pub at: Timestamp,
}

/// A request to remove a customer for good, and everything that hangs on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EraseCustomer {
    /// The organization of the service that asks.
    pub organization_id: OrganizationId,
    /// The customer.
    pub id: CustomerId,
    /// The service that asks.
    pub by: ServiceId,
    /// The history has it under this id.
    pub event_id: EventId,
    /// The time of the request, to the millisecond.
    pub at: Timestamp,
}

impl PostCustomer {
    /// The history has it under this id, whatever it leads to. So the creation of a customer, and no other event, has the
    /// customer's own id.
    pub const fn event_id(&self) -> EventId {
        EventId::from_bytes(self.fresh.id.to_bytes())
    }

    /// The values to look for, of those that are named. A public app finds nobody by outside ids: they are counted up, so that
    /// whoever has its key would find everybody.
    pub fn sought(&self) -> Vec<Key> {
        let mut keys = self.deduplicate.keys(&self.changes);
        keys.retain(|key| self.role != Role::PublicApp || !key.kind.is_outside_id());
        keys
    }

    /// Whether the caller may change everything of the customer that its role may change, and be told everything that its
    /// role may be told. A public app that only found the customer may not.
    pub fn is_trusted_with(&self, customer: &Customer) -> bool {
        self.evidence.trusts(self.role, customer)
    }

    /// The customer as it would be if all that is claimed and not taken were true; `None` when everything was taken.
    pub(crate) fn claim(&self, before: &Customer) -> Option<Customer> {
        let changes = || self.changes.clone().without_clears();
        if self.is_trusted_with(before) { None } else { claim(changes(), self.lock, before) }
    }
}

impl PutCustomer {
    /// As [`PostCustomer::is_trusted_with`].
    pub fn is_trusted_with(&self, customer: &Customer) -> bool {
        self.evidence.trusts(self.role, customer)
    }

    /// As [`PostCustomer::claim`].
    pub(crate) fn claim(&self, before: &Customer) -> Option<Customer> {
        if self.is_trusted_with(before) { None } else { claim(self.changes.clone(), self.lock, before) }
    }
}

fn claim(changes: ProfileChanges, lock: Option<bool>, before: &Customer) -> Option<Customer> {
    // What exceeds a limit could not have been taken either.
    let profile = divide(changes).1.merge(&before.profile).ok()?;
    Some(Customer { profile, locked: lock.unwrap_or(before.locked), ..before.clone() })
}

/// What is stored around a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Surroundings {
    /// The location of customers for whom none is named.
    pub default_location_id: LocationId,
    /// The location that the request names, if any, is one of the organization's.
    pub location_exists: bool,
}

/// A name of the `deduplicate` list whose value is stored, and the owner of the value.
#[derive(Debug, Clone, Copy)]
pub struct Hit<'a> {
    /// The name.
    pub kind: KeyKind,
    /// The owner: of several customers with the value, the one that took it first.
    pub customer: &'a Customer,
}

/// What to write.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// A new customer. The username may still turn out to be taken.
    Create(Box<Customer>),
    /// A stored customer's new state.
    Update(Box<Customer>),
}

/// Decides a POST.
///
/// `hits` holds one entry for each key of [`PostCustomer::sought`] that has an owner.
///
/// # Errors
/// [`Refusal::DuplicateConflict`] when identity names lead to different customers; [`Refusal::Invalid`] for an unknown
/// location or a limit that the merged customer exceeds; [`Refusal::PolicyNotAccepted`] when a new customer did not
/// accept.
pub fn decide_post(post: &PostCustomer, hits: &[Hit<'_>], surroundings: Surroundings) -> Result<Decision, Refusal> {
    match find_target(post, hits)? {
        Some(before) => update_by_hit(post, before, surroundings).map(|after| Decision::Update(Box::new(after))),
        None => create(post, surroundings).map(|customer| Decision::Create(Box::new(customer))),
    }
}

/// Decides a PUT on the stored customer.
///
/// # Errors
/// [`Refusal::Invalid`] for an unknown location or a limit that the merged customer exceeds.
pub fn decide_put(put: &PutCustomer, before: &Customer, surroundings: Surroundings) -> Result<Customer, Refusal> {
    let changes = put.changes.clone();
    let (changes, lock) = if put.is_trusted_with(before) { (changes, put.lock) } else { (divide(changes).0, None) };
    let profile = merge(changes, &before.profile, put.location_id, surroundings).map_err(Refusal::Invalid)?;
    Ok(Customer {
        location_id: put.location_id.unwrap_or(before.location_id),
        locked: lock.unwrap_or(before.locked),
        profile,
        modified_at: put.at,
        ..before.clone()
    })
}

/// The customer that a POST means, if it is stored.
fn find_target<'a>(post: &PostCustomer, hits: &[Hit<'a>]) -> Result<Option<&'a Customer>, Refusal> {
    let identity: Vec<_> = hits.iter().filter(|hit| hit.kind.is_identity()).collect();
    if let Some(first) = identity.first() {
        if identity.iter().any(|hit| hit.customer.id != first.customer.id) {
            return Err(Refusal::DuplicateConflict(
                identity.iter().map(|hit| Conflict { kind: hit.kind, customer_id: hit.customer.id }).collect(),
            ));
        }
        return Ok(Some(first.customer));
    }
    let guid = hits.iter().find(|hit| hit.kind == KeyKind::Guid);
    Ok(guid.map(|hit| hit.customer).filter(|customer| !contradicts(post, &customer.profile)))
}

/// The customer found by the device has another e-mail, number or outside id than the one who is asking now.
fn contradicts(post: &PostCustomer, found: &Profile) -> bool {
    post.deduplicate
        .keys(&post.changes)
        .into_iter()
        .filter(|key| key.kind.is_identity())
        .any(|named| found.key(named.kind).is_some_and(|stored| stored != named))
}

fn update_by_hit(post: &PostCustomer, before: &Customer, surroundings: Surroundings) -> Result<Customer, Refusal> {
    let changes = post.changes.clone().without_clears();
    let (changes, lock) = if post.is_trusted_with(before) {
        // Not even a customer's own device lets back in whom the venue has locked out.
        (changes, post.lock.filter(|lock| *lock || post.role != Role::PublicApp))
    } else {
        (divide(changes).0, None)
    };
    let profile = merge(changes, &before.profile, post.location_id, surroundings).map_err(Refusal::Invalid)?;
    Ok(Customer {
        location_id: post.location_id.unwrap_or(before.location_id),
        locked: lock.unwrap_or(before.locked),
        profile,
        modified_at: post.fresh.at,
        ..before.clone()
    })
}

fn create(post: &PostCustomer, surroundings: Surroundings) -> Result<Customer, Refusal> {
    let missing = post.changes.policies_missing_for_creation(&post.asked);
    let profile = match merge(post.changes.clone(), &Profile::default(), post.location_id, surroundings) {
        Ok(profile) if missing.is_empty() => profile,
        Ok(_) => return Err(Refusal::PolicyNotAccepted(missing)),
        // Everything that is wrong is told at once.
        Err(violations) => return Err(Refusal::Invalid(violations.into_iter().chain(missing).collect())),
    };
    let fresh = &post.fresh;
    Ok(Customer {
        id: fresh.id,
        organization_id: post.organization_id,
        location_id: post.location_id.unwrap_or(surroundings.default_location_id),
        source: post.source,
        username: post.username.clone().unwrap_or_else(|| fresh.username.clone()),
        password: post.password.clone().unwrap_or_else(|| fresh.password.clone()),
        locked: post.lock.unwrap_or(true),
        profile,
        created_at: fresh.at,
        modified_at: fresh.at,
    })
}

fn merge(
    changes: ProfileChanges,
    before: &Profile,
    location_id: Option<LocationId>,
    surroundings: Surroundings,
) -> Result<Profile, Vec<Violation>> {
    let merged = changes.merge(before);
    let location = (location_id.is_some() && !surroundings.location_exists).then(unknown_location);
    match (merged, location) {
        (Ok(profile), None) => Ok(profile),
        (merged, location) => Err(location.into_iter().chain(merged.err().unwrap_or_default()).collect()),
    }
}

fn unknown_location() -> Violation {
    InvalidValue::new(ViolationCode::Unknown, "is not a location of the organization").at("locationId")
}
