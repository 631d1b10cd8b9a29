//! Connections that break: whatever the moment, a call is carried out once if it is answered, and answered in time.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::access::Role;
use domain::ports::{Clock, Command, Outcome, StoreError};
use domain::value::CustomerId;
use store_postgres::{PostgresStore, Settings};
use store_suite::edit::{Edit, EditPost};
use store_suite::{IntoCommand, Stores, TestSealer, Venue};

use crate::proxy::{Cut, Proxy};
use crate::rival::Rival;
use crate::support::Place;

/// Random rounds, unless the environment variable `GUESTBOOK_CUT_ROUNDS` has another number.
const ROUNDS: u64 = 200;
/// Callers of the service are answered by then.
pub(crate) const IN_TIME: Duration = Duration::from_secs(15);

const CUTS: [Cut; 3] = [Cut::BeforeCommit, Cut::AtCommit, Cut::AfterCommit];

/// A store whose connections break.
pub(crate) struct Shaky {
    pub(crate) place: Place,
    pub(crate) proxy: Proxy,
    pub(crate) store: Arc<PostgresStore>,
    pub(crate) stores: Stores,
}

impl Shaky {
    pub(crate) async fn open(connections: u32) -> Self {
        Self::with(|settings| settings.connections(connections)).await
    }

    pub(crate) async fn with(set: impl FnOnce(Settings) -> Settings) -> Self {
        let place = Place::new();
        let proxy = Proxy::to(&place.url()).await;
        let settings = set(Settings::parse(&proxy.url(&place.url())).unwrap());
        let store = Arc::new(PostgresStore::open(settings, Arc::new(TestSealer::default())).await.unwrap());
        let stores = Stores::of(store.clone(), ());
        Self { place, proxy, store, stores }
    }
}

