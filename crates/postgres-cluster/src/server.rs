//! A server that runs.

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

/// Runs the server as its child, tells its process id, and sends it the signal that it reads. When there is nothing more
/// to read, whoever started it wants all of it gone, or is gone himself, however that came.
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

/// The ends of the line in which a server says that clients may come, and in which a standby does.
const READY: [&[u8]; 2] = [
    b"LOG:  database system is ready to accept connections",
    b"LOG:  database system is ready to accept read-only connections",
];
/// Far longer than a start or an end takes, even on a machine with much else to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that runs. Dropping it ends it at once, and empties its directory.
#[derive(Debug)]
pub(crate) struct Server {
    keeper: Child,
    pub(crate) process_id: u32,
    /// Hears when clients may come. Hung up when every process of the server is gone.
    news: Mutex<Receiver<()>>,
}

/// The signals that end a server, as PostgreSQL reads them.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Signal {
    /// Turns clients away and writes everything down.
    Interrupt,
    /// Leaves no time for anything.
    Kill,
}

impl Server {
    /// Starts it, and returns when it accepts connections.
    ///
    /// # Errors
    /// It ended, or was not ready in time.
    pub(crate) fn start(account: Account, directory: &Path, server: &Command, log: File) -> Result<Self, Error> {
        let mut keeper = account.command("sh", directory);
        keeper.args(["-c", KEEPER, "sh"]).arg(directory).arg(server.get_program()).args(server.get_args());
        keeper.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // What a person types at the terminal goes to the tests alone, and this ends in order after them.
        keeper.process_group(0);
        let mut keeper = keeper.spawn().map_err(Error::of("cannot start sh"))?;
        let (output, errors) = (keeper.stdout.take(), keeper.stderr.take());
        let news = Mutex::new(follow(errors, log));
        let mut server = Self { keeper, process_id: 0, news };
        if let Err(error) = server.ready(output) {
            // Not dropped, which would take along the log with the reason.
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

    /// Sends the signal and waits until every process of the server is gone, also those that outlive the first one: as
    /// long as one does, no other server starts in the directory.
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
            // Both fail when it has ended already.
            let _ = self.keeper.kill();
            let _ = self.keeper.wait();
        }
    }
}

/// Copies what the server writes into the log. Every process of the server holds the other end, so that the end of what
/// there is to read is the end of the last of them.
fn follow(server: Option<impl Read + Send + 'static>, mut log: File) -> Receiver<()> {
    let (ready, news) = mpsc::channel();
    std::thread::spawn(move || {
        let lines = server.into_iter().flat_map(|server| BufReader::new(server).split(b'\n').map_while(Result::ok));
        for mut line in lines {
            let is_ready = READY.iter().any(|ready| line.ends_with(ready));
            line.push(b'\n');
            // Reading goes on when the disk is full: a server that nobody listens to would hang.
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
