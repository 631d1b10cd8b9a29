//! A primary that is lost, and a standby that takes its place: what was answered is there, and nothing is there twice.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use domain::customer::Customer;
use domain::ports::{Clock, Outcome, StoreError};
use domain::token::CustomerToken;
use domain::value::CustomerId;
use postgres_cluster::{Cluster, Database, Settings};
use store_postgres::PostgresStore;
use store_suite::edit::Edit;
use store_suite::{IntoCommand, Stores, Venue};
use tokio::task::JoinHandle;

use crate::lost_commit::IN_TIME;
use crate::support::open;
use crate::switch::Switch;

/// Failovers, unless the environment variable `GUESTBOOK_FAILOVER_ROUNDS` has another number.
const ROUNDS: u32 = 3;
/// Callers of each of the two instances.
const CALLERS: u32 = 6;
/// How long the standby hears nothing, while the primary goes on.
const DEAF: Duration = Duration::from_millis(1500);
/// Transactions on the new primary before anybody gets there: more than were lost.
const NUMBERS: &str = "
    DO $$ BEGIN FOR number IN 1..3000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$";
/// Far longer than anything here takes, even on a machine with much else to do.
const PATIENCE: Duration = Duration::from_secs(120);

/// What one caller did.
#[derive(Default)]
struct Told {
    /// E-mail addresses of customers who were created, and whether that was answered.
    created: HashMap<String, Option<CustomerId>>,
    /// The last first name of its own customer that was answered, and the last that was sent.
    answered: u64,
    sent: u64,
    /// Hits of its own token that were answered, and those that may have been.
    hits: u64,
    maybe: u64,
}

/// Who calls one of the instances.
struct Caller {
    stores: &'static Stores,
    name: String,
    customer: CustomerId,
    token: CustomerToken,
}

impl Caller {
    async fn begin(stores: &'static Stores, venue: &Venue<'_>, name: String) -> Self {
        let customer: Customer = venue.create(venue.post()).await;
        let (token, new) = venue.token(customer.id, 3600, Some(1_000_000));
        stores.tokens.issue(new).await.unwrap();
        Self { stores, name, customer: customer.id, token }
    }

    /// No other error may come of a failover.
    fn unavailable(&self, error: &StoreError) {
        assert!(matches!(error, StoreError::Unavailable(_)), "{}: {error:?}", self.name);
    }

    /// Calls until it is told to stop: alone and in batches, creations, changes and hits.
    async fn call(self, venue: Arc<Venue<'static>>, stop: Arc<AtomicBool>, done: Arc<AtomicU64>) -> (Self, Told) {
        let mut told = Told::default();
        let mut number = 0;
        while !stop.load(Ordering::SeqCst) {
            number += 1;
            let started = Instant::now();
            let emails: Vec<_> =
                (0..1 + number % 3).map(|row| format!("{}-{number}-{row}@example.org", self.name)).collect();
            let mut batch: Vec<_> = emails.iter().map(|email| venue.post().email(email).into_command()).collect();
            let changes = number % 2 == 0;
            if changes {
                batch.push(venue.put(self.customer).first_name(&number.to_string()).into_command());
                told.sent = number;
            }
            match self.stores.customers.write(batch).await {
                Ok(answers) => {
                    let mut answers = answers.into_iter().map(|answer| answer.unwrap());
                    for (email, written) in emails.into_iter().zip(&mut answers) {
                        assert_eq!(written.outcome, Outcome::Created, "{email}");
                        told.created.insert(email, Some(written.customer.id));
                    }
                    if changes {
                        told.answered = number;
                    }
                    done.fetch_add(1, Ordering::SeqCst);
                }
                Err(error) => {
                    self.unavailable(&error);
                    told.created.extend(emails.into_iter().map(|email| (email, None)));
                }
            }
            match self.stores.tokens.hit(&self.token, venue.clock.now()).await {
                Ok(hit) => {
                    assert!(hit.is_some());
                    told.hits += 1;
                }
                Err(error) => {
                    self.unavailable(&error);
                    told.maybe += 1;
                }
            }
            assert!(started.elapsed() < 2 * IN_TIME, "{}: {:?}", self.name, started.elapsed());
        }
        (self, told)
    }
}

fn rounds() -> u32 {
    std::env::var("GUESTBOOK_FAILOVER_ROUNDS").map_or(ROUNDS, |number| number.parse().unwrap())
}