/// Creates one, meets one by its e-mail, and changes one by its id.
fn batch(venue: &Venue<'_>, email: &str, met: &str, changed: CustomerId) -> Vec<Command> {
    vec![
        venue.post().email(email).into_command(),
        venue.post().email(met).first_name(email).deduplicate("email").into_command(),
        venue.put(changed).first_name(email).into_command(),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_carried_out_once() {
    let shaky = Shaky::open(4).await;
    let venue = Venue::open(&shaky.stores).await;
    let met = venue.create(venue.post().email("met@example.org")).await;
    let changed = venue.create(venue.post()).await;
    for (round, cut) in (1..).zip(CUTS) {
        let email = format!("{round}@example.org");
        shaky.proxy.plan(&[cut]);
        let answers = shaky.stores.customers.write(batch(&venue, &email, "met@example.org", changed.id)).await.unwrap();
        assert_eq!(shaky.proxy.left(), 0, "{cut:?} happened");
        let outcomes: Vec<_> = answers.into_iter().map(|answer| answer.unwrap().outcome).collect();
        assert_eq!(outcomes, [Outcome::Created, Outcome::Updated, Outcome::Updated], "{cut:?}");
        let counts = "SELECT count(*), sum(version) FROM customer WHERE first_name IS NULL";
        assert_eq!(shaky.place.psql(counts), format!("{round}|{round}"), "{cut:?}");
        for id in [met.id, changed.id] {
            let changes = shaky.place.psql(&format!("SELECT version - 1, first_name FROM customer WHERE id = '{id}'"));
            assert_eq!(changes, format!("{round}|{email}"), "{cut:?}");
        }
    }
}

/// Neither of these could be told from another's, were it done twice.
#[tokio::test(flavor = "multi_thread")]
async fn other_calls_are_carried_out_once() {
    let shaky = Shaky::open(4).await;
    for cut in CUTS {
        let proxy = &shaky.proxy;
        proxy.plan(&[cut]);
        let venue = Venue::open(&shaky.stores).await;
        assert_eq!(proxy.left(), 0, "an organization, {cut:?}");
        proxy.plan(&[cut]);
        assert!(shaky.stores.services.add(venue.service(Role::Radius)).await.unwrap());
        assert_eq!(proxy.left(), 0, "a service, {cut:?}");
        let customer = venue.create(venue.post()).await;
        let (token, new) = venue.token(customer.id, 60, Some(3));
        shaky.stores.tokens.issue(new).await.unwrap();
        proxy.plan(&[cut]);
        let hit = shaky.stores.tokens.hit(&token, venue.clock.now()).await.unwrap().unwrap();
        assert_eq!(proxy.left(), 0, "a hit, {cut:?}");
        assert_eq!(hit.hits_left, Some(2), "{cut:?}");
        let live = shaky.stores.tokens.look_up(&token, venue.clock.now()).await.unwrap().unwrap();
        assert_eq!(live.hits_left, Some(2), "{cut:?}");
    }
    assert_eq!(shaky.place.psql("SELECT count(*) FROM organization"), "3");
    assert_eq!(shaky.place.psql("SELECT count(*) FROM service"), "3");
}

/// Nobody can say what became of it, so it is not said to be written, and not written again.
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_nobody_can_ask_about_is_not_answered() {
    let shaky = Shaky::open(1).await;
    let venue = Venue::open(&shaky.stores).await;
    let customer = venue.create(venue.post()).await;
    shaky.proxy.plan(&[Cut::AfterCommit]);
    shaky.proxy.refuse();
    let started = Instant::now();
    let put = |name| venue.put(customer.id).first_name(name).into_command();
    let failed = shaky.stores.customers.write(vec![put("Mario"), put("Luigi")]).await.unwrap_err();
    assert!(matches!(failed, StoreError::Unavailable(_)), "{failed:?}");
    assert!(started.elapsed() < IN_TIME, "{:?}", started.elapsed());
    assert_eq!(shaky.place.psql("SELECT version FROM customer"), "3");
}

/// How many random rounds.
pub(crate) fn rounds() -> u64 {
    number("GUESTBOOK_CUT_ROUNDS").unwrap_or(ROUNDS)
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|number| number.parse().unwrap())
}

/// Numbers that look random and can be had again.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// By the environment variable `GUESTBOOK_CUT_SEED`, or anyhow.
    pub(crate) fn seeded() -> Self {
        Self(number("GUESTBOOK_CUT_SEED").unwrap_or_else(|| RandomState::new().hash_one(0)))
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn breaks_anywhere_lose_and_repeat_nothing() {
    let (rounds, mut random) = (rounds(), Random::seeded());
    println!("GUESTBOOK_CUT_SEED={}", random.0);
    let shaky = Shaky::open(4).await;
    let venue = Venue::open(&shaky.stores).await;
    let met = venue.create(venue.post().email("met@example.org")).await;
    let changed = venue.create(venue.post()).await;
    let mut look = Rival::of(&shaky.place).await;
    // The first one is undisturbed, and tells how many bytes there are to choose from.
    let (mut cuts, mut bytes) = (Vec::new(), 0);
    for round in 1..=rounds {
        shaky.proxy.plan(&cuts);
        let (started, email) = (Instant::now(), format!("{round}@example.org"));
        let answers = shaky.stores.customers.write(batch(&venue, &email, "met@example.org", changed.id)).await;
        assert!(started.elapsed() < IN_TIME, "round {round}: {:?}", started.elapsed());
        assert!(answers.unwrap().iter().all(Result::is_ok), "round {round}");
        bytes = bytes.max(shaky.proxy.passed());
        let expected = format!("{round} {} {}", round + 1, round + 1);
        let version = |id: CustomerId| format!("(SELECT version FROM customer WHERE id = '{id}')");
        let told = format!(
            "SELECT concat_ws(' ', (SELECT count(*) FROM customer WHERE first_name IS NULL), {}, {})",
            version(met.id),
            version(changed.id)
        );
        assert_eq!(look.ask(&told).await, expected, "round {round}, {cuts:?}");
        cuts = (0..=random.below(3)).map(|_| Cut::AfterBytes(random.below(bytes))).collect();
    }
    let keys = "SELECT count(*) FROM customer_key WHERE rank = 0";
    assert_eq!(look.ask(keys).await, (rounds + 1).to_string());
    shaky.store.close().await;
}
