//! The command line.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use domain::access::{Role, Scopes};
use domain::forwarding::Identity;

/// The customer registry of a guest Wi-Fi, over HTTP.
#[derive(Parser)]
#[command(
    name = "http-api",
    version,
    after_help = "Without a command, http-api serves. Every option can also be set in \
    the environment (GUESTBOOK_LISTEN for --listen) or in the file of --config (listen = \"...\"); the command line takes \
    precedence over the environment, and the environment over the file."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

impl Cli {
    /// The command line of this process. Every command accepts the options of the server, since they locate its
    /// database; but the help of a command shows only its own options.
    pub(crate) fn read() -> Self {
        let matches = Self::command_with_short_help().get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }

    fn command_with_short_help() -> clap::Command {
        let mut command = Self::command();
        let shared = command.get_arguments().filter(|it| it.is_global_set()).map(|it| it.clone().hide(true));
        let shared: Vec<_> = shared.collect();
        for name in command.get_subcommands().map(|it| it.get_name().to_owned()).collect::<Vec<_>>() {
            if name != "serve" {
                // An option that the command already has is not added to it, and its own options are added to its
                // subcommands.
                command = command.mut_subcommand(name, |it| with_a_hint(it.args(&shared)));
            }
        }
        command
    }
}

/// Adds a hint to the help of a command and its subcommands, which says where the other options are listed.
fn with_a_hint(mut command: clap::Command) -> clap::Command {
    for name in command.get_subcommands().map(|it| it.get_name().to_owned()).collect::<Vec<_>>() {
        command = command.mut_subcommand(name, with_a_hint);
    }
    command.after_help(
        "Also accepts the options that http-api --help lists, such as --data-dir, --database-url and --config.",
    )
}

/// An address to listen on. A name would stand for several addresses, or for another one tomorrow.
pub(crate) fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "must be an IP address and a port, such as 127.0.0.1:8080 or [::1]:8080")
}

