//! What public apps may do in an hour.
//!
//! The key of an app is public. A person who extracts it must not be able to try addresses until the organization's
//! customers are known, nor to fill the registry or the disk. Real apps stay far below the limits: they find or create
//! one customer at a sign-up, and report one device. Each instance counts separately.

use std::time::{Duration, Instant};

use domain::access::{Role, Service};
use domain::customer::Refusal;
use domain::ports::{CustomerError, WriteError};
use domain::value::{OrganizationId, ServiceId};

use super::Rates;
use super::allowance::Allowance;
use crate::ApiError;
use crate::edge::envelope;

/// Bytes written besides a body: rows of the history and of keys, and their index entries.
const ROW_BYTES: u32 = 512;

/// The counted events, in the order of the arrays here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Found,
    Missed,
    Created,
    Written,
}

const KINDS: [Kind; 4] = [Kind::Found, Kind::Missed, Kind::Created, Kind::Written];

/// The counts of each service, and of all apps of an organization together.
pub(crate) struct AppLimits {
    services: [Allowance<ServiceId>; 4],
    organizations: [Allowance<OrganizationId>; 4],
}

/// What a request may do.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Attempt {
    /// It asks whether a customer exists.
    Look,
    /// It changes a customer, and has this many bytes.
    Change(usize),
    /// It creates a customer or changes an existing one, and has this many bytes.
    Upsert(usize),
}

/// What a request did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Became {
    /// Nothing that counts.
    Nothing,
    /// It found a customer.
    Found,
    /// It found no customer.
    Missed,
    /// It changed a customer that it merely found.
    FoundAndChanged,
    /// It changed a customer and proved to be the customer's own device.
    Changed,
    /// It created a customer.
    Created,
}

/// The uses taken for a request until its outcome is known. If that never happens because the caller is gone, all of
/// them stay taken.
#[must_use]
pub(crate) struct Turn<'l> {
    limits: &'l AppLimits,
    who: Option<(ServiceId, OrganizationId)>,
    taken: [u32; 4],
}

impl AppLimits {
    pub(crate) fn new(rates: Rates) -> Self {
        Self {
            services: rates.of_apps().map(Allowance::new),
            organizations: rates.of_apps_together().map(Allowance::new),
        }
    }

    /// Takes what the request may need, if the service is a public app.
    pub(crate) fn begin(&self, service: &Service, attempt: Attempt) -> Result<Turn<'_>, ApiError> {
        let mut turn = Turn { limits: self, who: None, taken: [0; 4] };
        if service.role != Role::PublicApp {
            return Ok(turn);
        }
        turn.who = Some((service.id, service.organization_id));
        let now = Instant::now();
        for (kind, times) in attempt.needs().into_iter().enumerate().filter(|(_, times)| *times > 0) {
            if let Err(wait) = turn.take(kind, times, now) {
                turn.give_back_all();
                return Err(ApiError::RateLimited { retry_after: wait.as_secs().saturating_add(1) });
            }
        }
        Ok(turn)
    }
}

impl Attempt {
    fn needs(self) -> [u32; 4] {
        match self {
            Self::Look => [1, 1, 0, 0],
            Self::Change(bytes) => [1, 1, 0, written(bytes)],
            Self::Upsert(bytes) => [1, 1, 1, written(bytes)],
        }
    }
}

fn written(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX).saturating_add(ROW_BYTES)
}

impl Became {
    /// What a refused write revealed. That a name is taken reveals as much as finding its customer.
    pub(crate) const fn of_error(error: &WriteError) -> Self {
        match error {
            WriteError::Refused(Refusal::DuplicateConflict(_) | Refusal::UsernameTaken) => Self::Found,
            WriteError::Refused(
                Refusal::PolicyNotAccepted(_) | Refusal::UnknownCustomer | Refusal::ForeignCustomer,
            ) => Self::Missed,
            WriteError::Refused(Refusal::UnknownOrganization | Refusal::Invalid(_) | Refusal::KeyReused)
            | WriteError::Store(_) => Self::Nothing,
        }
    }

    /// What a refused operation on one customer revealed.
    pub(crate) const fn of_customer_error(error: &CustomerError) -> Self {
        match error {
            CustomerError::UnknownCustomer | CustomerError::ForeignCustomer => Self::Missed,
            CustomerError::Store(_) => Self::Nothing,
        }
    }

    const fn uses(self, kind: Kind) -> bool {
        match kind {
            Kind::Found => matches!(self, Self::Found | Self::FoundAndChanged),
            Kind::Missed => matches!(self, Self::Missed),
            Kind::Created => matches!(self, Self::Created),
            Kind::Written => matches!(self, Self::FoundAndChanged | Self::Changed | Self::Created),
        }
    }
}

impl Turn<'_> {
    /// Returns what was taken for outcomes that did not occur.
    pub(crate) fn end(mut self, became: Became) {
        for (kind, _) in KINDS.iter().enumerate().filter(|(_, kind)| !became.uses(**kind)) {
            self.give_back(kind);
        }
    }

    fn take(&mut self, kind: usize, times: u32, now: Instant) -> Result<(), Duration> {
        let Some((service, organization)) = self.who else { return Ok(()) };
        let (own, common) = (&self.limits.services[kind], &self.limits.organizations[kind]);
        let left = own.take(service, times, now).inspect_err(|_| envelope::note_left(own.nothing_left()))?;
        if let Err(wait) = common.take(organization, times, now) {
            own.give_back(&service, times);
            envelope::note_left(common.nothing_left());
            return Err(wait);
        }
        self.taken[kind] = times;
        envelope::note_left(left);
        Ok(())
    }

    fn give_back(&mut self, kind: usize) {
        let times = std::mem::take(&mut self.taken[kind]);
        if let Some((service, organization)) = self.who.filter(|_| times > 0) {
            self.limits.services[kind].give_back(&service, times);
            self.limits.organizations[kind].give_back(&organization, times);
        }
    }

    fn give_back_all(&mut self) {
        (0..KINDS.len()).for_each(|kind| self.give_back(kind));
    }
}
