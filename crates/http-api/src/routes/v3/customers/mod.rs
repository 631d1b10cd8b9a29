//! Customers.

mod answer;
pub(crate) mod batch;
pub(crate) mod credential;
pub(crate) mod delete;
pub(crate) mod devices;
pub(crate) mod get;
pub(crate) mod history;
pub(crate) mod post;
pub(crate) mod put;
pub(crate) mod sessions;

pub(crate) use answer::NewCustomerResponse;
