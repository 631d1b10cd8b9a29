//! A certificate for the RADIUS server, and the authority by which devices check it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::output;

const EXTENSIONS: &str = "subjectAltName = DNS:radius.example.test\nextendedKeyUsage = serverAuth\n";

/// Each command uses the files of the previous ones.
const COMMANDS: [&str; 3] = [
    "req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=authority -keyout authority.key -out authority.pem",
    "req -newkey rsa:2048 -nodes -subj /CN=radius.example.test -keyout server.key -out server.csr",
    "x509 -req -in server.csr -CA authority.pem -CAkey authority.key -set_serial 1 -days 30 -extfile extensions -out \
     server.pem",
];

/// Their directory.
pub(super) struct Certificates(TempDir);

impl Certificates {
    /// An empty directory.
    pub(super) fn none() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// Copies of those in a directory.
    pub(super) fn copied(from: &Path) -> Self {
        let it = Self::none();
        for name in ["authority.pem", "server.pem", "server.key"] {
            fs::copy(from.join(name), it.directory().join(name)).unwrap();
        }
        it
    }

    pub(super) fn make() -> Self {
        let it = Self::none();
        fs::write(it.directory().join("extensions"), EXTENSIONS).unwrap();
        for arguments in COMMANDS {
            let made = output(Command::new("openssl").args(arguments.split(' ')).current_dir(it.directory()));
            assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        }
        it
    }

    pub(super) fn directory(&self) -> &Path {
        self.0.path()
    }

    pub(super) fn authority(&self) -> PathBuf {
        self.directory().join("authority.pem")
    }
}
