//! COPY: the quickest way to add very many rows to a table.
//!
//! It costs PostgreSQL half of what an INSERT of the same rows does. But it knows no conflicts: one ends the transaction, or
//! the savepoint. And rows spread over machines are not for it, since their transaction would not stay on one of them.

use jiff::civil::Date;
use serde::Serialize;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo};
use sqlx::{Encode, PgConnection, Postgres, Type};

use crate::json::Json;

/// Fewer rows are not worth a COPY, which is planned anew each time.
pub(crate) const MANY: usize = 64;

/// What binary data begins with: the signature, no flags, and no more of a head.
const HEAD: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// And ends with, in the place of a row.
const END: [u8; 2] = (-1_i16).to_be_bytes();
/// Of types, as in the table `pg_type`. They never change.
const DATE: Oid = Oid(1082);
const JSONB: Oid = Oid(3802);
/// The day from which PostgreSQL counts.
const EPOCH: Date = Date::constant(2000, 1, 1);

/// Rows in the binary form that COPY takes.
pub(crate) struct Rows {
    buffer: PgArgumentBuffer,
    columns: i16,
}

impl Rows {
    /// None so far, of so many columns.
    pub(crate) fn of(columns: i16) -> Self {
        let mut buffer = PgArgumentBuffer::default();
        buffer.extend_from_slice(HEAD);
        Self { buffer, columns }
    }

    /// Begins the next row.
    pub(crate) fn begin(&mut self) {
        self.buffer.extend_from_slice(&self.columns.to_be_bytes());
    }

    /// Adds the next value of the row. It must be of the column's own type.
    pub(crate) fn add<'q>(&mut self, value: impl Encode<'q, Postgres>) -> Result<(), sqlx::Error> {
        let at = self.buffer.len();
        self.buffer.extend_from_slice(&[0; 4]);
        let length = match value.encode(&mut self.buffer).map_err(sqlx::Error::Encode)? {
            IsNull::Yes => -1,
            IsNull::No => {
                i32::try_from(self.buffer.len() - at - 4).map_err(|error| sqlx::Error::Encode(error.into()))?
            }
        };
        self.buffer[at..at + 4].copy_from_slice(&length.to_be_bytes());
        Ok(())
    }

    /// Gives them to a statement `COPY … FROM STDIN (FORMAT binary)`.
    pub(crate) async fn copy(mut self, db: &mut PgConnection, statement: &str) -> Result<(), sqlx::Error> {
        self.buffer.extend_from_slice(&END);
        let mut copy = db.copy_in_raw(statement).await?;
        copy.send(self.buffer.as_slice()).await?;
        copy.finish().await.map(|_| ())
    }
}

/// A `date`.
pub(crate) struct Day(pub(crate) Date);

impl Type<Postgres> for Day {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(DATE)
    }
}

impl Encode<'_, Postgres> for Day {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let days = self.0.since((jiff::Unit::Day, EPOCH))?.get_days();
        Encode::<Postgres>::encode(days, buffer)
    }
}

/// A value as `jsonb`.
pub(crate) struct Jsonb<T>(pub(crate) T);

impl<T> Type<Postgres> for Jsonb<T> {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(JSONB)
    }
}

impl<T: Serialize> Encode<'_, Postgres> for Jsonb<T> {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        // The version of its form.
        buffer.push(1);
        Json(&self.0).encode_by_ref(buffer)
    }
}

/// Whether somebody has such a row.
pub(crate) fn is_conflict(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(refused) if refused.is_unique_violation())
}
