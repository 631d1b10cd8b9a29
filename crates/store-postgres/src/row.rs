//! Reading a row column by column, so that an unreadable one is told by its name.

use domain::InvalidValue;
use domain::ports::CorruptRow;
use domain::value::OrganizationId;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use sqlx::postgres::PgRow;
use sqlx::{Decode, Postgres, Row, Type};
use uuid::Uuid;

use crate::time::Time;

/// A row of a table that has an `id`.
pub(crate) struct Columns<'r> {
    row: &'r PgRow,
    table: &'static str,
}

impl<'r> Columns<'r> {
    pub(crate) const fn of(row: &'r PgRow, table: &'static str) -> Self {
        Self { row, table }
    }

    /// The value as PostgreSQL has it.
    pub(crate) fn get<T: Decode<'r, Postgres> + Type<Postgres>>(&self, column: &'static str) -> Result<T, CorruptRow> {
        self.row.try_get(column).map_err(|_| self.corrupt(column))
    }

    /// A value of the domain that is stored as text.
    pub(crate) fn parse<T>(
        &self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Result<T, InvalidValue>,
    ) -> Result<T, CorruptRow> {
        parse(self.get(column)?).map_err(|_| self.corrupt(column))
    }

    /// The same, where NULL is no value.
    pub(crate) fn parse_optional<T>(
        &self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Result<T, InvalidValue>,
    ) -> Result<Option<T>, CorruptRow> {
        self.get::<Option<&str>>(column)?.map(parse).transpose().map_err(|_| self.corrupt(column))
    }

    /// The bytes of an id.
    pub(crate) fn id(&self, column: &'static str) -> Result<[u8; 16], CorruptRow> {
        Ok(*self.get::<Uuid>(column)?.as_bytes())
    }

    /// A hash.
    pub(crate) fn hash(&self, column: &'static str) -> Result<[u8; 32], CorruptRow> {
        self.get::<&[u8]>(column)?.try_into().map_err(|_| self.corrupt(column))
    }

    /// A time.
    pub(crate) fn time(&self, column: &'static str) -> Result<Timestamp, CorruptRow> {
        Ok(self.get::<Time>(column)?.0)
    }

    /// The same, where NULL is no time.
    pub(crate) fn optional_time(&self, column: &'static str) -> Result<Option<Timestamp>, CorruptRow> {
        Ok(self.get::<Option<Time>>(column)?.map(|time| time.0))
    }

    /// A value that is stored as JSON and selected as text, by way of its stored form.
    pub(crate) fn document<J: DeserializeOwned, T>(
        &self,
        column: &'static str,
        restore: impl FnOnce(J) -> Result<T, InvalidValue>,
    ) -> Result<T, CorruptRow> {
        let stored = store_json::object(self.get(column)?).ok_or_else(|| self.corrupt(column))?;
        restore(stored).map_err(|_| self.corrupt(column))
    }

    /// This column cannot be read. Why not is left out: the reason might repeat a person's data.
    pub(crate) fn corrupt(&self, column: &'static str) -> CorruptRow {
        let id = self.row.try_get::<Uuid, _>("id").map(|id| id.simple().to_string()).unwrap_or_default();
        CorruptRow { table: self.table, column, id }
    }
}

/// Writes to the log that a row was passed over, since it cannot be read.
pub(crate) fn passed_over(row: &CorruptRow) {
    tracing::warn!(table = row.table, column = row.column, id = row.id, "unreadable row");
}

/// An id as a parameter.
pub(crate) const fn uuid(bytes: [u8; 16]) -> Uuid {
    Uuid::from_bytes(bytes)
}

/// The bucket of an organization as a parameter.
pub(crate) fn bucket(organization_id: OrganizationId) -> i16 {
    organization_id.bucket().number().into()
}
