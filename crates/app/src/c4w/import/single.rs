//! Rows to a server without batches: one request each, several concurrently.
//!
//! Rows that share an identifying value are never sent concurrently, so the rows of one person keep the order of the
//! file.

use std::collections::HashSet;
use std::sync::Arc;

use c4w_client::{Body, Client, Creation, Error, RealClient};
use domain::value::{Email, PhoneNumber, PhoneNumberRule, ShortText, visible};
use serde_json::Value;
use tokio::task::JoinSet;

use super::batch::Pending;
use super::options::Import;
use super::record::Record;
use super::run::Run;
use super::tally::{Outcome, Refusal, reasons};
use crate::failure::Failure;

/// Sends rows until every one is settled.
pub(super) async fn carry_out(
    client: RealClient,
    options: &Import,
    mut pending: Pending,
    run: &mut Run,
) -> Result<(), Failure> {
    if options.dry_run {
        return Err(Failure::usage("this server does not support --dry-run"));
    }
    if options.resume && options.deduplicate.is_empty() {
        return Err(Failure::usage("this server does not recognize repeated rows; --resume requires --deduplicate"));
    }
    let client = Arc::new(client);
    let how = Creation { deduplicate: options.deduplicate.clone(), idempotency_key: None };
    while pending.fill(run).await? {
        pending.read_ahead(usize::from(options.parallel));
        let round = round(&mut pending, options);
        let answers = send(&client, &how, &round).await?;
        for (record, answer) in round.iter().zip(answers) {
            settle(record, answer, options, run)?;
        }
    }
    Ok(())
}

/// The rows that can be sent concurrently: the first ones, up to one that has to wait for another.
fn round(pending: &mut Pending, options: &Import) -> Vec<Record> {
    let (mut round, mut values) = (Vec::new(), HashSet::new());
    while round.len() < usize::from(options.parallel)
        && let Some(next) = pending.rows.front()
    {
        let Ok(customer) = &next.customer else { break };
        let own = found_by(customer, &options.deduplicate);
        if own.iter().any(|value| values.contains(value)) {
            break;
        }
        values.extend(own);
        round.extend(pending.rows.pop_front());
    }
    round
}

/// The values that identify a customer, in normalized form.
pub(super) fn found_by(customer: &[u8], names: &[String]) -> Vec<(String, String)> {
    let values = identities(&serde_json::from_slice(customer).unwrap_or_default(), names).into_iter();
    values
        .map(|(name, value)| (name.clone(), plain(&name, value)))
        .filter(|(_, value)| !visible(value).is_empty())
        .collect()
}

/// The values that may identify a customer, as written.
pub(super) fn identities(customer: &Body, names: &[String]) -> Vec<(String, String)> {
    let value = |name: &str| match name {
        "guid" => customer.get("device")?.get("guid")?.as_str().map(str::to_owned),
        name => customer.get(name)?.as_str().map(str::to_owned),
    };
    let identity = |name: &String| {
        let name = if name == "extPro2" { "extProp2" } else { name };
        value(name).filter(|value| !visible(value).is_empty()).map(|value| (name.to_owned(), value))
    };
    names.iter().filter_map(identity).collect()
}

/// A value in its normalized form.
fn plain(name: &str, value: String) -> String {
    match name {
        "email" => Email::parse(&value).map_or(value, |email| email.key().to_owned()),
        // Independent of the organization's rule: a refused number belongs to no customer.
        "phoneNumber" => {
            PhoneNumber::parse_by(&value, PhoneNumberRule::Possible).map_or(value, |number| number.as_str().to_owned())
        }
        _ => ShortText::parse(&value).map_or(value, |text| text.as_str().to_owned()),
    }
}

/// Whether the row names another organization than that of the import.
fn is_of_others(record: &Record, options: &Import) -> bool {
    let body: Body = record.customer.as_deref().ok().and_then(|it| serde_json::from_slice(it).ok()).unwrap_or_default();
    body.get("organizationId").and_then(Value::as_str) != options.organization.as_deref()
}

/// The responses to the rows, in order.
async fn send(client: &Arc<RealClient>, how: &Creation, round: &[Record]) -> Result<Vec<Result<(), Error>>, Failure> {
    let mut calls = JoinSet::new();
    for (place, record) in round.iter().enumerate() {
        let body: Body = serde_json::from_slice(record.customer.as_deref().unwrap_or_default())
            .map_err(|error| Failure::local("reading a row again", &error))?;
        let (client, how) = (client.clone(), how.clone());
        calls.spawn(async move { (place, client.create_customer(&body, &how).await.map(|_| ())) });
    }
    let mut answers = calls.join_all().await;
    answers.sort_by_key(|(place, _)| *place);
    Ok(answers.into_iter().map(|(_, answer)| answer).collect())
}

fn settle(record: &Record, answer: Result<(), Error>, options: &Import, run: &mut Run) -> Result<(), Failure> {
    match answer {
        Ok(()) => run.accept(record, Outcome::Written),
        // Otherwise the whole import is forbidden.
        Err(Error::Forbidden(problem)) if is_of_others(record, options) => {
            run.reject(record, &Refusal::invalid(reasons(&problem.message, &problem.fields)))
        }
        Err(Error::Conflict(problem)) => {
            run.reject(record, &Refusal::conflict(reasons(&problem.message, &problem.fields)))
        }
        Err(Error::Invalid(problem) | Error::NotFound(problem)) => {
            run.reject(record, &Refusal::invalid(reasons(&problem.message, &problem.fields)))
        }
        // Repeating it may create the customer twice, so the user has to check.
        Err(error @ (Error::Network { sent: true, .. } | Error::Unexpected(_))) => {
            run.reject(record, &Refusal::invalid(vec![format!("it may have been created: {error}")]))
        }
        Err(error) => Err(error.into()),
    }
}
