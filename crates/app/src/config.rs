//! The configuration: command line, environment, file and defaults, in this order of precedence.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use http_api::{ConnectionBounds, Rates};
use ipnet::IpNet;
use serde::{Deserialize, Deserializer};

use crate::cli::{self, Settings};
use crate::failure::Failure;
use crate::toml_file;

/// The default log filter. PostgreSQL sends notices at every start that the tables exist.
const LOG: &str = "info,sqlx::postgres::notice=warn";

/// The resolved configuration.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) listen: SocketAddr,
    pub(crate) connections: ConnectionBounds,
    /// The dedicated listener for RADIUS servers, health checks and metrics.
    pub(crate) radius_listen: Option<SocketAddr>,
    pub(crate) data_dir: PathBuf,
    pub(crate) database: Database,
    /// The maximum number of PostgreSQL connections for requests; `None` for the default.
    pub(crate) database_connections: Option<u32>,
    /// The maximum number of commands per transaction; `None` for the store's choice.
    pub(crate) write_batch_limit: Option<usize>,
    pub(crate) rates: Rates,
    /// The path of the ledger; `None` if it is off.
    pub(crate) ledger: Option<PathBuf>,
    pub(crate) public_url: Option<String>,
    pub(crate) signing: Option<Signing>,
    /// The file with newer numbering plans.
    pub(crate) numbering_plans: Option<PathBuf>,
    pub(crate) log: String,
    pub(crate) log_format: LogFormat,
}

/// The database of the customers.
#[derive(Debug, Clone)]
pub(crate) enum Database {
    /// The default: SQLite in the data directory.
    Embedded(PathBuf),
    /// A SQLite file that was named.
    Sqlite(PathBuf),
    /// PostgreSQL.
    Postgres(Box<store_postgres::Settings>),
}

/// The signer of the files for devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signing {
    /// The file of the certificate and its chain.
    pub(crate) certificate: PathBuf,
    /// The file of the key.
    pub(crate) key: PathBuf,
}

/// The form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    Automatic,
    Text,
    Json,
}

/// The options in a configuration file.
#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct File {
    #[serde(default, deserialize_with = "address")]
    listen: Option<SocketAddr>,
    connection_limit: Option<NonZeroU32>,
    connection_limit_per_address: Option<u32>,
    trusted_proxies: Option<String>,
    #[serde(default, deserialize_with = "address")]
    radius_listen: Option<SocketAddr>,
    data_dir: Option<PathBuf>,
    database_url: Option<String>,
    database_connections: Option<u32>,
    write_batch_limit: Option<usize>,
    rate_limit_requests: Option<NonZeroU32>,
    rate_limit_secrets: Option<NonZeroU32>,
    rate_limit_passwords: Option<NonZeroU32>,
    rate_limit_pages: Option<NonZeroU32>,
    rate_limit_app_found: Option<NonZeroU32>,
    rate_limit_app_missed: Option<NonZeroU32>,
    rate_limit_app_created: Option<NonZeroU32>,
    rate_limit_app_written: Option<NonZeroU32>,
    profile_signing_certificate: Option<PathBuf>,
    profile_signing_key: Option<PathBuf>,
    numbering_plans: Option<PathBuf>,
    ledger: Option<PathBuf>,
    public_url: Option<String>,
    log: Option<String>,
    log_format: Option<String>,
}

/// An address as on the command line.
fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SocketAddr>, D::Error> {
    cli::address(&String::deserialize(deserializer)?).map(Some).map_err(serde::de::Error::custom)
}

