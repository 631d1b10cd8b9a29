//! The files of a new server.

use std::fs;
use std::path::{Path, PathBuf};

use crate::account::Account;
use crate::{Error, program};

/// The data directory within the server's directory.
pub(crate) fn data(directory: &Path) -> PathBuf {
    directory.join("data")
}

/// Creates the data directory, identically on every machine: without a locale, and with password authentication as in
/// production.
pub(crate) fn make(
    initdb: &Path,
    account: Account,
    directory: &Path,
    password: &str,
    durable: bool,
) -> Result<(), Error> {
    let file = directory.join("password");
    fs::write(&file, password).map_err(Error::of(file.display()))?;
    account.give(&file)?;
    let mut command = account.command(initdb, directory);
    command.args(["--username=postgres", "--encoding=UTF8", "--locale=C", "--auth=scram-sha-256"]);
    command.arg("--pgdata").arg(data(directory)).arg("--pwfile").arg(&file);
    if !durable {
        command.arg("--no-sync");
    }
    program::output(&mut command)?;
    fs::remove_file(&file).map_err(Error::of(file.display()))
}
