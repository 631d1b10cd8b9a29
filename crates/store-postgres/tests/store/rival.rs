//! Another client of a store's database, which gets in its way.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, PgConnection, Row};

use crate::support::Place;

/// Sessions of the store that wait for somebody's lock.
const WAITING: &str = "FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'guestbook' AND wait_event_type = 'Lock'";
/// Far longer than anything here takes, even on a machine with much else to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// A session past the store.
pub(crate) struct Rival(PgConnection);

impl Rival {
    pub(crate) async fn of(place: &Place) -> Self {
        let options = PgConnectOptions::from_str(&place.url()).unwrap().application_name("rival");
        Self(options.connect().await.unwrap())
    }

    /// One in the middle of a transaction, in which it did this.
    pub(crate) async fn holding(place: &Place, sql: &str) -> Self {
        let mut rival = Self::of(place).await;
        rival.run("BEGIN").await;
        rival.run(sql).await;
        rival
    }

    pub(crate) async fn run(&mut self, sql: &str) {
        self.0.execute(AssertSqlSafe(sql)).await.unwrap();
    }

    pub(crate) async fn commit(mut self) {
        self.run("COMMIT").await;
    }

    /// The text in the first column of the only row.
    pub(crate) async fn ask(&mut self, sql: &str) -> String {
        let row = self.0.fetch_one(AssertSqlSafe(format!("SELECT ({sql})::text"))).await.unwrap();
        row.get(0)
    }
}

/// Returns when so many of the store's sessions wait for a lock.
pub(crate) async fn waiting(place: &Place, sessions: usize) {
    until(place, &format!("SELECT count(*) = {sessions} {WAITING}")).await;
}

/// Ends those that wait, as an administrator does, and returns when they are gone.
pub(crate) async fn end_waiting(place: &Place) {
    let mut look = Rival::of(place).await;
    let waiting = look.ask(&format!("SELECT string_agg(pid::text, ',') {WAITING}")).await;
    look.run(&format!("SELECT pg_terminate_backend(pid) FROM unnest(ARRAY[{waiting}]) AS pid")).await;
    until(place, &format!("SELECT count(*) = 0 FROM pg_stat_activity WHERE pid IN ({waiting})")).await;
}

/// Returns when the query says that it is so.
pub(crate) async fn until(place: &Place, sql: &str) {
    let mut look = Rival::of(place).await;
    let look = async {
        while look.ask(sql).await != "true" {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, look).await.is_ok(), "waited in vain: {sql}");
}
