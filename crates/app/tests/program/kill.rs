//! What was acknowledged survives `kill -9`, and nothing is there by half.

mod audit;
mod writers;

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use audit::{audit_keys, audit_tables, audit_writes};
use writers::write_until_killed;

use crate::fixture::Home;

/// More of them with GUESTBOOK_KILL_ROUNDS.
const ROUNDS: usize = 20;

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_writes_survive_a_kill() {
    let home = Home::new();
    let server = home.start();
    let keys = server.demonstration();
    let client = server.login(&keys).await;
    server.stop();
    let clock = Arc::new(AtomicUsize::new(0));
    let mut writes = Vec::new();
    for round in 0..rounds() {
        // After few answers and after many, so that the kill meets the database in different states.
        let enough = 1 + (round * 17) % 80;
        let before = writes.len();
        writes.extend(write_until_killed(home.start(), &client, &keys.organization, &clock, enough).await);
        // Started on the remains, and stopped in order, so that the files are whole for other readers.
        home.start().stop();
        audit_tables(&home).await;
        audit_writes(&home, &keys.organization, &writes, before).await;
    }
    audit_keys(&home, &keys.organization).await;
}

fn rounds() -> usize {
    std::env::var("GUESTBOOK_KILL_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().unwrap())
}
