//! What the handlers work with.

use std::sync::Arc;
use std::time::Duration;

use domain::ports::{
    Clock, CustomerDirectory, CustomerStore, IdSource, OrganizationStore, Readiness, SecretSource, ServiceStore,
    SessionStore, TokenStore,
};

use jiff::civil::Date;
use jiff::tz::Offset;

use crate::JwtKey;
use crate::session::{Authenticator, LoginLimit};
use crate::settings::Settings;

/// The ports behind the HTTP interface.
#[derive(Clone)]
pub struct Ports {
    /// Customers.
    pub customers: Arc<dyn CustomerStore>,
    /// Questions about customers.
    pub directory: Arc<dyn CustomerDirectory>,
    /// Temporary tokens.
    pub tokens: Arc<dyn TokenStore>,
    /// Organizations.
    pub organizations: Arc<dyn OrganizationStore>,
    /// Services.
    pub services: Arc<dyn ServiceStore>,
    /// Sessions that ended early.
    pub sessions: Arc<dyn SessionStore>,
    /// Whether the store works.
    pub readiness: Arc<dyn Readiness>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// New ids.
    pub ids: Arc<dyn IdSource>,
    /// New secrets.
    pub secrets: Arc<dyn SecretSource>,
}

/// Bounds of a request.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The longest body, in bytes.
    pub body_bytes: usize,
    /// How long a body may take to arrive before the request is answered with 408.
    pub body_time: Duration,
    /// How long a request may take after that before it is answered with 503.
    pub request_time: Duration,
}

const TEN_SECONDS: Duration = Duration::from_secs(10);

impl Default for Limits {
    /// 1 MiB, and 10 seconds each.
    fn default() -> Self {
        Self { body_bytes: 1024 * 1024, body_time: TEN_SECONDS, request_time: TEN_SECONDS }
    }
}

/// Everything that a handler works with.
pub struct Api {
    pub(crate) ports: Ports,
    pub(crate) limits: Limits,
    pub(crate) authenticator: Authenticator,
    pub(crate) login_limit: LoginLimit,
    pub(crate) settings: Settings,
}

impl Api {
    /// The interface over these ports, with this key for its sessions.
    pub fn new(ports: Ports, jwt_key: JwtKey, limits: Limits) -> Arc<Self> {
        let authenticator = Authenticator::new(jwt_key, ports.sessions.clone(), ports.clock.clone());
        let settings = Settings::new(ports.organizations.clone(), ports.clock.clone());
        Arc::new(Self { ports, limits, authenticator, login_limit: LoginLimit::new(), settings })
    }

    /// The day after which nobody is born yet, in UTC.
    pub(crate) fn today(&self) -> Date {
        Offset::UTC.to_datetime(self.ports.clock.now()).date()
    }
}
