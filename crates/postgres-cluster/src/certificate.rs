//! A certificate for the server, and the authority by which clients check it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::account::Account;
use crate::{Error, program};

/// Names and extensions, so that the machine's openssl configuration does not matter.
const CONFIGURATION: &str = "\
[req]
distinguished_name = name
prompt = no
[name]
CN = Guestbook's tests
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, IP:127.0.0.1
";

/// Each command uses the files of the previous ones. Elliptic-curve keys are generated quickly.
const COMMANDS: [&str; 3] = [
    "req -config tls.conf -new -x509 -extensions authority -days 30 -nodes -newkey ec -pkeyopt \
     ec_paramgen_curve:prime256v1 -keyout ca.key -out ca.crt",
    "req -config tls.conf -new -subj /CN=localhost -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
     -keyout server.key -out server.csr",
    "x509 -req -in server.csr -CA ca.crt -CAkey ca.key -set_serial 1 -days 30 -extfile tls.conf -extensions server \
     -out server.crt",
];

/// The paths of the files. The key belongs to the account that runs the server, as PostgreSQL requires.
#[derive(Debug, Clone)]
pub(crate) struct Certificate {
    pub(crate) authority: PathBuf,
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl Certificate {
    /// Creates the files in the directory, by the program `openssl`.
    pub(crate) fn make(directory: &Path, account: Account) -> Result<Self, Error> {
        fs::write(directory.join("tls.conf"), CONFIGURATION).map_err(Error::of("tls.conf"))?;
        for arguments in COMMANDS {
            program::output(account.command("openssl", directory).args(arguments.split(' ')))?;
        }
        let [authority, certificate, key] = ["ca.crt", "server.crt", "server.key"].map(|name| directory.join(name));
        Ok(Self { authority, certificate, key })
    }
}
