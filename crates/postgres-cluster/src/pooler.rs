//! PgBouncer in front of a server.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::account::Account;
use crate::{Cluster, Error, find_program, port};

/// Runs the pooler as its child, until its standard input ends for whatever reason.
const KEEPER: &str = r#"
"$@" </dev/null >/dev/null 2>&1 &
echo started
read -r _
kill -s INT $!
wait
"#;
/// The path in Debian, which is not on every search path.
const DEBIAN: &str = "/usr/sbin/pgbouncer";
/// Far longer than a start takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a pooler assigns server connections to clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PoolMode {
    /// The default of PgBouncer: a client keeps its connection.
    Session,
    /// A client has a connection for the duration of a transaction.
    Transaction,
}

/// A PgBouncer on a loopback port, with default settings except for its mode. Dropping it ends it.
#[derive(Debug)]
pub struct Pooler {
    keeper: Child,
    input: Option<ChildStdin>,
    port: u16,
    directory: TempDir,
}

impl Pooler {
    /// Starts a pooler in front of the server, and returns when it accepts connections.
    ///
    /// # Errors
    /// PgBouncer is not installed, or does not start. The text contains its messages.
    pub fn start(cluster: &Cluster, mode: PoolMode) -> Result<Self, Error> {
        let program = find_program("pgbouncer").unwrap_or_else(|_| PathBuf::from(DEBIAN));
        let directory = tempfile::Builder::new().prefix("guestbook-pgbouncer-").tempdir();
        let directory = directory.map_err(Error::of("a directory for PgBouncer"))?;
        let account = Account::take(directory.path())?;
        let port = port::free()?;
        let configuration = configure(directory.path(), account, cluster, port, mode)?;
        let mut keeper = account.command("sh", directory.path());
        keeper.args(["-c", KEEPER, "sh"]).arg(program).arg(configuration);
        keeper.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut keeper = keeper.spawn().map_err(Error::of("cannot start sh"))?;
        let (input, output) = (keeper.stdin.take(), keeper.stdout.take());
        let mut pooler = Self { keeper, input, port, directory };
        let mut line = String::new();
        let output = output.ok_or_else(|| Error::new("sh has no output"))?;
        BufReader::new(output).read_line(&mut line).map_err(Error::of("cannot read from sh"))?;
        pooler.ready()?;
        Ok(pooler)
    }

    /// The URL of this database through the pooler, including the password.
    pub fn url(&self, server: &str) -> String {
        let from = server.rfind('@').map_or(0, |at| at + 1);
        let end = server[from..].find('/').map_or(server.len(), |at| from + at);
        format!("{}127.0.0.1:{}{}", &server[..from], self.port, &server[end..])
    }

    fn ready(&mut self) -> Result<(), Error> {
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            if Instant::now() > deadline {
                let log = fs::read_to_string(self.directory.path().join("log")).unwrap_or_default();
                return Err(Error::new(format!("PgBouncer did not start:\n{log}")));
            }
            std::thread::yield_now();
        }
        Ok(())
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        drop(self.input.take());
        // It has no data to write, and this fails only if it is gone.
        let _ = self.keeper.wait();
    }
}

fn configure(
    directory: &Path,
    account: Account,
    cluster: &Cluster,
    port: u16,
    mode: PoolMode,
) -> Result<PathBuf, Error> {
    let users = directory.join("users");
    let mode = match mode {
        PoolMode::Session => "session",
        PoolMode::Transaction => "transaction",
    };
    let server = cluster.port();
    let (log, list) = (directory.join("log"), users.display());
    let text = format!(
        "[databases]\n* = host=127.0.0.1 port={server}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
         unix_socket_dir =\nauth_type = scram-sha-256\nauth_file = {list}\npool_mode = {mode}\nlogfile = {}\n",
        log.display()
    );
    let file = directory.join("pgbouncer.ini");
    for (file, text) in [(&users, format!("\"postgres\" \"{}\"\n", cluster.password())), (&file, text)] {
        fs::write(file, text).map_err(Error::of(file.display()))?;
        account.give(file)?;
    }
    Ok(file)
}
