//! The HTTP interface: Cloud4Wi's wire format over the ports of the domain.
//!
//! Belongs here: wire names and the leniency that real clients need (`wire`), sessions (`session`), rate limits
//! (`limit`), pages of lists (`listing`), the handling common to all requests (`edge`) and their metrics (`metrics`),
//! the page on which a person sets up a device (`activation`) and the files for it (`files`), one file per operation
//! under `routes`, and the mapping from errors to statuses (`error`). Does not belong here: rules, which are in
//! `domain`, and anything about a particular store.

mod activation;
mod edge;
mod error;
mod files;
mod limit;
mod listing;
mod metrics;
mod openapi;
mod radius;
mod remembered;
mod routes;
mod session;
mod settings;
mod state;
mod wire;

pub use edge::connections::{ConnectionBounds, ConnectionMetrics};
pub use edge::runtimes::Runtimes;
pub use edge::serve::Server;
pub use error::ApiError;
pub use limit::Rates;
pub use listing::ListLimits;
pub use openapi::openapi_json;
pub use routes::{radius_router, router, router_on, settings_json};
pub use session::JwtKey;
pub use state::{Api, Limits, Ports, RadiusPorts, Site};
pub use wire::{Malformed, parse_json};