/// Returns when so many more calls were answered.
async fn answered(done: &AtomicU64, more: u64) {
    let (from, started) = (done.load(Ordering::SeqCst), Instant::now());
    while done.load(Ordering::SeqCst) < from + more {
        assert!(started.elapsed() < PATIENCE, "nobody is answered");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_answered_outlives_the_primary() {
    let mut primary = Cluster::start(Settings::quick()).unwrap();
    let database = Database::create(&primary.url("postgres")).unwrap();
    let name = database.name().to_owned();
    let switch = Switch::to(primary.port()).await;
    let url = switch.url(&primary.url(&name));
    let first: Arc<PostgresStore> = Arc::new(open(&url).await.unwrap());
    let second: Arc<PostgresStore> = Arc::new(open(&url).await.unwrap());
    // Callers are tasks of their own.
    let instances: [&'static Stores; 2] = [first, second].map(|store| &*Box::leak(Box::new(Stores::of(store, ()))));
    let venue = Arc::new(Venue::open(instances[0]).await);
    let mut created: HashMap<String, Option<CustomerId>> = HashMap::new();
    for round in 1..=rounds() {
        let standby = primary.standby().unwrap();
        primary.wait_for_standbys(1).unwrap();
        let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let mut callers: Vec<JoinHandle<(Caller, Told)>> = Vec::new();
        for number in 0..CALLERS * 2 {
            let stores = instances[number as usize % 2];
            let caller = Caller::begin(stores, &venue, format!("{round}-{number}")).await;
            callers.push(tokio::spawn(caller.call(venue.clone(), stop.clone(), done.clone())));
        }
        answered(&done, 50).await;
        let deaf = standby.pause_replication().unwrap();
        tokio::time::sleep(DEAF).await;
        primary.kill().unwrap();
        switch.close();
        standby.promote(deaf).unwrap();
        standby.psql(&name, NUMBERS).unwrap();
        switch.turn(standby.port());
        answered(&done, 50).await;
        stop.store(true, Ordering::SeqCst);
        let look = |sql: &str| standby.psql(&name, sql).unwrap();
        for caller in callers {
            let (caller, told) = caller.await.unwrap();
            let id = caller.customer;
            let name: u64 =
                look(&format!("SELECT coalesce(first_name, '0') FROM customer WHERE id = '{id}'")).parse().unwrap();
            assert!((told.answered..=told.sent).contains(&name), "round {round}: {name}, {} answered", told.answered);
            let hits = format!("SELECT 1000000 - hits_left FROM customer_token WHERE customer_id = '{id}'");
            let hits: u64 = look(&hits).parse().unwrap();
            assert!(
                (told.hits..=told.hits + told.maybe).contains(&hits),
                "round {round}: {hits} of {} hits",
                told.hits
            );
            created.extend(told.created);
        }
        audit(round, &created, &look);
        let unanswered = created.values().filter(|id| id.is_none()).count();
        println!("round {round}: {} customers sent, {unanswered} of them not answered", created.len());
        primary = standby;
    }
}

/// Every customer who was answered is there, and nobody twice.
fn audit(round: u32, created: &HashMap<String, Option<CustomerId>>, look: &impl Fn(&str) -> String) {
    let rows = look("SELECT email, id FROM customer WHERE email IS NOT NULL");
    let mut stored: HashMap<&str, &str> = HashMap::new();
    for row in rows.lines() {
        let (email, id) = row.split_once('|').unwrap();
        assert!(created.contains_key(email), "round {round}: nobody sent {email}");
        assert_eq!(stored.insert(email, id), None, "round {round}: {email} is there twice");
    }
    let missing = created.iter().filter(|(email, id)| match id {
        Some(id) => {
            stored.get(email.as_str()).is_none_or(|stored| stored.replace('-', "") != id.to_string().replace('-', ""))
        }
        None => false,
    });
    let missing: Vec<_> = missing.collect();
    assert!(missing.is_empty(), "round {round}: {} of {} are missing: {missing:?}", missing.len(), created.len());
    let keys = "SELECT count(*) FROM customer_key WHERE kind = 2";
    assert_eq!(look(keys), stored.len().to_string(), "round {round}: each has its key");
    let told = "SELECT count(*) FROM customer_history h JOIN customer c ON c.id = h.customer_id AND c.id = h.id
                WHERE c.email IS NOT NULL";
    assert_eq!(look(told), stored.len().to_string(), "round {round}: each has its history");
}
