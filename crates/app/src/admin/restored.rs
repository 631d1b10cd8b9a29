//! `http-api restored`

use std::path::{Path, PathBuf};

use domain::access::Role;
use domain::customer::{EraseCustomer, Evidence, ProfileChanges, PutCustomer, Refusal};
use domain::ledger::Replay;
use domain::ports::{Command, CommandError, ErrorChain, SessionEpoch, StoreError};
use domain::value::{CustomerId, EventId, OrganizationId, ServiceId};
use ledger::LedgerFile;
use serde::Serialize;

use super::store_failed;
use crate::cli;
use crate::config::Config;
use crate::failure::Failure;
use crate::output::say_json;
use crate::wiring::Wired;

/// The number of commands per transaction.
const PART: usize = 200;

/// The result of the command.
#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct Done {
    sessions_ended: bool,
    /// Accounts to which nothing is sent until `forwarding resume`.
    forwarding_held: u64,
    ledgers: Vec<LedgerLine>,
    /// Customers that the restore had brought back.
    erased: u64,
    /// Customers that already match the ledger.
    unchanged: u64,
    locked: u64,
    unlocked: u64,
    revoked: u64,
    /// Customers that could not be written; the log has the reasons.
    failed: u64,
}

/// A ledger that was read.
#[derive(Serialize)]
struct LedgerLine {
    file: String,
    entries: usize,
    /// Whether its last line was truncated.
    torn: bool,
}

pub(crate) async fn run(config: &Config, command: cli::Restored) -> Result<(), Failure> {
    let mut done = Done::default();
    let replay = read(config, &command, &mut done)?;
    let wired = Wired::open(config).await?;
    let finished = finish(&wired, replay, done).await;
    finished.and(wired.close().await)
}

/// Reads every ledger before anything is changed.
fn read(config: &Config, command: &cli::Restored, done: &mut Done) -> Result<Replay, Failure> {
    let own = config.ledger.as_deref().filter(|own| own.exists());
    if own.is_none() && !command.without_ledger {
        let place = config
            .ledger
            .as_ref()
            .map_or_else(|| "the ledger is off".to_owned(), |path| format!("there is no ledger {}", path.display()));
        return Err(Failure::because(format!(
            "{place}: erasures and revocations since the backup cannot be repeated; name it with --ledger, or \
             say --without-ledger"
        )));
    }
    let mut paths: Vec<PathBuf> = own.map(Path::to_owned).into_iter().collect();
    // A ledger that is named twice is read once.
    for path in &command.ledgers {
        let same = |other: &PathBuf| other.canonicalize().ok() == path.canonicalize().ok();
        if !paths.iter().any(same) {
            paths.push(path.clone());
        }
    }
    let mut ledgers = Vec::new();
    for path in paths {
        let contents = LedgerFile::read(&path).map_err(|error| Failure::new("reading the ledger", &error))?;
        let (file, entries) = (path.display().to_string(), contents.entries.len());
        done.ledgers.push(LedgerLine { file, entries, torn: contents.torn });
        ledgers.push(contents.entries);
    }
    // Opening the registry creates an empty ledger if there is none, so an empty one proves nothing.
    if !command.without_ledger && ledgers.iter().all(Vec::is_empty) {
        let files: Vec<_> = done.ledgers.iter().map(|ledger| ledger.file.as_str()).collect();
        return Err(Failure::because(format!(
            "the ledger {} has no entries, so it may not be the one that the registry had: name that with --ledger, or say \
             --without-ledger when nothing was erased, locked or revoked since the backup",
            files.join(", ")
        )));
    }
    Ok(Replay::of(ledgers))
}

