//! Who runs the server.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::{Error, program};

/// By preference. The first comes with Debian's packages, the second with every system.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];
const ROOT: u32 = 0;

/// The person who runs this, or an unprivileged user in place of root, whom PostgreSQL refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Account {
    /// Whoever runs this.
    Own,
    /// Another user, by the numbers of user and group.
    Other(u32, u32),
}

impl Account {
    /// The one that a server can have in a directory that this process made, which becomes its own.
    pub(crate) fn take(directory: &Path) -> Result<Self, Error> {
        let metadata = fs::metadata(directory).map_err(Error::of(directory.display()))?;
        // Whoever makes a directory owns it, so that this tells who we are.
        if metadata.uid() != ROOT {
            return Ok(Self::Own);
        }
        let account = UNPRIVILEGED.iter().find_map(|name| named(name));
        let account =
            account.ok_or_else(|| Error::new("PostgreSQL refuses root, and there is no other user to run it"))?;
        account.give(directory)?;
        Ok(account)
    }

    /// Lets the account have the file.
    pub(crate) fn give(self, file: &Path) -> Result<(), Error> {
        match self {
            Self::Own => Ok(()),
            Self::Other(user, group) => chown(file, Some(user), Some(group)).map_err(Error::of(file.display())),
        }
    }

    /// The program, run by the account in a directory of its own: programs fail in one that they cannot enter.
    pub(crate) fn command(self, name: impl AsRef<Path>, directory: &Path) -> Command {
        let mut command = program::bare(name);
        command.current_dir(directory);
        if let Self::Other(user, group) = self {
            command.uid(user).gid(group);
        }
        command
    }
}

/// None where there is no such user.
fn named(name: &str) -> Option<Account> {
    let number = |kind| program::output(program::bare("id").args([kind, name])).ok()?.trim().parse().ok();
    Some(Account::Other(number("-u")?, number("-g")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The user's number and that of the directory's owner.
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
