//! JSON on its way to the database.

use std::io::{Result as IoResult, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo};
use sqlx::{Encode, Postgres, Type};

/// A value as JSON text: the statement makes `jsonb` of it.
pub(crate) struct Json<T>(pub(crate) T);

impl<T> Type<Postgres> for Json<T> {
    fn type_info() -> PgTypeInfo {
        <str as Type<Postgres>>::type_info()
    }
}

impl<T> PgHasArrayType for Json<T> {
    fn array_type_info() -> PgTypeInfo {
        <&str as PgHasArrayType>::array_type_info()
    }
}

impl<T: Serialize> Encode<'_, Postgres> for Json<T> {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        self.0.serialize(&mut Serializer::with_formatter(&mut **buffer, WithPoint))?;
        Ok(IsNull::No)
    }
}

/// JSON without spaces, in which numbers with a fraction can be told from those without.
struct WithPoint;

impl Formatter for WithPoint {
    /// `jsonb` writes out exponents: `1e19` would come back as an integer, which is another value, and five times as long
    /// where the length is bounded. A point is kept. Above, no integer is so large.
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> IoResult<()> {
        if (1e15..1e20).contains(&value.abs()) {
            write!(writer, "{value:.1}")
        } else {
            CompactFormatter.write_f64(writer, value)
        }
    }
}
