//! A customer as it stands on the wire, for POST and PUT alike.

use domain::InvalidValue;
use domain::customer::{Patch, PersonChanges, ProfileChanges};
use domain::value::{
    BirthDate, CivilStatus, Country, CustomChanges, DoubleOptin, Email, Gender, Language, Picture, ShortText, ZipCode,
    visible,
};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::groups::{DeviceBody, DocumentBody, ProcessingDataBody};
use super::member::Member;
use super::policies::PoliciesBody;
use super::{Reader, json, schema};

/// A customer to create or to change. Members that are not known are ignored. Where a boolean is needed, its word and 1
/// and 0 are taken too; blank texts count as null.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = newCustomer)]
pub(crate) struct NewCustomer {
    /// The organization. Needed to create; has to be the service's own. Ignored by PUT.
    #[schema(value_type = String, required = false, example = "0197f2c8d0a07c53b0d1f1f4b0c7a001")]
    pub(crate) organization_id: Member,
    /// The location. The organization's default one if absent or null.
    #[schema(value_type = Option<String>, example = "0197f2c8d0a07c53b0d1f1f4b0c7a002")]
    pub(crate) location_id: Member,
    /// The access point at which the customer signed up.
    #[schema(value_type = Option<String>, max_length = 255)]
    hotspot_id: Member,
    #[schema(schema_with = schema::source, required = false)]
    pub(crate) source: Member,
    /// The name to log in with, unique in the organization, at most 63 bytes. A random one if absent or blank. Ignored
    /// by updates.
    #[schema(value_type = Option<String>)]
    pub(crate) username: Member,
    /// The password to log in with, at most 128 bytes within the Basic Multilingual Plane. A random one if absent or
    /// blank. Ignored by updates.
    #[schema(value_type = Option<String>, format = Password)]
    pub(crate) password: Member,
    /// First name.
    #[schema(value_type = Option<String>, max_length = 255, example = "Ada")]
    first_name: Member,
    /// Last name.
    #[schema(value_type = Option<String>, max_length = 255, example = "Byron")]
    last_name: Member,
    /// Telephone number with its country code; kept in E.164 form. The organization's settings say which ones are taken.
    #[schema(value_type = Option<String>, example = "+14155552671")]
    phone_number: Member,
    /// The number was proven to be the person's.
    #[schema(value_type = Option<schema::Flag>)]
    phone_verified: Member,
    /// E-mail address.
    #[schema(value_type = Option<String>, max_length = 254, example = "ada@example.org")]
    email: Member,
    /// The address was proven to be the person's.
    #[schema(value_type = Option<schema::Flag>)]
    email_verified: Member,
    #[schema(schema_with = schema::gender, required = false)]
    gender: Member,
    /// Birth date, from 1900 to today.
    #[schema(value_type = Option<String>, format = Date, example = "1975-03-16")]
    birth_date: Member,
    /// Language, as a tag of BCP 47 in any case, `en` or `zh-Hant-TW`; also as POSIX writes it, `en_US`.
    #[schema(value_type = Option<String>, max_length = 255, example = "en")]
    language: Member,
    /// What an answer says of a language beyond its code. Counts when `language` is absent, or is the code of the same
    /// language.
    #[schema(value_type = Option<String>, max_length = 255, example = "en-GB")]
    language_tag: Member,
    /// Country, as an ISO 3166-1 code in any case: alpha-2, alpha-3 or numeric. `UK`, `EL` and `XK` are taken too, and a
    /// subdivision in the form of ISO 3166-2.
    #[schema(value_type = Option<String>, example = "GB")]
    country: Member,
    /// Postal code.
    #[schema(value_type = Option<String>, max_length = 32)]
    zip_code: Member,
    /// Company.
    #[schema(value_type = Option<String>, max_length = 255)]
    company_name: Member,
    #[schema(schema_with = schema::civil_status, required = false)]
    civil_status: Member,
    #[schema(schema_with = schema::double_optin, required = false)]
    double_optin: Member,
    #[schema(schema_with = schema::custom, required = false)]
    custom: Member,
    /// A picture's address, or a small picture as a data URL.
    #[schema(value_type = Option<String>, max_length = 65536)]
    picture: Member,
    /// What the person accepted. An update merges member by member.
    #[schema(value_type = Option<PoliciesBody>)]
    policies: Member,
    /// An identity document. An update merges member by member.
    #[schema(value_type = Option<DocumentBody>)]
    document: Member,
    /// Whether the customer is kept from logging in. A creation locks unless this is false. Updates change it when sent;
    /// only an Organization Manager unlocks.
    #[schema(value_type = Option<schema::Flag>)]
    pub(crate) lock: Member,
    /// The Internet plan.
    #[schema(value_type = Option<String>, max_length = 255)]
    profile_id: Member,
    /// The customer's id in an outside system.
    #[schema(value_type = Option<String>, max_length = 255)]
    ext_id: Member,
    /// The first property of an outside system.
    #[schema(value_type = Option<String>, max_length = 255)]
    ext_prop1: Member,
    /// The second property of an outside system.
    #[schema(value_type = Option<String>, max_length = 255)]
    ext_prop2: Member,
    /// What may be done with the person's data. An update merges member by member.
    #[schema(value_type = Option<ProcessingDataBody>)]
    processing_data: Member,
    /// The device with which the person signed up. An update merges member by member.
    #[schema(value_type = Option<DeviceBody>)]
    device: Member,
}

