//! The server that all tests of the workspace share.

use std::path::PathBuf;

/// The variable with the URL of a database on the server; its user may create databases.
pub const TEST_SERVER: &str = "GUESTBOOK_TEST_DATABASE_URL";
/// The variable with the file of the certificate by which a client checks the server's.
pub const TEST_AUTHORITY: &str = "GUESTBOOK_TEST_DATABASE_CA";

/// The URL of a database on the server that `cargo xtask test` started, or that the developer named. A test creates its
/// own [`Database`](crate::Database) there.
///
/// # Panics
/// The variable is not set. A test that needs a database and does not get one has failed.
pub fn test_server() -> String {
    variable(TEST_SERVER)
}

/// The file of the certificate by which clients check that of the server, which supports TLS as `localhost` and
/// `127.0.0.1`.
///
/// # Panics
/// The variable is not set.
pub fn test_authority() -> PathBuf {
    variable(TEST_AUTHORITY).into()
}

#[expect(clippy::panic, reason = "only tests call it, and one that has no server has failed")]
fn variable(name: &str) -> String {
    match std::env::var(name) {
        Ok(value) if !value.is_empty() => value,
        _ => {
            panic!("{name} is not set: run the tests with `cargo xtask test`, or see CONTRIBUTING.md on how to set it")
        }
    }
}
