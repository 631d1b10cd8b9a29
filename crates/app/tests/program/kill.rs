//! Acknowledged writes survive `kill -9` of the program and of the database, and no write is partial.

mod audit;
mod writers;

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

pub(crate) use audit::audit_tables;
use audit::{audit_keys, audit_writes};
use postgres_cluster::{Cluster, Database, Settings};
use writers::{Write, Writers};

use crate::fixture::{Home, Keys, Server};

/// The default number of rounds; GUESTBOOK_KILL_ROUNDS sets another.
const ROUNDS: usize = 20;

fn rounds() -> usize {
    std::env::var("GUESTBOOK_KILL_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().unwrap())
}

/// After few answers and after many, so that the database is in different states.
fn enough(round: usize) -> usize {
    1 + (round * 17) % 80
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_writes_survive_a_kill() {
    acknowledged_writes_survive(&Home::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_writes_survive_a_kill_on_postgres() {
    let cluster = Cluster::start(Settings::durable()).unwrap();
    acknowledged_writes_survive(&Home::on(Database::create(&cluster.url("postgres")).unwrap())).await;
}

async fn acknowledged_writes_survive(home: &Home) {
    let keys = home.register();
    let mut server = home.start();
    let client = server.login(&keys).await;
    let clock = Arc::new(AtomicUsize::new(0));
    let mut writes = Vec::new();
    for round in 0..rounds() {
        let before = writes.len();
        let mut writers = Writers::begin(&[client.at(&server.url)], &keys.organization, &clock);
        writers.wait(200, enough(round)).await;
        server.kill();
        writes.extend(writers.end().await);
        // Started on the remains and stopped regularly, so that other readers can open the files.
        home.start().stop();
        audit_tables(home).await;
        audit_writes(home, &keys.organization, &writes, before).await;
        server = home.start();
    }
    server.stop();
    audit_keys(home, &keys.organization).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_writes_survive_the_death_of_a_backend() {
    let mut service = Service::start().await;
    for round in 0..rounds() {
        let mut writers = service.begin();
        writers.wait(200, enough(round)).await;
        // A backend of the service. When it is killed, PostgreSQL ends all others and recovers.
        let backend =
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'guestbook' ORDER BY state, pid LIMIT 1";
        kill(&service.home.postgres().unwrap().psql(backend).unwrap());
        writers.wait(200, 20).await;
        service.audit(writers).await;
    }
    service.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_writes_survive_the_death_of_postgres() {
    let mut service = Service::start().await;
    for round in 0..rounds() {
        let mut writers = service.begin();
        writers.wait(200, enough(round)).await;
        service.cluster.kill().unwrap();
        if round % 5 == 0 {
            // For longer than a request waits.
            writers.wait(503, 4).await;
        }
        service.cluster.restart().unwrap();
        writers.wait(200, 20).await;
        service.audit(writers).await;
    }
    service.end().await;
}

fn kill(process_id: &str) {
    let sent = Command::new("sh").args(["-c", "kill -KILL $1", "sh", process_id]).status().unwrap();
    assert!(sent.success());
}

/// A server that keeps running while its PostgreSQL is killed.
struct Service {
    server: Server,
    keys: Keys,
    clients: Vec<crate::fixture::Client>,
    clock: writers::Clock,
    writes: Vec<Write>,
    // Declared before the cluster: its database is dropped while the server still runs.
    home: Home,
    cluster: Cluster,
}

impl Service {
    async fn start() -> Self {
        let cluster = Cluster::start(Settings::durable()).unwrap();
        let home = Home::on(Database::create(&cluster.url("postgres")).unwrap());
        let keys = home.register();
        let server = home.start();
        let clients = vec![server.login(&keys).await];
        Self { server, keys, clients, clock: Arc::default(), writes: Vec::new(), home, cluster }
    }

    fn begin(&self) -> Writers {
        Writers::begin(&self.clients, &self.keys.organization, &self.clock)
    }

    async fn audit(&mut self, writers: Writers) {
        let before = self.writes.len();
        self.writes.extend(writers.end().await);
        audit_tables(&self.home).await;
        audit_writes(&self.home, &self.keys.organization, &self.writes, before).await;
    }

    async fn end(self) {
        self.server.stop();
        audit_keys(&self.home, &self.keys.organization).await;
    }
}