impl Config {
    /// Resolves command line, environment, file and defaults.
    pub(crate) fn resolve(settings: Settings) -> Result<Self, Failure> {
        let file = settings.config.as_deref().map(toml_file::read::<File>).transpose()?.unwrap_or_default();
        let data_dir = settings.data_dir.or(file.data_dir).unwrap_or_else(|| PathBuf::from("guestbook-data"));
        let database_url = settings.database_url.or(file.database_url);
        let connections = settings.database_connections.or(file.database_connections);
        let usual = Rates::default();
        let rates = Rates {
            requests: settings.rate_limit_requests.or(file.rate_limit_requests).unwrap_or(usual.requests),
            secrets: settings.rate_limit_secrets.or(file.rate_limit_secrets).unwrap_or(usual.secrets),
            passwords: settings.rate_limit_passwords.or(file.rate_limit_passwords).unwrap_or(usual.passwords),
            pages: settings.rate_limit_pages.or(file.rate_limit_pages).unwrap_or(usual.pages),
            app_found: settings.rate_limit_app_found.or(file.rate_limit_app_found).unwrap_or(usual.app_found),
            app_missed: settings.rate_limit_app_missed.or(file.rate_limit_app_missed).unwrap_or(usual.app_missed),
            app_created: settings.rate_limit_app_created.or(file.rate_limit_app_created).unwrap_or(usual.app_created),
            app_written: settings.rate_limit_app_written.or(file.rate_limit_app_written).unwrap_or(usual.app_written),
        };
        Ok(Self {
            listen: settings.listen.or(file.listen).unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080))),
            connections: connection_bounds(
                settings.connection_limit.or(file.connection_limit),
                settings.connection_limit_per_address.or(file.connection_limit_per_address),
                settings.trusted_proxies.or(file.trusted_proxies).as_deref(),
            )?,
            radius_listen: settings.radius_listen.or(file.radius_listen),
            database: database(database_url.as_deref(), connections, &data_dir)?,
            database_connections: connections,
            write_batch_limit: write_batch_limit(settings.write_batch_limit.or(file.write_batch_limit))?,
            rates,
            ledger: ledger(settings.ledger.or(file.ledger), &data_dir),
            public_url: settings.public_url.or(file.public_url).map(|url| public_url(&url)).transpose()?,
            signing: signing(
                settings.profile_signing_certificate.or(file.profile_signing_certificate),
                settings.profile_signing_key.or(file.profile_signing_key),
            )?,
            numbering_plans: settings.numbering_plans.or(file.numbering_plans),
            log: settings.log.or(file.log).unwrap_or_else(|| LOG.to_owned()),
            log_format: log_format(settings.log_format.or(file.log_format).as_deref())?,
            data_dir,
        })
    }

    /// The path of the key file.
    pub(crate) fn key_file(&self) -> PathBuf {
        self.data_dir.join("keys.toml")
    }
}

impl Database {
    /// The file of the database, if it is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::Embedded(file) | Self::Sqlite(file) => Some(file),
            Self::Postgres(_) => None,
        }
    }
}

/// The URL may contain a password, so no error repeats it.
fn database(url: Option<&str>, connections: Option<u32>, data_dir: &Path) -> Result<Database, Failure> {
    let Some(url) = url else { return Ok(Database::Embedded(data_dir.join("guestbook.db"))) };
    match url.split_once(':') {
        Some(("sqlite", file)) if !file.trim_start_matches('/').is_empty() && !file.contains('?') => {
            Ok(Database::Sqlite(PathBuf::from(file.strip_prefix("//").unwrap_or(file))))
        }
        Some(("postgres" | "postgresql", _)) => {
            let settings = store_postgres::Settings::parse(url).map_err(|error| Failure::because(error.to_string()))?;
            let settings = connections.map_or(settings.clone(), |number| settings.connections(number));
            Ok(Database::Postgres(Box::new(settings)))
        }
        _ => Err(Failure::because(
            "the database URL must have the form sqlite:FILE, without parameters, or \
             postgres://USER:PASSWORD@HOST:PORT/DATABASE",
        )),
    }
}

fn connection_bounds(
    limit: Option<NonZeroU32>,
    per_address: Option<u32>,
    proxies: Option<&str>,
) -> Result<ConnectionBounds, Failure> {
    let usual = ConnectionBounds::default();
    let number = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let proxies = proxies.unwrap_or_default().split(',').map(str::trim).filter(|network| !network.is_empty());
    Ok(ConnectionBounds {
        open: limit.map_or(usual.open, |limit| number(limit.get())),
        per_address: per_address.map_or(usual.per_address, number),
        trusted_proxies: proxies.map(network).collect::<Result<_, _>>()?,
        ..usual
    })
}

/// Parses a network or a single address.
fn network(text: &str) -> Result<IpNet, Failure> {
    let address = || text.parse::<IpAddr>().ok().map(IpNet::from);
    text.parse().ok().or_else(address).ok_or_else(|| {
        Failure::because(format!(
            "trusted proxies are addresses or networks such as 10.1.0.0/16, and {text:?} is not one"
        ))
    })
}

fn write_batch_limit(limit: Option<usize>) -> Result<Option<usize>, Failure> {
    match limit {
        Some(0) => Err(Failure::because("the limit of write batches must be at least 1")),
        limit => Ok(limit),
    }
}

