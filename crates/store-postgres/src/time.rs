//! `timestamptz`.

use jiff::Timestamp;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, PgValueRef};
use sqlx::{Decode, Encode, Postgres, Type};

/// 2000-01-01 UTC, from which PostgreSQL counts, in microseconds from 1970-01-01 UTC.
const EPOCH: i64 = 946_684_800_000_000;
/// Of `timestamptz` and of arrays of it, as in the table `pg_type`. They never change.
const OID: Oid = Oid(1184);
const ARRAY_OID: Oid = Oid(1185);

/// A time as PostgreSQL keeps it: a number of microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Time(pub(crate) Timestamp);

impl Type<Postgres> for Time {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(OID)
    }
}

impl PgHasArrayType for Time {
    fn array_type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(ARRAY_OID)
    }
}

impl Encode<'_, Postgres> for Time {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Postgres>::encode(self.0.as_microsecond() - EPOCH, buffer)
    }
}

impl Decode<'_, Postgres> for Time {
    /// Every value here is fetched by a prepared statement, and so comes in binary form.
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        let microseconds: i64 = Decode::<Postgres>::decode(value)?;
        Ok(Self(Timestamp::from_microsecond(microseconds.saturating_add(EPOCH))?))
    }
}
