//! A database for a single test.

use crate::{Error, find_program, program, random};

/// An empty database on a server. Dropping it drops the database, even if clients are connected.
///
/// Any number of tests and processes can create databases on one server concurrently.
#[derive(Debug)]
pub struct Database {
    server: String,
    name: String,
}

impl Database {
    /// Creates a database with a unique name. The URL is that of any database of the server, such as `postgres`, and of
    /// a user who may create databases.
    ///
    /// # Errors
    /// There is no `psql`, or the server refuses.
    pub fn create(server: &str) -> Result<Self, Error> {
        let name = format!("guestbook_test_{}", random::text()?);
        // No client can be connected to template0, so it can be copied at any time.
        psql(server, &format!("CREATE DATABASE {name} TEMPLATE template0"))?;
        Ok(Self { server: server.to_owned(), name })
    }

    /// The URL of this database.
    pub fn url(&self) -> String {
        with_database(&self.server, &self.name)
    }

    /// Its name on the server.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs SQL past the store, through `psql`. Returns its output: one line per row, with `|` between columns, and
    /// nothing else.
    ///
    /// # Errors
    /// The server is not running, or refuses: then none of several statements was carried out. The text is that of
    /// `psql`.
    pub fn psql(&self, sql: &str) -> Result<String, Error> {
        psql(&self.url(), sql)
    }

    /// The whole content as SQL, by `pg_dump`.
    ///
    /// # Errors
    /// There is no `pg_dump`, or it fails.
    pub fn dump(&self) -> Result<String, Error> {
        program::output(program::bare(find_program("pg_dump")?).args(["-d", &self.url()]))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // This fails if the server is gone; then the database is gone too, or soon will be.
        let _ = psql(&self.server, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

/// Runs SQL, and returns the output without the last line break.
pub(crate) fn psql(url: &str, sql: &str) -> Result<String, Error> {
    let mut command = program::bare(find_program("psql")?);
    command.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", sql]);
    let text = program::output(&mut command)?;
    Ok(text.strip_suffix('\n').unwrap_or(&text).to_owned())
}

/// The URL with this database in place of its own, if it has one.
fn with_database(url: &str, name: &str) -> String {
    let authority = url.find("://").map_or(0, |at| at + "://".len());
    let end = |from: usize, marks: &[char]| url[from..].find(marks).map_or(url.len(), |at| from + at);
    let path = end(authority, &['/', '?']);
    format!("{}/{name}{}", &url[..path], &url[end(path, &['?'])..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_of_a_url_is_replaced() {
        for (url, expected) in [
            ("postgres://me:secret@host:5432/postgres", "postgres://me:secret@host:5432/mine"),
            ("postgresql://host", "postgresql://host/mine"),
            ("postgres://host/?sslmode=require", "postgres://host/mine?sslmode=require"),
            ("postgres://host?sslrootcert=/etc/ca.crt", "postgres://host/mine?sslrootcert=/etc/ca.crt"),
            ("postgres:///postgres?host=/run/postgresql", "postgres:///mine?host=/run/postgresql"),
        ] {
            assert_eq!(with_database(url, "mine"), expected);
        }
    }
}
