//! The decisions of a wave, and the writes that they require.

use jiff::Timestamp;

use super::Stored;
use super::touch::{Touch, Touched};
use crate::customer::{
    Customer, Decision, EraseCustomer, Fingerprint, Hit, Key, KeyKind, PostCustomer, PutCustomer, Receipt, Refusal,
    Surroundings, Unreadable, decide_post, decide_put,
};
use crate::history::Event;
use crate::ports::{Command, CommandError, CorruptRow, Outcome, Written};
use crate::value::{CustomerId, LocationId, OrganizationId};

/// The answers to the first commands of a batch, and the writes that make them true.
#[derive(Debug, Default)]
pub struct Wave {
    /// The answers, in the order of the commands. Commands without an answer belong to the next wave.
    pub answers: Vec<Result<Written, CommandError>>,
    /// The indexes of answers whose customers are inserted.
    pub created: Vec<usize>,
    /// The answers whose customers are replaced.
    pub updated: Vec<Update>,
    /// The indexes of answers whose customers are removed, with all dependent rows.
    pub erased: Vec<usize>,
    /// The events for the customers' histories.
    pub events: Vec<Event>,
    /// Keys that customers release and whose values are unreadable in the customers' rows: released before all others.
    /// The store finds them.
    pub lost: Vec<LostKey>,
    /// Keys that customers release. If the customer owned its key, the next in the queue becomes the owner.
    pub released: Vec<Entry>,
    /// Keys that customers take, after the others are released.
    pub taken: Vec<Taken>,
    /// Idempotency records for those answers that may be requested again. If there is already another record after all,
    /// the command has to be decided again.
    pub receipts: Vec<NewReceipt>,
    /// Outbox entries of customers that changed.
    pub waiting: Vec<Waits>,
}

/// An outbox entry: a customer to be sent upstream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Waits {
    /// The customer's organization.
    pub organization_id: OrganizationId,
    /// The customer.
    pub customer_id: CustomerId,
    /// The time since which it is queued.
    pub since: Timestamp,
}

/// An idempotency record to store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReceipt {
    /// The organization of the request.
    pub organization_id: OrganizationId,
    /// The idempotency key.
    pub key: Fingerprint,
    /// The record.
    pub receipt: Receipt,
}

/// A customer to replace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Update {
    /// The index of its answer.
    pub answer: usize,
    /// The customer that the command would have created. If it exists, the command was carried out before, and must not
    /// be carried out again.
    pub unless: Option<CustomerId>,
}

/// A customer's entry in the queue for a key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The queue's organization.
    pub organization_id: OrganizationId,
    /// The key.
    pub key: Key,
    /// The customer.
    pub customer_id: CustomerId,
}

/// The key of one kind that a customer may have, whose value is unreadable in the customer's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LostKey {
    /// The queue's organization.
    pub organization_id: OrganizationId,
    /// The customer.
    pub customer_id: CustomerId,
    /// The kind of key.
    pub kind: KeyKind,
}

/// An entry to append to a queue.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Taken {
    /// The entry.
    pub entry: Entry,
    /// Whether the decision requires that the key has no owner. If it has one after all, the command has to be decided
    /// again.
    pub must_own: bool,
}

/// The data that were read contradict each other, because of concurrent writes: read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("keys and customers do not agree")]
pub struct Stale;

/// A reason why a command has no answer of its own.
enum Interruption {
    Command(CommandError),
    Stale,
}

impl<E: Into<CommandError>> From<E> for Interruption {
    fn from(error: E) -> Self {
        Self::Command(error.into())
    }
}

/// The effect of a command.
struct Effect<'s> {
    written: Written,
    /// The customer before the command, if it existed.
    before: Option<&'s Customer>,
    /// Whether this is a repetition that writes nothing.
    repeated: bool,
    /// The unreadable parts of the customer before the command.
    unreadable: Option<&'s Unreadable>,
}

impl Wave {
    /// Decides commands from the first on, up to one that depends on another: at least one, and at most those that
    /// `stored` was read for.
    ///
    /// # Errors
    /// [`Stale`].
    pub fn decide(commands: &[Command], stored: &Stored) -> Result<Self, Stale> {
        let (mut wave, mut touched) = (Self::default(), Touched::default());
        for command in commands {
            let organization_id = command.organization_id();
            let mut touch = Touch::of(command);
            touch.met.extend(touch.sought.iter().filter_map(|key| stored.owner(organization_id, key)));
            let receipt = stored.receipt(organization_id, touch.request);
            touch.met.extend(receipt.and_then(|receipt| receipt.as_ref().ok()).map(|receipt| receipt.customer_id));
            if touched.concerns(organization_id, &touch) {
                break;
            }
            match stored.effect(command) {
                Ok(effect) => {
                    let alone = effect.loses_keys();
                    if alone && !wave.answers.is_empty() {
                        break;
                    }
                    touch.set_write(effect.before, effect.after());
                    if !touched.add(organization_id, &touch) {
                        break;
                    }
                    if !effect.repeated {
                        wave.receipts.extend(NewReceipt::of(command, &effect.written));
                    }
                    wave.add(command, effect, touch, stored);
                    if alone {
                        break;
                    }
                }
                Err(Interruption::Command(error)) => wave.answers.push(Err(error)),
                Err(Interruption::Stale) => return Err(Stale),
            }
        }
        Ok(wave)
    }

