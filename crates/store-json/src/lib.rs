//! The JSON in which every store keeps groups of fields that are only read together.
//!
//! Belongs here: the stored names, and the way from values of the domain to them and back. Does not belong here: columns,
//! SQL, and the names on the wire, which change for other reasons.
//!
//! The names change only with a migration. A member that is not known here makes the row unreadable: the alternative would
//! be to drop it at the next update.

mod consents;
mod customer;
mod installation;
mod location;
mod object;
mod settings;

pub use consents::ConsentsJson;
pub use customer::{DeviceJson, DocumentJson, PoliciesJson, ProcessingDataJson};
pub use installation::InstallationJson;
pub use location::LocationJson;
pub use object::object;
pub use settings::SettingsJson;
