//! The command line.

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use crate::body::BodyOptions;
use crate::connection::Connection;
use crate::export::Export;
use crate::import::Import;
use crate::sessions::Sessions;

/// Customers of a guest Wi-Fi, at Guestbook or at Cloud4Wi
#[derive(Parser)]
#[command(
    name = "c4w",
    version,
    after_help = "\
Examples:
  export C4W_URL=http://127.0.0.1:8080 C4W_CLIENT_KEY=ck-... C4W_CLIENT_SECRET_FILE=secret.txt
  c4w login check
  c4w customer create --accept-policies --set email=ada@example.org --set firstName=Ada --deduplicate email
  c4w customer exists --email ada@example.org && echo known
  c4w --json customer get 0197f2c8d0a07c53b0d1f1f4b0c7a004

The secret comes from the file of --client-secret-file, or from C4W_CLIENT_SECRET, or from a prompt on the terminal.

Exit codes:
  0  done
  1  refused as invalid, or another failure
  2  wrong usage
  3  not found
  4  in conflict with stored data
  5  not logged in, or not permitted
  6  unavailable: no connection, too many requests, or the server is temporarily unavailable
  130  an import was interrupted from the keyboard"
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) connection: Connection,
    /// Print JSON, for programs
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// The service that logs in
    #[command(subcommand)]
    Login(Login),
    /// Customers
    #[command(subcommand)]
    Customer(Box<Customer>),
    /// Show who is on the Wi-Fi now; asks for the sessions of each customer (Guestbook only)
    Sessions(Sessions),
    /// Export all customers, as lines of JSON or as CSV
    #[command(after_help = "\
Examples:
  c4w export --output customers.ndjson
  c4w export --format csv-safe --output customers.csv
  c4w export --complete --output everything.ndjson")]
    Export(Export),
    /// Create or update the customers of a file
    #[command(after_help = "\
Examples:
  c4w import guests.csv --accept-policies --deduplicate email,phoneNumber
  c4w import crm.tsv --map \"Client no.=extId\" --map Remarks= --set lock=false --deduplicate extId
  c4w import contacts.csv --preset google-contacts --default-region IT --accept-policies --deduplicate email --dry-run
  c4w import guests.csv --accept-policies --deduplicate email,phoneNumber --resume

A column or JSON member maps to the field of its name; case, spaces and punctuation are ignored: \"E-Mail\" is email,
\"first_name\" firstName, \"phone\" phoneNumber. Nested members have dots: policies.privacy, document.type, custom.NAME,
policies.customs.NAME.")]
    Import(Box<Import>),
    /// Print the completion script of a shell
    #[command(after_help = "Example:\n  c4w completions bash > ~/.local/share/bash-completion/completions/c4w")]
    Completions {
        /// The shell
        shell: Shell,
    },
}

#[derive(Subcommand)]
pub(crate) enum Login {
    /// Log in, and show the service
    Check,
}

#[derive(Subcommand)]
pub(crate) enum Customer {
    /// Create a customer, or update an existing one
    #[command(after_help = "\
Examples:
  c4w customer create --accept-policies --set email=ada@example.org --set lock=false
  c4w customer create --file ada.json --deduplicate email,phoneNumber
  jq .guest booking.json | c4w customer create --file - --idempotency-key booking-4711")]
    Create(Create),
    /// Change a customer
    #[command(after_help = "\
Examples:
  c4w customer update 0197f2c8d0a07c53b0d1f1f4b0c7a004 --set language=it --set custom.tier=gold
  c4w customer update 0197f2c8d0a07c53b0d1f1f4b0c7a004 --set phoneNumber=      (clears it)")]
    Update {
        /// The customer's id
        id: String,
        #[command(flatten)]
        body: BodyOptions,
    },
    /// Show all stored fields of a customer (Guestbook only)
    Get {
        /// The customer's id
        id: String,
    },
    /// Issue a temporary token
    Token(Token),
    /// List customers, the oldest first: id, creation, name, e-mail address, telephone number
    #[command(after_help = "\
Examples:
  c4w customer list --created-since 2026-03-01
  c4w customer list --count")]
    List(Select),
    /// Find customers; exit code 3 if there are none
    #[command(after_help = "\
Examples:
  c4w customer find --email ada@example.org
  c4w customer find --phone-number +442079460958
  c4w customer find --name lovelace      (reads the whole list)")]
    Find(Select),
    /// Check whether one customer has all of these values; exit code 3 if none does
    #[command(after_help = "Example:\n  c4w customer exists --phone-number +442079460958 || echo unknown")]
    Exists(Exists),
    /// Print all stored data of a customer, for a subject access request: all fields, devices, history and sessions
    /// (Guestbook only)
    #[command(after_help = "Example:\n  c4w customer dossier 0197f2c8d0a07c53b0d1f1f4b0c7a004 > ada.json")]
    Dossier {
        /// The customer's id
        id: String,
    },
    /// Show the history of a customer (Guestbook only)
    History {
        /// The customer's id
        id: String,
    },
    /// Erase a customer permanently (Guestbook only)
    Erase {
        /// The customer's id
        id: String,
        /// Do not ask for confirmation
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Args)]
pub(crate) struct Create {
    #[command(flatten)]
    pub(crate) body: BodyOptions,
    /// The organization [default: the service's own]
    #[arg(long, value_name = "ID")]
    pub(crate) organization: Option<String>,
    /// The channel by which the customer came, unless the body has one
    #[arg(long, default_value = "api", value_name = "SOURCE")]
    pub(crate) source: String,
    /// The customer has accepted privacy policy and terms of use
    #[arg(long)]
    pub(crate) accept_policies: bool,
    /// Values that identify the customer: phoneNumber, email, extId, extProp1, extProp2, guid
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub(crate) deduplicate: Vec<String>,
    /// A key of your own that identifies the request when it is repeated (Guestbook only)
    #[arg(long, value_name = "KEY")]
    pub(crate) idempotency_key: Option<String>,
}

