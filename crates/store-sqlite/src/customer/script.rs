//! Statements for any number of rows.
//!
//! A statement is a message to the connection's thread and one back, which takes longer than writing a row. So a batch
//! takes few statements of many rows; and what never comes alone is sent in one message.

use std::sync::Arc;

use domain::value::OrganizationId;
use serde::Serialize;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, Encode, Sqlite, SqliteConnection, Type};

/// Rows of one statement, at most: SQLite takes 32,766 parameters, and what is prepared stays in memory.
pub(crate) const ROWS: usize = 128;

/// SQL, and what stands for its question marks.
#[derive(Default)]
pub(crate) struct Script {
    sql: String,
    arguments: SqliteArguments,
    /// The last organization with its bucket, which takes a hash to know.
    home: Option<(OrganizationId, u8)>,
}

/// The rows of a table of so many items: a power of two, so that there are few different statements and all of them stay
/// prepared.
pub(crate) fn padded(items: usize) -> usize {
    items.max(1).next_power_of_two()
}

impl Script {
    /// Adds SQL.
    pub(crate) fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    /// Gives the next question mark its value.
    pub(crate) fn bind<'t, T: Encode<'t, Sqlite> + Type<Sqlite>>(&mut self, value: T) -> Result<(), sqlx::Error> {
        self.arguments.add(value).map_err(sqlx::Error::Encode)
    }

    /// The same for a text, or none, which takes one allocation in this form.
    pub(super) fn bind_text<'t>(&mut self, text: impl Into<Option<&'t str>>) -> Result<(), sqlx::Error> {
        self.bind(text.into().map(Arc::<str>::from))
    }

    /// Gives the next two question marks the columns that every key begins with.
    pub(crate) fn bind_home(&mut self, organization_id: OrganizationId) -> Result<(), sqlx::Error> {
        let bucket = match self.home {
            Some((id, bucket)) if id == organization_id => bucket,
            _ => organization_id.bucket().number(),
        };
        self.home = Some((organization_id, bucket));
        self.bind(bucket)?;
        self.bind(&organization_id.to_bytes()[..])
    }

    /// Gives the next question mark a JSON text.
    pub(super) fn bind_json(&mut self, value: &impl Serialize) -> Result<(), sqlx::Error> {
        let json = serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(error.into()))?;
        self.bind(json)
    }

    /// Adds a table of `columns` columns: so many rows, one for each item, and then rows of NULL.
    pub(crate) fn push_values<T>(
        &mut self,
        columns: usize,
        rows: usize,
        items: impl IntoIterator<Item = T>,
        mut bind: impl FnMut(&mut Self, T) -> Result<(), sqlx::Error>,
    ) -> Result<(), sqlx::Error> {
        let row = format!("(?{})", ", ?".repeat(columns - 1));
        self.push("(VALUES ");
        self.push(&row);
        self.push(&format!(", {row}").repeat(rows - 1));
        self.push(")");
        let first = self.arguments.len();
        for item in items {
            bind(self, item)?;
        }
        for _ in self.arguments.len()..first + rows * columns {
            self.bind(None::<i64>)?;
        }
        Ok(())
    }

    /// What is to be carried out.
    #[cfg(test)]
    pub(crate) fn sql(&self) -> &str {
        &self.sql
    }

    /// Carries it out, and returns its only row.
    pub(super) async fn fetch_one(self, db: &mut SqliteConnection) -> Result<SqliteRow, sqlx::Error> {
        self.fetch_optional(db).await?.ok_or(sqlx::Error::RowNotFound)
    }

    /// Carries it out, and returns its first row.
    pub(super) async fn fetch_optional(self, db: &mut SqliteConnection) -> Result<Option<SqliteRow>, sqlx::Error> {
        sqlx::query_with(AssertSqlSafe(self.sql), self.arguments).fetch_optional(db).await
    }

    /// Carries it out, and returns its rows.
    pub(crate) async fn fetch_all(self, db: &mut SqliteConnection) -> Result<Vec<SqliteRow>, sqlx::Error> {
        sqlx::query_with(AssertSqlSafe(self.sql), self.arguments).fetch_all(db).await
    }

    /// Carries it out.
    pub(crate) async fn execute(self, db: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        sqlx::query_with(AssertSqlSafe(self.sql), self.arguments).execute(db).await?;
        Ok(())
    }

    /// Carries out what there is so far, unless it can be kept.
    pub(super) async fn send_unless(&mut self, kept: bool, db: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        if kept { Ok(()) } else { std::mem::take(self).execute(db).await }
    }
}
