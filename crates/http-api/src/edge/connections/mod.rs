//! Connections of one listener: how many there may be, which of them gives way to a new one, and when one ends that makes no
//! progress.

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
