//! The model: a list of people, and for each value the queue of those who have it. Nothing here is shared with the rules
//! of the domain.

use std::collections::BTreeMap;

use domain::customer::Fresh;
use domain::value::{CustomerId, LocationId, Source};
use jiff::Timestamp;

use super::step::{Field, Place, Post, Put, Text, Values};

/// A customer, as the model knows one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Person {
    pub(super) id: CustomerId,
    pub(super) location: LocationId,
    pub(super) source: Source,
    pub(super) username: String,
    pub(super) password: String,
    pub(super) locked: bool,
    /// The fields that have a value.
    pub(super) fields: BTreeMap<Field, String>,
    pub(super) created_at: Timestamp,
    pub(super) modified_at: Timestamp,
}

/// Which name met whom.
type Met = Vec<(String, CustomerId)>;

/// What a write is answered.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    Conflict(Met),
    Created(Person),
    Denied(Vec<String>),
    Erased(Person),
    Foreign,
    Invalid(Vec<String>),
    Taken,
    Unknown,
    Updated(Person),
}

impl Answer {
    pub(super) const KINDS: [&'static str; 9] =
        ["conflict", "created", "denied", "erased", "foreign", "invalid", "taken", "unknown", "updated"];

    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Conflict(_) => "conflict",
            Self::Created(_) => "created",
            Self::Denied(_) => "denied",
            Self::Erased(_) => "erased",
            Self::Foreign => "foreign",
            Self::Invalid(_) => "invalid",
            Self::Taken => "taken",
            Self::Unknown => "unknown",
            Self::Updated(_) => "updated",
        }
    }
}

/// A token that was issued.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Token {
    pub(super) customer: CustomerId,
    pub(super) expires_at: Timestamp,
    pub(super) hits_left: Option<u32>,
}

impl Token {
    pub(super) fn is_alive(&self, now: Timestamp) -> bool {
        now < self.expires_at && self.hits_left != Some(0)
    }
}

/// The registry of one organization.
pub(super) struct Plain {
    pub(super) people: Vec<Person>,
    /// Everybody who ever was created, as at the beginning.
    created: BTreeMap<CustomerId, Person>,
    /// Who has the value, the owner first.
    queues: BTreeMap<(Field, &'static str), Vec<CustomerId>>,
    /// What each person's keys are the same as.
    keys: BTreeMap<(CustomerId, Field), &'static str>,
    lobby: LocationId,
}

/// The policies that a new customer has to accept and did not.
fn denied(values: &Values) -> Vec<String> {
    let accepted = |field| values.get(&field).copied().flatten().map(|text| text.stored) == Some("true");
    [(Field::TermsOfUse, "policies.termsOfUse"), (Field::Privacy, "policies.privacy")]
        .into_iter()
        .filter(|(field, _)| !accepted(*field))
        .map(|(_, path)| path.to_owned())
        .collect()
}

impl Plain {
    pub(super) const fn new(lobby: LocationId) -> Self {
        Self { people: Vec::new(), created: BTreeMap::new(), queues: BTreeMap::new(), keys: BTreeMap::new(), lobby }
    }

    pub(super) fn post(&mut self, post: &Post, fresh: &Fresh) -> Answer {
        if let Some(person) = self.people.iter().find(|person| person.id == fresh.id) {
            return Answer::Created(person.clone());
        }
        if let Some(person) = self.created.get(&fresh.id) {
            // Erased since. The answer to a lost one is as it was.
            return Answer::Created(person.clone());
        }
        // In a POST null counts as absent.
        let values: Values = post.values.iter().filter(|(_, value)| value.is_some()).map(|(f, v)| (*f, *v)).collect();
        match self.find(post, &values) {
            Err(met) => Answer::Conflict(met),
            Ok(Some(_)) if post.location == Some(Place::Nowhere) => Answer::Invalid(vec!["locationId".to_owned()]),
            Ok(None) if post.location == Some(Place::Nowhere) => {
                // Whatever keeps a customer from being created is told at once.
                Answer::Invalid(["locationId".to_owned()].into_iter().chain(denied(&values)).collect())
            }
            Ok(Some(id)) => {
                let proven =
                    self.people.iter().any(|person| person.id == id && post.password == Some(&*person.password));
                if post.public_app && !proven {
                    // Whoever only found somebody changes nothing that vouches for a person, or identifies one.
                    let open = [Field::FirstName, Field::Tier];
                    let values = values.into_iter().filter(|(field, _)| open.contains(field)).collect();
                    return self.change(id, &values, None, post.location, fresh.at);
                }
                // A public app locks, and never unlocks.
                let lock = if post.public_app && post.lock == Some(false) { None } else { post.lock };
                self.change(id, &values, lock, post.location, fresh.at)
            }
            Ok(None) => self.create(post, &values, fresh),
        }
    }

