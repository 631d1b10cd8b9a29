//! Parsing of the form of an accounting record.
//!
//! Access points send arbitrary values, and repeat a record until it is acknowledged. So only the values that identify
//! the session are required; other invalid values count as absent.

use std::net::IpAddr;
use std::str::FromStr;

use domain::access::Service;
use domain::session::{Claims, Made, Nas, Octets, Restart, SessionRecord, Usage, believed};
use domain::value::{Attribute, CustomerId, NetworkSessionId, Username};
use jiff::{SignedDuration, Timestamp};

use super::attributes::{customer_of, octets_of_digits};
use super::network_name::{customer_in, is_outer_identity};
use crate::wire::OctetForm;
use crate::{Api, ApiError};

/// A parsed record.
pub(super) enum Record {
    Session(Box<SessionRecord>),
    Restart {
        nas: Nas,
        restart: Restart,
        at: Timestamp,
    },
    /// What would be kept, and cannot be. It will never be better, so it has to be acknowledged.
    Unusable(Unusable),
}

/// A reason why a record cannot be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unusable {
    /// It has no status type.
    Status,
    /// It tells what is not kept, such as the start of a tunnel.
    OtherStatus,
    /// It names no access point.
    Place,
    /// It names no session.
    Session,
    /// It is of no customer.
    Customer,
}

/// FreeRADIUS' names of the values of Acct-Status-Type that are stored.
#[derive(Clone, Copy)]
enum Status {
    Start,
    Interim,
    Stop,
    Restart(Restart),
    Other,
}

impl Status {
    fn of(word: &[u8]) -> Self {
        match word {
            b"Start" => Self::Start,
            b"Interim-Update" | b"Alive" => Self::Interim,
            b"Stop" => Self::Stop,
            b"Accounting-On" => Self::Restart(Restart::On),
            b"Accounting-Off" => Self::Restart(Restart::Off),
            _ => Self::Other,
        }
    }
}

impl Unusable {
    /// The reason's name in metrics and the log.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Status => "no_status_type",
            Self::Place => "no_access_point",
            Self::Session => "no_session_id",
            Self::OtherStatus => "other_status_type",
            Self::Customer => "no_customer",
        }
    }
}

/// The maximum number of Classes that are searched for ours. Each costs a look-up, and only other servers' Classes of
/// 32 hexadecimal digits count.
const CLASSES: usize = 8;

pub(super) async fn read(api: &Api, service: &Service, form: &OctetForm) -> Result<Record, ApiError> {
    let Some(status) = form.get("status_type").map(Status::of) else { return Ok(Record::Unusable(Unusable::Status)) };
    if matches!(status, Status::Other) {
        return Ok(Record::Unusable(Unusable::OtherStatus));
    }
    let Some(nas) = nas(form) else { return Ok(Record::Unusable(Unusable::Place)) };
    let Made { at, dated } = made(form, api.ports.clock.now());
    if let Status::Restart(restart) = status {
        return Ok(Record::Restart { nas, restart, at });
    }
    let Some(acct_session_id) = identifier(form, "session_id") else { return Ok(Record::Unusable(Unusable::Session)) };
    let ended = matches!(status, Status::Stop);
    Ok(Record::Session(Box::new(SessionRecord {
        organization_id: service.organization_id,
        nas,
        acct_session_id,
        id: NetworkSessionId::from_bits(api.ports.ids.next()),
        claims: claims(api, service, form).await?,
        calling_station: identifier(form, "calling_station_id"),
        called_station: text(form, "called_station_id"),
        framed_address: number(form, "framed_ip"),
        at,
        dated,
        usage: usage(form),
        gigawords: ["input_gigawords", "output_gigawords"].iter().any(|name| number::<u32>(form, name).is_some()),
        began: matches!(status, Status::Start),
        ended,
        terminate_cause: text(form, "terminate_cause"),
    })))
}

fn text(form: &OctetForm, name: &str) -> Option<Attribute> {
    Attribute::of_octets(form.get(name)?)
}

/// A text that identifies something. FreeRADIUS cuts a text at its first NUL, but not its hexadecimal digits.
fn identifier(form: &OctetForm, name: &str) -> Option<Attribute> {
    let whole = form.text(&format!("{name}_hex")).and_then(octets_of_digits);
    whole.map_or_else(|| text(form, name), |octets| Attribute::of_octets(&octets))
}

/// A number or an address, in its usual form.
fn number<T: FromStr>(form: &OctetForm, name: &str) -> Option<T> {
    form.text(name)?.trim().parse().ok()
}

/// Where a record was made, by what it says; else by where it came from, which may be a proxy of several access points.
fn nas(form: &OctetForm) -> Option<Nas> {
    let address = |name| number::<IpAddr>(form, name);
    let said = Nas::new(identifier(form, "nas_identifier"), address("nas_ip"));
    said.or_else(|_| Nas::new(None, address("source_ip"))).ok()
}

/// Event-Timestamp tells when; else Acct-Delay-Time, for how long the access point has tried to send it.
fn made(form: &OctetForm, arrived: Timestamp) -> Made {
    let clock = number(form, "event_timestamp").and_then(|seconds| Timestamp::from_second(seconds).ok());
    let delay = number::<u32>(form, "delay_time").map(|seconds| SignedDuration::from_secs(seconds.into()));
    Made::new(clock, delay, arrived)
}

fn usage(form: &OctetForm) -> Usage {
    let counter = |name| number::<u32>(form, name).unwrap_or_default();
    let octets = |gigawords, octets| Octets::counted(counter(gigawords), counter(octets));
    let (input, output) = (octets("input_gigawords", "input_octets"), octets("output_gigawords", "output_octets"));
    Usage { seconds: believed(counter("session_time")), input, output }
}

async fn claims(api: &Api, service: &Service, form: &OctetForm) -> Result<Claims, ApiError> {
    let of_class = customer_of_classes(api, form).await?;
    let Some(name) = form.text("username") else { return Ok(Claims { customer_id: of_class, usernames: Vec::new() }) };
    let organization_id = service.organization_id;
    let realm = if name.contains('@') { api.radius.realm(organization_id).await? } else { None };
    if is_outer_identity(name, realm.as_ref()) {
        return Ok(Claims { customer_id: of_class, usernames: Vec::new() });
    }
    Ok(Claims {
        customer_id: of_class.or_else(|| customer_in(name, realm.as_ref())),
        usernames: Username::meant_by(name, realm.as_ref()),
    })
}

/// The customer of the record's Classes. An access point returns every Class that it received, including those of other
/// servers on the way. Of several that look like ours, the first that is a customer's counts.
async fn customer_of_classes(api: &Api, form: &OctetForm) -> Result<Option<CustomerId>, ApiError> {
    let classes = form.all("class").filter_map(|classes| std::str::from_utf8(classes).ok());
    let mut candidates: Vec<CustomerId> = Vec::new();
    for id in classes.flat_map(|classes| classes.split(',')).filter_map(|class| customer_of(class.trim())) {
        if !candidates.contains(&id) && candidates.len() < CLASSES {
            candidates.push(id);
        }
    }
    if let [id] = candidates[..] {
        return Ok(Some(id));
    }
    for id in candidates {
        if api.ports.radius.directory.exists_anywhere(id).await? {
            return Ok(Some(id));
        }
    }
    Ok(None)
}
