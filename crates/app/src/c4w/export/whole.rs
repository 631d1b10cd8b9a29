//! Customers with all stored fields, in the form that `c4w import` reads.

use c4w_client::{Client, Error, Page};
use futures_util::{Stream, StreamExt, stream};
use serde_json::Value;

use super::json;
use crate::failure::Failure;

/// The number of concurrent requests.
const AT_ONCE: usize = 8;
/// Members of the response that do not describe the customer.
const OF_THE_ANSWER: [&str; 2] = ["status", "generated"];

/// The customers with these ids, in order; `None` for one that no longer exists.
pub(super) fn customers(
    client: &dyn Client,
    ids: impl Iterator<Item = String>,
    history: bool,
) -> impl Stream<Item = Result<Option<Value>, Failure>> {
    let customers: Vec<_> = ids.map(|id| customer(client, id, history)).collect();
    stream::iter(customers).buffered(AT_ONCE)
}

/// One customer.
pub(crate) async fn customer(client: &dyn Client, id: String, history: bool) -> Result<Option<Value>, Failure> {
    let mut customer = match client.customer(&id).await {
        Ok(customer) => json(&customer)?,
        Err(Error::NotFound(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    if let Value::Object(members) = &mut customer {
        OF_THE_ANSWER.iter().for_each(|name| drop(members.remove(*name)));
        // Not under the name that selects the organization of a creation: an import uses the organization of its
        // options.
        if let Some(organization) = members.remove("organizationId") {
            members.insert("organizationCid".to_owned(), organization);
        }
        if history {
            members.insert("history".to_owned(), Value::Array(events(client, &id).await?));
        }
    }
    Ok(Some(customer))
}

/// The history of a customer, the oldest event first.
pub(crate) async fn events(client: &dyn Client, id: &str) -> Result<Vec<Value>, Failure> {
    let (mut page, mut events) = (Page::default(), Vec::new());
    loop {
        let part = client.customer_history(id, &page).await?;
        for event in part.history.unwrap_or_default() {
            events.push(json(&event)?);
        }
        let Some(sid) = part.sid else { return Ok(events) };
        page.sid = Some(sid.to_string());
    }
}
