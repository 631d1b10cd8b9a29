//! What happened to a customer: who did what and when, which fields changed, and what the person agreed to. It tells no
//! value, and its bare facts stay when the customer is erased.

mod event;
mod field;

pub use event::{Call, Consent, Event};
pub use field::{Field, Fields};
