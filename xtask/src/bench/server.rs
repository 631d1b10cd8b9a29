//! The program under measurement.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::{Ask, Connection};
use super::{process, wait};
use crate::shell::{self, Failure};

/// The time limit of a start or a stop.
const PATIENCE: Duration = Duration::from_secs(60);
/// A process without processor time for this long is idle.
const REST: Duration = Duration::from_millis(500);

/// A running server; it is killed if this is dropped before it was stopped.
pub(crate) struct Server {
    process: Child,
    output: BufReader<ChildStdout>,
    started: Instant,
    pub(crate) address: SocketAddr,
}

/// The credentials of a service, and its organization.
#[derive(Clone)]
pub(crate) struct Keys {
    pub(crate) organization: String,
    pub(crate) client_key: String,
    pub(crate) client_secret: String,
    /// The secret of the organization's RADIUS server, if it has one.
    pub(crate) bearer: Option<String>,
}

/// The parameters of a server.
#[derive(Clone, Copy)]
pub(crate) struct Launch<'a> {
    pub(crate) binary: &'a Path,
    /// Its data directory. The log is written beside it.
    pub(crate) data: &'a Path,
    /// The URL of its PostgreSQL database. `None`: an embedded database in its data directory.
    pub(crate) database: Option<&'a str>,
    /// Whether each write has its own transaction.
    pub(crate) plain: bool,
}

impl Launch<'_> {
    fn command(&self) -> Command {
        let mut command = Command::new(self.binary);
        command.arg("--data-dir").arg(self.data);
        // No other variables: those of the developer's shell could name another database.
        command.env_clear().envs(self.database.map(|url| ("GUESTBOOK_DATABASE_URL", url)));
        command
    }

    fn serving(&self) -> Result<Command, Failure> {
        let mut command = self.command();
        command.args(["--listen", "127.0.0.1:0"]);
        if self.plain {
            command.args(["--write-batch-limit", "1"]);
        }
        let log = File::options().create(true).append(true).open(self.data.with_extension("log"))?;
        command.stdout(Stdio::piped()).stderr(log);
        Ok(command)
    }

    /// Adds an organization with a service that has all rights and one for a RADIUS server, on the command line: they
    /// are not created automatically in a PostgreSQL database.
    pub(crate) fn add_services(&self) -> Result<Keys, Failure> {
        let added = |words: &[&str]| -> Result<Value, Failure> {
            Ok(serde_json::from_str(&shell::output(self.command().args(words))?)?)
        };
        let text = |of: &Value, name: &str| of[name].as_str().map(str::to_owned).ok_or(format!("there is no {name}"));
        let organization = text(&added(&["organization", "add", "--name=Benchmark"])?, "organizationId")?;
        let of = format!("--organization={organization}");
        let service = added(&["service", "add", &of, "--role=organization_manager"])?;
        let (client_key, client_secret) = (text(&service, "clientKey")?, text(&service, "clientSecret")?);
        let bearer = Some(text(&added(&["service", "add", &of, "--role=radius"])?, "bearer")?);
        Ok(Keys { organization, client_key, client_secret, bearer })
    }
}

impl Server {
    /// Starts the program on a free port, and returns when it reports the port.
    pub(crate) fn start(launch: Launch<'_>) -> Result<Self, Failure> {
        let mut command = launch.serving()?;
        let started = Instant::now();
        let process = command.spawn();
        let mut process = process.map_err(|error| format!("cannot start {}: {error}", launch.binary.display()))?;
        let output = BufReader::new(process.stdout.take().ok_or("the server has no output")?);
        let mut server = Self { process, output, started, address: SocketAddr::from(([0, 0, 0, 0], 0)) };
        server.address = server.said("# Guestbook listens on http://")?.parse()?;
        Ok(server)
    }

    /// The time since the start, as soon as `GET /health/live` answers.
    pub(crate) async fn live(&self) -> Result<Duration, Failure> {
        let look = async || Ok(self.look().await.ok());
        wait::until("GET /health/live", PATIENCE, look).await?;
        Ok(self.started.elapsed())
    }

    /// On a new connection each time: the first ones may be refused.
    async fn look(&self) -> Result<(), Failure> {
        Connection::open(self.address).await?.ask(&Ask::get("/health/live"), "").await.map(|_| ())
    }

    /// The keys that the first start on an empty data directory prints.
    pub(crate) fn keys(&mut self) -> Result<Keys, Failure> {
        Ok(Keys {
            organization: self.said("#   organizationId ")?,
            client_key: self.said("#   clientKey ")?,
            client_secret: self.said("#   clientSecret ")?,
            bearer: None,
        })
    }

    /// Logs in; returns the JWT and the time since the start.
    pub(crate) async fn log_in(&self, keys: &Keys) -> Result<(String, Duration), Failure> {
        let body = json!({"clientKey": keys.client_key, "clientSecret": keys.client_secret}).to_string();
        let mut connection = Connection::open(self.address).await?;
        let answer = connection.ask(&Ask::post("/v1/sts/login/services", body), "").await?;
        let time = self.started.elapsed();
        Ok((answer["token"].as_str().ok_or("the login gives no token")?.to_owned(), time))
    }

    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Resident memory in MiB when the server is idle.
    pub(crate) async fn memory_at_rest(&self) -> Result<f64, Failure> {
        let (mut used, mut since) = (self.processor_time()?, Instant::now());
        let look = async || {
            let now = self.processor_time()?;
            if now != used {
                (used, since) = (now, Instant::now());
            }
            Ok((since.elapsed() >= REST).then_some(()))
        };
        wait::until("the server comes to rest", PATIENCE, look).await?;
        process::memory(self.process.id())
    }

    /// The maximum memory so far, in MiB.
    pub(crate) fn memory_peak(&self) -> Result<f64, Failure> {
        process::memory_peak(self.process.id())
    }

    /// Processor time used so far.
    pub(crate) fn processor_time(&self) -> Result<Duration, Failure> {
        process::processor_time(self.process.id())
    }

    /// Stops it as a service manager does, so that it writes its journal into the database.
    pub(crate) async fn stop(mut self) -> Result<(), Failure> {
        shell::run(Command::new("kill").args(["-TERM", &self.process.id().to_string()]))?;
        let look = async || Ok(self.process.try_wait()?);
        let status = wait::until("the server stops", PATIENCE, look).await?;
        if status.success() { Ok(()) } else { Err(format!("the server ended with {status}").into()) }
    }

    /// The rest of the next output line with this beginning.
    fn said(&mut self, start: &str) -> Result<String, Failure> {
        let mut line = String::new();
        while self.output.read_line(&mut line)? > 0 {
            if let Some(rest) = line.strip_prefix(start) {
                return Ok(rest.trim().to_owned());
            }
            line.clear();
        }
        Err(format!("the server ended without saying {start:?}").into())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail if it has already ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
