//! Short ways to say what a request changes.

use domain::customer::{
    Deduplication, DeviceChanges, Patch, PolicyChanges, PostCustomer, ProfileChanges, PutCustomer, Repeatable,
};
use domain::value::{Email, LocationId, Password, PhoneNumber, ShortText, Username};
use serde_json::Value;

/// A text of the domain.
pub fn text<const MAX: usize>(text: &str) -> domain::value::Text<MAX> {
    domain::value::Text::parse(text).unwrap()
}

/// What both commands can say. Every value must be valid.
#[expect(missing_docs, reason = "each sets what it is named after")]
#[must_use]
pub trait Edit: Sized {
    fn changes(&mut self) -> &mut ProfileChanges;
    fn lock_to(&mut self) -> &mut Option<bool>;
    fn location_to(&mut self) -> &mut Option<LocationId>;

    /// Changes the changes.
    fn with(mut self, change: impl FnOnce(&mut ProfileChanges)) -> Self {
        change(self.changes());
        self
    }

    fn email(self, value: &str) -> Self {
        self.with(|changes| changes.person.email = Patch::Set(Email::parse(value).unwrap()))
    }

    fn phone(self, value: &str) -> Self {
        self.with(|changes| changes.person.phone_number = Patch::Set(PhoneNumber::parse(value).unwrap()))
    }

    fn ext_id(self, value: &str) -> Self {
        self.with(|changes| changes.person.ext_id = Patch::Set(text(value)))
    }

    fn first_name(self, value: &str) -> Self {
        self.with(|changes| changes.person.first_name = Patch::Set(text(value)))
    }

    fn guid(self, value: &str) -> Self {
        let guid: Patch<ShortText> = Patch::Set(text(value));
        self.with(|changes| match &mut changes.device {
            Patch::Set(device) => device.guid = guid,
            device => *device = Patch::Set(DeviceChanges { guid, ..DeviceChanges::default() }),
        })
    }

    fn custom(self, members: Value) -> Self {
        let Value::Object(members) = members else { panic!("not an object: {members}") };
        self.with(|changes| changes.custom = Patch::Set(domain::value::CustomChanges::parse(members).unwrap()))
    }

    fn lock(mut self, lock: bool) -> Self {
        *self.lock_to() = Some(lock);
        self
    }

    fn location(mut self, location_id: LocationId) -> Self {
        *self.location_to() = Some(location_id);
        self
    }
}

impl Edit for PostCustomer {
    fn changes(&mut self) -> &mut ProfileChanges {
        &mut self.changes
    }

    fn lock_to(&mut self) -> &mut Option<bool> {
        &mut self.lock
    }

    fn location_to(&mut self) -> &mut Option<LocationId> {
        &mut self.location_id
    }
}

impl Edit for PutCustomer {
    fn changes(&mut self) -> &mut ProfileChanges {
        &mut self.changes
    }

    fn lock_to(&mut self) -> &mut Option<bool> {
        &mut self.lock
    }

    fn location_to(&mut self) -> &mut Option<LocationId> {
        &mut self.location_id
    }
}

/// What only a POST can say.
#[expect(missing_docs, reason = "each sets what it is named after")]
#[must_use]
pub trait EditPost: Sized {
    fn deduplicate(self, list: &str) -> Self;
    fn username(self, name: &str) -> Self;
    fn password(self, password: &str) -> Self;
    fn without_policies(self) -> Self;
    fn repeatable(self, key: &str, request: &str) -> Self;
}

impl EditPost for PostCustomer {
    fn deduplicate(mut self, list: &str) -> Self {
        self.deduplicate = Deduplication::parse(list).unwrap();
        self
    }

    fn username(mut self, name: &str) -> Self {
        self.username = Some(Username::parse(name).unwrap());
        self
    }

    fn password(mut self, password: &str) -> Self {
        self.password = Some(Password::parse(password).unwrap());
        self
    }

    fn without_policies(mut self) -> Self {
        self.changes.policies = Patch::Keep;
        self
    }

    fn repeatable(mut self, key: &str, request: &str) -> Self {
        self.repeatable = Some(Repeatable::new(key, request.as_bytes()).unwrap());
        self
    }
}

/// The policies that a creation needs.
pub fn accepted() -> PolicyChanges {
    PolicyChanges { privacy: Patch::Set(true), terms_of_use: Patch::Set(true), ..PolicyChanges::default() }
}
