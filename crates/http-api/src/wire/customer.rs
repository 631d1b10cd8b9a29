//! A customer as it stands on the wire, for POST and PUT alike.

use domain::InvalidValue;
use domain::customer::{Patch, PersonChanges, ProfileChanges};
use domain::value::{CustomChanges, Language};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::member::Member;
use super::policies::PoliciesBody;
use super::section::{DeviceBody, DocumentBody, PersonBody, ProcessingDataBody};
use super::{JsonBody, Reader, json, schema};

/// A customer to create or to change. Members that are not known are ignored. Where a boolean is needed, its word and 1
/// and 0 are accepted too; blank texts count as null.
#[derive(ToSchema)]
#[schema(as = newCustomer, rename_all = "camelCase")]
pub(crate) struct NewCustomer {
    /// The organization. Needed to create; has to be the service's own. Ignored by PUT.
    #[schema(value_type = String, required = false, example = "0197f2c8d0a07c53b0d1f1f4b0c7a001")]
    pub(crate) organization_id: Member,
    /// The location. The organization's default one if absent or null.
    #[schema(value_type = Option<String>, example = "0197f2c8d0a07c53b0d1f1f4b0c7a002")]
    pub(crate) location_id: Member,
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
    /// Whether the customer is kept from logging in. A creation locks unless this is false. Updates change it when sent;
    /// only an Organization Manager unlocks.
    #[schema(value_type = Option<schema::Flag>)]
    pub(crate) lock: Member,
    /// What an answer says of a language beyond its code. Counts when `language` is absent, or is the code of the same
    /// language.
    #[schema(value_type = Option<String>, max_length = 255, example = "en-GB")]
    language_tag: Member,
    #[schema(schema_with = schema::custom, required = false)]
    custom: Member,
    /// What the person accepted. An update merges member by member.
    #[schema(value_type = Option<PoliciesBody>)]
    policies: Member,
    /// An identity document. An update merges member by member.
    #[schema(value_type = Option<DocumentBody>)]
    document: Member,
    /// What may be done with the person's data. An update merges member by member.
    #[schema(value_type = Option<ProcessingDataBody>)]
    processing_data: Member,
    /// The device with which the person signed up. An update merges member by member.
    #[schema(value_type = Option<DeviceBody>)]
    device: Member,
    /// The single values, and whatever else was sent.
    #[schema(ignore)]
    others: Map<String, Value>,
}

impl NewCustomer {
    /// The members of a body.
    pub(crate) fn of(JsonBody(mut others): JsonBody) -> Self {
        let mut member = |name| Member(others.remove(name));
        Self {
            organization_id: member("organizationId"),
            location_id: member("locationId"),
            source: member("source"),
            username: member("username"),
            password: member("password"),
            lock: member("lock"),
            language_tag: member("languageTag"),
            custom: member("custom"),
            policies: member("policies"),
            document: member("document"),
            processing_data: member("processingData"),
            device: member("device"),
            others,
        }
    }

    /// What the body changes in a profile. What is wrong goes to the reader.
    pub(crate) fn changes(&mut self, reader: &mut Reader) -> ProfileChanges {
        let person = PersonBody::read(&mut self.others, reader);
        ProfileChanges {
            person: PersonChanges { language: self.language(person.language, reader), ..person },
            custom: custom(&self.custom, reader),
            policies: reader.group("policies", &self.policies).map(|body: PoliciesBody| body.changes(reader)),
            document: reader.object("document", &self.document).map(|mut body| DocumentBody::read(&mut body, reader)),
            processing_data: reader
                .object("processingData", &self.processing_data)
                .map(|mut body| ProcessingDataBody::read(&mut body, reader)),
            device: reader.object("device", &self.device).map(|mut body| DeviceBody::read(&mut body, reader)),
        }
    }
}

impl NewCustomer {
    /// The language. A client that sends back what it was answered loses nothing, and one that knows only the code can change
    /// it.
    fn language(&self, language: Patch<Language>, reader: &mut Reader) -> Patch<Language> {
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
