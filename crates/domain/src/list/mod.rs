//! Listing customers: in which order, page by page, and which of them.

mod contact;
mod filter;
mod page;

pub use contact::Contact;
pub use filter::{Filter, Span};
pub use page::{Page, PageQuery, PageSize, Part, Place, Row};
