//! `c4w customer`

mod create;
mod dossier;
mod erase;
mod exists;
mod get;
mod history;
mod list;
mod token;
mod update;

use c4w_client::Client;

use crate::cli::Customer;
use crate::failure::Failure;
use crate::output::Output;

pub(crate) async fn run(client: &dyn Client, command: Box<Customer>, output: Output) -> Result<(), Failure> {
    match *command {
        Customer::Create(options) => create::run(client, options, output).await,
        Customer::Update { id, body } => update::run(client, &id, &body, output).await,
        Customer::Get { id } => get::run(client, &id, output).await,
        Customer::Token(options) => token::run(client, &options, output).await,
        Customer::Exists(options) => exists::run(client, options, output).await,
        Customer::List(options) => list::run(client, options, false, output).await,
        Customer::Find(options) if !options.is_selective() => Err(Failure::usage("say whom to find, such as --email")),
        Customer::Find(options) => list::run(client, options, true, output).await,
        Customer::Dossier { id } => dossier::run(client, &id, output).await,
        Customer::History { id } => history::run(client, &id, output).await,
        Customer::Erase { id, yes } => erase::run(client, &id, yes, output).await,
    }
}