#[derive(Args)]
pub(crate) struct Token {
    /// The customer's id
    pub(crate) id: String,
    /// Its lifetime in seconds [default: the organization's setting]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) expires_in: Option<u32>,
    /// How often it can be used [default: the organization's setting]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) hits: Option<u32>,
}

/// The selection of customers.
#[derive(Args)]
pub(crate) struct Select {
    /// With this e-mail address
    #[arg(long)]
    pub(crate) email: Option<String>,
    /// With this telephone number, with its country code
    #[arg(long)]
    pub(crate) phone_number: Option<String>,
    /// With this username
    #[arg(long)]
    pub(crate) username: Option<String>,
    /// With this text in first and last name; case is ignored
    #[arg(long, value_name = "TEXT")]
    pub(crate) name: Option<String>,
    /// With this id in an external system
    #[arg(long)]
    pub(crate) ext_id: Option<String>,
    /// With this first property of an external system
    #[arg(long)]
    pub(crate) ext_prop1: Option<String>,
    /// With this second property of an external system
    #[arg(long)]
    pub(crate) ext_prop2: Option<String>,
    /// Created at this time or later: a day such as 2026-03-28 (UTC), or a time such as 2026-03-28T10:15:30Z
    #[arg(long, value_name = "TIME")]
    pub(crate) created_since: Option<String>,
    /// Created at this time or earlier
    #[arg(long, value_name = "TIME")]
    pub(crate) created_until: Option<String>,
    /// At most this many
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,
    /// Print only their number
    #[arg(long)]
    pub(crate) count: bool,
    /// The organization [default: the service's own]
    #[arg(long, value_name = "ID")]
    pub(crate) organization: Option<String>,
}

impl Select {
    /// Whether it selects fewer than all customers.
    pub(crate) const fn is_selective(&self) -> bool {
        let Self { email, phone_number, username, name, ext_id, ext_prop1, ext_prop2, .. } = self;
        let values = email.is_some() || phone_number.is_some() || username.is_some() || name.is_some();
        let external = ext_id.is_some() || ext_prop1.is_some() || ext_prop2.is_some();
        values || external || self.created_since.is_some() || self.created_until.is_some()
    }
}

#[derive(Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Exists {
    /// The customer's id
    #[arg(long, value_name = "ID")]
    pub(crate) id: Option<String>,
    /// The name with which the customer logs in
    #[arg(long)]
    pub(crate) username: Option<String>,
    /// E-mail address
    #[arg(long)]
    pub(crate) email: Option<String>,
    /// Telephone number with its country code
    #[arg(long)]
    pub(crate) phone_number: Option<String>,
    /// Id in an external system
    #[arg(long)]
    pub(crate) ext_id: Option<String>,
    /// First property of an external system
    #[arg(long)]
    pub(crate) ext_prop1: Option<String>,
    /// Second property of an external system
    #[arg(long)]
    pub(crate) ext_prop2: Option<String>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
