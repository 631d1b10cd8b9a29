//! One round: every figure once.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::disk::{self, Place};
use super::figures::{Figures, Start};
use super::guests::{Create, Hit, LookUp};
use super::load::{self, Answered, Asking, CONNECTIONS, Limits, Target};
use super::options::Options;
use super::registry::Registry;
use super::server::{Keys, Server};
use crate::shell::Failure;

/// What keeps a load within memory, however fast the server is.
const REQUESTS: u64 = 1_000_000;

/// Measures in an empty directory.
pub(crate) async fn measure(
    binary: &Path,
    directory: &Path,
    registry: &Arc<Registry>,
    options: Options,
    figures: &mut Figures,
) -> Result<(), Failure> {
    let mut server = Server::start(binary, &directory.join("empty"))?;
    start(&mut server, None, &mut figures.empty).await?;
    server.stop().await?;

    let filled = directory.join("filled");
    registry.copy(&filled)?;
    let mut server = Server::start(binary, &filled)?;
    let bearer = start(&mut server, Some(&registry.keys), &mut figures.filled).await?;
    let time = Duration::from_secs(options.seconds);
    let fsyncs = disk::fsyncs_per_second(directory, Place::End, time)?;
    figures.fsyncs.push(fsyncs);
    figures.fsyncs_in_place.push(disk::fsyncs_per_second(directory, Place::Same, time)?);
    let target = Target { address: server.address, bearer };
    let mut loads = Loads { server: &server, target, time, fsyncs, figures };
    loads.measure(registry).await?;
    figures.memory_loaded.push(server.memory_at_rest().await?);
    server.stop().await
}

/// Follows a start up to rest, and returns the JWT. Without keys it is a first start, which prints some.
async fn start(server: &mut Server, keys: Option<&Keys>, figures: &mut Start) -> Result<String, Failure> {
    let live = server.live().await?;
    let keys = keys.map_or_else(|| server.keys(), |keys| Ok(keys.clone()))?;
    let (bearer, login) = server.log_in(&keys).await?;
    figures.live.push(live.as_secs_f64() * 1e3);
    figures.login.push(login.as_secs_f64() * 1e3);
    figures.memory.push(server.memory_at_rest().await?);
    Ok(bearer)
}

/// The loads of a round, on one server.
struct Loads<'a> {
    server: &'a Server,
    target: Target,
    time: Duration,
    fsyncs: f64,
    figures: &'a mut Figures,
}

impl Loads<'_> {
    async fn measure(&mut self, registry: &Arc<Registry>) -> Result<(), Failure> {
        let mut first = registry.ids.len() as u64;
        for (name, deduplicate) in [("create", false), ("create, deduplicate=email,phoneNumber", true)] {
            let create = Create { organization: registry.keys.organization.clone(), first, deduplicate };
            let created = self.run(name, Arc::new(create)).await?;
            registry.all_new(&created)?;
            first += created.len() as u64;
        }
        self.run("hit, deduplicate=email,phoneNumber", Arc::new(Hit(registry.clone()))).await?;
        self.run("token look-up", Arc::new(LookUp(registry.clone()))).await?;
        Ok(())
    }

    async fn run(&mut self, name: &'static str, asking: Arc<dyn Asking>) -> Result<Vec<Answered>, Failure> {
        let limits = Limits { connections: CONNECTIONS, requests: REQUESTS, time: self.time };
        let before = self.server.processor_time()?;
        let outcome = load::run(&self.target, limits, asking).await?;
        let used = self.server.processor_time()?.saturating_sub(before);
        self.figures.load(name).push(&outcome, used, self.fsyncs);
        Ok(outcome.answered)
    }
}
