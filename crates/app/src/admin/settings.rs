//! `http-api organization configure`

use std::path::Path;

use domain::organization::Organization;
use domain::token::{TokenDefaults, TokenHits, TokenLife};
use domain::value::{LocationId, OrganizationId};
use http_api::Ports;
use serde::Deserialize;

use super::{refused, store_failed};
use crate::failure::Failure;
use crate::toml_file;

/// What a settings file may name. What it does not name stays as it is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Settings {
    default_location_id: Option<String>,
    answer_credentials_on_hit: Option<bool>,
    tokens: Option<Tokens>,
}

/// Life and uses of tokens. The table is taken as a whole: without `hits`, tokens are unlimited.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Tokens {
    expires_in: Option<u32>,
    hits: Option<u32>,
}

/// Changes the settings that the file names.
pub(super) async fn configure(ports: &Ports, id: &str, file: &Path) -> Result<(), Failure> {
    let unknown = || Failure::because(format!("there is no organization {id}"));
    let settings = toml_file::read(file)?;
    let id = OrganizationId::parse(id).map_err(|_| unknown())?;
    let organization = ports.organizations.find(id).await.map_err(store_failed)?.ok_or_else(unknown)?;
    let organization = apply(settings, organization)?;
    let (location, settings) = (organization.default_location_id, organization.settings);
    if ports.organizations.configure(id, location, settings).await.map_err(store_failed)? {
        Ok(())
    } else {
        Err(Failure::because(format!("defaultLocationId {location} is not a location of the organization")))
    }
}

fn apply(file: Settings, mut organization: Organization) -> Result<Organization, Failure> {
    if let Some(id) = file.default_location_id {
        organization.default_location_id = LocationId::parse(&id).map_err(refused("defaultLocationId"))?;
    }
    let settings = &mut organization.settings;
    if let Some(answer) = file.answer_credentials_on_hit {
        settings.answer_credentials_on_hit = answer;
    }
    if let Some(tokens) = file.tokens {
        let life = tokens.expires_in.map(TokenLife::new).transpose().map_err(refused("tokens.expiresIn"))?;
        settings.tokens = TokenDefaults {
            life: life.unwrap_or(TokenDefaults::default().life),
            hits: tokens.hits.map(TokenHits::new).transpose().map_err(refused("tokens.hits"))?,
        };
    }
    Ok(organization)
}
