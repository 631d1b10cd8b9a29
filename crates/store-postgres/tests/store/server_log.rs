//! What the server logs: nothing of guests, however often they meet each other.

use std::fs;
use std::sync::Arc;

use domain::ports::{Command, CustomerStore};
use postgres_cluster::{Cluster, Database, Settings};
use store_postgres::PostgresStore;
use store_suite::edit::{Edit, EditPost};
use store_suite::{IntoCommand, Stores, Venue};

use crate::rival::{Rival, waiting};
use crate::support::{Place, open};

/// So many customers are written in another way than few.
const MANY: usize = 80;
/// In all values here, and in nothing else.
const MARK: &str = "393331";

/// Two instances that write the same, both of which have found nobody before either wrote.
struct Twins {
    place: Place,
    first: Arc<PostgresStore>,
    second: Arc<PostgresStore>,
}

impl Twins {
    async fn write(&self, batches: [Vec<Command>; 2]) {
        // Whoever reads is let through, and whoever writes waits.
        let rival = Rival::holding(&self.place, "LOCK TABLE customer IN SHARE MODE").await;
        let writes: Vec<_> = [self.first.clone(), self.second.clone()]
            .into_iter()
            .zip(batches)
            .map(|(store, batch)| tokio::spawn(async move { store.write(batch).await }))
            .collect();
        waiting(&self.place, 2).await;
        rival.commit().await;
        for write in writes {
            write.await.unwrap().unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn conflicts_leave_no_trace_of_guests_in_the_servers_log() {
    let cluster = Cluster::start(Settings::quick()).unwrap();
    let place = Place::on(Database::create(&cluster.url("postgres")).unwrap());
    let first = Arc::new(open(&place.url()).await.unwrap());
    let second = Arc::new(open(&place.url()).await.unwrap());
    let stores = Stores::of(first.clone(), ());
    let venue = Venue::open(&stores).await;
    let phone = |number: usize| format!("+{MARK}{number:06}");
    let email = |number: usize| format!("{MARK}-{number}@example.org");
    let username = |number: usize| format!("{MARK} {number}");
    let twins = Twins { place, first, second };
    let both = |commands: &dyn Fn() -> Vec<Command>| [commands(), commands()];
    // Alone: a value by which it is found, one by which it is not, and a username.
    twins.write(both(&|| vec![venue.post().phone(&phone(1)).deduplicate("phoneNumber").into_command()])).await;
    twins.write(both(&|| vec![venue.post().email(&email(1)).into_command()])).await;
    twins.write(both(&|| vec![venue.post().username(&username(1)).into_command()])).await;
    // Few, and many.
    for (from, count) in [(1000, 3), (2000, MANY)] {
        let rows = from..from + count;
        let found =
            || rows.clone().map(|n| venue.post().phone(&phone(n)).deduplicate("phoneNumber").into_command()).collect();
        twins.write(both(&found)).await;
        let plain = || rows.clone().map(|n| venue.post().email(&email(n)).into_command()).collect();
        twins.write(both(&plain)).await;
        let named = || rows.clone().map(|n| venue.post().username(&username(n)).into_command()).collect();
        twins.write(both(&named)).await;
        // Once more, when all of them are there.
        stores.customers.write(plain()).await.unwrap();
        stores.customers.write(named()).await.unwrap();
    }
    let owners = "SELECT count(*) = count(DISTINCT (kind, value)) FROM customer_key WHERE rank = 0";
    assert_eq!(twins.place.psql(owners), "t");
    let log = fs::read_to_string(cluster.log()).unwrap();
    let lines: Vec<_> = log.lines().filter(|line| line.contains(MARK)).collect();
    assert_eq!(lines, [""; 0]);
    // It would have been there.
    twins.place.fail(&format!("INSERT INTO customer_key SELECT * FROM customer_key WHERE value = '{}'", phone(1)));
    assert!(fs::read_to_string(cluster.log()).unwrap().contains(&phone(1)));
}
