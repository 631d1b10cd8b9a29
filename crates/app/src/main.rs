//! The program `http-api`: the server and its administration.
//!
//! This crate is the composition root, the only place that assigns adapters to ports. Machine-readable output goes to
//! standard output, everything else to standard error.

mod admin;
mod bounded;
mod cli;
mod config;
mod demonstration;
mod failure;
mod first_start;
mod forwarding;
mod housekeeping;
mod image;
mod journal_metrics;
mod key_check;
mod ledger;
mod log;
mod open_files;
mod output;
mod readiness;
mod runtime;
mod serve;
mod signing;
mod terminal;
mod toml_file;
mod welcome;
mod wiring;

use std::process::ExitCode;

use crate::cli::{Cli, Command};
use crate::config::Config;
use crate::failure::Failure;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::read()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::complain(&failure);
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<(), Failure> {
    let config = Config::resolve(cli.settings)?;
    log::start(&config)?;
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::serve(&config).await,
        Command::Migrate => admin::migrate(&config).await,
        Command::Init => admin::init(&config).await,
        Command::Backup { file } => admin::backup::back_up(&config, &file).await,
        Command::Restore { file } => admin::backup::restore(&config, &file).await,
        Command::Check => admin::backup::check(&config).await,
        Command::Restored(command) => admin::restored::run(&config, command).await,
        Command::Keys(command) => admin::keys::run(&config, command).await,
        Command::Organization(command) => admin::organization::run(&config, command).await,
        Command::Forwarding(command) => admin::forwarding::run(&config, command).await,
        Command::Service(command) => admin::service::run(&config, command).await,
    }
}
