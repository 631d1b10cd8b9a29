//! The HTTP interface: Cloud4Wi's wire format over the ports of the domain.
//!
//! Belongs here: wire names and the leniency that real clients need (`wire`), sessions (`session`), how often things may be asked (`limit`), what happens to
//! every request (`edge`), one file for each operation under `routes`, and the one place that turns errors into
//! statuses (`error`). Does not belong here: rules (they are in `domain`) and anything about a particular store.

mod edge;
mod error;
mod limit;
mod openapi;
mod radius;
mod routes;
mod session;
mod settings;
mod state;
mod wire;

pub use edge::serve::serve;
pub use error::ApiError;
pub use limit::Rates;
pub use openapi::openapi_json;
pub use routes::router;
pub use session::JwtKey;
pub use state::{Api, Limits, Ports, RadiusPorts};
