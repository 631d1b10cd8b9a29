//! Passpoint settings for the demonstration organization, so that its activation page works at once.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use domain::InvalidValue;
use domain::organization::{PasspointSettings, ServerNames};
use domain::value::{CaCertificate, FriendlyName, HostName, ServerName};
use http_api::Ports;
use passpoint::ThrowawayAuthority;

use crate::config::Config;
use crate::failure::Failure;

/// Reserved names (RFC 2606).
const REALM: &str = "demonstration.example";
const RADIUS_SERVER: &str = "radius.demonstration.example";
const NETWORK: &str = "Guestbook demonstration";
/// The directory, within the data directory, of the RADIUS server's certificate and key.
pub(crate) const DIRECTORY: &str = "demonstration-radius";

/// Creates a throw-away authority, and writes a RADIUS server's certificate issued by it to [`DIRECTORY`]. The settings
/// contain the authority.
pub(crate) fn passpoint(config: &Config, ports: &Ports) -> Result<PasspointSettings, Failure> {
    let made = throwaway(ports).ok_or_else(|| Failure::because("no certificate can be made".to_owned()))?;
    let directory = config.data_dir.join(DIRECTORY);
    write(&directory, &made).map_err(|error| Failure::new(format!("writing {}", directory.display()), &error))?;
    settings(&made).map_err(|error| Failure::new("setting up the demonstration", &error))
}

fn throwaway(ports: &Ports) -> Option<ThrowawayAuthority> {
    let mut seeds = [[0; 32]; 2];
    seeds.iter_mut().for_each(|seed| ports.secrets.fill(seed));
    let now = Duration::try_from(ports.clock.now().as_duration()).ok()?;
    passpoint::throwaway_authority(RADIUS_SERVER, seeds, now)
}

fn write(directory: &Path, made: &ThrowawayAuthority) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)?;
    fs::write(directory.join("authority.pem"), &made.authority)?;
    fs::write(directory.join("server.pem"), &made.certificate)?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(directory.join("server.key"))?.write_all(made.key.as_bytes())
}

fn settings(made: &ThrowawayAuthority) -> Result<PasspointSettings, InvalidValue> {
    Ok(PasspointSettings {
        realm: Some(HostName::parse(REALM)?),
        friendly_name: Some(FriendlyName::parse(NETWORK)?),
        server_names: ServerNames::new(vec![ServerName::parse(RADIUS_SERVER)?])?,
        ca_certificate: Some(CaCertificate::parse(&made.authority)?),
        ..PasspointSettings::default()
    })
}
