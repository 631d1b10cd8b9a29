//! Reading a row column by column, so that an unreadable one is told by its name.

use std::fmt::Write;

use domain::InvalidValue;
use domain::ports::CorruptRow;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Row, Sqlite, Type};

/// A row of a table that has an `id`.
pub(crate) struct Columns<'r> {
    row: &'r SqliteRow,
    table: &'static str,
}

impl<'r> Columns<'r> {
    pub(crate) const fn of(row: &'r SqliteRow, table: &'static str) -> Self {
        Self { row, table }
    }

    /// The value as SQLite has it.
    pub(crate) fn get<T: Decode<'r, Sqlite> + Type<Sqlite>>(&self, column: &'static str) -> Result<T, CorruptRow> {
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

    /// An id or a hash.
    pub(crate) fn bytes<const N: usize>(&self, column: &'static str) -> Result<[u8; N], CorruptRow> {
        self.get::<&[u8]>(column)?.try_into().map_err(|_| self.corrupt(column))
    }

    /// A time.
    pub(crate) fn time(&self, column: &'static str) -> Result<Timestamp, CorruptRow> {
        Timestamp::from_millisecond(self.get(column)?).map_err(|_| self.corrupt(column))
    }

    /// The same, where NULL is no time.
    pub(crate) fn optional_time(&self, column: &'static str) -> Result<Option<Timestamp>, CorruptRow> {
        let time = self.get::<Option<i64>>(column)?.map(Timestamp::from_millisecond);
        time.transpose().map_err(|_| self.corrupt(column))
    }

    /// A value that is stored as JSON, by way of its stored form.
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
        CorruptRow { table: self.table, column, id: hex(self.row.try_get("id").unwrap_or_default()) }
    }
}

/// Writes to the log that a row was passed over, since it cannot be read.
pub(crate) fn passed_over(row: &CorruptRow) {
    tracing::warn!(table = row.table, column = row.column, id = row.id, "unreadable row");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