    /// Whether a creation was refused that may have been carried out before, since [`Needs::of`] assumes that it was
    /// not. Then it has to be decided on [`Needs::of_all`]. Writes need no such check: they fail instead, or are
    /// conditional.
    ///
    /// [`Needs::of`]: super::Needs::of
    /// [`Needs::of_all`]: super::Needs::of_all
    pub fn refuses_on_trust(&self, commands: &[Command]) -> bool {
        let mut answered = commands.iter().zip(&self.answers);
        answered.any(|answered| matches!(answered, (Command::Post(_), Err(CommandError::Refused(_)))))
    }

    fn add(&mut self, command: &Command, effect: Effect<'_>, touch: Touch, stored: &Stored) {
        let place = self.answers.len();
        let customer = &effect.written.customer;
        if !effect.repeated {
            let repaired = effect.unreadable.map(Unreadable::columns).unwrap_or_default();
            let event = Event::of_command(command, effect.before, &effect.written, repaired);
            let claim = effect.before.and_then(|before| Event::of_claim(command, before));
            let lost = effect.unreadable.into_iter().flat_map(Unreadable::lost_keys);
            let (organization_id, customer_id) = (customer.organization_id, customer.id);
            self.lost.extend(lost.map(|kind| LostKey { organization_id, customer_id, kind }));
            let forwarded = event.iter().filter(|event| stored.forwarding.contains(&event.organization_id));
            self.waiting.extend(forwarded.map(Waits::because));
            self.events.extend(event);
            self.events.extend(claim);
            let entry = |key| Entry { organization_id: customer.organization_id, key, customer_id: customer.id };
            let must_own =
                |key: &Key| touch.sought.contains(key) && stored.owner(customer.organization_id, key).is_none();
            self.taken.extend(touch.taken.into_iter().map(|key| Taken { must_own: must_own(&key), entry: entry(key) }));
            self.released.extend(touch.released.into_iter().map(entry));
            match effect.written.outcome {
                Outcome::Created => self.created.push(place),
                Outcome::Updated => self.updated.push(Update { answer: place, unless: touch.fresh }),
                Outcome::Erased => self.erased.push(place),
            }
        }
        self.answers.push(Ok(effect.written));
    }
}

impl Waits {
    const fn because(event: &Event) -> Self {
        Self { organization_id: event.organization_id, customer_id: event.customer_id, since: event.at }
    }
}

impl NewReceipt {
    /// The record of this command's write, if the request may be repeated.
    fn of(command: &Command, written: &Written) -> Option<Self> {
        let Command::Post(post) = command else { return None };
        let repeatable = post.repeatable?;
        let receipt = Receipt::of(repeatable, written);
        Some(Self { organization_id: post.organization_id, key: repeatable.key, receipt })
    }
}