impl NewCustomer {
    /// What the body changes in a profile. What is wrong goes to the reader.
    pub(crate) fn changes(&self, reader: &mut Reader) -> ProfileChanges {
        let today = reader.today;
        ProfileChanges {
            person: PersonChanges {
                hotspot_id: reader.text("hotspotId", &self.hotspot_id, ShortText::parse),
                first_name: reader.text("firstName", &self.first_name, ShortText::parse),
                last_name: reader.text("lastName", &self.last_name, ShortText::parse),
                phone_number: reader.phone_number("phoneNumber", &self.phone_number),
                phone_verified: reader.flag("phoneVerified", &self.phone_verified),
                email: reader.text("email", &self.email, Email::parse),
                email_verified: reader.flag("emailVerified", &self.email_verified),
                gender: reader.text("gender", &self.gender, gender),
                birth_date: reader.text("birthDate", &self.birth_date, |text| BirthDate::parse(text, today)),
                language: self.language(reader),
                country: reader.text("country", &self.country, Country::parse),
                zip_code: reader.text("zipCode", &self.zip_code, ZipCode::parse),
                company_name: reader.text("companyName", &self.company_name, ShortText::parse),
                civil_status: reader.text("civilStatus", &self.civil_status, CivilStatus::parse),
                double_optin: reader.text("doubleOptin", &self.double_optin, DoubleOptin::parse),
                picture: reader.text("picture", &self.picture, Picture::parse),
                profile_id: reader.text("profileId", &self.profile_id, ShortText::parse),
                ext_id: reader.text("extId", &self.ext_id, ShortText::parse),
                ext_prop1: reader.text("extProp1", &self.ext_prop1, ShortText::parse),
                ext_prop2: reader.text("extProp2", &self.ext_prop2, ShortText::parse),
            },
            custom: custom(&self.custom, reader),
            policies: reader.group("policies", &self.policies).map(|body: PoliciesBody| body.changes(reader)),
            document: reader.group("document", &self.document).map(|body: DocumentBody| body.changes(reader)),
            processing_data: reader
                .group("processingData", &self.processing_data)
                .map(|body: ProcessingDataBody| body.changes(reader)),
            device: reader.group("device", &self.device).map(|body: DeviceBody| body.changes(reader)),
        }
    }
}

impl NewCustomer {
    /// The language. A client that sends back what it was answered loses nothing, and one that knows only the code can change
    /// it.
    fn language(&self, reader: &mut Reader) -> Patch<Language> {
        let language = reader.text("language", &self.language, Language::parse);
        let tag = reader.text("languageTag", &self.language_tag, Language::parse);
        match (language, tag) {
            (Patch::Keep, tag @ Patch::Set(_)) => tag,
            (Patch::Set(language), Patch::Set(tag)) if language.tag().is_none() && language.code() == tag.code() => {
                Patch::Set(tag)
            }
            (language, _) => language,
        }
    }
}

/// The SDKs' documentation says M, F and O.
fn gender(text: &str) -> Result<Gender, InvalidValue> {
    match &*visible(text) {
        "M" | "m" => Ok(Gender::Male),
        "F" | "f" => Ok(Gender::Female),
        "O" | "o" => Ok(Gender::Other),
        word => Gender::parse(word),
    }
}

/// The published example sends the object as a text that holds it.
fn custom(member: &Member, reader: &mut Reader) -> Patch<CustomChanges> {
    let members = match &member.0 {
        Some(Value::String(text)) if !text.trim().is_empty() => match json::parse(text.as_bytes()) {
            Ok(Value::Object(members)) => Patch::Set(members),
            _ => reader.accept("custom", Err(InvalidValue::invalid("must be an object, or a text that holds one"))),
        },
        Some(Value::String(_)) => Patch::Clear,
        _ => reader.object("custom", member),
    };
    match members {
        Patch::Keep => Patch::Keep,
        Patch::Clear => Patch::Clear,
        Patch::Set(members) => reader.accept("custom", CustomChanges::parse(members)),
    }
}
