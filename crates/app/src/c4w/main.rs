//! The program `c4w`: the customers API on the command line, for both Guestbook and Cloud4Wi.
//!
//! Results go to standard output, everything else to standard error. Failures also have an exit code ([`failure`]).

mod body;
mod cli;
mod completions;
mod connection;
mod customer;
mod export;
mod failure;
mod fields;
mod import;
mod login;
mod output;
mod sessions;
mod spreadsheet;
#[path = "../terminal.rs"]
mod terminal;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};
use crate::failure::Failure;
use crate::output::Output;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let output = Output::new(cli.json);
    match run(cli, output).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output.complain(&failure);
            failure.exit_code()
        }
    }
}

async fn run(cli: Cli, output: Output) -> Result<(), Failure> {
    match cli.command {
        Command::Completions { shell } => completions::print(shell),
        Command::Login(command) => login::run(&cli.connection.open(output)?, command, output).await,
        Command::Customer(command) => customer::run(&cli.connection.open(output)?, command, output).await,
        Command::Sessions(options) => sessions::run(&cli.connection.open(output)?, options, output).await,
        Command::Export(options) => export::run(&cli.connection.open(output)?, options).await,
        Command::Import(options) => import::run(cli.connection.open(output)?, *options, output).await,
    }
}