/// First blocks access, then does the slow work. Each step can be repeated.
async fn finish(wired: &Wired, replay: Replay, mut done: Done) -> Result<(), Failure> {
    done.forwarding_held = wired.accounts.hold().await.map_err(store_failed)?;
    let epoch = SessionEpoch::new(wired.ports.ids.next());
    wired.ports.sessions.end_all(epoch).await.map_err(store_failed)?;
    done.sessions_ended = true;
    for (key, at) in &replay.revoked {
        let stored = wired.unrecorded.services.find(key).await.map_err(store_failed)?;
        if stored.is_some_and(|stored| stored.service.revoked_at.is_none()) {
            wired.unrecorded.services.revoke(key, *at).await.map_err(store_failed)?;
            done.revoked += 1;
        }
    }
    let commands = erasures(wired, &replay).into_iter().chain(locks(wired, &replay, &mut done).await?);
    let commands: Vec<_> = commands.collect();
    for part in commands.chunks(PART) {
        carry_out(wired, part, &mut done).await?;
    }
    let failed = done.failed;
    say_json(&done)?;
    if failed == 0 {
        return Ok(());
    }
    Err(Failure::because(format!("{failed} customers could not be written; see the log, and run this again")))
}

/// Erasures go first, so that they are done even if the command is interrupted.
fn erasures(wired: &Wired, replay: &Replay) -> Vec<Command> {
    let erase = |((organization_id, id), by): (&(OrganizationId, CustomerId), &ServiceId)| {
        let (organization_id, id, by) = (*organization_id, *id, *by);
        Command::Erase(EraseCustomer {
            organization_id,
            id,
            by,
            event_id: event_id(wired),
            at: wired.ports.clock.now(),
        })
    };
    replay.erased.iter().map(erase).collect()
}

/// The changes for customers whose lock differs from the ledger.
async fn locks(wired: &Wired, replay: &Replay, done: &mut Done) -> Result<Vec<Command>, Failure> {
    let mut commands = Vec::new();
    for ((organization_id, id), lock) in &replay.locks {
        let (organization_id, id) = (*organization_id, *id);
        match wired.unrecorded.customers.find(organization_id, id).await {
            Ok(Some(customer)) if customer.locked != lock.locked => {
                let put = PutCustomer {
                    organization_id,
                    id,
                    location_id: None,
                    lock: Some(lock.locked),
                    changes: ProfileChanges::default(),
                    by: lock.by,
                    role: Role::OrganizationManager,
                    evidence: Evidence::default(),
                    event_id: event_id(wired),
                    claim_id: event_id(wired),
                    at: wired.ports.clock.now(),
                };
                commands.push(Command::Put(put.into()));
            }
            Ok(_) => done.unchanged += 1,
            Err(StoreError::Corrupt(row)) => {
                tracing::error!(error = %ErrorChain(&row), "a customer could not be locked or unlocked");
                done.failed += 1;
            }
            Err(error) => return Err(store_failed(error)),
        }
    }
    Ok(commands)
}

fn event_id(wired: &Wired) -> EventId {
    EventId::from_bits(wired.ports.ids.next())
}

async fn carry_out(wired: &Wired, part: &[Command], done: &mut Done) -> Result<(), Failure> {
    let answers = wired.unrecorded.customers.write(part.to_vec()).await.map_err(store_failed)?;
    for (command, answer) in part.iter().zip(answers) {
        match (command, answer) {
            (Command::Erase(_), Ok(_)) => done.erased += 1,
            (_, Ok(written)) if written.lock_changed && written.customer.locked => done.locked += 1,
            (_, Ok(written)) if written.lock_changed => done.unlocked += 1,
            // It was erased, was created after the backup, or belongs to another organization and was never erased.
            (_, Ok(_))
            | (
                _,
                Err(CommandError::Refused(
                    Refusal::UnknownCustomer | Refusal::ForeignCustomer | Refusal::UnknownOrganization,
                )),
            ) => done.unchanged += 1,
            (_, Err(error)) => {
                tracing::error!(?error, "a customer could not be changed to match the ledger");
                done.failed += 1;
            }
        }
    }
    Ok(())
}
