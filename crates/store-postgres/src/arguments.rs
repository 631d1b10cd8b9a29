//! The parameters of a statement.

use sqlx::postgres::PgArguments;
use sqlx::{Arguments as _, Encode, Postgres, Type};

/// Collects parameters, whatever kind of query they are for, and keeps the first that cannot be encoded.
pub(crate) struct Arguments(Result<PgArguments, sqlx::Error>);

impl Arguments {
    pub(crate) fn new() -> Self {
        Self(Ok(PgArguments::default()))
    }

    pub(crate) fn add<'q>(mut self, value: impl Encode<'q, Postgres> + Type<Postgres>) -> Self {
        if let Ok(arguments) = &mut self.0
            && let Err(error) = arguments.add(value)
        {
            self.0 = Err(sqlx::Error::Encode(error));
        }
        self
    }

    pub(crate) fn finish(self) -> Result<PgArguments, sqlx::Error> {
        self.0
    }
}
