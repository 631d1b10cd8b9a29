//! Customers, sent to accounts.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use domain::customer::Customer;
use domain::forwarding::{Account, Fault, RemoteId};
use domain::ports::Upstream;
use domain::value::{OrganizationId, ShortText};

use super::{body, fault};
use crate::wire::NewCustomerResponse;
use crate::{Client, Creation, Credentials, Error, RealClient, Secret, Settings};

/// Within the minute that the port grants.
const LONGEST: Duration = Duration::from_secs(55);
/// Whoever sends customers comes again by itself, after pauses that are longer.
const TIMES: u32 = 2;
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// An [`Upstream`] that speaks the customers API. It keeps the session and the connections of each account.
///
/// The venue is not sent, since its id means nothing there, nor are members of `custom` and policies of an organization's own
/// cleared one by one: nobody here knows any more which there were. They are cleared in the upstream when none is left.
/// The name, the password and the source arrive with the creation and never change.
pub struct Forwarder {
    longest: Duration,
    clients: Mutex<HashMap<OrganizationId, (Account, Arc<RealClient>)>>,
}

impl Forwarder {
    /// One that takes no longer for a customer than the port allows.
    pub fn new() -> Self {
        Self::within(LONGEST)
    }

    /// One that takes no longer than this for a customer, and a quarter of it for an answer.
    pub fn within(longest: Duration) -> Self {
        Self { longest, clients: Mutex::default() }
    }

    /// The client of the account as it is now. One of an account that was set up anew is another one.
    fn client(&self, account: &Account) -> Result<Arc<RealClient>, Error> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, client)) = clients.get(&account.organization_id)
            && known == account
        {
            return Ok(client.clone());
        }
        let client = Arc::new(RealClient::new(self.settings(account))?);
        clients.insert(account.organization_id, (account.clone(), client.clone()));
        Ok(client)
    }

    fn settings(&self, account: &Account) -> Settings {
        let client_key = account.client_key.as_str().to_owned();
        let credentials = Credentials { client_key, client_secret: Secret::new(account.client_secret.reveal()) };
        let answer = self.longest / 4;
        Settings {
            connect_time: answer.min(Duration::from_secs(10)),
            request_time: answer,
            times: TIMES,
            longest_pause: LONGEST_PAUSE,
            ..Settings::new(account.url.as_str(), credentials)
        }
    }

    async fn in_time<T>(&self, work: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
        match tokio::time::timeout(self.longest, work).await {
            Ok(done) => done,
            Err(_) => Err(fault::away("it took too long")),
        }
    }
}

impl Default for Forwarder {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Upstream for Forwarder {
    async fn put(
        &self,
        account: &Account,
        customer: &Customer,
        remote_id: Option<RemoteId>,
    ) -> Result<RemoteId, Fault> {
        let client = self.client(account).map_err(|error| fault::of(&error))?;
        self.in_time(put(client.as_ref(), account, customer, remote_id)).await
    }

    async fn erase(&self, account: &Account, remote_id: &RemoteId) -> Result<(), Fault> {
        let client = self.client(account).map_err(|error| fault::of(&error))?;
        self.in_time(async { fault::of_erasure(client.erase_customer(remote_id.as_str()).await) }).await
    }
}

async fn put(
    client: &dyn Client,
    account: &Account,
    customer: &Customer,
    remote_id: Option<RemoteId>,
) -> Result<RemoteId, Fault> {
    if let Some(id) = remote_id
        && update(client, account, customer, &id).await?
    {
        return Ok(id);
    }
    let id = create(client, account, customer).await?;
    // Whoever was found by the identity may have values that are none any more, and a creation clears nothing.
    if update(client, account, customer, &id).await? {
        Ok(id)
    } else {
        Err(fault::away("a customer who was just taken is not there"))
    }
}

/// Makes a customer with this id what it is here. `false` when there is none.
async fn update(client: &dyn Client, account: &Account, customer: &Customer, id: &RemoteId) -> Result<bool, Fault> {
    match client.update_customer(id.as_str(), &body::update(account, customer)).await {
        Ok(_) => Ok(true),
        Err(Error::NotFound(_)) => Ok(false),
        Err(error) => Err(fault::of(&error)),
    }
}

async fn create(client: &dyn Client, account: &Account, customer: &Customer) -> Result<RemoteId, Fault> {
    let name = body::identity(account, customer)?;
    let how = Creation { deduplicate: vec![name.to_owned()], idempotency_key: None };
    let answer = client.create_customer(&body::creation(account, customer), &how).await;
    id_of(&answer.map_err(|error| fault::of(&error))?)
}

fn id_of(answer: &NewCustomerResponse) -> Result<RemoteId, Fault> {
    let id = answer.id.as_ref().and_then(|id| ShortText::parse(id.as_str()).ok());
    id.ok_or_else(|| fault::away("an answer without an id"))
}
