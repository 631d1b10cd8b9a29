//! Values with their rules: each is a newtype that only its `parse` creates.

mod birth_date;
mod ca_certificate;
mod color;
mod country;
mod css;
mod custom;
mod degrees;
mod email;
mod host_name;
mod id;
mod language;
mod line;
mod list;
mod logo_url;
mod password;
mod phone_number;
mod policy_name;
mod roaming_consortium;
mod stored_text;
mod tag;
mod text;
mod time_zone;
mod username;
mod visible;
mod vocabulary;
mod web_url;

pub use birth_date::BirthDate;
pub use ca_certificate::CaCertificate;
pub use color::Color;
pub use country::Country;
pub use css::Css;
pub use custom::{Custom, CustomChanges};
pub use degrees::{Degrees, Latitude, Longitude};
pub use email::Email;
pub use host_name::{HostName, ServerName};
pub use id::{Bucket, CustomerId, EventId, LedgerEntryId, LocationId, NetworkSessionId, OrganizationId, ServiceId};
pub use language::Language;
pub use line::{Attribute, FriendlyName, Line, Ssid};
pub use list::List;
pub use logo_url::LogoUrl;
pub use password::Password;
pub use phone_number::{NumberingPlansError, PhoneNumber, install_numbering_plans};
pub use policy_name::PolicyName;
pub use roaming_consortium::RoamingConsortium;
pub use stored_text::StoredText;
pub use tag::Tag;
pub use text::{Name, Picture, PushToken, ShortText, Text, ZipCode};
pub use time_zone::TimeZone;
pub use username::Username;
pub use visible::{is_invisible, visible};
pub use vocabulary::{CivilStatus, DoubleOptin, FileKind, Gender, InnerMethod, PhoneNumberRule, Source};
pub use web_url::WebUrl;

/// A value that is yes or no.
pub type Flag = bool;
