//! The state that handlers share.

use std::sync::Arc;
use std::time::Duration;

use domain::ports::{
    Clock, CustomerDirectory, CustomerLists, CustomerStore, GrantSealer, HistoryStore, IdSource, InstallationStore,
    NetworkSessionStore, OrganizationStore, Readiness, SecretSource, ServiceStore, SessionStore, TokenStore,
};
use domain::value::{Bucket, EventId, ServiceId};
use jiff::civil::Date;
use jiff::tz::Offset;
use passpoint::SigningIdentity;
use prometheus_client::registry::Registry;
use tokio::sync::watch;

use crate::JwtKey;
use crate::limit::{AppLimits, Budget, Limiter, PasswordLimit, Rates, SecretLimit};
use crate::listing::{ListLimits, Turns};
use crate::metrics::Metrics;
use crate::radius::Radius;
use crate::session::Authenticator;
use crate::settings::Settings;

/// The ports behind the HTTP interface.
#[derive(Clone)]
pub struct Ports {
    /// Customers.
    pub customers: Arc<dyn CustomerStore>,
    /// Look-ups of customers.
    pub directory: Arc<dyn CustomerDirectory>,
    /// Histories of customers.
    pub histories: Arc<dyn HistoryStore>,
    /// Installations of customers' apps.
    pub installations: Arc<dyn InstallationStore>,
    /// Lists of customers.
    pub lists: Arc<dyn CustomerLists>,
    /// Customers' network sessions.
    pub network_sessions: Arc<dyn NetworkSessionStore>,
    /// Temporary tokens.
    pub tokens: Arc<dyn TokenStore>,
    /// Organizations.
    pub organizations: Arc<dyn OrganizationStore>,
    /// Services.
    pub services: Arc<dyn ServiceStore>,
    /// Login sessions that ended early.
    pub sessions: Arc<dyn SessionStore>,
    /// Whether the store is available.
    pub readiness: Arc<dyn Readiness>,
    /// The ports for requests of RADIUS servers.
    pub radius: RadiusPorts,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// New ids.
    pub ids: Arc<dyn IdSource>,
    /// New secrets.
    pub secrets: Arc<dyn SecretSource>,
    /// The sealer of grants.
    pub grants: Arc<dyn GrantSealer>,
}

/// What people see of the service.
#[derive(Debug)]
pub struct Site {
    /// The address under which people reach the service, without a trailing slash.
    pub public_url: String,
    /// The signer of the files for their devices.
    pub signer: Option<SigningIdentity>,
}

/// The ports for requests of RADIUS servers. They should have dedicated connections, so that no other load keeps people
/// off the Wi-Fi.
#[derive(Clone)]
pub struct RadiusPorts {
    /// Customers' credentials.
    pub directory: Arc<dyn CustomerDirectory>,
    /// Customers' network sessions.
    pub network_sessions: Arc<dyn NetworkSessionStore>,
    /// Organizations.
    pub organizations: Arc<dyn OrganizationStore>,
    /// Services.
    pub services: Arc<dyn ServiceStore>,
}

/// Bounds of requests.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The longest body, in bytes.
    pub body_bytes: usize,
    /// The maximum length of the body of a request without a login, and of any form, in bytes.
    pub open_body_bytes: usize,
    /// The maximum bytes of all bodies of requests in progress; a quarter of it per organization.
    pub bodies_bytes: usize,
    /// The maximum number of batches in progress; a quarter of it per organization.
    pub batches: usize,
    /// How long a body or a batch waits for a place in these bounds.
    pub room_time: Duration,
    /// How long a body may take to arrive before the request is answered with 408.
    pub body_time: Duration,
    /// How long a request may take after that before it is answered with 503.
    pub request_time: Duration,
    /// The time limit for requests of RADIUS servers, which wait for two seconds.
    pub radius_time: Duration,
    /// How long a streamed body or response may be idle.
    pub idle_time: Duration,
    /// Rate limits.
    pub rates: Rates,
    /// How many pages of lists are made at once, and how large they may be.
    pub lists: ListLimits,
}

