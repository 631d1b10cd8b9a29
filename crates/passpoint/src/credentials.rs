//! The credentials of a customer.

use std::fmt;

use crate::{Error, Field, limits, text};

/// Username and password of a customer, representable on every system. `Debug` does not show the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    pub(crate) username: String,
    pub(crate) password: String,
    pub(crate) customer_id: String,
}

impl Credentials {
    /// Parses username and password as the RADIUS server receives them, and an id that identifies the customer
    /// permanently.
    ///
    /// # Errors
    /// All errors, at most one per field.
    pub fn parse(username: &str, password: &str, customer_id: &str) -> Result<Self, Vec<Error>> {
        let checks = [
            self::username(username),
            text::check(Field::Password, password, limits::PASSWORD_BYTES),
            text::check(Field::CustomerId, customer_id, limits::CUSTOMER_ID_BYTES),
        ];
        let faults: Vec<_> = checks.into_iter().filter_map(Result::err).collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        let [username, password, customer_id] = [username, password, customer_id].map(str::to_owned);
        Ok(Self { username, password, customer_id })
    }
}

/// Android trims blanks, so another user would log in. (It does not trim the password, which is encoded at that point.)
fn username(name: &str) -> Result<(), Error> {
    let field = Field::Username;
    text::check(field, name, limits::USERNAME_BYTES)?;
    let cut = name.starts_with(' ') || name.ends_with(' ');
    if cut { Err(Error::Invalid { field, fault: "must not start or end with a blank" }) } else { Ok(()) }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { username, password: _, customer_id } = self;
        f.debug_struct("Credentials")
            .field("username", username)
            .field("customer_id", customer_id)
            .finish_non_exhaustive()
    }
}
