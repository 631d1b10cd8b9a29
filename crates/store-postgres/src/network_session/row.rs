//! A session as it is stored.

use std::net::IpAddr;

use domain::InvalidValue;
use domain::ports::CorruptRow;
use domain::session::{Namesake, Nas, NetworkSession, Octets, Usage};
use domain::value::{Attribute, CustomerId, NetworkSessionId};
use sqlx::postgres::PgRow;

use crate::arguments::Arguments;
use crate::row::Columns;

/// The two names of a place.
pub(super) fn place(arguments: Arguments, nas: &Nas) -> Arguments {
    let address = nas.address().map(|address| address.to_string()).unwrap_or_default();
    arguments.add(nas.identifier().map_or("", Attribute::as_str)).add(address)
}

/// A session as far as it is compared with a record.
pub(super) fn namesake(row: &PgRow) -> Result<Namesake, CorruptRow> {
    let columns = Columns::of(row, "network_session");
    Ok(Namesake {
        run: count(&columns, "run")?,
        customer_id: CustomerId::from_bytes(columns.id("customer_id")?),
        calling_station: columns.parse_optional("calling_station", Attribute::parse)?,
        started_at: columns.time("started_at")?,
        dated: columns.get("dated")?,
        heard_at: columns.time("heard_at")?,
        ended_at: columns.optional_time("ended_at")?,
        usage: usage(&columns)?,
        began: columns.get("began")?,
    })
}

/// The session in a row of its table.
pub(crate) fn restore(row: &PgRow, customer_id: CustomerId) -> Result<NetworkSession, CorruptRow> {
    let columns = Columns::of(row, "network_session");
    let attribute = |column| columns.parse_optional(column, Attribute::parse);
    Ok(NetworkSession {
        id: NetworkSessionId::from_bytes(columns.id("id")?),
        customer_id,
        nas: nas(&columns)?,
        acct_session_id: columns.parse("acct_session_id", Attribute::parse)?,
        calling_station: attribute("calling_station")?,
        called_station: attribute("called_station")?,
        framed_address: columns.parse_optional("framed_address", address)?,
        started_at: columns.time("started_at")?,
        heard_at: columns.time("heard_at")?,
        ended_at: columns.optional_time("ended_at")?,
        terminate_cause: attribute("terminate_cause")?,
        usage: usage(&columns)?,
    })
}

fn usage(columns: &Columns<'_>) -> Result<Usage, CorruptRow> {
    Ok(Usage {
        seconds: count(columns, "seconds")?,
        input: Octets::new(count(columns, "input_octets")?),
        output: Octets::new(count(columns, "output_octets")?),
    })
}

fn nas(columns: &Columns<'_>) -> Result<Nas, CorruptRow> {
    // What a place has no name of is an empty text: NULL could not be part of the key.
    let identifier = columns.parse("nas_identifier", |text| unless_empty(text, Attribute::parse))?;
    let address = columns.parse("nas_address", |text| unless_empty(text, address))?;
    Nas::new(identifier, address).map_err(|_| columns.corrupt("nas_identifier"))
}

fn unless_empty<T>(text: &str, parse: impl FnOnce(&str) -> Result<T, InvalidValue>) -> Result<Option<T>, InvalidValue> {
    if text.is_empty() { Ok(None) } else { parse(text).map(Some) }
}

fn address(text: &str) -> Result<IpAddr, InvalidValue> {
    text.parse().map_err(|_| InvalidValue::invalid("is not an IP address"))
}

fn count<T: TryFrom<i64>>(columns: &Columns<'_>, column: &'static str) -> Result<T, CorruptRow> {
    T::try_from(columns.get(column)?).map_err(|_| columns.corrupt(column))
}
