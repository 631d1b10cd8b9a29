//! Values with their rules: each is a newtype that only its `parse` makes.

mod birth_date;
mod country;
mod custom;
mod email;
mod id;
mod language;
mod password;
mod phone_number;
mod policy_name;
mod text;
mod username;
mod vocabulary;

pub use birth_date::BirthDate;
pub use country::Country;
pub use custom::{Custom, CustomChanges};
pub use email::Email;
pub use id::{Bucket, CustomerId, LocationId, OrganizationId, ServiceId};
pub use language::Language;
pub use password::Password;
pub use phone_number::PhoneNumber;
pub use policy_name::PolicyName;
pub use text::{Name, Picture, ShortText, Text, ZipCode};
pub use username::Username;
pub use vocabulary::{CivilStatus, DoubleOptin, Gender, Source};
