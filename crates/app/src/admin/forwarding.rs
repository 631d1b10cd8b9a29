//! `http-api forwarding`

use std::path::Path;

use domain::forwarding::{Account, ClientSecret, Identity};
use domain::ports::{Clock, ForwardingStore};
use domain::value::{CustomerId, OrganizationId, ShortText, WebUrl};
use serde::Serialize;

use super::{organization_id, refused, store_failed, unknown_organization};
use crate::cli;
use crate::config::Config;
use crate::failure::Failure;
use crate::output::say_json;
use crate::wiring::Wired;

/// The secret itself. There is no flag for it: whoever lists the processes would see it.
const SECRET: &str = "GUESTBOOK_UPSTREAM_CLIENT_SECRET";
/// Customers that are looked at in one transaction.
const PART: u16 = 1000;

/// How an organization's forwarding stands.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    organization_id: String,
    url: &'a str,
    identity: &'static str,
    waiting: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    oldest: Option<String>,
    dead: u64,
}

/// A customer who was given up.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DeadLine {
    organization_id: String,
    customer_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remote_id: Option<String>,
    given_up_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// How many customers wait again.
#[derive(Serialize)]
struct Again {
    waiting: u64,
}

pub(crate) async fn run(config: &Config, command: cli::Forwarding) -> Result<(), Failure> {
    let wired = Wired::open(config).await?;
    let (store, clock) = (&wired.accounts, &wired.ports.clock);
    let done = match command {
        cli::Forwarding::Configure(new) => configure(store.as_ref(), clock.as_ref(), &new).await,
        cli::Forwarding::Remove { organization } => remove(store.as_ref(), &organization).await,
        cli::Forwarding::Status { dead } => status(store.as_ref(), dead).await,
        cli::Forwarding::Retry { organization, customer } => {
            retry(store.as_ref(), clock.as_ref(), &organization, customer.as_deref()).await
        }
        cli::Forwarding::Resend { organization } => resend(store.as_ref(), clock.as_ref(), &organization).await,
    };
    done.and(wired.close().await)
}

async fn configure(store: &dyn ForwardingStore, clock: &dyn Clock, new: &cli::NewAccount) -> Result<(), Failure> {
    let account = Account {
        organization_id: organization_id(&new.organization)?,
        url: WebUrl::parse(&new.url).map_err(refused("the address"))?,
        client_key: ShortText::parse(&new.client_key).map_err(refused("the client key"))?,
        client_secret: secret(new.client_secret_file.as_deref())?,
        remote_organization: ShortText::parse(&new.remote_organization).map_err(refused("the remote organization"))?,
        identity: Identity::parse(&new.identity).map_err(refused("the identity"))?,
        set_up_at: clock.now(),
    };
    let set_up = store.set_up_account(&account).await.map_err(store_failed)?;
    if set_up { Ok(()) } else { Err(unknown_organization(&new.organization)) }
}

async fn remove(store: &dyn ForwardingStore, organization: &str) -> Result<(), Failure> {
    let removed = store.remove_account(organization_id(organization)?).await.map_err(store_failed)?;
    if removed { Ok(()) } else { Err(without_account(organization)) }
}

async fn status(store: &dyn ForwardingStore, dead: bool) -> Result<(), Failure> {
    for account in store.accounts().await.map_err(store_failed)? {
        let standing = store.standing(account.organization_id).await.map_err(store_failed)?;
        say_json(&Line {
            organization_id: account.organization_id.to_string(),
            url: account.url.as_str(),
            identity: account.identity.as_str(),
            waiting: standing.waiting,
            oldest: standing.oldest.map(|at| format!("{at:.3}")),
            dead: standing.dead,
        })?;
        if dead {
            list_dead(store, account.organization_id).await?;
        }
    }
    Ok(())
}

async fn list_dead(store: &dyn ForwardingStore, organization_id: OrganizationId) -> Result<(), Failure> {
    let mut after = None;
    loop {
        let letters = store.dead_letters(organization_id, after, PART).await.map_err(store_failed)?;
        let Some(last) = letters.last() else { return Ok(()) };
        after = Some(last.waiting.customer_id);
        letters.into_iter().try_for_each(|letter| {
            say_json(&DeadLine {
                organization_id: organization_id.to_string(),
                customer_id: letter.waiting.customer_id.to_string(),
                remote_id: letter.waiting.remote_id.map(|id| id.as_str().to_owned()),
                given_up_at: format!("{:.3}", letter.given_up_at),
                reason: letter.waiting.attempt.fault,
            })
        })?;
    }
}

async fn retry(
    store: &dyn ForwardingStore,
    clock: &dyn Clock,
    organization: &str,
    customer: Option<&str>,
) -> Result<(), Failure> {
    let organization_id = account_of(store, organization).await?;
    let customer_id = customer.map(CustomerId::parse).transpose().map_err(refused("the customer"))?;
    let waiting = store.retry(organization_id, customer_id, clock.now()).await.map_err(store_failed)?;
    say_json(&Again { waiting })
}

async fn resend(store: &dyn ForwardingStore, clock: &dyn Clock, organization: &str) -> Result<(), Failure> {
    let organization_id = account_of(store, organization).await?;
    let mut from = Some(CustomerId::from_bits(0));
    while let Some(next) = from {
        from = store.enqueue(organization_id, next, PART, clock.now()).await.map_err(store_failed)?;
    }
    let standing = store.standing(organization_id).await.map_err(store_failed)?;
    say_json(&Again { waiting: standing.waiting })
}

/// The id of an organization that has an account.
async fn account_of(store: &dyn ForwardingStore, organization: &str) -> Result<OrganizationId, Failure> {
    let id = organization_id(organization)?;
    let accounts = store.accounts().await.map_err(store_failed)?;
    let has = accounts.iter().any(|account| account.organization_id == id);
    if has { Ok(id) } else { Err(without_account(organization)) }
}

fn without_account(organization: &str) -> Failure {
    Failure::because(format!("organization {organization} has no account elsewhere"))
}

fn secret(file: Option<&Path>) -> Result<ClientSecret, Failure> {
    let text = match file {
        Some(file) => std::fs::read_to_string(file)
            .map_err(|error| Failure::new(format!("reading {}", file.display()), &error))?,
        None => std::env::var(SECRET)
            .map_err(|_| Failure::because(format!("there is no secret: --client-secret-file or {SECRET}")))?,
    };
    ClientSecret::parse(text.trim()).map_err(refused("the client secret"))
}
