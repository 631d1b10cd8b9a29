//! `http-api organization`

use domain::customer::EraseCustomer;
use domain::list::{Filter, PageQuery, PageSize, Place};
use domain::organization::{Location, Organization, OrganizationSettings};
use domain::ports::{Command, NewOrganization, Removal};
use domain::value::{EventId, LocationId, Name, OrganizationId, ServiceId, is_invisible};
use http_api::{Ports, settings_json};
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use super::{forwarding, organization_id, refused, say_unreadable, settings, store_failed, unknown_organization};
use crate::cli;
use crate::config::Config;
use crate::failure::Failure;
use crate::output::say_json;
use crate::wiring::Wired;

/// An organization as the commands print it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    organization_id: String,
    location_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

/// An organization with its whole configuration.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    organization_id: String,
    name: String,
    created_at: String,
    settings: serde_json::Value,
    services: Vec<Service>,
}

/// A service of the organization.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Service {
    client_key: String,
    name: String,
    role: &'static str,
    revoked: bool,
}

/// The result of a removal.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Removed {
    organization_id: String,
    customers_erased: usize,
    services_revoked: usize,
}

/// The number of customers that are erased in one batch.
const PART: u32 = 200;

pub(crate) async fn run(config: &Config, command: cli::Organization) -> Result<(), Failure> {
    let wired = Wired::open(config).await?;
    let done = match command {
        cli::Organization::Add { name, default_location } => add(&wired.ports, &name, &default_location).await,
        cli::Organization::List => list(&wired.ports).await,
        cli::Organization::Show { id } => show(&wired.ports, &id).await,
        cli::Organization::Rename { id, name } => rename(&wired.ports, &id, &name).await,
        cli::Organization::Remove { id, with_customers } => remove(&wired, &id, with_customers).await,
        cli::Organization::Configure { id, file } => settings::configure(&wired.ports, &id, &file).await,
    };
    done.and(wired.close().await)
}

/// A new organization with its default location.
pub(crate) fn new(ports: &Ports, name: Name, location: Name) -> NewOrganization {
    let location = Location::new(LocationId::from_bits(ports.ids.next()), location);
    let organization = Organization {
        id: OrganizationId::from_bits(ports.ids.next()),
        name,
        default_location_id: location.id,
        settings: OrganizationSettings::default(),
        created_at: ports.clock.now(),
    };
    NewOrganization { organization, location }
}

async fn add(ports: &Ports, name: &str, location: &str) -> Result<(), Failure> {
    let name = Name::parse(name).map_err(refused("the name"))?;
    let location = Name::parse(location).map_err(refused("the name of the default location"))?;
    check_is_free(ports, &name, None).await?;
    let new = new(ports, name, location);
    let line =
        Line { organization_id: new.organization.id.to_string(), location_id: new.location.id.to_string(), name: None };
    ports.organizations.add(new).await.map_err(store_failed)?;
    say_json(&line)
}

async fn list(ports: &Ports) -> Result<(), Failure> {
    ports.organizations.list().await.map_err(store_failed)?.into_iter().try_for_each(|organization| {
        let organization = match organization {
            Ok(organization) => organization,
            Err(row) => return say_unreadable(&row),
        };
        say_json(&Line {
            organization_id: organization.id.to_string(),
            location_id: organization.default_location_id.to_string(),
            name: Some(organization.name.as_str().to_owned()),
        })
    })
}

/// Administrators could not distinguish two organizations with one name. The name is not a key, so two concurrent
/// commands can still use the same.
async fn check_is_free(ports: &Ports, name: &Name, own: Option<OrganizationId>) -> Result<(), Failure> {
    let others = ports.organizations.list().await.map_err(store_failed)?;
    match others.into_iter().flatten().find(|other| Some(other.id) != own && looks(&other.name) == looks(name)) {
        Some(other) => Err(Failure::because(format!(
            "organization {} already has the name {:?}; choose another one",
            other.id,
            other.name.as_str()
        ))),
        None => Ok(()),
    }
}

/// What a person tells names apart by: not by case, spaces, characters that show nothing, or how an accent is encoded.
fn looks(name: &Name) -> String {
    let seen = name.as_str().chars().filter(|c| !(c.is_whitespace() || is_invisible(*c)));
    seen.nfkc().collect::<String>().to_lowercase().nfkc().collect()
}

