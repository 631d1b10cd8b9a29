//! A session as it is stored.

use std::net::IpAddr;

use domain::ports::CorruptRow;
use domain::session::{Nas, NetworkSession, Octets, Usage};
use domain::value::{Attribute, CustomerId, NetworkSessionId};
use sqlx::postgres::PgRow;

use crate::arguments::Arguments;
use crate::row::Columns;

/// The two names of a place.
pub(super) fn place(arguments: Arguments, nas: &Nas) -> Arguments {
    let address = nas.address().map(|address| address.to_string()).unwrap_or_default();
    arguments.add(nas.identifier().map_or("", Attribute::as_str)).add(address)
}

/// The session in a row of its table.
pub(super) fn restore(row: &PgRow, customer_id: CustomerId) -> Result<NetworkSession, CorruptRow> {
    let columns = Columns::of(row, "network_session");
    let attribute = |column| columns.parse_optional(column, Attribute::parse);
    let framed = columns.get::<Option<&str>>("framed_address")?.map(address).transpose();
    Ok(NetworkSession {
        id: NetworkSessionId::from_bytes(columns.id("id")?),
        customer_id,
        nas: nas(&columns)?,
        acct_session_id: columns.parse("acct_session_id", Attribute::parse)?,
        calling_station: attribute("calling_station")?,
        called_station: attribute("called_station")?,
        framed_address: framed.map_err(|()| columns.corrupt("framed_address"))?,
        started_at: columns.time("started_at")?,
        heard_at: columns.time("heard_at")?,
        ended_at: columns.optional_time("ended_at")?,
        terminate_cause: attribute("terminate_cause")?,
        usage: Usage {
            seconds: count(&columns, "seconds")?,
            input: Octets::new(count(&columns, "input_octets")?),
            output: Octets::new(count(&columns, "output_octets")?),
        },
    })
}

fn nas(columns: &Columns<'_>) -> Result<Nas, CorruptRow> {
    let named = |column| -> Result<Option<&str>, CorruptRow> {
        Ok(Some(columns.get::<&str>(column)?).filter(|text| !text.is_empty()))
    };
    let identifier = named("nas_identifier")?.map(Attribute::parse).transpose();
    let address = named("nas_address")?.map(address).transpose();
    let address = address.map_err(|()| columns.corrupt("nas_address"))?;
    identifier.and_then(|identifier| Nas::new(identifier, address)).map_err(|_| columns.corrupt("nas_identifier"))
}

fn address(text: &str) -> Result<IpAddr, ()> {
    text.parse().map_err(|_| ())
}

fn count<T: TryFrom<i64>>(columns: &Columns<'_>, column: &'static str) -> Result<T, CorruptRow> {
    T::try_from(columns.get(column)?).map_err(|_| columns.corrupt(column))
}
