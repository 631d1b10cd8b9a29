//! `http-api organization`

use domain::organization::{Location, Organization, OrganizationSettings};
use domain::ports::NewOrganization;
use domain::value::{LocationId, Name, OrganizationId};
use http_api::Ports;
use serde::Serialize;

use super::{refused, say_unreadable, settings, store_failed};
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

pub(crate) async fn run(config: &Config, command: cli::Organization) -> Result<(), Failure> {
    let wired = Wired::open(config).await?;
    let done = match command {
        cli::Organization::Add { name, default_location } => add(&wired.ports, &name, &default_location).await,
        cli::Organization::List => list(&wired.ports).await,
        cli::Organization::Configure { id, file } => settings::configure(&wired.ports, &id, &file).await,
    };
    done.and(wired.close().await)
}

/// An organization to add, with its default location.
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
