//! Requests and responses, generated from `docs/openapi.json`.
//!
//! Cloud4Wi's own responses contain nulls where Guestbook's omit a member, texts in place of numbers, and undocumented
//! members. So every member is optional, scalars are read leniently, and unknown members are ignored.

#[rustfmt::skip]
mod generated;

pub use generated::*;

pub use crate::Secret;
pub use crate::lenient::{Flag, Number, Text};
