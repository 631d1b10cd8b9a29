//! `http-api service`

use domain::access::{ClientKey, NewService, Role, Scopes, Secret};
use domain::value::Name;
use http_api::Ports;
use serde::Serialize;

use super::{organization_id, refused, say_unreadable, store_failed, unknown_organization};
use crate::cli;
use crate::config::Config;
use crate::failure::Failure;
use crate::output::say_json;
use crate::wiring::Wired;

/// The keys of a new service, shown once.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Keys<'a> {
    client_key: &'a str,
    client_secret: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    bearer: Option<&'a str>,
}

/// A service in the list.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    client_key: String,
    organization_id: String,
    name: String,
    role: &'static str,
    scopes: String,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<String>,
}

pub(crate) async fn run(config: &Config, command: cli::Service) -> Result<(), Failure> {
    let wired = Wired::open(config).await?;
    let done = match command {
        cli::Service::Add { organization, role, scope, name } => {
            add(&wired.ports, &organization, role, scope, name.as_deref()).await
        }
        cli::Service::List => list(&wired.ports).await,
        cli::Service::Revoke { client_key } => revoke(&wired.ports, &client_key).await,
    };
    done.and(wired.close().await)
}

async fn add(
    ports: &Ports,
    organization: &str,
    role: Role,
    scope: Option<Scopes>,
    name: Option<&str>,
) -> Result<(), Failure> {
    let organization_id = organization_id(organization)?;
    let scopes = scope.unwrap_or_else(|| Scopes::usual(role));
    let name = Name::parse(name.unwrap_or(role.as_str())).map_err(refused("the name"))?;
    let at = ports.clock.now();
    let new = NewService::generate(organization_id, name, role, scopes, at, ports.ids.as_ref(), ports.secrets.as_ref());
    if !ports.services.add(new.clone()).await.map_err(store_failed)? {
        return Err(unknown_organization(organization));
    }
    say_json(&Keys {
        client_key: new.service.client_key.as_str(),
        client_secret: new.client_secret.reveal(),
        bearer: new.bearer.as_ref().map(Secret::reveal),
    })
}

async fn list(ports: &Ports) -> Result<(), Failure> {
    ports.services.list().await.map_err(store_failed)?.into_iter().try_for_each(|service| {
        let service = match service {
            Ok(service) => service,
            Err(row) => return say_unreadable(&row),
        };
        say_json(&Line {
            client_key: service.client_key.as_str().to_owned(),
            organization_id: service.organization_id.to_string(),
            name: service.name.as_str().to_owned(),
            role: service.role.as_str(),
            scopes: service.scopes.to_string(),
            created_at: format!("{:.3}", service.created_at),
            revoked_at: service.revoked_at.map(|at| format!("{at:.3}")),
        })
    })
}

async fn revoke(ports: &Ports, client_key: &str) -> Result<(), Failure> {
    let unknown = || Failure::because(format!("there is no service {client_key}"));
    let key = ClientKey::parse(client_key).map_err(|_| unknown())?;
    let found = ports.services.revoke(&key, ports.clock.now()).await.map_err(store_failed)?;
    if found { Ok(()) } else { Err(unknown()) }
}