/// Where the program listens and keeps its data.
#[derive(Args)]
pub(crate) struct Settings {
    /// The address to listen on; port 0 takes any free one [default: 127.0.0.1:8080]
    #[arg(long, global = true, env = "GUESTBOOK_LISTEN", value_name = "ADDRESS", value_parser = address)]
    pub(crate) listen: Option<SocketAddr>,
    /// The maximum number of client connections [default: 4096]
    #[arg(long, global = true, env = "GUESTBOOK_CONNECTION_LIMIT", value_name = "NUMBER")]
    pub(crate) connection_limit: Option<NonZeroU32>,
    /// The maximum number of connections per client address, except this machine's own; 0 for no limit [default: 1024]
    #[arg(long, global = true, env = "GUESTBOOK_CONNECTION_LIMIT_PER_ADDRESS", value_name = "NUMBER")]
    pub(crate) connection_limit_per_address: Option<u32>,
    /// Proxies before the service, as addresses or networks such as 10.1.0.0/16, separated by commas: the limit per
    /// address does not apply to them
    #[arg(long, global = true, env = "GUESTBOOK_TRUSTED_PROXIES", value_name = "ADDRESSES")]
    pub(crate) trusted_proxies: Option<String>,
    /// Another address to listen on, for RADIUS servers, health checks and metrics alone [default: none, they use the other one]
    #[arg(long, global = true, env = "GUESTBOOK_RADIUS_LISTEN", value_name = "ADDRESS", value_parser = address)]
    pub(crate) radius_listen: Option<SocketAddr>,
    /// The directory of the key file and of the embedded database [default: ./guestbook-data]
    #[arg(long, global = true, env = "GUESTBOOK_DATA_DIR", value_name = "DIRECTORY")]
    pub(crate) data_dir: Option<PathBuf>,
    /// The database, sqlite:FILE or postgres://USER:PASSWORD@HOST:PORT/DATABASE; a password is safer in the environment
    /// [default: sqlite: and guestbook.db in the data directory]
    #[arg(long, global = true, env = "GUESTBOOK_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,
    /// The maximum number of connections to PostgreSQL for requests [default: 10]
    #[arg(long, global = true, env = "GUESTBOOK_DATABASE_CONNECTIONS", value_name = "NUMBER")]
    pub(crate) database_connections: Option<u32>,
    /// The maximum number of writes per transaction; 1 writes each separately, for comparison [default: the database's
    /// own]
    #[arg(long, global = true, env = "GUESTBOOK_WRITE_BATCH_LIMIT", value_name = "NUMBER")]
    pub(crate) write_batch_limit: Option<usize>,
    /// The maximum number of requests per service and second [default: 100000]
    #[arg(long, global = true, env = "GUESTBOOK_RATE_LIMIT_REQUESTS", value_name = "NUMBER")]
    pub(crate) rate_limit_requests: Option<NonZeroU32>,
    /// The maximum number of wrong secrets per service at once, then one per second [default: 100]
    #[arg(long, global = true, env = "GUESTBOOK_RATE_LIMIT_SECRETS", value_name = "NUMBER")]
    pub(crate) rate_limit_secrets: Option<NonZeroU32>,
    /// The maximum number of attempts per service at the password of one username within ten minutes [default: 100]
    #[arg(long, global = true, env = "GUESTBOOK_RATE_LIMIT_PASSWORDS", value_name = "NUMBER")]
    pub(crate) rate_limit_passwords: Option<NonZeroU32>,
    /// The maximum number of activation pages and profiles per second for each 256th of the organizations [default:
    /// 100000]
    #[arg(long, global = true, env = "GUESTBOOK_RATE_LIMIT_PAGES", value_name = "NUMBER")]
    pub(crate) rate_limit_pages: Option<NonZeroU32>,
    /// The maximum number of customers per hour that one public app finds without proving to be on their devices. For
    /// this and the next three limits, all apps of an organization together have four times as much [default: 10000]
    #[arg(long, global = true, env = "GUESTBOOK_RATE_LIMIT_APP_FOUND", value_name = "NUMBER")]
    pub(crate) rate_limit_app_found: Option<NonZeroU32>,
    /// The maximum number of look-ups per hour in which one public app finds no customer [default: 10000]
    #[arg(long, global = true, env = "GUESTBOOK_RATE_LIMIT_APP_MISSED", value_name = "NUMBER")]
    pub(crate) rate_limit_app_missed: Option<NonZeroU32>,
    /// The maximum number of customers per hour that one public app creates [default: 10000]
    #[arg(long, global = true, env = "GUESTBOOK_RATE_LIMIT_APP_CREATED", value_name = "NUMBER")]
    pub(crate) rate_limit_app_created: Option<NonZeroU32>,
    /// The maximum number of bytes per hour that one public app writes [default: 67108864]
    #[arg(long, global = true, env = "GUESTBOOK_RATE_LIMIT_APP_WRITTEN", value_name = "BYTES")]
    pub(crate) rate_limit_app_written: Option<NonZeroU32>,
    /// The certificate that signs the files for devices, in PEM, followed by its chain [default: none, they are not
    /// signed]
    #[arg(long, global = true, env = "GUESTBOOK_PROFILE_SIGNING_CERTIFICATE", value_name = "FILE")]
    pub(crate) profile_signing_certificate: Option<PathBuf>,
    /// The certificate's private key in PEM, without a passphrase
    #[arg(long, global = true, env = "GUESTBOOK_PROFILE_SIGNING_KEY", value_name = "FILE")]
    pub(crate) profile_signing_key: Option<PathBuf>,
    /// A file with newer numbering plans for telephone numbers, written by numbering-plans.py [default: those of the
    /// build]
    #[arg(long, global = true, env = "GUESTBOOK_NUMBERING_PLANS", value_name = "FILE")]
    pub(crate) numbering_plans: Option<PathBuf>,
    /// The ledger of erasures, locks and revocations, from which they are repeated after a restore: a file outside the
    /// database and its backups; off for none [default: ledger.jsonl in the data directory]
    #[arg(long, global = true, env = "GUESTBOOK_LEDGER", value_name = "FILE")]
    pub(crate) ledger: Option<PathBuf>,
    /// The address under which clients reach the service [default: the address it listens on]
    #[arg(long, global = true, env = "GUESTBOOK_PUBLIC_URL", value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// A TOML file with these options
    #[arg(long, global = true, env = "GUESTBOOK_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The log filter: error, warn, info, debug, trace, or a list such as info,sqlx=debug [default: info]
    #[arg(long, global = true, env = "GUESTBOOK_LOG", value_name = "FILTER")]
    pub(crate) log: Option<String>,
    /// The format of the log: text or json [default: text on a terminal, otherwise json]
    #[arg(long, global = true, env = "GUESTBOOK_LOG_FORMAT", value_name = "FORM")]
    pub(crate) log_format: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Serve requests until SIGTERM or Ctrl-C
    Serve,
    /// Migrate the database to this version, and exit
    Migrate,
    /// Create an empty registry if the one of the key file is lost, and exit
    Init,
    /// Copy the embedded database to a new file, also beside a running server; prints a line of JSON
    Backup {
        /// The copy, which must not exist yet
        file: PathBuf,
    },
    /// Replace the embedded database, whose files are set aside, with a copy; prints a line of JSON
    Restore {
        /// The copy
        file: PathBuf,
    },
    /// Read the whole database, even beside a running server, and report damage; prints a line of JSON
    Check,
    /// Repeat erasures, locks and revocations after a restore; prints what was done as a line of JSON
    Restored(Restored),
    /// Administer the keys of the key file
    #[command(subcommand)]
    Keys(Keys),
    /// Administer organizations
    #[command(subcommand)]
    Organization(Organization),
    /// Administer services: the programs that may use the API
    #[command(subcommand)]
    Service(Service),
    /// Administer upstream accounts, to which organizations' customers are forwarded
    #[command(subcommand)]
    Forwarding(Forwarding),
}

