//! What the form of a record says.

use std::net::IpAddr;

use domain::InvalidValue;
use domain::access::Service;
use domain::session::{Claims, Nas, Octets, Restart, SessionRecord, Usage, happened};
use domain::value::{Attribute, NetworkSessionId};
use jiff::Timestamp;

use super::attributes::customer_of;
use super::form::{counter, number};
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
    Other,
}

/// What any record may tell. It has to make sense, whether or not it is kept.
struct Facts {
    at: Timestamp,
    identifier: Option<Attribute>,
    address: Option<IpAddr>,
    acct_session_id: Option<Attribute>,
    calling_station: Option<Attribute>,
    called_station: Option<Attribute>,
    framed_address: Option<IpAddr>,
    terminate_cause: Option<Attribute>,
    usage: Usage,
}

impl Status {
    fn of(word: &str) -> Self {
        match word {
            "Start" | "Interim-Update" | "Alive" => Self::Session { ended: false },
            "Stop" => Self::Session { ended: true },
            "Accounting-On" => Self::Restart(Restart::On),
            "Accounting-Off" => Self::Restart(Restart::Off),
            _ => Self::Other,
        }
    }
}

pub(super) async fn read(api: &Api, service: &Service, form: &FormBody) -> Result<Record, ApiError> {
    let mut reader = Reader::empty(api.today());
    let status = form.read(&mut reader, "status_type", |word| Ok(Status::of(word)));
    reader.require_some("status_type", status.as_ref());
    let facts = Facts::read(&mut reader, form, api.ports.clock.now());
    let ended = match status {
        None | Some(Status::Other) => return reader.finish(|| Some(Record::Other)),
        Some(Status::Restart(restart)) => {
            let nas = facts.nas(&mut reader, form);
            return reader.finish(|| Some(Record::Restart { nas: nas?, restart, at: facts.at }));
        }
        Some(Status::Session { ended }) => ended,
    };
    let nas = facts.nas(&mut reader, form);
    reader.require_some("session_id", facts.acct_session_id.as_ref());
    let (nas, acct_session_id) = reader.finish(|| nas.zip(facts.acct_session_id))?;
    Ok(Record::Session(Box::new(SessionRecord {
        organization_id: service.organization_id,
        nas,
        acct_session_id,
        id: NetworkSessionId::from_bits(api.ports.ids.next()),
        claims: claims(api, service, form).await?,
        calling_station: facts.calling_station,
        called_station: facts.called_station,
        framed_address: facts.framed_address,
        at: facts.at,
        usage: facts.usage,
        ended,
        terminate_cause: facts.terminate_cause,
    })))
}

impl Facts {
    fn read(reader: &mut Reader, form: &FormBody, arrived: Timestamp) -> Self {
        let at = happened(form.read(reader, "event_timestamp", time), arrived);
        let mut text = |name| form.read(reader, name, Attribute::parse);
        let (identifier, acct_session_id) = (text("nas_identifier"), text("session_id"));
        let (calling_station, called_station) = (text("calling_station_id"), text("called_station_id"));
        let terminate_cause = text("terminate_cause");
        let mut address = |name| form.read(reader, name, |text| number(text, "must be an IP address"));
        let (address, framed_address) = (address("nas_ip"), address("framed_ip"));
        let usage = usage(reader, form);
        Self {
            at,
            identifier,
            address,
            acct_session_id,
            calling_station,
            called_station,
            framed_address,
            terminate_cause,
            usage,
        }
    }

    fn nas(&self, reader: &mut Reader, form: &FormBody) -> Option<Nas> {
        let nas = Nas::new(self.identifier.clone(), self.address);
        if nas.is_err() && ["nas_identifier", "nas_ip"].iter().any(|name| form.get(name).is_some()) {
            // What is wrong with them is told already.
            return None;
        }
        reader.accept("nas_identifier", nas).into_value()
    }
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

fn time(text: &str) -> Result<Timestamp, InvalidValue> {
    const SECONDS: &str = "must be a number of seconds since 1970";
    Timestamp::from_second(number(text, SECONDS)?).map_err(|_| InvalidValue::invalid(SECONDS))
}
