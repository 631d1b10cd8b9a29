//! Which server it is that answers, and over what kind of way.

use std::io::ErrorKind;

use sqlx::{Connection, Executor, PgConnection, Row};

use crate::error::Failure;

/// Tells the server to the session, for [`crate::transaction`]: its system identifier and its timeline, which is in the names of
/// the files that it writes to from the moment of a promotion on. Any user may ask for both.
const INTRODUCE: &str = "
    SELECT set_config('guestbook.server',
                      c.system_identifier || '/' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8), false)
    FROM pg_control_system() c";

/// Asked as text: behind a pooler that shares connections, a prepared statement would be somebody else's.
const ROLE: &str = "SELECT pg_is_in_recovery()::text, current_setting('transaction_read_only')";
const PROCESS: &str = "SELECT pg_backend_pid()::text";

/// How often two sessions are asked for their processes. One question would do where nobody else uses the pooler.
const QUESTIONS: usize = 8;

const STANDBY: &str = "it is a standby; name the primary in the database URL";
const SET_SO: &str = "default_transaction_read_only is on; turn it off for this user and database";

/// What a server is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// It takes writes.
    Primary,
    /// It does not, for this reason.
    ReadOnly(&'static str),
}

/// Whether another kind of server answered, or one whose first letter was taken for the consent to TLS.
pub(crate) fn is_foreign(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Protocol(_) => true,
        sqlx::Error::Io(error) => {
            error.kind() == ErrorKind::InvalidData && error.to_string().contains("corrupt message")
        }
        _ => false,
    }
}

/// Tells what the server is for, and, if it takes writes, tells the session which one it is. It stays that: a server does not
/// become a standby without ending its sessions.
pub(crate) async fn role(db: &mut PgConnection) -> Result<Role, sqlx::Error> {
    let row = db.fetch_one(ROLE).await?;
    let (recovers, read_only): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
    if recovers == "true" {
        return Ok(Role::ReadOnly(STANDBY));
    }
    if read_only == "on" {
        return Ok(Role::ReadOnly(SET_SO));
    }
    match db.execute(INTRODUCE).await {
        // Some providers let nobody ask, and some engines do not know it. Then a number of a transaction is not believed.
        Err(sqlx::Error::Database(refused)) if is_unknown(refused.code().as_deref()) => {}
        introduced => {
            introduced?;
        }
    }
    Ok(Role::Primary)
}

/// No such function, not allowed, or not built in.
fn is_unknown(code: Option<&str>) -> bool {
    matches!(code, Some("42883" | "42501" | "0A000"))
}

/// Whether these two sessions share processes of the server, as they do behind a pooler that takes a connection for each
/// transaction. Nothing that a session is told would hold there.
pub(crate) async fn are_shared(one: &mut PgConnection, other: &mut PgConnection) -> Result<bool, Failure> {
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for _ in 0..QUESTIONS {
        ones.push(process(one).await?);
        others.push(process(other).await?);
    }
    let changes = |processes: &[String]| processes.iter().any(|process| *process != processes[0]);
    Ok(changes(&ones) || changes(&others) || ones[0] == others[0])
}

async fn process(db: &mut PgConnection) -> Result<String, sqlx::Error> {
    db.fetch_one(PROCESS).await?.try_get(0)
}

/// Ends a session that was only for a question.
pub(crate) async fn end(db: PgConnection) {
    // The question was answered.
    drop(db.close().await);
}
