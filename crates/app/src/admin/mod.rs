//! Administration: organizations, services, and upstream accounts.

pub(crate) mod backup;
pub(crate) mod forwarding;
pub(crate) mod keys;
pub(crate) mod organization;
pub(crate) mod restored;
pub(crate) mod service;
mod settings;

use domain::InvalidValue;
use domain::ports::{CorruptRow, StoreError};
use domain::value::OrganizationId;
use serde::Serialize;

use crate::config::Config;
use crate::failure::Failure;
use crate::output::say_json;
use crate::wiring::Wired;

/// Migrates the database to this version. Opening it does that.
pub(crate) async fn migrate(config: &Config) -> Result<(), Failure> {
    let wired = Wired::open(config).await?;
    tracing::info!("the database is migrated to this version");
    wired.close().await
}

/// Creates an empty registry if there is none.
pub(crate) async fn init(config: &Config) -> Result<(), Failure> {
    let wired = Wired::begin(config).await?;
    tracing::info!("created an empty registry");
    wired.close().await
}

/// An unreadable row of a list.
#[derive(Serialize)]
struct UnreadableLine<'a> {
    unreadable: &'a str,
    error: String,
}

/// Prints an unreadable row among the others.
fn say_unreadable(row: &CorruptRow) -> Result<(), Failure> {
    say_json(&UnreadableLine { unreadable: &row.id, error: row.to_string() })
}

/// The store failed to do what an administrator asked.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub(crate) fn store_failed(error: StoreError) -> Failure {
    Failure::new("querying the database", &error)
}

/// Parses an organization's id on the command line. An invalid id counts as unknown.
fn organization_id(text: &str) -> Result<OrganizationId, Failure> {
    OrganizationId::parse(text).map_err(|_| unknown_organization(text))
}

fn unknown_organization(id: &str) -> Failure {
    Failure::because(format!("there is no organization {id}"))
}

/// The failure of an invalid value on the command line or in a file.
fn refused(name: &str) -> impl Fn(InvalidValue) -> Failure {
    move |error| Failure::because(format!("{name} {error}"))
}
