//! The activation page: what a person with a token sees, in which language, and how it looks.
//!
//! Belongs here: what visitors are told by their browser, messages, looks, and the page itself. Does not belong here: what
//! files are made of (`crate::login`), and the addresses (`crate::routes::activate`).

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
