//! Rate limits.

mod allowance;
mod apps;
mod budget;
mod limiter;
mod passwords;
mod rates;
mod secrets;

pub(crate) use apps::{AppLimits, Attempt, Became};
pub(crate) use budget::{Budget, Share};
pub(crate) use limiter::{Left, Limiter};
pub(crate) use passwords::{PasswordLimit, Try};
pub use rates::Rates;
pub(crate) use secrets::SecretLimit;
