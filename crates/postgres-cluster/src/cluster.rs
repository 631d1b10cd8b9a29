//! A server with its own files.

mod standby;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

pub use standby::Paused;

use crate::account::Account;
use crate::certificate::Certificate;
use crate::server::{Server, Signal};
use crate::{Error, Programs, Settings, files, port, random};

/// Another program may take a port between the check and the start.
const ATTEMPTS: usize = 5;
/// The number of log lines that are shown when a server does not start.
const TELLING: usize = 10;

/// A PostgreSQL server on a loopback port, with the superuser `postgres`.
///
/// Dropping it ends the server and removes its files. They are also removed if this process ends without dropping
/// anything, even if it is killed.
#[derive(Debug)]
pub struct Cluster {
    // Declared before the directory, since it has to end first.
    server: Option<Server>,
    port: u16,
    password: String,
    certificate: Option<Certificate>,
    account: Account,
    programs: Programs,
    settings: Settings,
    directory: TempDir,
}

impl Cluster {
    /// Creates the files of a new server, starts it, and returns when it accepts connections.
    ///
    /// # Errors
    /// PostgreSQL is not installed, or it does not start. The text contains its messages.
    pub fn start(settings: Settings) -> Result<Self, Error> {
        let programs = Programs::find()?;
        let directory = tempfile::Builder::new().prefix("guestbook-postgres-").tempdir_in(&settings.base);
        let directory = directory.map_err(Error::of(settings.base.display()))?;
        let account = Account::take(directory.path())?;
        let password = random::text()?;
        files::make(&programs.initdb, account, directory.path(), &password, settings.durable)?;
        let certificate = settings.tls.then(|| Certificate::make(directory.path(), account)).transpose()?;
        let port = port::free()?;
        let mut cluster = Self { server: None, port, password, certificate, account, programs, settings, directory };
        cluster.start_somewhere()?;
        Ok(cluster)
    }

    /// The URL of this database, including the password.
    pub fn url(&self, database: &str) -> String {
        let Self { password, port, .. } = self;
        format!("postgres://postgres:{password}@127.0.0.1:{port}/{database}")
    }

    pub(crate) fn password(&self) -> &str {
        &self.password
    }

    /// The port, which [`restart`](Self::restart) does not change.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The id of the server's main process, the parent of all others. `None` if the server was stopped or killed.
    pub fn process_id(&self) -> Option<u32> {
        self.server.as_ref().map(|server| server.process_id)
    }

    /// The certificate by which a client checks the server's. `None` without [`Settings::with_tls`].
    pub fn authority(&self) -> Option<&Path> {
        self.certificate.as_ref().map(|certificate| certificate.authority.as_path())
    }

    /// The programs that belong to the server.
    pub fn programs(&self) -> &Programs {
        &self.programs
    }

    /// The directory of all the server's files.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// The log file of the server, across all starts.
    pub fn log(&self) -> PathBuf {
        self.settings.log.clone().unwrap_or_else(|| self.directory().join("log"))
    }

    /// Kills the main process with SIGKILL. The other processes notice and end by themselves; this waits for all of
    /// them.
    ///
    /// # Errors
    /// The server is not running, or does not end.
    pub fn kill(&mut self) -> Result<(), Error> {
        self.end(Signal::Kill)
    }

    /// Stops the server: clients are disconnected, and all data are written.
    ///
    /// # Errors
    /// The server is not running, or does not end.
    pub fn stop(&mut self) -> Result<(), Error> {
        self.end(Signal::Interrupt)
    }

    /// Starts the server again, on the same files and the same port, and returns when it accepts connections.
    ///
    /// # Errors
    /// The server is already running, or does not start. The text contains its messages.
    pub fn restart(&mut self) -> Result<(), Error> {
        if self.server.is_some() {
            return Err(Error::new("PostgreSQL is running: stop or kill it first"));
        }
        let log =
            File::options().create(true).append(true).open(self.log()).map_err(Error::of(self.log().display()))?;
        let server = Server::start(self.account, self.directory(), &self.command(), log);
        self.server = Some(server.map_err(|error| Error::new(format!("{error}:\n{}", self.last_words())))?);
        Ok(())
    }

    fn end(&mut self, signal: Signal) -> Result<(), Error> {
        let mut server = self.server.take().ok_or_else(|| Error::new("PostgreSQL does not run"))?;
        server.end(signal)
    }

    /// Starts the server on a free port.
    fn start_somewhere(&mut self) -> Result<(), Error> {
        for _ in 1..ATTEMPTS {
            match self.restart() {
                Err(_) if !port::is_free(self.port) => self.port = port::free()?,
                result => return result,
            }
        }
        self.restart()
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.programs.postgres);
        command.arg("-D").arg(files::data(self.directory()));
        let mut set = |name: &str, value: &str| {
            command.arg("-c").arg(format!("{name}={value}"));
        };
        set("listen_addresses", "127.0.0.1");
        set("port", &self.port.to_string());
        set("unix_socket_directories", "");
        set("logging_collector", "off");
        if let Some(Certificate { certificate, key, .. }) = &self.certificate {
            set("ssl", "on");
            set("ssl_cert_file", &certificate.to_string_lossy());
            set("ssl_key_file", &key.to_string_lossy());
        }
        self.settings.parameters.iter().for_each(|(name, value)| set(name, value));
        command
    }

    fn last_words(&self) -> String {
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(TELLING)..].join("\n")
    }
}
