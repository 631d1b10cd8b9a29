//! `http-api forwarding`

use std::path::Path;

use c4w_client::{Client, Credentials, RealClient, Secret, Settings, is_unencrypted};
use domain::forwarding::{Account, ClientSecret};
use domain::ports::{Clock, CorruptRow, ForwardingStore};
use domain::value::{CustomerId, OrganizationId, ShortText, WebUrl};
use serde::Serialize;

use super::{organization_id, refused, say_unreadable, store_failed, unknown_organization};
use crate::cli;
use crate::config::Config;
use crate::failure::Failure;
use crate::output::say_json;
use crate::wiring::{Purpose, Wired};

/// The variable with the secret itself. It has no flag, since process lists would show it.
const SECRET: &str = "GUESTBOOK_UPSTREAM_CLIENT_SECRET";
/// The number of customers per transaction.
const PART: u16 = 1000;

/// The state of an organization's forwarding.
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
    /// The last error of a queued customer, or else of a dead letter.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
    /// Whether nothing is sent until `forwarding resume`.
    #[serde(skip_serializing_if = "is_not")]
    held: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_not(held: &bool) -> bool {
    !*held
}

/// An account that cannot be read.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UnreadableLine {
    organization_id: String,
    error: String,
}

/// A dead letter.
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

/// How many accounts were resumed.
#[derive(Serialize)]
struct Resumed {
    resumed: u64,
}

/// How many customers are queued again.
#[derive(Serialize)]
struct Again {
    waiting: u64,
}

pub(crate) async fn run(config: &Config, command: cli::Forwarding) -> Result<(), Failure> {
    let purpose = match command {
        cli::Forwarding::Status { .. } | cli::Forwarding::Resume { .. } => Purpose::Beside,
        _ => Purpose::Everything,
    };
    let wired = Wired::open_for(config, purpose).await?;
    let (store, clock) = (&wired.accounts, &wired.ports.clock);
    let done = match command {
        cli::Forwarding::Configure(new) => configure(store.as_ref(), clock.as_ref(), &new).await,
        cli::Forwarding::Remove { organization } => remove(store.as_ref(), &organization).await,
        cli::Forwarding::Status { organization, dead } => status(store.as_ref(), organization.as_deref(), dead).await,
        cli::Forwarding::Retry { organization, customer } => {
            retry(store.as_ref(), clock.as_ref(), &organization, customer.as_deref()).await
        }
        cli::Forwarding::Resume { organization } => resume(store.as_ref(), organization.as_deref()).await,
        cli::Forwarding::Resend { organization } => resend(store.as_ref(), clock.as_ref(), &organization).await,
    };
    done.and(wired.close().await)
}

async fn configure(store: &dyn ForwardingStore, clock: &dyn Clock, new: &cli::NewAccount) -> Result<(), Failure> {
    if is_unencrypted(&new.url) && !new.allow_unencrypted {
        return Err(Failure::because(
            "the address is not https: the secret and every customer would cross the network unencrypted; \
             --allow-unencrypted permits it",
        ));
    }
    let account = Account {
        organization_id: organization_id(&new.organization)?,
        url: WebUrl::parse(&new.url).map_err(refused("the address"))?,
        client_key: ShortText::parse(&new.client_key).map_err(refused("the client key"))?,
        client_secret: secret(new.client_secret_file.as_deref())?,
        remote_organization: ShortText::parse(&new.remote_organization).map_err(refused("the remote organization"))?,
        identity: new.identity,
        set_up_at: clock.now(),
    };
    if !new.unchecked {
        try_login(&account).await?;
    }
    forget(store, account.organization_id).await?;
    let set_up = store.set_up_account(&account).await.map_err(store_failed)?;
    if set_up { Ok(()) } else { Err(unknown_organization(&new.organization)) }
}

/// Checks the keys, and that the service belongs to the remote organization. Otherwise a mistake would go unnoticed
/// until a customer is sent.
async fn try_login(account: &Account) -> Result<(), Failure> {
    let (url, organization) = (account.url.as_str(), account.remote_organization.as_str());
    let client_secret = Secret::new(account.client_secret.reveal());
    let credentials = Credentials { client_key: account.client_key.as_str().to_owned(), client_secret };
    let settings = Settings { times: 2, ..Settings::new(url, credentials) };
    let failed = |error: &dyn std::error::Error| {
        Failure::new(format!("the login at {url} failed (--unchecked sets the account up all the same)"), error)
    };
    let client = RealClient::new(settings).map_err(|error| failed(&error))?;
    let service = client.service().await.map_err(|error| failed(&error))?;
    let organizations = service.domains.and_then(|it| it.service).and_then(|it| it.organizations).unwrap_or_default();
    // A service that does not report its organizations may belong to this one.
    if organizations.is_empty() || organizations.iter().any(|its| its.as_str() == organization) {
        return Ok(());
    }
    Err(Failure::because(format!(
        "the service at {url} is not one of organization {organization} (--unchecked sets the account up all the same)"
    )))
}

