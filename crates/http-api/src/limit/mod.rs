//! How often things may be asked.

mod limiter;
mod passwords;
mod rates;
mod secrets;

pub(crate) use limiter::{Left, Limiter};
pub(crate) use passwords::PasswordLimit;
pub use rates::Rates;
pub(crate) use secrets::SecretLimit;
