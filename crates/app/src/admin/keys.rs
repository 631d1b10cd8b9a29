//! `http-api keys`

use std::collections::{BTreeMap, BTreeSet};

use domain::ports::{PasswordSealer, Resealed, SessionEpoch};
use serde::Serialize;

use super::store_failed;
use crate::cli;
use crate::config::Config;
use crate::failure::Failure;
use crate::output::say_json;
use crate::wiring::{Purpose, Wired};

/// The number of customers per transaction, which takes some tens of milliseconds.
const PART: u16 = 500;

/// A sealing key.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    sealing_key: u32,
    /// Whether new values are sealed with it.
    current: bool,
    in_key_file: bool,
    /// The number of values that it seals.
    values: u64,
}

/// The result of resealing.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Done {
    resealed: u64,
    /// Values that stay as they are, so their keys stay in use.
    unreadable: u64,
    /// The keys that can be removed from the key file.
    retired: Vec<u32>,
}

/// The result of accepting a signing key.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Accepted {
    sessions_ended: bool,
}

pub(crate) async fn run(config: &Config, command: cli::Keys) -> Result<(), Failure> {
    let purpose = match command {
        cli::Keys::AcceptSigningKey => Purpose::AcceptSigningKey,
        cli::Keys::Status | cli::Keys::Reseal => Purpose::Beside,
    };
    let wired = Wired::open_for(config, purpose).await?;
    let done = match command {
        cli::Keys::Status => status(&wired).await,
        cli::Keys::Reseal => reseal(&wired).await,
        cli::Keys::AcceptSigningKey => end_sessions(&wired).await,
    };
    done.and(wired.close().await)
}

async fn status(wired: &Wired) -> Result<(), Failure> {
    let seals = count(wired).await?;
    let current = wired.sealer.current_key();
    let recorded = wired.keys.sealing_keys().await.map_err(store_failed)?;
    let numbers: BTreeSet<_> = seals.keys().chain(recorded.keys()).chain([&current]).copied().collect();
    numbers.into_iter().try_for_each(|sealing_key| {
        say_json(&Line {
            sealing_key,
            current: sealing_key == current,
            in_key_file: wired.sealer.has_key(sealing_key),
            values: seals.get(&sealing_key).copied().unwrap_or_default(),
        })
    })
}

async fn count(wired: &Wired) -> Result<BTreeMap<u32, u64>, Failure> {
    let mut seals = wired.keys.count_other_seals().await.map_err(store_failed)?;
    let mut after = None;
    loop {
        let counted = wired.keys.count_seals(after, PART).await.map_err(store_failed)?;
        for (number, count) in counted.seals {
            *seals.entry(number).or_default() += count;
        }
        after = counted.next;
        if after.is_none() {
            return Ok(seals);
        }
    }
}

/// Reseals in parts, each of them durable. After an interruption, the command continues when it is run again.
async fn reseal(wired: &Wired) -> Result<(), Failure> {
    let current = wired.sealer.current_key();
    let recorded = wired.keys.sealing_keys().await.map_err(store_failed)?;
    if !recorded.get(&current).is_some_and(|key| key.served) {
        return Err(Failure::because(format!(
            "no server has started with sealing key {current} as its current key; restart every instance with this key \
             file first, since one without the key could not read what is sealed with it"
        )));
    }
    let Resealed { mut resealed, mut unreadable, .. } = wired.keys.reseal_others().await.map_err(store_failed)?;
    let mut after = None;
    loop {
        let part = wired.keys.reseal(after, PART).await.map_err(store_failed)?;
        resealed += part.resealed;
        unreadable += part.unreadable;
        after = part.next;
        if after.is_none() {
            break;
        }
    }
    // Values that were added meanwhile, or that could not be opened.
    let seals = count(wired).await?;
    let mut retired = Vec::new();
    for number in recorded.into_keys().filter(|number| *number != current && !seals.contains_key(number)) {
        wired.keys.remove_sealing_key(number).await.map_err(store_failed)?;
        retired.push(number);
    }
    say_json(&Done { resealed, unreadable, retired })?;
    let left: u64 = seals.iter().filter(|(number, _)| **number != current).map(|(_, count)| count).sum();
    if left == 0 {
        return Ok(());
    }
    Err(Failure::because(format!("{left} values are still sealed with another key than {current}; keep it")))
}

/// The holder of the old key can only create logins of the old epoch.
async fn end_sessions(wired: &Wired) -> Result<(), Failure> {
    let epoch = SessionEpoch::new(wired.ports.ids.next());
    wired.ports.sessions.end_all(epoch).await.map_err(store_failed)?;
    say_json(&Accepted { sessions_ended: true })
}
