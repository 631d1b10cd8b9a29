//! What the form of a record says.

use domain::access::Service;
use domain::session::{Claims, Nas, Octets, Restart, SessionRecord, Usage, happened};
use domain::value::{Attribute, NetworkSessionId};
use jiff::Timestamp;

use super::attributes::customer_of;
use super::form::{counter, number, optional, required};
use crate::wire::{FormBody, Reader};
use crate::{Api, ApiError};

/// What is told.
pub(super) enum Record {
    Session(Box<SessionRecord>),
    Restart {
        nas: Nas,
        restart: Restart,
        at: Timestamp,
    },
    /// Nothing that is kept.
    Other,
}

/// The words for Acct-Status-Type that FreeRADIUS has for what is kept.
#[derive(Clone, Copy)]
enum Status {
    Session { ended: bool },
    Restart(Restart),
}

impl Status {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "Start" | "Interim-Update" | "Alive" => Self::Session { ended: false },
            "Stop" => Self::Session { ended: true },
            "Accounting-On" => Self::Restart(Restart::On),
            "Accounting-Off" => Self::Restart(Restart::Off),
            _ => return None,
        })
    }
}

pub(super) async fn read(api: &Api, service: &Service, form: &FormBody) -> Result<Record, ApiError> {
    let mut reader = Reader::empty(api.today());
    let status = required(&mut reader, form, "status_type", |word| Ok(Status::of(word)));
    let Some(status) = reader.finish(|| status)? else { return Ok(Record::Other) };
    let mut reader = Reader::empty(api.today());
    let at = optional(&mut reader, form, "event_timestamp", time);
    let at = happened(at, api.ports.clock.now());
    let nas = nas(&mut reader, form);
    let ended = match status {
        Status::Session { ended } => ended,
        Status::Restart(restart) => return reader.finish(|| Some(Record::Restart { nas: nas?, restart, at })),
    };
    let acct_session_id = required(&mut reader, form, "session_id", Attribute::parse);
    let mut text = |name| optional(&mut reader, form, name, Attribute::parse);
    let (calling_station, called_station) = (text("calling_station_id"), text("called_station_id"));
    let terminate_cause = text("terminate_cause");
    let framed_address = optional(&mut reader, form, "framed_ip", |text| number(text, ADDRESS));
    let usage = usage(&mut reader, form);
    let (nas, acct_session_id) = reader.finish(|| nas.zip(acct_session_id))?;
    Ok(Record::Session(Box::new(SessionRecord {
        organization_id: service.organization_id,
        nas,
        acct_session_id,
        id: NetworkSessionId::from_bits(api.ports.ids.next()),
        claims: claims(api, service, form).await?,
        calling_station,
        called_station,
        framed_address,
        at,
        usage,
        ended,
        terminate_cause,
    })))
}

const ADDRESS: &str = "must be an IP address";

fn nas(reader: &mut Reader, form: &FormBody) -> Option<Nas> {
    let identifier = optional(reader, form, "nas_identifier", Attribute::parse);
    let address = optional(reader, form, "nas_ip", |text| number(text, ADDRESS));
    if identifier.is_none() && address.is_none() && ["nas_identifier", "nas_ip"].iter().any(|it| form.get(it).is_some())
    {
        // What is wrong with them is told already.
        return None;
    }
    reader.accept("nas_identifier", Nas::new(identifier, address)).into_value()
}

fn usage(reader: &mut Reader, form: &FormBody) -> Usage {
    let mut octets =
        |gigawords, octets| Octets::counted(counter(reader, form, gigawords), counter(reader, form, octets));
    let (input, output) = (octets("input_gigawords", "input_octets"), octets("output_gigawords", "output_octets"));
    Usage { seconds: counter(reader, form, "session_time"), input, output }
}

async fn claims(api: &Api, service: &Service, form: &FormBody) -> Result<Claims, ApiError> {
    let customer_id = form.get("class").and_then(customer_of);
    let usernames = match form.get("username") {
        Some(name) => api.radius.meant_by(service.organization_id, name).await?,
        None => Vec::new(),
    };
    Ok(Claims { customer_id, usernames })
}

fn time(text: &str) -> Result<Timestamp, domain::InvalidValue> {
    const SECONDS: &str = "must be a number of seconds since 1970";
    let seconds = number(text, SECONDS)?;
    Timestamp::from_second(seconds).map_err(|_| domain::InvalidValue::invalid(SECONDS))
}
