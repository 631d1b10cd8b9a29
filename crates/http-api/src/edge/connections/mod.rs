//! The connections of one listener: their number, which idle one is closed for a new one, and when one without progress
//! is closed.

mod bounds;
mod metrics;
mod origin;
mod places;
mod seat;
mod watched;

pub use bounds::ConnectionBounds;
pub use metrics::ConnectionMetrics;
pub(super) use places::{Admission, Places};
pub(crate) use seat::ConnectionHandle;
pub(super) use seat::{End, Seat, Turn};
pub(super) use watched::Watched;
