//! The schemas of members whose words are a rule of the domain.

use std::borrow::Cow;

use domain::limits;
use domain::value::{InnerMethod, PhoneNumberRule, Source};
use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Object, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

/// A blank text counts as null, so what can be null can be one too.
pub(super) fn words(words: impl Iterator<Item = &'static str>, description: &str, nullable: bool) -> Object {
    let null = nullable.then_some([Value::Null, Value::from("")]);
    let types =
        if nullable { SchemaType::from_iter([Type::String, Type::Null]) } else { SchemaType::new(Type::String) };
    ObjectBuilder::new()
        .schema_type(types)
        .description(Some(description))
        .enum_values(Some(null.into_iter().flatten().chain(words.map(Value::from))))
        .build()
}

/// The schema of what is read by [`super::Reader::flag`]: clients send booleans in many forms.
pub(super) struct Flag;

impl PartialSchema for Flag {
    fn schema() -> RefOr<Schema> {
        let flag = ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([Type::Boolean, Type::Number, Type::String]))
            .description(Some("A boolean. 1 and 0 are taken too, and the words and digits as texts."));
        Schema::Object(flag.build()).into()
    }
}

impl ToSchema for Flag {
    fn name() -> Cow<'static, str> {
        "flag".into()
    }
}

pub(super) fn source() -> Object {
    words(
        Source::ALL.iter().map(|word| word.as_str()),
        "Through which door the customer came. Needed; ignored by updates.",
        false,
    )
}

pub(super) fn phone_numbers() -> Object {
    words(
        PhoneNumberRule::ALL.iter().map(|word| word.as_str()),
        "Which telephone numbers customers may have: `valid` ones, which their country's numbering plan assigns, or also those \
         that are only `possible`, whose length alone fits.",
        true,
    )
}

pub(super) fn inner_method() -> Object {
    words(
        InnerMethod::ALL.iter().map(|word| word.as_str()),
        "How the password travels within the tunnel of EAP-TTLS, in any case.",
        true,
    )
}

pub(super) fn custom() -> Object {
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::Object, Type::Null]))
        .description(Some(format!(
            "Attributes of your own, kept as they are: at most {} members, {} bytes, {} levels. An update merges member by \
             member and removes those that are null. A text that holds such an object is taken too.",
            limits::CUSTOM_MEMBERS,
            limits::CUSTOM_BYTES,
            limits::CUSTOM_DEPTH
        )))
        .build()
}