/// Removes the account first, so that nothing is sent any more even if this is interrupted. The rest is removed when
/// the command is repeated, or before another account is configured.
async fn remove(store: &dyn ForwardingStore, organization: &str) -> Result<(), Failure> {
    let id = organization_id(organization)?;
    let removed = store.remove_account(id).await.map_err(store_failed)?;
    forget(store, id).await?;
    if removed { Ok(()) } else { Err(without_account(organization)) }
}

/// Clears the outbox of a removed account. Does nothing while there is an account.
pub(super) async fn forget(store: &dyn ForwardingStore, organization_id: OrganizationId) -> Result<(), Failure> {
    let mut from = Some(CustomerId::from_bits(0));
    while let Some(next) = from {
        from = store.forget(organization_id, next, PART).await.map_err(store_failed)?;
    }
    Ok(())
}

async fn status(store: &dyn ForwardingStore, organization: Option<&str>, dead: bool) -> Result<(), Failure> {
    let accounts = match organization {
        Some(organization) => vec![account_of(store, organization).await?],
        None => store.accounts().await.map_err(store_failed)?,
    };
    for account in accounts {
        match account {
            Ok(account) => tell(store, &account, dead).await?,
            Err(row) => say_json(&UnreadableLine { organization_id: row.id.clone(), error: row.to_string() })?,
        }
    }
    Ok(())
}

async fn tell(store: &dyn ForwardingStore, account: &Account, dead: bool) -> Result<(), Failure> {
    let standing = store.standing(account.organization_id, u32::MAX).await.map_err(store_failed)?;
    say_json(&Line {
        organization_id: account.organization_id.to_string(),
        url: account.url.as_str(),
        identity: account.identity.as_str(),
        waiting: standing.waiting,
        oldest: standing.oldest.map(|at| format!("{at:.3}")),
        dead: standing.dead,
        last_error: store.last_fault(account.organization_id).await.map_err(store_failed)?,
        held: standing.held,
    })?;
    if dead { list_dead(store, account.organization_id).await } else { Ok(()) }
}

async fn list_dead(store: &dyn ForwardingStore, organization_id: OrganizationId) -> Result<(), Failure> {
    let mut after = None;
    loop {
        let letters = store.dead_letters(organization_id, after, PART).await.map_err(store_failed)?;
        let Some(last) = letters.last() else { return Ok(()) };
        after = match last {
            Ok(last) => Some(last.waiting.customer_id),
            Err(row) => Some(CustomerId::parse(&row.id).map_err(|_| store_failed(row.clone().into()))?),
        };
        letters.into_iter().try_for_each(|letter| {
            let letter = match letter {
                Ok(letter) => letter,
                Err(row) => return say_unreadable(&row),
            };
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
    let organization_id = id_of(store, organization).await?;
    let customer_id = customer.map(CustomerId::parse).transpose().map_err(refused("the customer"))?;
    let waiting = store.retry(organization_id, customer_id, clock.now()).await.map_err(store_failed)?;
    say_json(&Again { waiting })
}

async fn resume(store: &dyn ForwardingStore, organization: Option<&str>) -> Result<(), Failure> {
    // Includes accounts that cannot be read.
    let id = match organization {
        Some(organization) => {
            account_of(store, organization).await?.ok();
            Some(organization_id(organization)?)
        }
        None => None,
    };
    say_json(&Resumed { resumed: store.resume(id).await.map_err(store_failed)? })
}

async fn resend(store: &dyn ForwardingStore, clock: &dyn Clock, organization: &str) -> Result<(), Failure> {
    let organization_id = id_of(store, organization).await?;
    let mut from = Some(CustomerId::from_bits(0));
    while let Some(next) = from {
        from = store.enqueue(organization_id, next, PART, clock.now()).await.map_err(store_failed)?;
    }
    let standing = store.standing(organization_id, u32::MAX).await.map_err(store_failed)?;
    say_json(&Again { waiting: standing.waiting })
}

/// The account of an organization, which must have one.
async fn account_of(store: &dyn ForwardingStore, organization: &str) -> Result<Result<Account, CorruptRow>, Failure> {
    let id = organization_id(organization)?;
    let is_its = |account: &Result<Account, CorruptRow>| match account {
        Ok(account) => account.organization_id == id,
        Err(row) => row.id == id.to_string(),
    };
    let accounts = store.accounts().await.map_err(store_failed)?;
    accounts.into_iter().find(is_its).ok_or_else(|| without_account(organization))
}

/// The id of an organization whose account exists and can be read.
async fn id_of(store: &dyn ForwardingStore, organization: &str) -> Result<OrganizationId, Failure> {
    match account_of(store, organization).await? {
        Ok(account) => Ok(account.organization_id),
        Err(row) => Err(store_failed(row.into())),
    }
}

fn without_account(organization: &str) -> Failure {
    Failure::because(format!("organization {organization} has no upstream account"))
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
