//! The PostgreSQL server under measurement, and its databases.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use postgres_cluster::{Cluster, Database, Settings};

use super::pgbench::Variables;
use super::process;
use super::registry::Registry;
use super::server::{Launch, Server};
use crate::shell::Failure;

/// Typical settings for a machine with 24 GiB, with a quarter of it for the cache, and defaults otherwise. They are the
/// same for all variants.
pub(crate) const SETTINGS: [(&str, &str); 4] =
    [("shared_buffers", "6GB"), ("wal_compression", "lz4"), ("max_wal_size", "8GB"), ("checkpoint_timeout", "30min")];

/// The size of a stored password in bytes.
const SEALED: usize = 60;

/// Starts a server with durable commits.
pub(crate) fn start(base: &Path) -> Result<Cluster, Failure> {
    let settings = SETTINGS.iter().fold(Settings::durable().beneath(base), |all, (name, value)| all.set(name, value));
    let cluster = Cluster::start(settings)?;
    println!("started PostgreSQL {}", cluster.programs().version);
    Ok(cluster)
}

/// The processor time of the server so far.
pub(crate) fn processor_time(cluster: &Cluster) -> Result<Duration, Failure> {
    process::processor_time_of_family(cluster.process_id().ok_or("PostgreSQL does not run")?)
}

/// A database with customers, and its key file.
pub(crate) struct Filled {
    pub(crate) database: Database,
    /// The data directory of its servers.
    pub(crate) data: PathBuf,
    pub(crate) url: String,
    pub(crate) registry: Arc<Registry>,
    pub(crate) variables: Variables,
}

impl Filled {
    /// Creates a database with this many customers, in an empty directory.
    pub(crate) async fn make(
        cluster: &Cluster,
        binary: &Path,
        directory: &Path,
        customers: u64,
    ) -> Result<Self, Failure> {
        fs::create_dir(directory)?;
        let database = Database::create(&cluster.url("postgres"))?;
        let (url, data) = (database.url(), directory.join("data"));
        let launch = Launch { binary, data: &data, database: Some(&url), plain: false };
        let keys = launch.add_services()?;
        let server = Server::start(launch)?;
        let registry = Registry::fill(&server, keys, customers).await?;
        server.stop().await?;
        let variables = variables(&database, &registry)?;
        // As autovacuum would sooner or later, so that it does not run during a measurement.
        database.psql("VACUUM (ANALYZE)")?;
        Ok(Self { database, data, url, registry, variables })
    }

    /// The number of transactions with writes on the server so far.
    pub(crate) fn transactions(&self) -> Result<f64, Failure> {
        // The server counts commits too, but reports them up to ten seconds later.
        Ok(self.database.psql("SELECT pg_snapshot_xmax(pg_current_snapshot())")?.parse()?)
    }

    /// An id of the current time, without its last twelve digits. Later ids are greater, as those of the service are.
    pub(crate) fn id_prefix(&self) -> Result<String, Failure> {
        let digits = "lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint), 12, '0')";
        Ok(self.database.psql(&format!("SELECT regexp_replace({digits}, '^(.{{8}})', '\\1-') || '-7000-8000-'"))?)
    }
}

/// The variables of the scripts. The service's tokens are secret; these have hashes that a script can compute.
fn variables(database: &Database, registry: &Registry) -> Result<Variables, Failure> {
    let organization = &registry.keys.organization;
    let of = format!("FROM organization WHERE id = '{organization}'");
    let text = |column: &str| database.psql(&format!("SELECT {column} {of}"));
    let (customers, tokens) = (registry.ids.len(), registry.tokens.len());
    database.psql(&format!(
        "INSERT INTO customer_token (bucket, hash, organization_id, customer_id, expires_at)
         SELECT o.bucket, sha256(n::text::bytea), o.id, c.id, now() + interval '1 day'
         FROM generate_series(1, {tokens}) n, organization o, (SELECT id FROM customer LIMIT 1) c
         WHERE o.id = '{organization}'"
    ))?;
    Ok(vec![
        ("bucket", text("bucket")?),
        ("organization", text("id")?),
        ("location", text("default_location_id")?),
        ("customers", customers.to_string()),
        ("tokens", tokens.to_string()),
        ("residents", registry.residents.len().to_string()),
        ("password", format!("\\x{}", "47".repeat(SEALED))),
        ("policies", r#"{"privacy": true, "terms_of_use": true}"#.to_owned()),
    ])
}
