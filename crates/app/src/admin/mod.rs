//! Administration: organizations, services, and accounts elsewhere.

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

/// Brings the database to this version's form. Opening it does.
pub(crate) async fn migrate(config: &Config) -> Result<(), Failure> {
    let wired = Wired::open(config).await?;
    tracing::info!("the database has this version's form");
    wired.close().await
}

/// Begins an empty registry where there is none.
pub(crate) async fn init(config: &Config) -> Result<(), Failure> {
    let wired = Wired::begin(config).await?;
    tracing::info!("began an empty registry");
    wired.close().await
}

/// A row of a list that cannot be read.
#[derive(Serialize)]
struct UnreadableLine<'a> {
    unreadable: &'a str,
    error: String,
}

/// Prints a row that cannot be read, among those that can be.
fn say_unreadable(row: &CorruptRow) -> Result<(), Failure> {
    say_json(&UnreadableLine { unreadable: &row.id, error: row.to_string() })
}

/// The store did not do what an administrator asked.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub(crate) fn store_failed(error: StoreError) -> Failure {
    Failure::new("asking the database", &error)
}

/// An organization's id on the command line. One that cannot be an id is nobody's.
fn organization_id(text: &str) -> Result<OrganizationId, Failure> {
    OrganizationId::parse(text).map_err(|_| unknown_organization(text))
}

fn unknown_organization(id: &str) -> Failure {
    Failure::because(format!("there is no organization {id}"))
}

/// A value on the command line or in a file is not acceptable.
fn refused(name: &str) -> impl Fn(InvalidValue) -> Failure {
    move |error| Failure::because(format!("{name} {error}"))
}
