//! Who proves to be a customer's own device, and what one may change who does not.
//!
//! The key of a public app is in everybody's hands, and so are e-mail addresses, telephone numbers and outside ids of others.
//! Whoever finds a customer by them has proven nothing. So what vouches for the customer, identifies it, permits or costs
//! something is not changed by such a caller: it is a claim, which the history keeps.

use super::{Customer, Patch, PersonChanges, ProfileChanges};
use crate::access::Role;
use crate::customer_fields;
use crate::token::SecretHash;
use crate::value::{CustomerId, Password, ShortText};

/// What a caller shows to prove that it is the customer's own device.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Evidence {
    /// Ids of the app's installation, which no other device knows.
    pub install_ids: Vec<ShortText>,
    /// The customer's password.
    pub password: Option<Password>,
    /// The customer whose known devices have one of the installations.
    pub device_of: Option<CustomerId>,
}

impl Evidence {
    /// Whether it is the installation or the password that the customer was created with, or a device that was proven before.
    ///
    /// Hashes are compared, so that the time that it takes tells nothing of what is right.
    pub fn proves(&self, customer: &Customer) -> bool {
        let same = |shown: &str, right: &str| SecretHash::of(right).matches(SecretHash::of(shown));
        let created_with = customer.profile.device.install_id.as_ref();
        let installation =
            created_with.is_some_and(|right| self.install_ids.iter().any(|shown| same(shown.as_str(), right.as_str())));
        let password = self.password.as_ref().is_some_and(|shown| same(shown.reveal(), customer.password.reveal()));
        installation || password || self.device_of == Some(customer.id)
    }

    /// Whether a caller of this role may change all that its role may change at all, of this customer. Of the roles that can
    /// write, only a public app's key is no secret.
    pub(super) fn trusts(&self, role: Role, customer: &Customer) -> bool {
        role != Role::PublicApp || self.proves(customer)
    }
}

/// Moves the changes of the single values that only a trusted caller may make out of `$changes`, into another one.
macro_rules! take_claims {
    (
        $changes:ident,
        $(#[$section_doc:meta])* person: $Section:ident, $Changes:ident, $prefix:literal {
            $($(#[$doc:meta])* $field:ident: $type:ident, $name:literal, [$variant:ident = $number:literal, $who:ident];)*
        }
        $($groups:tt)*
    ) => {
        $Changes { $($field: take_claims!(@$who $changes.$field),)* }
    };
    (@anyone $changes:ident.$field:ident) => {
        Patch::Keep
    };
    (@proven $changes:ident.$field:ident) => {
        std::mem::take(&mut $changes.$field)
    };
}

/// Divides changes into those that anybody may make who found the customer, and those that are only a claim. The list of
/// fields says of each single value which one it is; groups are claims.
pub(super) fn divide(changes: ProfileChanges) -> (ProfileChanges, ProfileChanges) {
    let ProfileChanges { mut person, custom, policies, document, processing_data, device } = changes;
    let claimed = customer_fields!(take_claims person,);
    let claimed =
        ProfileChanges { person: claimed, policies, document, processing_data, device, ..ProfileChanges::default() };
    (ProfileChanges { person, custom, ..ProfileChanges::default() }, claimed)
}
