//! A registry with many customers, for the measurements.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use super::client::{Ask, Connection};
use super::guests::{Create, REALM, Reside};
use super::load::{self, Answered, Asking, Id, Limits, Target};
use super::series::number;
use super::server::{Keys, Server};
use crate::shell::Failure;

/// The number of connections that fill it.
const CONNECTIONS: usize = 64;
/// The number of customers per portion, so that the developer sees the progress.
const PORTION: u64 = 100_000;
/// The time limit of a portion.
const PATIENCE: Duration = Duration::from_secs(60 * 60);
/// The number of tokens to look up. Each is a separate write.
const TOKENS: usize = 1000;
/// The number of guests with a chosen password.
const RESIDENTS: u64 = 1000;

/// The contents of a registry.
pub(crate) struct Registry {
    pub(crate) keys: Keys,
    /// The ids of the guests, by number.
    pub(crate) ids: Vec<Id>,
    /// The tokens of the first guests, by number.
    pub(crate) tokens: Vec<String>,
    /// The ids of the guests with a chosen password.
    pub(crate) residents: Vec<Id>,
    /// The tokens of these guests, who may log in.
    pub(crate) passes: Vec<String>,
    known: HashSet<Id>,
}

impl Registry {
    /// Creates the customers one by one, through the API. The registry must be empty.
    pub(crate) async fn fill(server: &Server, keys: Keys, customers: u64) -> Result<Arc<Self>, Failure> {
        server.live().await?;
        let target = Target { address: server.address, bearer: server.log_in(&keys).await?.0 };
        let mut ids = Vec::new();
        while (ids.len() as u64) < customers {
            let portion = PORTION.min(customers - ids.len() as u64);
            let guests = Create { organization: keys.organization.clone(), first: ids.len() as u64 };
            ids.append(&mut create(&target, guests, portion).await?);
            println!("  {} of {} customers", number(ids.len() as f64), number(customers as f64));
        }
        let tokens = issue(&target, ids.iter().take(TOKENS)).await?;
        let residents = create(&target, Reside { organization: keys.organization.clone() }, RESIDENTS).await?;
        set_up(&target, &keys).await?;
        let passes = issue(&target, residents.iter()).await?;
        let known = ids.iter().chain(&residents).copied().collect();
        Ok(Arc::new(Self { keys, ids, tokens, residents, passes, known }))
    }

    /// Fails if two new guests became the same customer, or one that existed before.
    pub(crate) fn check(&self, answered: &[Answered], asking: &dyn Asking) -> Result<(), Failure> {
        let mut new: HashSet<Id> = HashSet::new();
        let mut answered = answered.iter().filter(|answered| asking.owner(answered.number).is_none());
        if answered.all(|Answered { id, .. }| !self.known.contains(id) && new.insert(*id)) {
            return Ok(());
        }
        Err("a new guest was answered with the id of another one".into())
    }
}

/// Creates this many customers, and returns their ids by number.
async fn create(target: &Target, asking: impl Asking, count: u64) -> Result<Vec<Id>, Failure> {
    let limits = Limits { connections: CONNECTIONS, requests: count, time: PATIENCE };
    let mut answered = load::run(target, limits, Arc::new(asking)).await?.answered;
    if answered.len() as u64 != count {
        return Err(format!("only {} of {count} customers were created in time", answered.len()).into());
    }
    answered.sort_unstable_by_key(|answered| answered.number);
    Ok(answered.into_iter().map(|answered| answered.id).collect())
}

/// Configures the organization, so that there are files for devices.
async fn set_up(target: &Target, keys: &Keys) -> Result<(), Failure> {
    let settings = format!(r#"{{"passpoint":{{"realm":"{REALM}","serverNames":["radius.{REALM}"]}}}}"#);
    let ask = Ask::put(format!("/v1/organizations/{}/settings", keys.organization), settings);
    Connection::open(target.address).await?.ask(&ask, &target.bearer).await.map(drop)
}

async fn issue(target: &Target, customers: impl Iterator<Item = &Id>) -> Result<Vec<String>, Failure> {
    let mut connection = Connection::open(target.address).await?;
    let mut tokens = Vec::new();
    for id in customers {
        // Longer than any run takes.
        let ask = Ask::get(format!("/v2/customers/{id:032x}/token?expiresIn=86400"));
        let answer = connection.ask(&ask, &target.bearer).await?;
        tokens.push(answer["token"].as_str().ok_or("no token was issued")?.to_owned());
    }
    Ok(tokens)
}