impl Stored {
    fn effect(&self, command: &Command) -> Result<Effect<'_>, Interruption> {
        match command {
            Command::Post(post) => self.effect_of_post(post),
            Command::Put(put) => self.effect_of_put(put),
            Command::Erase(erase) => self.effect_of_erase(erase),
        }
    }

    fn effect_of_post(&self, post: &PostCustomer) -> Result<Effect<'_>, Interruption> {
        let surroundings = self.surroundings(post.organization_id, post.location_id)?;
        if let Some(receipt) = self.receipt(post.organization_id, post.repeatable.map(|repeatable| repeatable.key)) {
            let receipt = receipt.as_ref().map_err(|row| CommandError::Corrupt(row.clone()))?;
            let customer = self.customer(post.organization_id, receipt.customer_id)?;
            let written = receipt.answer_again(post, customer)?;
            return Ok(Effect { written, before: None, repeated: true, unreadable: None });
        }
        if let Some(customer) = self.customer(post.organization_id, post.fresh.id)? {
            // The same command was carried out before, and its answer was lost.
            let written = Written { customer: customer.clone(), outcome: Outcome::Created, lock_changed: false };
            return Ok(Effect { written, before: None, repeated: true, unreadable: None });
        }
        if self.gone.contains(&(post.organization_id, post.fresh.id)) {
            // And the customer was erased since.
            return self.effect_of_lost_creation(post, surroundings);
        }
        let hits = self.hits(post)?;
        match decide_post(post, &hits, surroundings)? {
            Decision::Create(customer) => {
                if self.usernames.contains(&(customer.organization_id, customer.username.clone())) {
                    return Err(Refusal::UsernameTaken.into());
                }
                Ok(Effect::new(*customer, None))
            }
            Decision::Update(customer) => {
                let before = hits.iter().map(|hit| hit.customer).find(|before| before.id == customer.id);
                Ok(Effect::new(*customer, before))
            }
        }
    }

    /// The answer of a creation that was carried out before.
    fn effect_of_lost_creation(
        &self,
        post: &PostCustomer,
        surroundings: Surroundings,
    ) -> Result<Effect<'_>, Interruption> {
        let (Decision::Create(customer) | Decision::Update(customer)) = decide_post(post, &[], surroundings)?;
        let written = Written { customer: *customer, outcome: Outcome::Created, lock_changed: false };
        Ok(Effect { written, before: None, repeated: true, unreadable: None })
    }

    fn effect_of_put(&self, put: &PutCustomer) -> Result<Effect<'_>, Interruption> {
        let surroundings = self.surroundings(put.organization_id, put.location_id)?;
        match self.meant(put.organization_id, put.id)? {
            Ok(before) => Ok(Effect::new(decide_put(put, before, surroundings)?, Some(before))),
            Err(unreadable) => {
                let before = unreadable.repaired_by(put).map_err(CommandError::Corrupt)?;
                let effect = Effect::new(decide_put(put, before, surroundings)?, Some(before));
                Ok(Effect { unreadable: Some(unreadable), ..effect })
            }
        }
    }

    fn effect_of_erase(&self, erase: &EraseCustomer) -> Result<Effect<'_>, Interruption> {
        self.surroundings(erase.organization_id, None)?;
        let (before, unreadable) = match self.meant(erase.organization_id, erase.id)? {
            Ok(before) => (before, None),
            Err(unreadable) => {
                let rest = unreadable.rest().ok_or_else(|| CommandError::Corrupt(unreadable.row.clone()))?;
                (rest, Some(unreadable))
            }
        };
        let written = Written { customer: before.clone(), outcome: Outcome::Erased, lock_changed: false };
        Ok(Effect { written, before: Some(before), repeated: false, unreadable })
    }

    /// The customer that a command names by id, readable or not.
    fn meant(
        &self,
        organization_id: OrganizationId,
        id: CustomerId,
    ) -> Result<Result<&Customer, &Unreadable>, CommandError> {
        let foreign = self.foreign.contains(&id);
        let missing = if foreign { Refusal::ForeignCustomer } else { Refusal::UnknownCustomer };
        let found = self.customers.get(&(organization_id, id)).ok_or(CommandError::Refused(missing))?;
        Ok(found.as_ref())
    }

    fn surroundings(
        &self,
        organization_id: OrganizationId,
        location_id: Option<LocationId>,
    ) -> Result<Surroundings, CommandError> {
        let found = self.organizations.get(&organization_id).ok_or(Refusal::UnknownOrganization)?;
        let default_location_id = found.clone().map_err(CommandError::Corrupt)?;
        let location_exists = location_id.is_some_and(|id| self.locations.contains(&(organization_id, id)));
        Ok(Surroundings { default_location_id, location_exists })
    }

    fn customer(&self, organization_id: OrganizationId, id: CustomerId) -> Result<Option<&Customer>, CommandError> {
        let found = self.customers.get(&(organization_id, id)).map(Result::as_ref).transpose();
        found.map_err(|unreadable| CommandError::Corrupt(unreadable.row.clone()))
    }

    fn receipt(
        &self,
        organization_id: OrganizationId,
        key: Option<Fingerprint>,
    ) -> Option<&Result<Receipt, CorruptRow>> {
        self.receipts.get(&(organization_id, key?))
    }

    fn owner(&self, organization_id: OrganizationId, key: &Key) -> Option<CustomerId> {
        self.owners.get(&(organization_id, key.clone())).copied()
    }

    /// The owners of the values that the request names, in its order.
    fn hits(&self, post: &PostCustomer) -> Result<Vec<Hit<'_>>, Interruption> {
        let mut hits = Vec::new();
        for key in post.sought() {
            let kind = key.kind;
            if let Some(owner) = self.owner(post.organization_id, &key) {
                let customer = self.customer(post.organization_id, owner)?.ok_or(Interruption::Stale)?;
                // Its row may have changed after the key was read.
                if customer.profile.key(kind) != Some(key) {
                    return Err(Interruption::Stale);
                }
                hits.push(Hit { kind, customer });
            }
        }
        Ok(hits)
    }
}

impl<'s> Effect<'s> {
    fn new(customer: Customer, before: Option<&'s Customer>) -> Self {
        let outcome = if before.is_some() { Outcome::Updated } else { Outcome::Created };
        let lock_changed = before.is_some_and(|before| before.locked != customer.locked);
        Self { written: Written { customer, outcome, lock_changed }, before, repeated: false, unreadable: None }
    }

    /// Whether it releases keys whose values only the store finds. Whether another command needs one of them is not
    /// known beforehand, so this command gets a wave of its own.
    fn loses_keys(&self) -> bool {
        self.unreadable.is_some_and(|unreadable| unreadable.lost_keys().next().is_some())
    }

    /// The customer after the command, if it still exists.
    fn after(&self) -> Option<&Customer> {
        (self.written.outcome != Outcome::Erased).then_some(&self.written.customer)
    }
}
