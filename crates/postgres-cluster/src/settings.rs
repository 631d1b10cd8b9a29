//! How a server is set up.

use std::path::PathBuf;

/// Guests of many tests at once: each test may have a pool of its own.
const CONNECTIONS: &str = "300";

/// What a server is for decides what it may leave out.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(crate) base: PathBuf,
    pub(crate) log: Option<PathBuf>,
    pub(crate) durable: bool,
    pub(crate) tls: bool,
    pub(crate) parameters: Vec<(String, String)>,
}

impl Settings {
    /// For tests that do not kill it: it writes to disk when it pleases, and an outage of the machine would spoil its
    /// files. In everything that a client sees it is as any other.
    pub fn quick() -> Self {
        let settings = Self { durable: false, ..Self::durable() };
        settings.set("fsync", "off").set("full_page_writes", "off")
    }

    /// For benchmarks, and for tests that kill it: what it has committed is on disk, as in production.
    pub fn durable() -> Self {
        let base = std::env::temp_dir();
        let settings = Self { base, log: None, durable: true, tls: false, parameters: Vec::new() };
        settings.set("max_connections", CONNECTIONS)
    }

    /// Makes the server's directory in this one, and not where temporary files usually go: those may be kept in memory.
    ///
    /// When root runs this the server runs as another user, who must be able to get there: `/root` is no such place.
    #[must_use]
    pub fn beneath(self, base: impl Into<PathBuf>) -> Self {
        Self { base: base.into(), ..self }
    }

    /// Writes the server's log into this file, and not into its directory, so that it stays when the server is gone.
    #[must_use]
    pub fn log_to(self, file: impl Into<PathBuf>) -> Self {
        Self { log: Some(file.into()), ..self }
    }

    /// Lets clients speak TLS. The certificate is for `localhost` and `127.0.0.1`, from an authority of its own:
    /// [`Cluster::authority`](crate::Cluster::authority).
    #[must_use]
    pub fn with_tls(self) -> Self {
        Self { tls: true, ..self }
    }

    /// Sets a parameter of `postgresql.conf`.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.parameters.push((name.to_owned(), value.to_owned()));
        self
    }
}
