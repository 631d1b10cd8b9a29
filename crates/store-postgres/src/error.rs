//! What a failure of PostgreSQL means to a caller.

use domain::batch::Stale;
use domain::ports::{BoxError, CorruptRow, OutcomeUnknown, StoreError};

/// Why a database was not opened. Each is one line for the person who starts the program, and shows no password.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address of the database makes no sense.
    #[error("the database URL {0}")]
    Url(String),
    /// The server did not answer, or not in time, or let nobody in.
    #[error("{place} cannot be reached")]
    Unreachable {
        /// The database and its server.
        place: String,
        /// Why.
        source: BoxError,
    },
    /// The server knows no such user, or the password is wrong, or its rules (`pg_hba.conf`) let nobody in from here.
    #[error("{place} refuses the user or the password of the database URL")]
    NotAllowed {
        /// The database and its server.
        place: String,
        /// What it answered.
        source: BoxError,
    },
    /// There is no such database on the server.
    #[error("{place} does not exist; create it first")]
    Missing {
        /// The database and its server.
        place: String,
        /// What it answered.
        source: BoxError,
    },
    /// Another kind of server answered.
    #[error("{place} does not answer as PostgreSQL does; check host and port of the database URL")]
    NotPostgres {
        /// The database and its server.
        place: String,
        /// What it answered.
        source: BoxError,
    },
    /// A standby, or a server that was told to take no writes.
    #[error("{place} takes no writes: {reason}")]
    ReadOnly {
        /// The database and its server.
        place: String,
        /// Why, and what to do.
        reason: &'static str,
    },
    /// A connection pooler in between lets several sessions share a connection.
    #[error("{place} is behind a pooler that shares connections between sessions; set its pool mode to session")]
    SharedSessions {
        /// The database and its server.
        place: String,
    },
    /// PostgreSQL before 15.
    #[error("{place} runs PostgreSQL {version}; it takes 15 or newer")]
    Outdated {
        /// The database and its server.
        place: String,
        /// What it says of itself.
        version: String,
    },
    /// The database has tables of another program.
    #[error("{place} is not a Guestbook database: it has other tables; give it one of its own")]
    NotOurs {
        /// The database and its server.
        place: String,
    },
    /// No registry was ever begun in the database. Only [`crate::PostgresStore::open_existing`] and
    /// [`crate::examine`].
    #[error("{place} holds no registry")]
    Empty {
        /// The database and its server.
        place: String,
    },
    /// The tables have the form of an older version of the program. Only where nothing may be changed.
    #[error("{place} has the form of an older version of Guestbook; run `http-api migrate` first")]
    Older {
        /// The database and its server.
        place: String,
    },
    /// A newer version of the program has changed the tables.
    #[error("{place} was written by a newer version of Guestbook; start that version or a later one")]
    Newer {
        /// The database and its server.
        place: String,
    },
    /// The passwords in the database were sealed with another key.
    #[error("the key file does not belong to this database; take the one it was created with")]
    WrongKey,
    /// Anything else.
    #[error("{place} cannot be opened")]
    Other {
        /// The database and its server.
        place: String,
        /// Why.
        source: BoxError,
    },
}

/// Why a piece of work on the database failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Corrupt(#[from] CorruptRow),
    /// Others wrote in between what the work rests on.
    #[error("another transaction was quicker")]
    Lost,
    /// It was so again and again, as if what is stored did not agree with itself.
    #[error("keys and customers do not agree")]
    Disagreement,
    /// The answer to a COMMIT is lost, and it cannot be found out what became of it.
    #[error("it is not known what became of a commit")]
    Unknown(#[source] BoxError),
}

impl From<Stale> for Failure {
    fn from(_: Stale) -> Self {
        Self::Lost
    }
}

/// What a failure calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Another transaction was in the way: the same one may pass now.
    Repeat,
    /// The connection is gone, or the server is about to be: the same may pass on another connection.
    Reconnect,
    /// To be told so, and to come again.
    Wait,
    /// None: the statement is at fault.
    Nothing,
}

pub(crate) fn remedy(failure: &Failure) -> Remedy {
    match failure {
        Failure::Database(error) => of_database(error),
        Failure::Lost => Remedy::Repeat,
        Failure::Unknown(_) => Remedy::Wait,
        Failure::Corrupt(_) | Failure::Disagreement => Remedy::Nothing,
    }
}

fn of_database(error: &sqlx::Error) -> Remedy {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => Remedy::Wait,
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::BeginFailed => {
            Remedy::Reconnect
        }
        sqlx::Error::Database(error) => by_code(error.code().as_deref().unwrap_or_default()),
        _ => Remedy::Nothing,
    }
}

/// By SQLSTATE (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
fn by_code(code: &str) -> Remedy {
    match code {
        // Serialization failure, deadlock, lock not available.
        "40001" | "40P01" | "55P03" => Remedy::Repeat,
        // Shut down by an administrator, by a crash, or not up yet; the database dropped; a transaction left idle.
        "57P01" | "57P02" | "57P03" | "57P04" | "25P03" | "57P05" => Remedy::Reconnect,
        // Statement timeout.
        "57014" => Remedy::Wait,
        // A server that recovers or was set back takes no writes. Another one may by now.
        "25006" => Remedy::Reconnect,
        _ => match code.get(..2) {
            // Connection exceptions.
            Some("08") => Remedy::Reconnect,
            // Too many connections, out of memory or disk; the disk itself; who may log in can be put right while we run.
            Some("53" | "58" | "28") => Remedy::Wait,
            _ => Remedy::Nothing,
        },
    }
}

/// What is told to the caller when it did not pass.
pub(crate) fn store_error(failure: Failure) -> StoreError {
    match (remedy(&failure), failure) {
        (_, Failure::Corrupt(row)) => row.into(),
        (_, Failure::Unknown(cause)) => StoreError::Unavailable(OutcomeUnknown(cause).into()),
        (Remedy::Repeat | Remedy::Reconnect | Remedy::Wait, failure) => StoreError::Unavailable(failure.into()),
        (Remedy::Nothing, failure) => StoreError::Internal(failure.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_told_from_what_does_not() {
        for (code, remedy) in [
            ("40001", Remedy::Repeat),
            ("40P01", Remedy::Repeat),
            ("55P03", Remedy::Repeat),
            ("08006", Remedy::Reconnect),
            ("57P01", Remedy::Reconnect),
            ("57P03", Remedy::Reconnect),
            ("57014", Remedy::Wait),
            ("53300", Remedy::Wait),
            ("53100", Remedy::Wait),
            ("42P01", Remedy::Nothing),
            ("23505", Remedy::Nothing),
            ("", Remedy::Nothing),
        ] {
            assert_eq!(by_code(code), remedy, "{code}");
        }
    }

    #[test]
    fn no_connection_may_pass() {
        for error in
            [sqlx::Error::PoolTimedOut, sqlx::Error::PoolClosed, sqlx::Error::Io(std::io::ErrorKind::Other.into())]
        {
            assert!(matches!(store_error(error.into()), StoreError::Unavailable(_)));
        }
    }
}