    /// Whom the values find, or the different people whom they meet.
    fn find(&self, post: &Post, values: &Values) -> Result<Option<CustomerId>, Met> {
        let mut asked = Vec::new();
        for (field, name) in &post.deduplicate {
            if let Some(Some(text)) = values.get(field) {
                asked.push((*field, *name, text.same));
            }
        }
        let mut met = Met::new();
        for (field, name, same) in &asked {
            let is_outside_id = [Field::ExtId, Field::ExtProp1, Field::ExtProp2].contains(field);
            if *field != Field::Guid
                && !(post.public_app && is_outside_id)
                && let Some(owner) = self.owner(*field, same)
            {
                met.push(((*name).to_owned(), owner));
            }
        }
        if let Some((_, first)) = met.first() {
            return if met.iter().all(|(_, id)| id == first) { Ok(Some(*first)) } else { Err(met) };
        }
        let guid = asked.iter().find(|(field, _, _)| *field == Field::Guid);
        let Some(found) = guid.and_then(|(field, _, same)| self.owner(*field, same)) else { return Ok(None) };
        for (field, _, same) in asked {
            if field != Field::Guid && self.keys.get(&(found, field)).is_some_and(|theirs| *theirs != same) {
                return Ok(None);
            }
        }
        Ok(Some(found))
    }

    fn owner(&self, field: Field, same: &'static str) -> Option<CustomerId> {
        self.queues.get(&(field, same)).and_then(|queue| queue.first().copied())
    }

    fn create(&mut self, post: &Post, values: &Values, fresh: &Fresh) -> Answer {
        let denied = denied(values);
        if !denied.is_empty() {
            return Answer::Denied(denied);
        }
        let username = post.username.unwrap_or(fresh.username.as_str());
        if self.people.iter().any(|person| person.username == username) {
            return Answer::Taken;
        }
        self.people.push(Person {
            id: fresh.id,
            location: self.lobby,
            source: post.source,
            username: username.to_owned(),
            password: post.password.unwrap_or(fresh.password.reveal()).to_owned(),
            locked: post.lock != Some(false),
            fields: BTreeMap::new(),
            created_at: fresh.at,
            modified_at: fresh.at,
        });
        match self.change(fresh.id, values, None, None, fresh.at) {
            Answer::Updated(person) => {
                self.created.insert(fresh.id, person.clone());
                Answer::Created(person)
            }
            other => other,
        }
    }

    pub(super) fn put(&mut self, id: CustomerId, stranger: CustomerId, put: &Put, at: Timestamp) -> Answer {
        if id == stranger {
            return Answer::Foreign;
        }
        if self.people.iter().all(|person| person.id != id) {
            return Answer::Unknown;
        }
        if put.location == Some(Place::Nowhere) {
            return Answer::Invalid(vec!["locationId".to_owned()]);
        }
        self.change(id, &put.values, put.lock, put.location, at)
    }

    pub(super) fn erase(&mut self, id: CustomerId, stranger: CustomerId) -> Answer {
        if id == stranger {
            return Answer::Foreign;
        }
        let Some(place) = self.people.iter().position(|person| person.id == id) else { return Answer::Unknown };
        for (field, _) in Field::KEYS {
            self.requeue(id, field, None);
        }
        Answer::Erased(self.people.remove(place))
    }

    fn change(
        &mut self,
        id: CustomerId,
        values: &Values,
        lock: Option<bool>,
        location: Option<Place>,
        at: Timestamp,
    ) -> Answer {
        for (field, value) in values {
            if Field::KEYS.iter().any(|(key, _)| key == field) {
                self.requeue(id, *field, *value);
            }
        }
        let person = self.people.iter_mut().find(|person| person.id == id).unwrap();
        for (field, value) in values {
            match value {
                Some(text) => drop(person.fields.insert(*field, text.stored.to_owned())),
                None => drop(person.fields.remove(field)),
            }
        }
        if let Some(lock) = lock {
            person.locked = lock;
        }
        if location.is_some() {
            person.location = self.lobby;
        }
        person.modified_at = at;
        Answer::Updated(person.clone())
    }

    /// Leaves the queue of the old value and joins the end of the new one's, unless they are the same.
    fn requeue(&mut self, id: CustomerId, field: Field, value: Option<Text>) {
        let new = value.map(|text| text.same);
        let old = self.keys.remove(&(id, field));
        if let Some(new) = new {
            self.keys.insert((id, field), new);
        }
        if old == new {
            return;
        }
        if let Some(old) = old {
            self.queues.get_mut(&(field, old)).unwrap().retain(|other| *other != id);
        }
        if let Some(new) = new {
            self.queues.entry((field, new)).or_default().push(id);
        }
    }
}
