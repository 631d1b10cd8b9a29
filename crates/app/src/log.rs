//! The log: structured lines on standard error.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};
use crate::failure::Failure;

/// Starts the log.
pub(crate) fn start(config: &Config) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&config.log).map_err(|error| Failure::new("reading the log's filter", &error))?;
    // Otherwise the subscriber prints an error about a line that it cannot write, to the same standard error, and panics.
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).log_internal_errors(false);
    let terminal = std::io::stderr().is_terminal();
    let text = match config.log_format {
        LogFormat::Text => true,
        LogFormat::Json => false,
        LogFormat::Automatic => terminal,
    };
    if text {
        log.with_ansi(terminal).init();
    } else {
        log.json().flatten_event(true).with_span_list(false).init();
    }
    Ok(())
}
