//! The paths of PostgreSQL's programs.

use std::cmp::Reverse;
use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::{Error, program};

/// Debian keeps the programs of each version in `VERSION/bin` below this directory, which is not on the search path.
const VERSIONS: &str = "/usr/lib/postgresql";
/// Debian's substitute on the search path for most of them: a script that first looks for the machine's clusters.
const WRAPPER: &str = "pg_wrapper";
const OLDEST: u32 = 15;

/// The programs of one PostgreSQL version, 15 or newer.
#[derive(Debug, Clone)]
pub struct Programs {
    /// Creates the files of a server.
    pub initdb: PathBuf,
    /// The server.
    pub postgres: PathBuf,
    /// Runs SQL.
    pub psql: PathBuf,
    /// Generates load on a server.
    pub pgbench: PathBuf,
    /// The version as the server reports it, such as `15.18 (Debian 15.18-0+deb12u1)`.
    pub version: String,
}

impl Programs {
    /// Searches the search path, and then Debian's directories.
    ///
    /// # Errors
    /// One is missing, or the server is older than 15. The text names the package and how to install it.
    pub fn find() -> Result<Self, Error> {
        let initdb = find_program("initdb")?;
        // initdb requires the server in the same directory.
        let postgres = initdb.with_file_name("postgres");
        let version = program::output(program::bare(&postgres).arg("--version"))?;
        let version = version.trim().trim_start_matches("postgres (PostgreSQL) ").to_owned();
        if major(&version).is_none_or(|major| major < OLDEST) {
            let place = postgres.display();
            return Err(Error::new(format!("{place} is version {version}, but {OLDEST} or newer is needed")));
        }
        Ok(Self { initdb, postgres, psql: find_program("psql")?, pgbench: find_program("pgbench")?, version })
    }
}

/// The path of one of PostgreSQL's programs: on the search path, or else the newest one in Debian's directories.
///
/// # Errors
/// It is not installed. The text names the package and how to install it.
pub fn find_program(name: &str) -> Result<PathBuf, Error> {
    let path = env::var_os("PATH").unwrap_or_default();
    find(name, &path, Path::new(VERSIONS)).ok_or_else(|| {
        Error::new(format!(
            "PostgreSQL's program {name} is neither on the search path nor in {VERSIONS}/*/bin. On Debian it is in the \
             package postgresql:\n\n  sudo apt-get update && sudo apt-get install --yes --no-install-recommends \
             postgresql\n"
        ))
    })
}

/// The resolved path, whose directory also contains the related programs.
fn find(name: &str, path: &OsStr, versions: &Path) -> Option<PathBuf> {
    let directories = env::split_paths(path).chain(newest_first(versions));
    let files = directories.filter_map(|directory| directory.join(name).canonicalize().ok());
    files.into_iter().find(|file| file.is_file() && file.file_name() != Some(OsStr::new(WRAPPER)))
}

fn newest_first(versions: &Path) -> Vec<PathBuf> {
    let entries = versions.read_dir().into_iter().flatten().flatten();
    let version = |name: &OsStr| name.to_str().and_then(major).filter(|major| *major >= OLDEST);
    let mut found: Vec<_> =
        entries.filter_map(|entry| Some((version(&entry.file_name())?, entry.path().join("bin")))).collect();
    found.sort_by_key(|(version, _)| Reverse(*version));
    found.into_iter().map(|(_, directory)| directory).collect()
}

/// The major number of a version.
fn major(version: &str) -> Option<u32> {
    version.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests;
