//! A registry with many customers, of which every round gets a copy.

use std::collections::HashSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::client::{Ask, Connection};
use super::figures::Figures;
use super::guests::Create;
use super::load::{self, Answered, CONNECTIONS, Limits, Target};
use super::server::{Keys, Server};
use crate::shell::Failure;

/// How long filling may take.
const PATIENCE: Duration = Duration::from_secs(60 * 60);
/// Tokens to look up. Each is a write of its own, one after the other.
const TOKENS: usize = 1000;

/// A data directory that no server uses, and what is in it.
pub(crate) struct Registry {
    directory: PathBuf,
    pub(crate) keys: Keys,
    /// Of each guest, by number.
    pub(crate) ids: Vec<String>,
    /// Of the first guests, by number.
    pub(crate) tokens: Vec<String>,
}

impl Registry {
    /// Creates the customers one by one, through the interface, as everybody does.
    pub(crate) async fn fill(
        binary: &Path,
        directory: &Path,
        customers: u64,
        figures: &mut Figures,
    ) -> Result<Arc<Self>, Failure> {
        let mut server = Server::start(binary, directory)?;
        let keys = server.keys()?;
        server.live().await?;
        let target = Target { address: server.address, bearer: server.log_in(&keys).await?.0 };
        let ids = create(&target, &keys.organization, customers, figures).await?;
        figures.memory_filled.push(server.memory_at_rest().await?);
        let tokens = issue(&target, ids.iter().take(TOKENS)).await?;
        server.stop().await?;
        Ok(Arc::new(Self { directory: directory.to_owned(), keys, ids, tokens }))
    }

    /// A copy for one round, so that every round begins alike.
    pub(crate) fn copy(&self, to: &Path) -> Result<(), Failure> {
        fs::create_dir(to)?;
        for entry in fs::read_dir(&self.directory)? {
            let entry = entry?;
            let copy = to.join(entry.file_name());
            fs::copy(entry.path(), &copy)?;
            // Else the kernel would write the copy out while something is measured.
            File::open(&copy)?.sync_all()?;
        }
        Ok(())
    }

    /// Fails unless every one of these created a customer.
    pub(crate) fn all_new(&self, answered: &[Answered]) -> Result<(), Failure> {
        let known: HashSet<_> = self.ids.iter().collect();
        let new: HashSet<_> = answered.iter().map(|answered| &answered.id).collect();
        if new.len() == answered.len() && new.is_disjoint(&known) {
            return Ok(());
        }
        Err("a new guest was answered with the id of another one".into())
    }
}

/// Creates so many customers, and returns their ids by number.
async fn create(
    target: &Target,
    organization: &str,
    customers: u64,
    figures: &mut Figures,
) -> Result<Vec<String>, Failure> {
    let limits = Limits { connections: CONNECTIONS, requests: customers, time: PATIENCE };
    let create = Create { organization: organization.to_owned(), first: 0, deduplicate: true };
    let load::Outcome { time, mut answered } = load::run(target, limits, Arc::new(create)).await?;
    if answered.len() as u64 != customers {
        return Err(format!("only {} customers were created in time", answered.len()).into());
    }
    figures.fill_seconds.push(time.as_secs_f64());
    answered.sort_unstable_by_key(|answered| answered.number);
    Ok(answered.into_iter().map(|answered| answered.id).collect())
}

async fn issue(target: &Target, customers: impl Iterator<Item = &String>) -> Result<Vec<String>, Failure> {
    let mut connection = Connection::open(target.address).await?;
    let mut tokens = Vec::new();
    for id in customers {
        // For longer than any run takes.
        let ask = Ask::get(format!("/v2/customers/{id}/token?expiresIn=86400"));
        let answer = connection.ask(&ask, &target.bearer).await?;
        tokens.push(answer["token"].as_str().ok_or("no token was issued")?.to_owned());
    }
    Ok(tokens)
}