/// Credentials, the page's form and requests of RADIUS servers have less than 2 kB.
const OPEN_BODY_BYTES: usize = 16 * 1024;
/// 64 bodies of the maximum length, and a hundred thousand of the usual one.
const BODIES_BYTES: usize = 64 * 1024 * 1024;
/// A batch has up to 20 MB in memory: rows that arrive, rows that are written, and their answers. More batches at once
/// do not make a database faster.
const BATCHES: usize = 32;
/// Shorter than a client waits, and long enough for many bodies to arrive.
const ROOM_TIME: Duration = Duration::from_secs(2);
const TEN_SECONDS: Duration = Duration::from_secs(10);
const RADIUS_TIME: Duration = Duration::from_millis(1500);
const A_MINUTE: Duration = Duration::from_secs(60);

impl Default for Limits {
    /// 1 MiB, or 16 KiB without a login, and 64 MiB for all bodies; 32 batches; 10 seconds each, a second and a half
    /// for RADIUS servers, a minute of idle time, and the rates of [`Rates::default`].
    fn default() -> Self {
        Self {
            body_bytes: 1024 * 1024,
            open_body_bytes: OPEN_BODY_BYTES,
            bodies_bytes: BODIES_BYTES,
            batches: BATCHES,
            room_time: ROOM_TIME,
            body_time: TEN_SECONDS,
            request_time: TEN_SECONDS,
            radius_time: RADIUS_TIME,
            idle_time: A_MINUTE,
            rates: Rates::default(),
            lists: ListLimits::default(),
        }
    }
}

/// The state of the HTTP interface.
pub struct Api {
    pub(crate) ports: Ports,
    pub(crate) limits: Limits,
    pub(crate) site: Site,
    pub(crate) authenticator: Authenticator,
    pub(crate) services: Limiter<ServiceId>,
    pub(crate) secrets: SecretLimit,
    pub(crate) passwords: PasswordLimit,
    pub(crate) apps: AppLimits,
    /// By the bucket that a token contains, which needs no look-up.
    pub(crate) pages: Limiter<Bucket>,
    pub(crate) turns: Turns,
    pub(crate) settings: Settings,
    pub(crate) radius: Radius,
    pub(crate) metrics: Metrics,
    /// The memory budget for bodies.
    pub(crate) bodies: Budget,
    /// The budget for batches.
    pub(crate) batches: Budget,
    stopping: watch::Sender<bool>,
}

impl Api {
    /// The interface over these ports, with this key for its sessions. `GET /metrics` exports the registry: the metrics
    /// of other crates and those added here.
    pub fn new(ports: Ports, jwt_key: JwtKey, limits: Limits, site: Site, registry: Registry) -> Arc<Self> {
        let authenticator = Authenticator::new(jwt_key, ports.sessions.clone(), ports.clock.clone());
        let settings = Settings::new(ports.organizations.clone(), ports.clock.clone());
        let radius = Radius::new(&ports.radius, &ports.clock);
        let rates = limits.rates;
        let metrics = Metrics::new(registry);
        let room = limits.room_time;
        Arc::new(Self {
            ports,
            limits,
            site,
            authenticator,
            services: Limiter::new(rates.of_requests()),
            secrets: SecretLimit::new(rates),
            passwords: PasswordLimit::new(rates),
            apps: AppLimits::new(rates),
            pages: Limiter::new(rates.of_pages()),
            turns: Turns::new(limits.lists),
            settings,
            radius,
            bodies: Budget::new(limits.bodies_bytes, room, metrics.body_bytes.clone()),
            batches: Budget::new(limits.batches, room, metrics.batches.clone()),
            metrics,
            stopping: watch::Sender::new(false),
        })
    }

    /// Announces that the process is ending: batches end after their current part.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Waits until the process is ending.
    pub async fn stopped(&self) {
        // The sender lives as long as `self`.
        let _ = self.stopping.subscribe().wait_for(|stopping| *stopping).await;
    }

    /// A new id for an event of a history.
    pub(crate) fn event_id(&self) -> EventId {
        EventId::from_bits(self.ports.ids.next())
    }

    /// Today's date in UTC: no birth date is later.
    pub(crate) fn today(&self) -> Date {
        Offset::UTC.to_datetime(self.ports.clock.now()).date()
    }
}
