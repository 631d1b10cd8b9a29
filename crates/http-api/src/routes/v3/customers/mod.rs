//! Customers.

mod answer;
pub(crate) mod credential;
pub(crate) mod get;
pub(crate) mod post;
pub(crate) mod put;

pub(crate) use answer::NewCustomerResponse;
