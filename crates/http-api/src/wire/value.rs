//! How the value of a field stands on the wire: one implementation for each type of the domain's list of fields.

use domain::InvalidValue;
use domain::customer::Patch;
use domain::limits;
use domain::value::{
    BirthDate, CivilStatus, Country, DoubleOptin, Email, Flag, Gender, Language, PhoneNumber, Text, visible,
};
use serde::ser::SerializeMap;
use utoipa::openapi::schema::SchemaType;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, OneOfBuilder, RefBuilder, Schema, SchemaFormat, Type};

use super::member::Member;
use super::{Reader, schema};

/// A value of a field as a member of an object. What is absent, null or blank is the reader's concern.
pub(super) trait WireValue: Sized {
    /// Reads the member at this path. What is wrong with it goes to the reader.
    fn read(reader: &mut Reader, path: &str, member: &Member) -> Patch<Self>;

    /// Writes the member of an answer.
    ///
    /// # Errors
    /// The object cannot be written.
    fn write<M: SerializeMap>(&self, name: &'static str, members: &mut M) -> Result<(), M::Error>;

    /// The schema of the member of a request, for a field with this description.
    fn sent(description: String) -> Schema;

    /// The schema of the member of an answer, for a field with this description.
    fn stored(description: String) -> Schema;
}

impl<const MAX: usize> WireValue for Text<MAX> {
    fn read(reader: &mut Reader, path: &str, member: &Member) -> Patch<Self> {
        reader.text(path, member, Self::parse)
    }

    fn write<M: SerializeMap>(&self, name: &'static str, members: &mut M) -> Result<(), M::Error> {
        members.serialize_entry(name, self.as_str())
    }

    fn sent(description: String) -> Schema {
        text(description).max_length(Some(MAX)).into()
    }

    fn stored(description: String) -> Schema {
        text(description).into()
    }
}

impl WireValue for Flag {
    fn read(reader: &mut Reader, path: &str, member: &Member) -> Patch<Self> {
        reader.flag(path, member)
    }

    fn write<M: SerializeMap>(&self, name: &'static str, members: &mut M) -> Result<(), M::Error> {
        members.serialize_entry(name, self)
    }

    fn sent(description: String) -> Schema {
        let flag = RefBuilder::new().ref_location_from_schema_name("flag").description(Some(description));
        OneOfBuilder::new().item(flag.build()).item(ObjectBuilder::new().schema_type(Type::Null)).into()
    }

    fn stored(description: String) -> Schema {
        let types = SchemaType::from_iter([Type::Boolean, Type::Null]);
        ObjectBuilder::new().schema_type(types).description(Some(description)).into()
    }
}

impl WireValue for BirthDate {
    fn read(reader: &mut Reader, path: &str, member: &Member) -> Patch<Self> {
        let today = reader.today;
        reader.text(path, member, |text| Self::parse(text, today))
    }

    fn write<M: SerializeMap>(&self, name: &'static str, members: &mut M) -> Result<(), M::Error> {
        members.serialize_entry(name, &format_args!("{self}"))
    }

    fn sent(description: String) -> Schema {
        with_example(date(with_note(description, "From 1900 to today.")), "1975-03-16")
    }

    fn stored(description: String) -> Schema {
        date(description).into()
    }
}

impl WireValue for PhoneNumber {
    fn read(reader: &mut Reader, path: &str, member: &Member) -> Patch<Self> {
        reader.phone_number(path, member)
    }

    fn write<M: SerializeMap>(&self, name: &'static str, members: &mut M) -> Result<(), M::Error> {
        members.serialize_entry(name, self.as_str())
    }

    fn sent(description: String) -> Schema {
        let note =
            "With its country code; kept in E.164 form. The organization's settings say which ones are accepted.";
        with_example(text(with_note(description, note)), "+14155552671")
    }

    fn stored(description: String) -> Schema {
        text(with_note(description, "In E.164 form.")).into()
    }
}

impl WireValue for Email {
    fn read(reader: &mut Reader, path: &str, member: &Member) -> Patch<Self> {
        reader.text(path, member, Self::parse)
    }

    fn write<M: SerializeMap>(&self, name: &'static str, members: &mut M) -> Result<(), M::Error> {
        members.serialize_entry(name, self.as_str())
    }

    fn sent(description: String) -> Schema {
        with_example(text(description).max_length(Some(limits::EMAIL)), "ada@example.org")
    }

    fn stored(description: String) -> Schema {
        text(with_note(description, "As it was typed.")).into()
    }
}

impl WireValue for Language {
    fn read(reader: &mut Reader, path: &str, member: &Member) -> Patch<Self> {
        reader.text(path, member, Self::parse)
    }

    /// The code alone: a tag that says more has a member of its own.
    fn write<M: SerializeMap>(&self, name: &'static str, members: &mut M) -> Result<(), M::Error> {
        self.code().map_or(Ok(()), |code| members.serialize_entry(name, code))
    }

    fn sent(description: String) -> Schema {
        let note = "A tag of BCP 47 in any case, `en` or `zh-Hant-TW`; also as POSIX writes it, `en_US`.";
        with_example(text(with_note(description, note)).max_length(Some(limits::SHORT_TEXT)), "en")
    }

    fn stored(description: String) -> Schema {
        text(with_note(description, "The ISO 639-1 code, if it has one.")).into()
    }
}

impl WireValue for Country {
    fn read(reader: &mut Reader, path: &str, member: &Member) -> Patch<Self> {
        reader.text(path, member, Self::parse)
    }

    fn write<M: SerializeMap>(&self, name: &'static str, members: &mut M) -> Result<(), M::Error> {
        members.serialize_entry(name, self.as_str())
    }

    fn sent(description: String) -> Schema {
        let note = "An ISO 3166-1 code in any case: alpha-2, alpha-3 or numeric. `UK`, `EL` and `XK` are accepted too, and a \
                    subdivision in the form of ISO 3166-2.";
        with_example(text(with_note(description, note)), "GB")
    }

    fn stored(description: String) -> Schema {
        let note = "An ISO 3166-1 alpha-2 code, or a subdivision in the form of ISO 3166-2.";
        text(with_note(description, note)).into()
    }
}

/// Words of a list, which have one schema in requests and answers.
macro_rules! words {
    ($($type:ident, $parse:expr, $note:literal;)*) => {
        $(impl WireValue for $type {
            fn read(reader: &mut Reader, path: &str, member: &Member) -> Patch<Self> {
                reader.text(path, member, $parse)
            }

            fn write<M: SerializeMap>(&self, name: &'static str, members: &mut M) -> Result<(), M::Error> {
                members.serialize_entry(name, self.as_str())
            }

            fn sent(description: String) -> Schema {
                schema::words($type::ALL.iter().map(|word| word.as_str()), &with_note(description, $note), true).into()
            }

            fn stored(description: String) -> Schema {
                Self::sent(description)
            }
        })*
    };
}

words! {
    Gender, gender, "`M`, `F` and `O` are accepted too, in any case.";
    CivilStatus, CivilStatus::parse, "In any case.";
    DoubleOptin, DoubleOptin::parse, "In any case.";
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

/// The field's description, and what is true of every value of its type.
fn with_note(mut description: String, note: &str) -> String {
    description.push(' ');
    description.push_str(note);
    description
}

fn text(description: String) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::String, Type::Null])).description(Some(description))
}

fn date(description: String) -> ObjectBuilder {
    text(description).format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
}

fn with_example(schema: ObjectBuilder, example: &str) -> Schema {
    let mut schema = schema.build();
    schema.example = Some(example.into());
    schema.into()
}
