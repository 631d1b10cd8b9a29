//! Bodies and answers, generated from `docs/openapi.json`.
//!
//! Cloud4Wi's own answers hold nulls where Guestbook's have nothing, texts where numbers are meant, and members that are in
//! no document. So every member is optional, scalars are read leniently, and what is not known is ignored.

#[rustfmt::skip]
mod generated;

pub use generated::*;

pub use crate::Secret;
pub use crate::lenient::{Flag, Number, Text};