/// The value that turns the ledger off, in place of a path.
const OFF: &str = "off";

fn ledger(file: Option<PathBuf>, data_dir: &Path) -> Option<PathBuf> {
    let file = file.unwrap_or_else(|| data_dir.join("ledger.jsonl"));
    (file != Path::new(OFF)).then_some(file)
}

fn public_url(url: &str) -> Result<String, Failure> {
    if url.starts_with("http://") || url.starts_with("https://") {
        Ok(url.trim_end_matches('/').to_owned())
    } else {
        Err(Failure::because("the public URL must begin with http:// or https://"))
    }
}

fn signing(certificate: Option<PathBuf>, key: Option<PathBuf>) -> Result<Option<Signing>, Failure> {
    match (certificate, key) {
        (Some(certificate), Some(key)) => Ok(Some(Signing { certificate, key })),
        (None, None) => Ok(None),
        _ => Err(Failure::because("profiles are signed by a certificate and its key: name both files, or none")),
    }
}

fn log_format(text: Option<&str>) -> Result<LogFormat, Failure> {
    match text {
        None => Ok(LogFormat::Automatic),
        Some("text") => Ok(LogFormat::Text),
        Some("json") => Ok(LogFormat::Json),
        Some(_) => Err(Failure::because("the form of the log must be text or json")),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn settings() -> Settings {
        Settings {
            listen: None,
            connection_limit: None,
            connection_limit_per_address: None,
            trusted_proxies: None,
            radius_listen: None,
            data_dir: None,
            database_url: None,
            database_connections: None,
            write_batch_limit: None,
            rate_limit_requests: None,
            rate_limit_secrets: None,
            rate_limit_passwords: None,
            rate_limit_pages: None,
            rate_limit_app_found: None,
            rate_limit_app_missed: None,
            rate_limit_app_created: None,
            rate_limit_app_written: None,
            profile_signing_certificate: None,
            profile_signing_key: None,
            numbering_plans: None,
            ledger: None,
            public_url: None,
            config: None,
            log: None,
            log_format: None,
        }
    }

    fn with_file(text: &str, settings: Settings) -> Result<Config, Failure> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        Config::resolve(Settings { config: Some(file.path().to_owned()), ..settings })
    }

    #[test]
    fn has_defaults() {
        let config = Config::resolve(settings()).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.database.file(), Some(Path::new("guestbook-data/guestbook.db")));
        assert_eq!(config.key_file(), PathBuf::from("guestbook-data/keys.toml"));
        assert_eq!(config.ledger, Some(PathBuf::from("guestbook-data/ledger.jsonl")));
    }

    #[test]
    fn the_ledger_is_elsewhere_or_off() {
        let config = with_file("ledger = \"/safe/ledger.jsonl\"", settings()).unwrap();
        assert_eq!(config.ledger, Some(PathBuf::from("/safe/ledger.jsonl")));
        assert_eq!(with_file("ledger = \"off\"", settings()).unwrap().ledger, None);
    }

    #[test]
    fn the_command_line_wins_over_the_file() {
        let text = "listen = \"127.0.0.1:1\"\ndata-dir = \"/data\"\nlog-format = \"json\"";
        let given = Settings { listen: Some(SocketAddr::from(([127, 0, 0, 1], 2))), ..settings() };
        let config = with_file(text, given).unwrap();
        assert_eq!(config.listen.port(), 2);
        assert_eq!(config.database.file(), Some(Path::new("/data/guestbook.db")));
        assert_eq!(config.log_format, LogFormat::Json);
    }

    #[test]
    fn radius_servers_have_a_listener_where_one_is_named() {
        assert_eq!(Config::resolve(settings()).unwrap().radius_listen, None);
        let address = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let text = "radius-listen = \"127.0.0.1:1\"";
        assert_eq!(with_file(text, settings()).unwrap().radius_listen, Some(address(1)));
        let given = Settings { radius_listen: Some(address(2)), ..settings() };
        assert_eq!(with_file(text, given).unwrap().radius_listen, Some(address(2)));
    }

    #[test]
    fn a_name_that_is_not_known_is_refused_in_one_line() {
        let failure = with_file("lisen = \"127.0.0.1:1\"", settings()).unwrap_err().to_string();
        assert!(failure.contains("lisen") && !failure.contains('\n'), "{failure}");
    }

    #[test]
    fn an_address_in_a_file_that_is_none_is_told_with_an_example() {
        for name in ["listen", "radius-listen"] {
            let failure = with_file(&format!("{name} = \"localhost:8080\""), settings()).unwrap_err().to_string();
            assert!(failure.contains("such as 127.0.0.1:8080"), "{failure}");
        }
    }

    #[test]
    fn databases_are_named_by_url() {
        let named = |url: &str| database(Some(url), None, Path::new("data"));
        assert_eq!(named("sqlite:a/b.db").unwrap().file(), Some(Path::new("a/b.db")));
        assert_eq!(named("sqlite:///a/b.db").unwrap().file(), Some(Path::new("/a/b.db")));
        for url in ["postgres://guest@host/db", "postgresql://host:5433/db?sslmode=require", "postgres:///db"] {
            assert!(matches!(named(url), Ok(Database::Postgres(_))), "{url}");
        }
        for url in [
            "",
            "a.db",
            "sqlite:",
            "sqlite://",
            "sqlite:a.db?mode=ro",
            "mysql://user:secret@host/db",
            "postgres://user:secret@host:port/db",
            "postgres://user@host/db?pasword=secret",
        ] {
            assert!(!named(url).unwrap_err().to_string().contains("secret"), "{url}");
        }
    }

    #[test]
    fn rates_come_one_by_one_from_wherever_they_stand() {
        let number = |number| NonZeroU32::new(number).unwrap();
        let given = Settings { rate_limit_secrets: Some(number(2)), ..settings() };
        let given =
            Settings { rate_limit_app_found: Some(number(4)), rate_limit_app_written: Some(number(5)), ..given };
        let file =
            "rate-limit-secrets = 1\nrate-limit-passwords = 3\nrate-limit-app-missed = 6\nrate-limit-app-created = 7";
        let config = with_file(file, given).unwrap();
        let expected = Rates {
            secrets: number(2),
            passwords: number(3),
            app_found: number(4),
            app_written: number(5),
            app_missed: number(6),
            app_created: number(7),
            ..Rates::default()
        };
        assert_eq!(config.rates, expected);
        assert!(with_file("rate-limit-requests = 0", settings()).is_err());
    }

    #[test]
    fn connections_have_bounds_and_proxies_are_addresses_or_networks() {
        let text =
            "connection-limit = 100\nconnection-limit-per-address = 0\ntrusted-proxies = \"10.0.0.1, fd00::/8,\"";
        let given = Settings { connection_limit: NonZeroU32::new(200), ..settings() };
        let bounds = with_file(text, given).unwrap().connections;
        assert_eq!(bounds.open, 200);
        assert_eq!(bounds.per_address, 0);
        let networks: Vec<_> = bounds.trusted_proxies.iter().map(ToString::to_string).collect();
        assert_eq!(networks, ["10.0.0.1/32", "fd00::/8"]);
        let usual = Config::resolve(settings()).unwrap().connections;
        assert_eq!((usual.open, usual.per_address), (4096, 1024));
        for wrong in ["proxy.example", "10.0.0.0/33", "10.0.0.1 10.0.0.2"] {
            let given = Settings { trusted_proxies: Some(wrong.to_owned()), ..settings() };
            assert!(Config::resolve(given).unwrap_err().to_string().contains(wrong), "{wrong}");
        }
    }

    #[test]
    fn certificate_and_key_come_together() {
        let (certificate, key) = (PathBuf::from("signer.pem"), PathBuf::from("signer.key"));
        let config = with_file(
            "profile-signing-certificate = \"signer.pem\"",
            Settings { profile_signing_key: Some(key.clone()), ..settings() },
        );
        assert_eq!(config.unwrap().signing, Some(Signing { certificate, key }));
        assert!(with_file("profile-signing-key = \"signer.key\"", settings()).is_err());
    }

    #[test]
    fn a_batch_has_room_for_a_command() {
        assert!(Config::resolve(Settings { write_batch_limit: Some(0), ..settings() }).is_err());
        let config = Config::resolve(Settings { write_batch_limit: Some(1), ..settings() }).unwrap();
        assert_eq!(config.write_batch_limit, Some(1));
    }

    #[test]
    fn the_public_url_is_a_web_address() {
        assert_eq!(public_url("https://wifi.example/").unwrap(), "https://wifi.example");
        assert!(public_url("wifi.example").is_err());
    }
}
