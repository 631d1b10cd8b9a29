//! The account that runs the server.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::{Error, program};

/// In order of preference. The first comes with Debian's packages, the second exists on every system.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];
const ROOT: u32 = 0;

/// The current user, or an unprivileged user in place of root, under whom PostgreSQL refuses to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Account {
    /// The current user.
    Own,
    /// Another user, by the ids of user and group.
    Other(u32, u32),
}

impl Account {
    /// The account for a server in a directory that this process created; the account becomes its owner.
    pub(crate) fn take(directory: &Path) -> Result<Self, Error> {
        let metadata = fs::metadata(directory).map_err(Error::of(directory.display()))?;
        // The owner of a new directory is the current user.
        if metadata.uid() != ROOT {
            return Ok(Self::Own);
        }
        let account = UNPRIVILEGED.iter().find_map(|name| named(name));
        let account =
            account.ok_or_else(|| Error::new("PostgreSQL refuses root, and there is no other user to run it"))?;
        account.give(directory)?;
        Ok(account)
    }

    /// Makes the account the owner of the file.
    pub(crate) fn give(self, file: &Path) -> Result<(), Error> {
        match self {
            Self::Own => Ok(()),
            Self::Other(user, group) => chown(file, Some(user), Some(group)).map_err(Error::of(file.display())),
        }
    }

    /// The program, run by the account in its own directory: programs fail in a directory that they cannot enter.
    pub(crate) fn command(self, name: impl AsRef<Path>, directory: &Path) -> Command {
        let mut command = program::bare(name);
        command.current_dir(directory);
        if let Self::Other(user, group) = self {
            command.uid(user).gid(group);
        }
        command
    }
}

/// `None` if there is no such user.
fn named(name: &str) -> Option<Account> {
    let number = |kind| program::output(program::bare("id").args([kind, name])).ok()?.trim().parse().ok();
    Some(Account::Other(number("-u")?, number("-g")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ids of the user, as the program sees it, and of the directory's owner.
    fn seen(account: Account, directory: &Path) -> (u32, u32) {
        let user = program::output(account.command("id", directory).arg("-u")).unwrap();
        (user.trim().parse().unwrap(), fs::metadata(directory).unwrap().uid())
    }

    #[test]
    fn a_person_runs_the_server_themselves_and_root_has_it_run() {
        let directory = tempfile::tempdir().unwrap();
        let own = fs::metadata(directory.path()).unwrap().uid();
        assert_eq!(seen(Account::Own, directory.path()), (own, own));
        let (user, owner) = seen(Account::take(directory.path()).unwrap(), directory.path());
        assert_eq!((user, user == own), (owner, own != ROOT));
    }

    #[test]
    fn every_system_has_nobody() {
        assert!(named("nobody").is_some());
        assert_eq!(named("no-such-user-here"), None);
    }
}
