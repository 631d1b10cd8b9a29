//! Lists of customers: their order, their pages, and their filters.

mod contact;
mod filter;
mod page;

pub use contact::Contact;
pub use filter::{Filter, Span};
pub use page::{Page, PageQuery, PageSize, Part, Place, Row};
