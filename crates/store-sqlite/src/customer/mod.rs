//! Customers and the keys by which they are found.

mod batch;
mod columns;
mod contact;
mod directory;
mod find;
mod key;
mod page;
mod read;
mod receipt;
mod row;
mod script;
mod write;

pub(crate) use find::exists_anywhere;
