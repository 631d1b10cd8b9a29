//! Customers and the keys by which they are found.

mod batch;
mod columns;
mod contact;
mod directory;
mod erase;
mod examine;
mod find;
mod key;
mod page;
mod read;
mod receipt;
mod row;
mod script;
mod tell;
mod write;

pub(crate) use examine::examine;
pub(crate) use find::{absence, unknown_or_foreign};
pub(crate) use read::customers_of;
pub(crate) use script::{ROWS, Script, padded};
pub(crate) use tell::tell;
