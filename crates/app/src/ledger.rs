//! The ledger, wired around the stores that erase, lock and revoke.

use std::sync::Arc;

use http_api::Ports;
use ledger::{LedgerFile, RecordingCustomers, RecordingServices};

use crate::config::Config;
use crate::failure::Failure;

/// Wraps the stores to record erasures, locks and revocations, unless the ledger is off.
pub(crate) fn record(config: &Config, ports: &mut Ports) -> Result<(), Failure> {
    let Some(path) = &config.ledger else { return Ok(()) };
    let file = LedgerFile::open(path).map_err(|error| Failure::new("opening the ledger", &error))?;
    let file = Arc::new(file);
    let (clock, ids) = (ports.clock.clone(), ports.ids.clone());
    ports.customers = Arc::new(RecordingCustomers::new(ports.customers.clone(), file.clone(), clock, ids.clone()));
    ports.services = Arc::new(RecordingServices::new(ports.services.clone(), file, ids));
    Ok(())
}
