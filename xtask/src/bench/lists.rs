//! A page of a list, among few and among very many customers.

use std::path::Path;
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::Programs;
use super::client::{Ask, Connection};
use super::figures::Round;
use super::meter::{Asked, WARM_UP};
use super::run::percentile;
use super::scale::FEW;
use super::series::number;
use super::sqlite::Template;
use crate::shell::Failure;

/// The maximum number of customers in the large SQLite database.
pub(crate) const MANY_IN_SQLITE: u64 = 1_000_000;
/// The number of customers per page.
pub(crate) const PAGE: usize = 100;

/// The supported orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Order {
    Created,
    Username,
}

/// The number of customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Among {
    Few,
    Many,
}

/// The store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Store {
    Postgres,
    Sqlite,
}

/// A list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct List {
    pub(crate) store: Store,
    pub(crate) order: Order,
    pub(crate) among: Among,
}

/// The lists of SQLite. Nothing is written to them.
pub(crate) struct SqliteLists {
    few: Template,
    many: Template,
}

/// The part of every page that is checked.
#[derive(Deserialize)]
struct Page {
    count: usize,
    sid: Option<String>,
}

impl Order {
    pub(crate) const ALL: [Self; 2] = [Self::Created, Self::Username];

    /// The value of `sortBy`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Created => "created_absolute",
            Self::Username => "username",
        }
    }
}

impl Store {
    pub(crate) const ALL: [Self; 2] = [Self::Postgres, Self::Sqlite];

    /// The name in the report.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL",
            Self::Sqlite => "SQLite",
        }
    }
}

impl SqliteLists {
    /// Creates a database with few customers, and one with this many, or [`MANY_IN_SQLITE`].
    pub(crate) async fn make(binary: &Path, directory: &Path, customers: u64) -> Result<Self, Failure> {
        let many = customers.min(MANY_IN_SQLITE);
        Ok(Self {
            few: Template::make(binary, directory.join("sqlite-few"), FEW).await?,
            many: Template::make(binary, directory.join("sqlite-many"), many).await?,
        })
    }

    /// Measures each once.
    pub(crate) async fn round(
        &self,
        programs: &Programs,
        time: Duration,
        backwards: bool,
        round: &mut Round,
    ) -> Result<(), Failure> {
        let (few, many) = (self.few.ask(programs).await?, self.many.ask(programs).await?);
        measure(Store::Sqlite, [&few, &many], time, backwards, round).await?;
        few.server.stop().await?;
        many.server.stop().await
    }
}

/// Measures the pages of each order, requested one after the other. The order of measurements alternates.
pub(crate) async fn measure(
    store: Store,
    [few, many]: [&Asked; 2],
    time: Duration,
    backwards: bool,
    round: &mut Round,
) -> Result<(), Failure> {
    for order in Order::ALL {
        let mut turns = [(Among::Few, few), (Among::Many, many)];
        if backwards {
            turns.reverse();
        }
        for (among, asked) in turns {
            scroll(asked, order, WARM_UP).await?;
            let mut latencies = scroll(asked, order, time).await?;
            latencies.sort_unstable();
            let median = percentile(&latencies, 50).ok_or("no page was read")?;
            let (store_name, order_name) = (store.name(), order.name());
            println!("  {store_name}: list by {order_name} among {among:?}: {} ms a page", number(median));
            round.lists.insert(List { store, order, among }, median);
        }
    }
    Ok(())
}

/// Scrolls through the list for this time, repeatedly if necessary, and returns how long each full page took.
async fn scroll(asked: &Asked, order: Order, time: Duration) -> Result<Vec<Duration>, Failure> {
    let mut connection = Connection::open(asked.target.address).await?;
    let list = format!("/v2/customers/organizations/{}", asked.organization);
    let first = format!("{list}?size={PAGE}&sortBy={}", order.name());
    let (mut path, mut latencies, end) = (first.clone(), Vec::new(), Instant::now() + time);
    while Instant::now() < end {
        let ask = Ask::get(path);
        let sent = Instant::now();
        let answer = connection.send(&ask, &asked.target.bearer).await?;
        let latency = sent.elapsed();
        let Page { count, sid } = serde_json::from_slice(answer.success()?)?;
        match sid {
            Some(_) if count != PAGE => return Err(format!("a page has {count} customers").into()),
            Some(sid) => path = format!("{list}?sid={sid}"),
            None => path = first.clone(),
        }
        latencies.extend((count == PAGE).then_some(latency));
    }
    Ok(latencies)
}