async fn show(ports: &Ports, id: &str) -> Result<(), Failure> {
    let found = ports.organizations.find(organization_id(id)?).await.map_err(store_failed)?;
    let organization = found.ok_or_else(|| unknown_organization(id))?;
    let services = ports.services.list().await.map_err(store_failed)?.into_iter().flatten();
    let services = services.filter(|service| service.organization_id == organization.id).map(|service| Service {
        client_key: service.client_key.as_str().to_owned(),
        name: service.name.as_str().to_owned(),
        role: service.role.as_str(),
        revoked: service.revoked_at.is_some(),
    });
    say_json(&Shown {
        organization_id: organization.id.to_string(),
        name: organization.name.as_str().to_owned(),
        created_at: format!("{:.3}", organization.created_at),
        services: services.collect(),
        settings: settings_json(&organization),
    })
}

async fn rename(ports: &Ports, id: &str, name: &str) -> Result<(), Failure> {
    let (organization, name) = (organization_id(id)?, Name::parse(name).map_err(refused("the name"))?);
    check_is_free(ports, &name, Some(organization)).await?;
    let renamed = ports.organizations.rename(organization, name).await.map_err(store_failed)?;
    if renamed { Ok(()) } else { Err(unknown_organization(id)) }
}

/// Removes first what could add customers. After an interruption, the command can be run again.
async fn remove(wired: &Wired, id: &str, with_customers: bool) -> Result<(), Failure> {
    let (ports, organization) = (&wired.ports, organization_id(id)?);
    if ports.organizations.find(organization).await.map_err(store_failed)?.is_none() {
        return Err(unknown_organization(id));
    }
    if !(with_customers || customers(ports, organization, 1).await?.is_empty()) {
        return Err(Failure::because(format!("organization {id} has customers; --with-customers erases them too")));
    }
    let mut removed = Removed { organization_id: id.to_owned(), customers_erased: 0, services_revoked: 0 };
    for service in ports.services.list().await.map_err(store_failed)?.into_iter().flatten() {
        if service.organization_id == organization && service.revoked_at.is_none() {
            ports.services.revoke(&service.client_key, ports.clock.now()).await.map_err(store_failed)?;
            removed.services_revoked += 1;
        }
    }
    wired.accounts.remove_account(organization).await.map_err(store_failed)?;
    forwarding::forget(wired.accounts.as_ref(), organization).await?;
    loop {
        let erasures = customers(ports, organization, PART).await?;
        if erasures.is_empty() {
            break;
        }
        let erased = ports.customers.write(erasures).await.map_err(store_failed)?;
        if let Some(error) = erased.iter().find_map(|erased| erased.as_ref().err()) {
            return Err(Failure::because(format!("a customer could not be erased: {error:?}")));
        }
        removed.customers_erased += erased.len();
    }
    match ports.organizations.remove(organization).await.map_err(store_failed)? {
        Removal::Removed => say_json(&removed),
        Removal::Unknown => Err(unknown_organization(id)),
        Removal::HasCustomers => Err(Failure::because("customers were created meanwhile; run this again")),
    }
}

/// Erasures of the first customers, at most this many, including those that cannot be read.
async fn customers(ports: &Ports, organization_id: OrganizationId, limit: u32) -> Result<Vec<Command>, Failure> {
    let size = PageSize::new(limit).map_err(refused("the size of a page"))?;
    let (place, filter) = (Place::Created(None), Filter::default());
    let query = PageQuery { organization_id, place, reverse: false, filter, size };
    let page = ports.lists.page(&query).await.map_err(store_failed)?;
    let erase = |row: domain::list::Row| {
        let Place::Created(Some(id)) = row.place else { return None };
        // An administrator erases them, not a service.
        let by = ServiceId::from_bits(0);
        let (event_id, at) = (EventId::from_bits(ports.ids.next()), ports.clock.now());
        Some(Command::Erase(EraseCustomer { organization_id, id, by, event_id, at }))
    };
    Ok(page.rows.into_iter().filter_map(erase).collect())
}
