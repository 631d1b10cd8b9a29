//! What stands on the wire, and the leniency that real clients need.

mod answer;
mod body;
mod customer;
mod device_report;
mod form;
mod json;
mod location;
mod member;
mod octet_form;
mod page;
mod params;
mod policies;
mod reader;
mod schema;
mod section;
mod segment;
mod settings;
mod stored;
mod stored_device;
mod value;

pub(crate) use answer::{ErrorBody, ErrorField, KO, OK, time};
pub use json::{Malformed, parse as parse_json};

pub(crate) use body::{JsonBody, is_ndjson};
pub(crate) use customer::NewCustomer;
pub(crate) use device_report::DeviceReport;
pub(crate) use form::FormBody;
pub(crate) use location::{LocationAnswer, LocationBody};
pub(crate) use member::Member;
pub(crate) use octet_form::OctetForm;
pub(crate) use page::PageParams;
pub(crate) use params::{Params, whole_number};
pub(crate) use reader::Reader;
pub(crate) use section::add_single_values;
pub(crate) use segment::{FirstSegment, Segment};
pub(crate) use settings::SettingsBody;
pub(crate) use stored::StoredCustomer;
