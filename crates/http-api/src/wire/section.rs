//! The sections of the domain's list of fields as they stand on the wire: the single values of a customer, its document, what
//! may be done with its data, its device.

use std::borrow::Cow;

use domain::customer::{
    Device, DeviceChanges, Document, DocumentChanges, Person, PersonChanges, ProcessingData, ProcessingDataChanges,
};
use domain::{customer_fields, value};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Components, ObjectBuilder, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::Reader;
use super::member::Member;
use super::value::WireValue;

/// Members of a schema, by their names.
type Properties = Vec<(&'static str, Schema)>;

/// Members of requests whose example is not that of their type.
const EXAMPLES: [(&str, &str); 2] = [("firstName", "Ada"), ("lastName", "Byron")];

/// Declares what stands on the wire of each section, under these names: one for each section of the list, in its order.
macro_rules! sections {
    (
        [$($Body:ident),*]
        $(
            $(#[doc = $section_doc:literal])* $section:ident: $Section:ident, $Changes:ident, $prefix:literal {
                $($(#[doc = $doc:literal])* $field:ident: $type:ident, $name:literal, $history:tt;)*
            }
        )*
    ) => {
        $(
            $(#[doc = $section_doc])*
            pub(super) struct $Body(pub(super) $Section);

            impl $Body {
                /// What the members of an object change. Others are ignored.
                pub(super) fn read(members: &mut Map<String, Value>, reader: &mut Reader) -> $Changes {
                    $Changes {
                        $($field: WireValue::read(reader, concat!($prefix, $name), &Member(members.remove($name))),)*
                    }
                }

                fn sent() -> Properties {
                    vec![$(($name, <value::$type as WireValue>::sent(text(&[$($doc),*]))),)*]
                }
            }

            impl Serialize for $Body {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    let mut members = serializer.serialize_map(None)?;
                    $(if let Some(value) = &self.0.$field {
                        value.write($name, &mut members)?;
                    })*
                    members.end()
                }
            }

            impl PartialSchema for $Body {
                fn schema() -> RefOr<Schema> {
                    let schema = ObjectBuilder::new().description(Some(text(&[$($section_doc),*])));
                    let with = |schema: ObjectBuilder, (name, member)| schema.property::<&str, Schema>(name, member);
                    Schema::from(Self::sent().into_iter().fold(schema, with)).into()
                }
            }

            impl ToSchema for $Body {
                fn name() -> Cow<'static, str> {
                    $prefix.trim_end_matches('.').into()
                }
            }
        )*
    };
}

customer_fields!(sections [PersonBody, DocumentBody, ProcessingDataBody, DeviceBody]);

/// The single values in the schema of an answer.
macro_rules! stored {
    (
        $(#[$person_doc:meta])* person: $Person:ident, $PersonChanges:ident, $person_prefix:literal {
            $($(#[doc = $doc:literal])* $field:ident: $type:ident, $name:literal, $history:tt;)*
        }
        $($groups:tt)*
    ) => {
        vec![$(($name, <value::$type as WireValue>::stored(text(&[$($doc),*]))),)*]
    };
}

/// Adds the single values to the schemas that have them as members, beside those that these declare themselves.
pub(crate) fn add_single_values(components: &mut Components) {
    let mut sent = PersonBody::sent();
    for (name, example) in EXAMPLES {
        if let Some((_, Schema::Object(member))) = sent.iter_mut().find(|(member, _)| *member == name) {
            member.example = Some(example.into());
        }
    }
    let stored: Properties = customer_fields!(stored);
    for (schema, members) in [("newCustomer", sent), ("storedCustomer", stored)] {
        if let Some(RefOr::T(Schema::Object(object))) = components.schemas.get_mut(schema) {
            object.properties.extend(members.into_iter().map(|(name, member)| (name.to_owned(), member.into())));
        }
    }
}

/// The text of documentation, line by line.
fn text(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n")
}
