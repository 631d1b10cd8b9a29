//! `c4w sessions`: the customers who are on the Wi-Fi now.
//!
//! The API lists the sessions of one customer, so each customer needs a request; several are sent concurrently.

use c4w_client::wire::{Contact, CustomerSession, Text};
use c4w_client::{Client, Error, Page};
use clap::Args;
use futures_util::{StreamExt, stream};
use serde_json::json;

use crate::failure::Failure;
use crate::login;
use crate::output::Output;

/// The number of concurrent requests.
const AT_ONCE: usize = 16;
/// The number of customers per page.
const SIZE: u16 = 1000;
/// The number of a customer's latest sessions that are examined. A customer on the network has no more devices there.
const LATEST: u16 = 100;

#[derive(Args)]
pub(crate) struct Sessions {
    /// The organization [default: the service's own]
    #[arg(long, value_name = "ID")]
    organization: Option<String>,
    /// Print only their number
    #[arg(long)]
    count: bool,
}

pub(crate) async fn run(client: &dyn Client, options: Sessions, output: Output) -> Result<(), Failure> {
    let organization = match options.organization {
        Some(organization) => organization,
        None => login::organization(client).await?,
    };
    let (mut page, mut count) = (Page { size: Some(SIZE), sid: None }, 0_u64);
    loop {
        let part = client.customers(&organization, &[], &page).await?;
        let customers = part.customers.unwrap_or_default();
        let mut open = stream::iter(customers.iter().map(|customer| open(client, customer))).buffered(AT_ONCE);
        while let Some(sessions) = open.next().await {
            for (customer, session) in sessions? {
                count += 1;
                if !options.count {
                    output.either(&json!({"customer": customer, "session": session}), &line(customer, &session))?;
                }
            }
        }
        let Some(sid) = part.sid else { break };
        page.sid = Some(sid.to_string());
    }
    if options.count { output.either(&json!({"count": count}), &count.to_string()) } else { Ok(()) }
}

/// The sessions of a customer that have not ended.
async fn open<'a>(client: &dyn Client, customer: &'a Contact) -> Result<Vec<(&'a Contact, CustomerSession)>, Failure> {
    let Some(id) = &customer.cid else { return Ok(Vec::new()) };
    let latest = Page { size: Some(LATEST), sid: None };
    let sessions = match client.customer_sessions(id.as_str(), &latest).await {
        Ok(page) => page.sessions.unwrap_or_default(),
        // It was erased meanwhile.
        Err(Error::NotFound(_)) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    Ok(sessions.into_iter().filter(|session| session.ended.is_none()).map(|session| (customer, session)).collect())
}

/// Since when, when it was last heard of, who, with which device, at which access point. A session that was not heard of for
/// long has mostly ended, and the record of its end was lost.
fn line(customer: &Contact, session: &CustomerSession) -> String {
    let text = |text: &Option<Text>| text.as_ref().map_or_else(|| "-".to_owned(), Text::to_string);
    let name = [&customer.first_name, &customer.last_name].into_iter().flatten().map(Text::as_str).collect::<Vec<_>>();
    let name = if name.is_empty() { text(&customer.username) } else { name.join(" ") };
    format!(
        "{}  {}  {}  {name}  {}  {}",
        text(&session.started),
        text(&session.updated),
        text(&customer.cid),
        text(&session.calling_station_id),
        text(&session.nas_identifier),
    )
}