#[derive(Args)]
pub(crate) struct Restored {
    /// Further ledgers besides that of --ledger: those of other instances, and older ones that were moved away
    #[arg(value_name = "LEDGER")]
    pub(crate) ledgers: Vec<PathBuf>,
    /// Continue although the ledger of --ledger is lost or off: customers who were erased since the backup come back
    #[arg(long)]
    pub(crate) without_ledger: bool,
}

#[derive(Subcommand)]
pub(crate) enum Keys {
    /// Print the sealing keys, whether they are in the key file, and how many values each seals, as a line of JSON each
    Status,
    /// Seal all values with the current sealing key, so that the others can be removed from the key file; prints a line
    /// of JSON
    Reseal,
    /// Accept the signing key of the key file as the registry's from now on; every login ends
    AcceptSigningKey,
}

#[derive(Subcommand)]
pub(crate) enum Forwarding {
    /// Forward an organization's customers to an upstream account, or to a different one
    Configure(NewAccount),
    /// Remove an organization's account, and clear its outbox
    Remove {
        /// The organization's id
        #[arg(long)]
        organization: String,
    },
    /// Print the state of each account, as a line of JSON each
    Status {
        /// Only this organization's, by its id
        #[arg(long)]
        organization: Option<String>,
        /// Followed by its dead letters, with the reasons
        #[arg(long)]
        dead: bool,
    },
    /// Queue dead letters again; prints their number as a line of JSON
    Retry {
        /// The organization's id
        #[arg(long)]
        organization: String,
        /// Only this customer's
        #[arg(long)]
        customer: Option<String>,
    },
    /// Resume forwarding after `restored` held it, for every organization or one; prints the number as a line of JSON
    Resume {
        /// Only this organization's, by its id
        #[arg(long)]
        organization: Option<String>,
    },
    /// Queue every customer, including those from before the account; prints their number as a line of JSON
    Resend {
        /// The organization's id
        #[arg(long)]
        organization: String,
    },
}

/// An upstream account. Its secret comes from a file, or from GUESTBOOK_UPSTREAM_CLIENT_SECRET.
#[derive(Args)]
pub(crate) struct NewAccount {
    /// The organization's id
    #[arg(long)]
    pub(crate) organization: String,
    #[arg(long, help = "The address of the account's API, such as https://explore.cloud4wi.com")]
    pub(crate) url: String,
    /// Do not test the login
    #[arg(long)]
    pub(crate) unchecked: bool,
    /// Send secret and customers unencrypted when the address is not https
    #[arg(long)]
    pub(crate) allow_unencrypted: bool,
    /// The client key of the service there
    #[arg(long)]
    pub(crate) client_key: String,
    /// A file with only its client secret [default: GUESTBOOK_UPSTREAM_CLIENT_SECRET]
    #[arg(long, value_name = "FILE")]
    pub(crate) client_secret_file: Option<PathBuf>,
    /// The organization's id there
    #[arg(long, value_name = "ID")]
    pub(crate) remote_organization: String,
    /// By which value a customer is known there: extId, email, phoneNumber, extProp1 or extProp2
    #[arg(long, default_value = "extId", value_name = "NAME", value_parser = Identity::parse)]
    pub(crate) identity: Identity,
}

#[derive(Subcommand)]
pub(crate) enum Organization {
    /// Add an organization with its default location; prints their ids as one line of JSON
    Add {
        /// Its name
        #[arg(long)]
        name: String,
        /// The name of its default location
        #[arg(long, default_value = "Main")]
        default_location: String,
    },
    /// Print every organization, a line of JSON each
    List,
    /// Print an organization with its settings and services, as a line of JSON
    Show {
        /// The organization's id
        id: String,
    },
    /// Rename an organization
    Rename {
        /// The organization's id
        id: String,
        /// Its new name
        #[arg(long)]
        name: String,
    },
    /// Remove an organization permanently: revoke its services and remove its upstream account, where no customer is
    /// erased; prints what was done as a line of JSON
    Remove {
        /// The organization's id
        id: String,
        /// Also erase its customers; without this option, there must be none
        #[arg(long)]
        with_customers: bool,
    },
    /// Change the settings that the file contains
    Configure {
        /// The organization's id
        id: String,
        /// A TOML file; see docs/administration.md
        #[arg(long)]
        file: PathBuf,
    },
}

#[derive(Subcommand)]
pub(crate) enum Service {
    /// Add a service; prints its keys as one line of JSON, only this once
    Add {
        /// The organization's id
        #[arg(long)]
        organization: String,
        /// organization_manager, location_manager, public_app or radius
        #[arg(long, value_parser = Role::parse)]
        role: Role,
        /// Its scopes, separated by commas [default: what its role usually needs]
        #[arg(long, value_parser = Scopes::parse)]
        scope: Option<Scopes>,
        /// What it is called [default: its role]
        #[arg(long)]
        name: Option<String>,
    },
    /// Print every service, a line of JSON each
    List,
    /// Revoke a service permanently
    Revoke {
        /// Its client key
        client_key: String,
    },
}
