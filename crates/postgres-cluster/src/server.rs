//! A running server.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::Error;
use crate::account::Account;

/// Runs the server as its child, prints its process id, and sends it the signal that it reads. When its input ends,
/// because the process that started it requests that or is gone itself, it removes the server and its files.
const KEEPER: &str = r#"
directory=$1
shift
"$@" </dev/null >/dev/null &
echo $!
exec 2>/dev/null
read -r signal || signal=
kill -s "${signal:-QUIT}" $!
wait
[ "$signal" ] || rm -rf "$directory"
"#;

/// The ends of the log lines in which a server, and a standby, report that they accept connections.
const READY: [&[u8]; 2] = [
    b"LOG:  database system is ready to accept connections",
    b"LOG:  database system is ready to accept read-only connections",
];
/// Far longer than a start or an end takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server. Dropping it ends it at once, and empties its directory.
#[derive(Debug)]
pub(crate) struct Server {
    keeper: Child,
    pub(crate) process_id: u32,
    /// Receives a message when the server accepts connections. Closed when every process of the server has ended.
    news: Mutex<Receiver<()>>,
}

/// The signals that end a server, as PostgreSQL interprets them.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Signal {
    /// Disconnects clients and writes all data.
    Interrupt,
    /// Ends at once.
    Kill,
}

impl Server {
    /// Starts the server, and returns when it accepts connections.
    ///
    /// # Errors
    /// It ended, or was not ready in time.
    pub(crate) fn start(account: Account, directory: &Path, server: &Command, log: File) -> Result<Self, Error> {
        let mut keeper = account.command("sh", directory);
        keeper.args(["-c", KEEPER, "sh"]).arg(directory).arg(server.get_program()).args(server.get_args());
        keeper.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A signal from the terminal then reaches only the tests, and the server ends after them.
        keeper.process_group(0);
        let mut keeper = keeper.spawn().map_err(Error::of("cannot start sh"))?;
        let (output, errors) = (keeper.stdout.take(), keeper.stderr.take());
        let news = Mutex::new(follow(errors, log));
        let mut server = Self { keeper, process_id: 0, news };
        if let Err(error) = server.ready(output) {
            // Not dropped, which would remove the log with the reason.
            let _ = server.end(Signal::Kill);
            return Err(error);
        }
        Ok(server)
    }

    fn ready(&mut self, output: Option<impl Read>) -> Result<(), Error> {
        self.process_id = process_id(output)?;
        self.hear(PATIENCE).map_err(|silence| match silence {
            RecvTimeoutError::Disconnected => Error::new("PostgreSQL did not start"),
            RecvTimeoutError::Timeout => Error::new("PostgreSQL was not ready in time"),
        })
    }

    /// Sends the signal and waits until every process of the server has ended, including those that outlive the main
    /// one: until then, no other server starts in the directory.
    pub(crate) fn end(&mut self, signal: Signal) -> Result<(), Error> {
        let name = match signal {
            Signal::Interrupt => "INT",
            Signal::Kill => "KILL",
        };
        let input = self.keeper.stdin.take();
        let mut input = input.ok_or_else(|| Error::new("PostgreSQL was ended already"))?;
        writeln!(input, "{name}").map_err(Error::of("what keeps PostgreSQL is gone"))?;
        self.see_off()
    }

    fn see_off(&mut self) -> Result<(), Error> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.hear(deadline.saturating_duration_since(Instant::now())) {
                Ok(()) => {}
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => return Err(Error::new("PostgreSQL did not end in time")),
            }
        }
        self.keeper.wait().map(|_| ()).map_err(Error::of("what keeps PostgreSQL"))
    }

    fn hear(&mut self, patience: Duration) -> Result<(), RecvTimeoutError> {
        self.news.get_mut().unwrap_or_else(PoisonError::into_inner).recv_timeout(patience)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        if self.see_off().is_err() {
            // Both fail if it has already ended.
            let _ = self.keeper.kill();
            let _ = self.keeper.wait();
        }
    }
}

/// Copies the server's output to the log. Every process of the server holds the other end, so the output ends with the
/// last of them.
fn follow(server: Option<impl Read + Send + 'static>, mut log: File) -> Receiver<()> {
    let (ready, news) = mpsc::channel();
    std::thread::spawn(move || {
        let lines = server.into_iter().flat_map(|server| BufReader::new(server).split(b'\n').map_while(Result::ok));
        for mut line in lines {
            let is_ready = READY.iter().any(|ready| line.ends_with(ready));
            line.push(b'\n');
            // Reading continues even if the disk is full: a server whose output is not read would hang.
            let _ = log.write_all(&line);
            if is_ready {
                let _ = ready.send(());
            }
        }
    });
    news
}

fn process_id(output: Option<impl Read>) -> Result<u32, Error> {
    let mut line = String::new();
    let output = output.ok_or_else(|| Error::new("sh has no output"))?;
    BufReader::new(output).read_line(&mut line).map_err(Error::of("cannot read from sh"))?;
    line.trim().parse().map_err(Error::of("sh tells no process id"))
}
