//! A customer's row as it is read: one JSON array.
//!
//! A row that sqlx hands over is copied value by value, and wakes who waits for it. An array of all rows that a batch
//! meets comes at once, and for each row in a third of the time.

use std::borrow::Cow;
use std::fmt;

use domain::ports::CorruptRow;
use domain::{InvalidValue, customer_fields};
use jiff::Timestamp;
use serde::de::{DeserializeOwned, Visitor};
use serde::{Deserialize, Deserializer};

/// A value of a column of text, or of bytes in hexadecimal digits; None for NULL. That it is UTF-8 is not certain.
#[derive(Debug)]
pub(super) struct Text<'r>(Option<Cow<'r, [u8]>>);

/// Declares a row, and the SQL for one of the table `customer` as `c`.
macro_rules! columns {
    (
        $(#[$row_doc:meta])* $row:ident,
        $(#[$json_doc:meta])* $json:ident,
        bytes { $($bytes:ident,)* } texts { $($text:ident,)* } numbers { $($number:ident,)* }
    ) => {
        $(#[$row_doc])*
        #[derive(Debug, Deserialize)]
        pub(super) struct $row<'r> {
            #[serde(borrow)]
            pub(super) id: Text<'r>,
            $(#[serde(borrow)] pub(super) $bytes: Text<'r>,)*
            $(#[serde(borrow)] pub(super) $text: Text<'r>,)*
            $(pub(super) $number: Option<i64>,)*
        }

        $(#[$json_doc])*
        pub(super) const $json: &str = concat!(
            "json_array(hex(c.id)",
            $(", hex(c.", stringify!($bytes), ")",)*
            $(", c.", stringify!($text),)*
            $(", c.", stringify!($number),)*
            ")"
        );
    };
}

/// How a column of this type is read.
macro_rules! column {
    ($row:lifetime Flag) => {
        Option<i64>
    };
    ($row:lifetime $type:ident) => {
        Text<$row>
    };
}

/// Declares the whole row.
macro_rules! row {
    (
        $(#[$person_doc:meta])* person: $Person:ident, $PersonChanges:ident, $person_prefix:literal {
            $($(#[$doc:meta])* $field:ident: $type:ident, $name:literal, $history:tt;)*
        }
        $($(#[$group_doc:meta])* $group:ident: $Group:ident, $Changes:ident, $prefix:literal { $($member:tt)* })*
    ) => {
        /// The columns of a row.
        #[derive(Debug, Deserialize)]
        pub(super) struct Columns<'r> {
            #[serde(borrow)]
            pub(super) id: Text<'r>,
            #[serde(borrow)]
            pub(super) organization_id: Text<'r>,
            #[serde(borrow)]
            pub(super) location_id: Text<'r>,
            #[serde(borrow)]
            pub(super) password: Text<'r>,
            #[serde(borrow)]
            pub(super) source: Text<'r>,
            #[serde(borrow)]
            pub(super) username: Text<'r>,
            $(#[serde(borrow)] pub(super) $field: column!('r $type),)*
            #[serde(borrow)]
            pub(super) custom: Text<'r>,
            #[serde(borrow)]
            pub(super) policies: Text<'r>,
            $(#[serde(borrow)] pub(super) $group: Text<'r>,)*
            pub(super) locked: Option<i64>,
            pub(super) created_at: Option<i64>,
            pub(super) modified_at: Option<i64>,
        }

        /// The expression whose value is read as [`Columns`].
        pub(super) const JSON: &str = concat!(
            "json_array(hex(c.id), hex(c.organization_id), hex(c.location_id), hex(c.password), c.source, c.username",
            $(", c.", stringify!($field),)*
            ", c.custom, c.policies",
            $(", c.", stringify!($group),)*
            ", c.locked, c.created_at, c.modified_at)"
        );
    };
}

customer_fields!(row);

columns! {
    /// The columns that a list shows: nothing that is secret or large.
    ContactColumns,
    /// The expression whose value is read as [`ContactColumns`].
    CONTACT_JSON,
    bytes {
        organization_id,
        location_id,
    }
    texts {
        source,
        username,
        civil_status,
        first_name,
        last_name,
        gender,
        birth_date,
        country,
        zip_code,
        email,
        phone_number,
        document,
        ext_id,
        ext_prop1,
        ext_prop2,
        policies,
    }
    numbers {
        locked,
        email_verified,
        phone_verified,
        created_at,
        modified_at,
    }
}

/// The value of a column, or which column of which row cannot be read. Why not is left out: the reason might repeat a
/// person's data.
macro_rules! read {
    ($row:ident.$column:ident, $read:expr) => {
        $crate::customer::columns::told($read(&$row.$column), stringify!($column), &$row.id)
    };
}
pub(super) use read;

/// Tells an unreadable value by its column.
pub(super) fn told<T>(value: Option<T>, column: &'static str, id: &Text<'_>) -> Result<T, CorruptRow> {
    value.ok_or_else(|| CorruptRow {
        table: "customer",
        column,
        id: id.as_str().unwrap_or_default().to_ascii_lowercase(),
    })
}

impl Text<'_> {
    /// The bytes as they are stored.
    pub(super) fn raw(&self) -> Option<&[u8]> {
        self.0.as_deref()
    }

    pub(super) fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(self.0.as_deref()?).ok()
    }

    /// A value of the domain.
    pub(super) fn parse<T>(&self, parse: impl FnOnce(&str) -> Result<T, InvalidValue>) -> Option<T> {
        parse(self.as_str()?).ok()
    }

    /// The same, where NULL is no value.
    pub(super) fn parse_optional<T>(&self, parse: impl FnOnce(&str) -> Result<T, InvalidValue>) -> Option<Option<T>> {
        if self.0.is_none() { Some(None) } else { self.parse(parse).map(Some) }
    }

    /// A value that is stored as JSON, by way of its stored form.
    pub(super) fn document<J: DeserializeOwned, T>(
        &self,
        restore: impl FnOnce(J) -> Result<T, InvalidValue>,
    ) -> Option<T> {
        restore(store_json::object(self.as_str()?)?).ok()
    }

    /// The bits of an id.
    pub(super) fn bits(&self) -> Option<u128> {
        let digits = self.as_str().filter(|digits| digits.len() == 32)?;
        u128::from_str_radix(digits, 16).ok()
    }

    /// Bytes.
    pub(super) fn bytes(&self) -> Option<Vec<u8>> {
        let digits = self.0.as_deref()?;
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let byte = |pair: &[u8; 2]| u8::try_from(digit(pair[0])? << 4 | digit(pair[1])?).ok();
        let (pairs, rest) = digits.as_chunks();
        if rest.is_empty() { pairs.iter().map(byte).collect() } else { None }
    }
}

/// A flag.
pub(super) fn flag(number: &Option<i64>) -> Option<bool> {
    number.map(|number| number != 0)
}

/// A time.
pub(super) fn time(number: &Option<i64>) -> Option<Timestamp> {
    Timestamp::from_millisecond((*number)?).ok()
}

/// As bytes, since a string that is not UTF-8 would make the whole array unreadable.
impl<'de: 'r, 'r> Deserialize<'de> for Text<'r> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;

        impl<'de> Visitor<'de> for Bytes {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or null")
            }

            fn visit_none<E>(self) -> Result<Text<'de>, E> {
                Ok(Text(None))
            }

            fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Text<'de>, D::Error> {
                deserializer.deserialize_bytes(self)
            }

            fn visit_borrowed_bytes<E>(self, bytes: &'de [u8]) -> Result<Text<'de>, E> {
                Ok(Text(Some(Cow::Borrowed(bytes))))
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Text<'de>, E> {
                Ok(Text(Some(Cow::Owned(bytes.to_vec()))))
            }
        }

        deserializer.deserialize_option(Bytes)
    }
}
