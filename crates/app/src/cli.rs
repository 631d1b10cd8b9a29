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
    after_help = "Without a command, http-api serves. Every option can also stand in \
    the environment (GUESTBOOK_LISTEN for --listen) or in the file of --config (listen = \"...\"); the command line wins \
    over the environment, and that over the file."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

impl Cli {
    /// The command line of this process. Every command takes the options of the server, since they say where its database is; but
    /// the help of a command shows its own ones alone.
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
                // Those that a command has already are not handed down to it, but its own ones are to the commands below.
                command = command.mut_subcommand(name, |it| with_a_hint(it.args(&shared)));
            }
        }
        command
    }
}

/// Says in the help of a command, and of those below, where the other options are.
fn with_a_hint(mut command: clap::Command) -> clap::Command {
    for name in command.get_subcommands().map(|it| it.get_name().to_owned()).collect::<Vec<_>>() {
        command = command.mut_subcommand(name, with_a_hint);
    }
    command.after_help(
        "Also takes the options that http-api --help lists, such as --data-dir, --database-url and --config.",
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
    /// Connections of clients at once, at most [default: 4096]
    #[arg(long, global = true, env = "GUESTBOOK_CONNECTION_LIMIT", value_name = "NUMBER")]
    pub(crate) connection_limit: Option<NonZeroU32>,
    /// The same of one address; 0 for no such limit, and never one for this machine's own addresses [default: 1024]
    #[arg(long, global = true, env = "GUESTBOOK_CONNECTION_LIMIT_PER_ADDRESS", value_name = "NUMBER")]
    pub(crate) connection_limit_per_address: Option<u32>,
    /// Proxies before the service, as addresses or networks such as 10.1.0.0/16, between commas: the limit for one address does
    /// not hold for them
    #[arg(long, global = true, env = "GUESTBOOK_TRUSTED_PROXIES", value_name = "ADDRESSES")]
    pub(crate) trusted_proxies: Option<String>,
    /// Another address to listen on, for RADIUS servers, health checks and metrics alone [default: none, they use the other one]
    #[arg(long, global = true, env = "GUESTBOOK_RADIUS_LISTEN", value_name = "ADDRESS", value_parser = address)]
    pub(crate) radius_listen: Option<SocketAddr>,
    /// Where the key file is kept, and the embedded database [default: ./guestbook-data]
    #[arg(long, global = true, env = "GUESTBOOK_DATA_DIR", value_name = "DIRECTORY")]
    pub(crate) data_dir: Option<PathBuf>,
    /// The database, sqlite:FILE or postgres://USER:PASSWORD@HOST:PORT/DATABASE; a password is better kept in the
    /// environment [default: sqlite: and guestbook.db in the data directory]
    #[arg(long, global = true, env = "GUESTBOOK_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,
    /// Connections to PostgreSQL, at most [default: 10]
    #[arg(long, global = true, env = "GUESTBOOK_DATABASE_CONNECTIONS", value_name = "NUMBER")]
    pub(crate) database_connections: Option<u32>,
    /// Writes that share a transaction, at most; 1 writes each by itself, step by step, for comparison [default: what the database
    /// likes best]
    #[arg(long, global = true, env = "GUESTBOOK_WRITE_BATCH_LIMIT", value_name = "NUMBER")]
    pub(crate) write_batch_limit: Option<usize>,
    /// Requests of one service a second, at most [default: 100000]
    #[arg(long, global = true, env = "GUESTBOOK_RATE_LIMIT_REQUESTS", value_name = "NUMBER")]
    pub(crate) rate_limit_requests: Option<NonZeroU32>,
    /// Wrong secrets of one service at once, at most; then one a second [default: 100]
    #[arg(long, global = true, env = "GUESTBOOK_RATE_LIMIT_SECRETS", value_name = "NUMBER")]
    pub(crate) rate_limit_secrets: Option<NonZeroU32>,
    /// Tries of one service at the password of one username within ten minutes, at most [default: 100]
    #[arg(long, global = true, env = "GUESTBOOK_RATE_LIMIT_PASSWORDS", value_name = "NUMBER")]
    pub(crate) rate_limit_passwords: Option<NonZeroU32>,
    /// Activation pages and profiles of one 256th of the organizations a second, at most [default: 100000]
    #[arg(long, global = true, env = "GUESTBOOK_RATE_LIMIT_PAGES", value_name = "NUMBER")]
    pub(crate) rate_limit_pages: Option<NonZeroU32>,
    /// Customers that one public app finds in an hour without proving to be theirs; all apps of an organization together find,
    /// miss, create and write four times as much [default: 10000]
    #[arg(long, global = true, env = "GUESTBOOK_RATE_LIMIT_APP_FOUND", value_name = "NUMBER")]
    pub(crate) rate_limit_app_found: Option<NonZeroU32>,
    /// Times in an hour that one public app asks for a customer who is not there, at most [default: 10000]
    #[arg(long, global = true, env = "GUESTBOOK_RATE_LIMIT_APP_MISSED", value_name = "NUMBER")]
    pub(crate) rate_limit_app_missed: Option<NonZeroU32>,
    /// Customers that one public app creates in an hour, at most [default: 10000]
    #[arg(long, global = true, env = "GUESTBOOK_RATE_LIMIT_APP_CREATED", value_name = "NUMBER")]
    pub(crate) rate_limit_app_created: Option<NonZeroU32>,
    /// Bytes that one public app writes in an hour, at most [default: 67108864]
    #[arg(long, global = true, env = "GUESTBOOK_RATE_LIMIT_APP_WRITTEN", value_name = "BYTES")]
    pub(crate) rate_limit_app_written: Option<NonZeroU32>,
    /// Who signs the files for devices: a certificate in PEM form, with its chain behind it [default: nobody]
    #[arg(long, global = true, env = "GUESTBOOK_PROFILE_SIGNING_CERTIFICATE", value_name = "FILE")]
    pub(crate) profile_signing_certificate: Option<PathBuf>,
    /// The private key to it in PEM form, without a passphrase
    #[arg(long, global = true, env = "GUESTBOOK_PROFILE_SIGNING_KEY", value_name = "FILE")]
    pub(crate) profile_signing_key: Option<PathBuf>,
    /// Newer plans by which telephone numbers are valid, as numbering-plans.py writes them [default: those of the build]
    #[arg(long, global = true, env = "GUESTBOOK_NUMBERING_PLANS", value_name = "FILE")]
    pub(crate) numbering_plans: Option<PathBuf>,
    /// Where it is recorded what was taken away, so that a restored backup does not bring it back: a file outside of the
    /// database and its backups; off for none [default: ledger.jsonl in the data directory]
    #[arg(long, global = true, env = "GUESTBOOK_LEDGER", value_name = "FILE")]
    pub(crate) ledger: Option<PathBuf>,
    /// The address under which clients reach the service [default: the address it listens on]
    #[arg(long, global = true, env = "GUESTBOOK_PUBLIC_URL", value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// A TOML file with these options
    #[arg(long, global = true, env = "GUESTBOOK_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// How much to log: error, warn, info, debug, trace, or a list such as info,sqlx=debug [default: info]
    #[arg(long, global = true, env = "GUESTBOOK_LOG", value_name = "FILTER")]
    pub(crate) log: Option<String>,
    /// The form of the log: text or json [default: text on a terminal, else json]
    #[arg(long, global = true, env = "GUESTBOOK_LOG_FORMAT", value_name = "FORM")]
    pub(crate) log_format: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Serve requests until SIGTERM or Ctrl-C
    Serve,
    /// Bring the database to this version's form, and end
    Migrate,
    /// Begin an empty registry where the one is lost that the key file belongs to, and end
    Init,
    /// Copy the embedded database to a new file, also beside a running server; prints a line of JSON
    Backup {
        /// The copy, which must not be there yet
        file: PathBuf,
    },
    /// Put a copy in the place of the embedded database, whose files are set aside; prints a line of JSON
    Restore {
        /// The copy
        file: PathBuf,
    },
    /// Read the whole database, also beside a running server, and say what is not in order; prints a line of JSON
    Check,
    /// Take away again what an older database brought back, after a restore; prints what was done as a line of JSON
    Restored(Restored),
    /// Administer the keys of the key file
    #[command(subcommand)]
    Keys(Keys),
    /// Administer organizations
    #[command(subcommand)]
    Organization(Organization),
    /// Administer services: the programs that may ask
    #[command(subcommand)]
    Service(Service),
    /// Administer the accounts elsewhere that organizations are kept in step with
    #[command(subcommand)]
    Forwarding(Forwarding),
}

#[derive(Args)]
pub(crate) struct Restored {
    /// Ledgers besides that of --ledger: of other instances, and older ones that were moved away
    #[arg(value_name = "LEDGER")]
    pub(crate) ledgers: Vec<PathBuf>,
    /// Go on though the ledger of --ledger is lost, or off: people who were erased since the backup come back
    #[arg(long)]
    pub(crate) without_ledger: bool,
}

#[derive(Subcommand)]
pub(crate) enum Keys {
    /// Print which sealing keys are in the key file and how many values each seals, a line of JSON each
    Status,
    /// Seal everything with the current sealing key, so that the others can leave the key file; prints a line of JSON
    Reseal,
    /// Take the signing key of the key file as the registry's from now on; every login ends
    AcceptSigningKey,
}

#[derive(Subcommand)]
pub(crate) enum Forwarding {
    /// Keep an account in step with an organization from now on, or another one than before
    Configure(NewAccount),
    /// Leave an organization's account alone, and forget who waits
    Remove {
        /// The organization's id
        #[arg(long)]
        organization: String,
    },
    /// Print how each account stands, a line of JSON each
    Status {
        /// This organization's only, by its id
        #[arg(long)]
        organization: Option<String>,
        /// And behind it those who were given up, with the reasons
        #[arg(long)]
        dead: bool,
    },
    /// Send those again who were given up; prints how many as a line of JSON
    Retry {
        /// The organization's id
        #[arg(long)]
        organization: String,
        /// This one only
        #[arg(long)]
        customer: Option<String>,
    },
    /// Go on after `restored` held it: for every organization, or one; prints how many as a line of JSON
    Resume {
        /// This organization's only, by its id
        #[arg(long)]
        organization: Option<String>,
    },
    /// Send every customer, as those who were there before the account was; prints how many wait as a line of JSON
    Resend {
        /// The organization's id
        #[arg(long)]
        organization: String,
    },
}

/// An account elsewhere. Its secret comes from a file, or from GUESTBOOK_UPSTREAM_CLIENT_SECRET.
#[derive(Args)]
pub(crate) struct NewAccount {
    /// The organization's id
    #[arg(long)]
    pub(crate) organization: String,
    #[arg(long, help = "Where the account's API is, such as https://explore.cloud4wi.com")]
    pub(crate) url: String,
    /// Do not try to log in there
    #[arg(long)]
    pub(crate) unchecked: bool,
    /// Send secret and customers unencrypted when the address is not https
    #[arg(long)]
    pub(crate) allow_unencrypted: bool,
    /// The key of the service that logs in there
    #[arg(long)]
    pub(crate) client_key: String,
    /// A file with its secret, and nothing else [default: GUESTBOOK_UPSTREAM_CLIENT_SECRET]
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
        /// What it is called
        #[arg(long)]
        name: String,
        /// What its default location is called
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
    /// Call an organization something else
    Rename {
        /// The organization's id
        id: String,
        /// What it is called from now on
        #[arg(long)]
        name: String,
    },
    /// Remove an organization for good: revoke its services and forget its account elsewhere, where nobody is erased; prints what was
    /// done as a line of JSON
    Remove {
        /// The organization's id
        id: String,
        /// Erase its customers too, of which there must be none otherwise
        #[arg(long)]
        with_customers: bool,
    },
    /// Change the settings that the file names
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
    /// Add a service; prints its keys as one line of JSON, this once
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
    /// Let a service do nothing any more
    Revoke {
        /// Its client key
        client_key: String,
    },
}
