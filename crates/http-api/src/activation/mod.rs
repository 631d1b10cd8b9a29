//! The activation page: what a person with a token sees, in which language, and how it looks.
//!
//! Belongs here: what is known of visitors from their browser, messages, looks, and the page itself. Does not belong
//! here: the contents of files (`crate::files`), and the addresses (`crate::routes::activate`).

mod destination;
mod guest;
mod language;
mod look;
mod messages;
mod page;
mod steps;
mod view;
mod visitor;

pub(crate) use destination::Destination;
pub(crate) use guest::{Guest, Stop};
pub(crate) use look::Look;
pub(crate) use messages::fill;
pub(crate) use page::{Page, start_address};
pub(crate) use steps::{Ways, steps};
pub(crate) use view::{Choice, Finish, QrCode, Start};
pub(crate) use visitor::Visitor;
