//! Customers and the keys by which they are found.

mod batch;
mod find;
mod key;
mod post;
mod put;
mod row;
mod surroundings;
mod write;

pub(crate) use find::exists_anywhere;
