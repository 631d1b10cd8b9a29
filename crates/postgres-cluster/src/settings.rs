//! The settings of a server.

use std::path::PathBuf;

/// Connections for many concurrent tests, each of which may have its own pool.
const CONNECTIONS: &str = "300";

/// The purpose of a server determines its settings.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(crate) base: PathBuf,
    pub(crate) log: Option<PathBuf>,
    pub(crate) durable: bool,
    pub(crate) tls: bool,
    pub(crate) parameters: Vec<(String, String)>,
}

impl Settings {
    /// For tests that do not kill the server: it does not sync to disk, so an outage of the machine would corrupt its
    /// files. To clients it behaves like any other.
    pub fn quick() -> Self {
        let settings = Self { durable: false, ..Self::durable() };
        settings.set("fsync", "off").set("full_page_writes", "off")
    }

    /// For benchmarks, and for tests that kill the server: commits are on disk, as in production.
    pub fn durable() -> Self {
        let base = std::env::temp_dir();
        let settings = Self { base, log: None, durable: true, tls: false, parameters: Vec::new() };
        settings.set("max_connections", CONNECTIONS)
    }

    /// Creates the server's directory in this one, and not in that for temporary files, which may be in memory.
    ///
    /// Under root, the server runs as another user, who must be able to enter the directory: `/root` is not suitable.
    #[must_use]
    pub fn beneath(self, base: impl Into<PathBuf>) -> Self {
        Self { base: base.into(), ..self }
    }

    /// Writes the server's log to this file, and not to its directory, so that it outlives the server.
    #[must_use]
    pub fn log_to(self, file: impl Into<PathBuf>) -> Self {
        Self { log: Some(file.into()), ..self }
    }

    /// Enables TLS. The certificate is for `localhost` and `127.0.0.1`, from its own authority:
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
