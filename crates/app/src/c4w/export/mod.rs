//! `c4w export`: an organization's customers, page by page, as lines of JSON or as CSV.

pub(crate) mod columns;
mod sink;
pub(crate) mod whole;

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::pin::pin;

use c4w_client::wire::Text;
use c4w_client::{Client, Page};
use clap::{Args, ValueEnum};
use futures_util::StreamExt;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::Value;

use crate::failure::Failure;
use crate::login;
use sink::Sink;

#[derive(Args)]
pub(crate) struct Export {
    /// The file; standard output if absent or -. It is replaced after all customers are written
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The format
    #[arg(long, value_enum, default_value_t = Format::Ndjson)]
    format: Format,
    /// All stored fields of each customer except the password, at the cost of a request each (Guestbook only)
    #[arg(long)]
    complete: bool,
    /// Also the history of each customer, at the cost of another request
    #[arg(long, requires = "complete")]
    history: bool,
    /// The organization [default: the service's own]
    #[arg(long, value_name = "ID")]
    organization: Option<String>,
    /// Customers per page: how many are in memory at once
    #[arg(long, default_value_t = 1000, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    page_size: u16,
}

/// The format of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Lines of JSON, each a customer as the API has it
    Ndjson,
    /// CSV, each value unchanged, for programs
    Csv,
    /// CSV that spreadsheets and data frames do not change: values that they would read as formulas, numbers or missing
    /// values are preceded by an apostrophe, which the import removes
    CsvSafe,
}

/// A page does not change while it is written, and the list is read to its end however long that takes. Customers that
/// the registry cannot read are named on standard error; all others are exported.
pub(crate) async fn run(client: &dyn Client, options: Export) -> Result<(), Failure> {
    let organization = match options.organization {
        Some(organization) => organization,
        None => login::organization(client).await?,
    };
    let output = options.output.as_deref().filter(|path| path.as_os_str() != "-");
    let mut sink = Sink::open(output, options.format, options.complete)?;
    let progress = progress(output.is_some());
    let mut page = Page { size: Some(options.page_size), sid: None };
    let mut unreadable: u64 = 0;
    loop {
        let part = client.customers(&organization, &[], &page).await?;
        let customers = part.customers.unwrap_or_default();
        if options.complete {
            let ids = customers.iter().filter_map(|customer| customer.cid.as_ref()).map(Text::to_string);
            let mut customers = pin!(whole::customers(client, ids, options.history));
            while let Some(customer) = customers.next().await {
                // A customer that was erased meanwhile no longer exists.
                if let Some(customer) = customer? {
                    sink.write(&customer)?;
                    progress.inc(1);
                }
            }
        } else {
            for customer in &customers {
                sink.write(&json(customer)?)?;
                progress.inc(1);
            }
        }
        for id in part.unreadable.unwrap_or_default() {
            unreadable += 1;
            // Some servers return ids of other types.
            let id = id.to_string();
            let told = || writeln!(io::stderr(), "c4w: customer {} cannot be read, and is left out", id.escape_debug());
            progress.suspend(told).map_err(|error| Failure::local("writing to standard error", &error))?;
        }
        let Some(sid) = part.sid else { break };
        page.sid = Some(sid.to_string());
    }
    sink.finish()?;
    progress.finish();
    if unreadable > 0 {
        return Err(Failure::Unreadable(unreadable));
    }
    Ok(())
}

fn json(answer: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(answer).map_err(|error| Failure::local("writing the customers", &error))
}

/// Hidden if standard error is not a terminal, or if the customers themselves go to the terminal.
fn progress(to_a_file: bool) -> ProgressBar {
    if !to_a_file && std::io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{spinner} {human_pos} customers, {per_sec}, {elapsed}");
    let bar = ProgressBar::new_spinner();
    style.map_or(bar.clone(), |style| bar.with_style(style))
}
