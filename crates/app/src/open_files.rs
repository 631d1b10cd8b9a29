//! The limit of open files, and how many connections fit into it.
//!
//! Many systems give a process 1,024 files by default and let it raise the limit. Each client connection takes one, and
//! so does each database connection, for which there must always be one left.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files reserved for everything except client and database connections: standard streams, the log, key file, database
/// with journal and index, listeners, the runtime's own, connections to upstream accounts, and client connections that
/// are closing while their successors are already open.
const RESERVED: usize = 256 + RADIUS;
/// Connections of RADIUS servers, health checks and metrics on a dedicated listener: some for each of several
/// FreeRADIUS servers, and for monitoring.
pub(crate) const RADIUS: usize = 64;
/// The default number of database connections, and the additional ones for RADIUS requests, forwarding, lists and
/// background tasks.
const DATABASE: u32 = store_postgres::DEFAULT_CONNECTIONS;
const DATABASE_BESIDES: u32 = 16;
/// The minimum number of client connections for which a server starts.
const FEWEST: usize = 64;

/// Raises the soft limit as far as necessary and permitted, and returns how many of the `wanted` client connections fit
/// in beside those to the database. `None` if not even the minimum fits.
pub(crate) fn fit(wanted: usize, database: Option<u32>) -> Option<usize> {
    let database = database.unwrap_or(DATABASE).saturating_add(DATABASE_BESIDES);
    let database = usize::try_from(database).unwrap_or(usize::MAX);
    fitting(wanted, database, raise(wanted.saturating_add(database).saturating_add(RESERVED)))
}

fn fitting(wanted: usize, database: usize, files: usize) -> Option<usize> {
    let left = files.saturating_sub(database.saturating_add(RESERVED)).min(wanted);
    if left < FEWEST.min(wanted) {
        return None;
    }
    if left < wanted {
        tracing::warn!(files, wanted, left, "the limit of open files leaves room for fewer connections");
    }
    Some(left)
}

/// The soft limit after raising it.
fn raise(needed: usize) -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let needed_files = u64::try_from(needed).unwrap_or(u64::MAX);
    let Some(current) = current.filter(|current| *current < needed_files) else { return needed };
    let target = maximum.map_or(needed_files, |maximum| maximum.min(needed_files));
    let limit = match setrlimit(Resource::Nofile, Rlimit { current: Some(target), maximum }) {
        Ok(()) => target,
        Err(error) => {
            tracing::warn!(%error, current, needed, "the limit of open files was not raised");
            current
        }
    };
    usize::try_from(limit).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_fit_into_what_is_left() {
        assert_eq!(fitting(4096, 22, 4096 + 22 + RESERVED), Some(4096));
        assert_eq!(fitting(4096, 22, 1_000_000), Some(4096));
        assert_eq!(fitting(4096, 22, 1024), Some(1024 - 22 - RESERVED));
        assert_eq!(fitting(4096, 22, 256), None);
        assert_eq!(fitting(10, 22, 10 + 22 + RESERVED), Some(10));
    }
}
