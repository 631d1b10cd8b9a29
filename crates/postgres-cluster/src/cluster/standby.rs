//! A standby that follows a server, and takes its place.

use std::process::Command;
use std::time::{Duration, Instant};

use super::Cluster;
use crate::account::Account;
use crate::database::psql;
use crate::{Error, files, port, program};

/// Far longer than a standby takes, even on a machine with much else to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// The process of a standby that takes what the primary sends, while it is stopped.
#[derive(Debug)]
pub struct Paused(String);

impl Cluster {
    /// Makes a copy of this server that follows it, starts it, and returns when it accepts readers. It has the same
    /// settings and the same password.
    ///
    /// # Errors
    /// It cannot be copied, or the copy does not start. The text shows what was said.
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

    /// From now on commits wait for so many standbys. Returns when there are as many.
    ///
    /// # Errors
    /// They do not come.
    pub fn wait_for_standbys(&self, count: usize) -> Result<(), Error> {
        self.set_synchronous(&format!("ANY {count} (*)"))?;
        let there =
            format!("SELECT count(*) >= {count} FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')");
        self.until(&there)
    }

    /// From now on commits wait for these standbys, named as PostgreSQL names them (`synchronous_standby_names`); with none
    /// for nobody, and those that wait are let go.
    ///
    /// # Errors
    /// The server is away.
    pub fn set_synchronous(&self, names: &str) -> Result<(), Error> {
        self.psql("postgres", &format!("ALTER SYSTEM SET synchronous_standby_names = '{names}'"))?;
        self.psql("postgres", "SELECT pg_reload_conf()")?;
        // The background writer and all others read it when they are told, which takes a moment.
        self.until(&format!("SELECT current_setting('synchronous_standby_names') = '{names}'"))
    }

    /// Stops the process of this standby that takes what the primary sends.
    ///
    /// # Errors
    /// There is none.
    pub fn pause_replication(&self) -> Result<Paused, Error> {
        self.until("SELECT count(*) = 1 FROM pg_stat_wal_receiver")?;
        let process = self.psql("postgres", "SELECT pid FROM pg_stat_wal_receiver")?;
        signal("STOP", &process)?;
        Ok(Paused(process))
    }

    /// Makes a primary of this standby, with what it has: what was on its way to the process that was stopped is lost, as if
    /// the network had been. Returns when it takes writes.
    ///
    /// # Errors
    /// It does not.
    pub fn promote(&self, paused: Paused) -> Result<(), Error> {
        let Paused(process) = paused;
        self.psql("postgres", "SELECT pg_promote(false)")?;
        // It is told to end before it goes on.
        self.wait_for_trigger()?;
        signal("CONT", &process)?;
        self.until("SELECT NOT pg_is_in_recovery()")
    }

    /// Runs SQL in a database, through `psql`. Returns what it prints, as [`Database::psql`](crate::Database::psql) does.
    ///
    /// # Errors
    /// The server is away, or refuses.
    pub fn psql(&self, database: &str, sql: &str) -> Result<String, Error> {
        psql(&self.url(database), sql)
    }

    /// The log tells of the request before the process that is stopped is told to end.
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
