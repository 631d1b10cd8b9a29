//! A standby that replicates a server and can replace it.

use std::process::Command;
use std::time::{Duration, Instant};

use super::Cluster;
use crate::account::Account;
use crate::database::psql;
use crate::{Error, files, port, program};

/// Far longer than a standby takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The suspended process of a standby that receives the primary's data.
#[derive(Debug)]
pub struct Paused(String);

impl Cluster {
    /// Creates a standby of this server, starts it, and returns when it accepts readers. It has the same settings and
    /// the same password.
    ///
    /// # Errors
    /// The server cannot be copied, or the copy does not start. The text contains the messages.
    pub fn standby(&self) -> Result<Self, Error> {
        let directory = tempfile::Builder::new().prefix("guestbook-postgres-").tempdir_in(&self.settings.base);
        let directory = directory.map_err(Error::of(self.settings.base.display()))?;
        let account = Account::take(directory.path())?;
        let mut copy = account.command(self.programs.initdb.with_file_name("pg_basebackup"), directory.path());
        copy.args(["--checkpoint=fast", "--wal-method=stream", "--write-recovery-conf", "--no-sync", "--pgdata"]);
        copy.arg(files::data(directory.path())).arg("--dbname").arg(self.url("postgres"));
        program::output(&mut copy)?;
        let mut standby = Self {
            server: None,
            port: port::free()?,
            password: self.password.clone(),
            certificate: None,
            account,
            programs: self.programs.clone(),
            settings: self.settings.clone(),
            directory,
        };
        standby.settings.log = None;
        standby.start_somewhere()?;
        Ok(standby)
    }

    /// From now on commits wait for this many standbys. Returns when that many are connected.
    ///
    /// # Errors
    /// They do not connect.
    pub fn wait_for_standbys(&self, count: usize) -> Result<(), Error> {
        self.set_synchronous(&format!("ANY {count} (*)"))?;
        let there =
            format!("SELECT count(*) >= {count} FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')");
        self.until(&there)
    }

    /// From now on commits wait for these standbys (in the syntax of `synchronous_standby_names`); with an empty text
    /// for none, which releases waiting commits.
    ///
    /// # Errors
    /// The server is not running.
    pub fn set_synchronous(&self, names: &str) -> Result<(), Error> {
        self.psql("postgres", &format!("ALTER SYSTEM SET synchronous_standby_names = '{names}'"))?;
        self.psql("postgres", "SELECT pg_reload_conf()")?;
        // The background writer and all others reload it on a signal, which takes a moment.
        self.until(&format!("SELECT current_setting('synchronous_standby_names') = '{names}'"))
    }

    /// Suspends the process of this standby that receives the primary's data.
    ///
    /// # Errors
    /// There is no such process.
    pub fn pause_replication(&self) -> Result<Paused, Error> {
        self.until("SELECT count(*) = 1 FROM pg_stat_wal_receiver")?;
        let process = self.psql("postgres", "SELECT pid FROM pg_stat_wal_receiver")?;
        signal("STOP", &process)?;
        Ok(Paused(process))
    }

    /// Promotes this standby to primary, with the data that it has: data on their way to the suspended process are
    /// lost, as in a network failure. Returns when it accepts writes.
    ///
    /// # Errors
    /// It does not.
    pub fn promote(&self, paused: Paused) -> Result<(), Error> {
        let Paused(process) = paused;
        self.psql("postgres", "SELECT pg_promote(false)")?;
        // The process gets the signal to end before it is resumed.
        self.wait_for_trigger()?;
        signal("CONT", &process)?;
        self.until("SELECT NOT pg_is_in_recovery()")
    }

    /// Runs SQL in a database, through `psql`. Returns its output, as [`Database::psql`](crate::Database::psql) does.
    ///
    /// # Errors
    /// The server is not running, or refuses.
    pub fn psql(&self, database: &str, sql: &str) -> Result<String, Error> {
        psql(&self.url(database), sql)
    }

    /// Waits for the log line of the request, which precedes the signal to the suspended process.
    fn wait_for_trigger(&self) -> Result<(), Error> {
        let deadline = Instant::now() + PATIENCE;
        while !std::fs::read_to_string(self.log()).unwrap_or_default().contains("received promote request") {
            if Instant::now() > deadline {
                return Err(Error::new("the standby did not hear of its promotion"));
            }
            std::thread::yield_now();
        }
        Ok(())
    }

    fn until(&self, sql: &str) -> Result<(), Error> {
        let deadline = Instant::now() + PATIENCE;
        while self.psql("postgres", sql)? != "t" {
            if Instant::now() > deadline {
                return Err(Error::new(format!("waited in vain: {sql}")));
            }
        }
        Ok(())
    }
}

fn signal(name: &str, process: &str) -> Result<(), Error> {
    program::output(Command::new("sh").args(["-c", "kill -s \"$1\" \"$2\"", "sh", name, process])).map(drop)
}
