//! Commands that come alone, and take the quick way.

use std::time::Instant;

use domain::ports::{Outcome, StoreError};
use domain::value::CustomerId;
use store_suite::edit::{Edit, EditPost};
use store_suite::{IntoCommand, Venue};

use crate::lost_commit::{IN_TIME, Random, Shaky, rounds};
use crate::proxy::Cut;
use crate::rival::{Rival, waiting};
use crate::support::start;

/// Lists the first names that are written, also those that were there already.
const WATCH: &str = "
    CREATE TABLE written (name text);
    CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN INSERT INTO written VALUES (NEW.first_name); RETURN NULL; END';
    CREATE TRIGGER watch AFTER INSERT OR UPDATE OF first_name ON customer FOR EACH ROW EXECUTE FUNCTION watch()";

#[tokio::test(flavor = "multi_thread")]
async fn a_command_by_itself_needs_no_commit() {
    for (step_by_step, commits) in [(false, 0), (true, 3)] {
        let shaky = Shaky::with(|settings| if step_by_step { settings.step_by_step() } else { settings }).await;
        let venue = Venue::open(&shaky.stores).await;
        let create = || venue.post().email("a@example.org").phone("+393331234567").deduplicate("email,phoneNumber");
        let mut met = 0;
        let mut customer = None;
        for (number, outcome) in [Outcome::Created, Outcome::Updated, Outcome::Updated].into_iter().enumerate() {
            shaky.proxy.plan(&[Cut::BeforeCommit]);
            let written = match customer.filter(|_| number == 2) {
                Some(id) => venue.write(venue.put(id).first_name("Mario")).await.unwrap(),
                None => venue.write(create()).await.unwrap(),
            };
            assert_eq!(written.outcome, outcome);
            customer = Some(written.customer.id);
            met += 1 - shaky.proxy.left();
        }
        assert_eq!(met, commits);
    }
}

/// The server makes the change, and nobody hears of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_whose_answer_is_lost_is_made_once() {
    let shaky = Shaky::open(4).await;
    let venue = Venue::open(&shaky.stores).await;
    let customer = venue.create(venue.post()).await;
    shaky.place.psql(WATCH);
    let rival = Rival::holding(&shaky.place, "SELECT FROM customer FOR UPDATE").await;
    let writing = start(&venue, venue.put(customer.id).first_name("Mario"));
    waiting(&shaky.place, 1).await;
    // The next bytes are the answer.
    shaky.proxy.plan(&[Cut::AfterBytes(0)]);
    rival.commit().await;
    assert_eq!(writing.await.unwrap().outcome, Outcome::Updated);
    assert_eq!(shaky.proxy.left(), 0);
    assert_eq!(shaky.place.psql("SELECT name FROM written"), "Mario");
    assert_eq!(shaky.place.psql("SELECT version FROM customer"), "2");
}

/// As if others had changed the customer before it could be asked about: nothing is claimed, and nothing repeated.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_nobody_can_tell_of_is_not_answered() {
    let shaky = Shaky::open(4).await;
    let venue = Venue::open(&shaky.stores).await;
    let customer = venue.create(venue.post()).await;
    shaky.place.psql(WATCH);
    shaky.place.psql(
        "CREATE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN NEW.version := NEW.version + 1; RETURN NEW; END';
         CREATE TRIGGER change BEFORE UPDATE OF first_name ON customer FOR EACH ROW EXECUTE FUNCTION change()",
    );
    let rival = Rival::holding(&shaky.place, "SELECT FROM customer FOR UPDATE").await;
    let (customers, put) = (shaky.stores.customers.clone(), venue.put(customer.id).first_name("Mario").into_command());
    let writing = tokio::spawn(async move { customers.write(vec![put]).await });
    waiting(&shaky.place, 1).await;
    shaky.proxy.plan(&[Cut::AfterBytes(0)]);
    rival.commit().await;
    let failed = writing.await.unwrap().unwrap_err();
    assert!(matches!(failed, StoreError::Unavailable(_)), "{failed:?}");
    assert_eq!(shaky.place.psql("SELECT name FROM written"), "Mario");
}

#[tokio::test(flavor = "multi_thread")]
async fn breaks_anywhere_repeat_nothing_that_comes_alone() {
    let mut random = Random::seeded();
    println!("GUESTBOOK_CUT_SEED={}", random.0);
    let shaky = Shaky::open(4).await;
    let venue = Venue::open(&shaky.stores).await;
    let post = |email: &str| venue.post().email(email).deduplicate("email");
    let changed: CustomerId = venue.create(post("met@example.org")).await.id;
    shaky.place.psql(WATCH);
    let mut look = Rival::of(&shaky.place).await;
    // The first three are undisturbed, and tell how many bytes there are to choose from.
    let (mut cuts, mut bytes) = (Vec::new(), 0);
    for round in 1..=rounds() {
        let name = format!("{round}");
        let (command, outcome) = match round % 3 {
            0 => (post(&format!("{round}@example.org")).first_name(&name).into_command(), Outcome::Created),
            1 => (post("met@example.org").first_name(&name).into_command(), Outcome::Updated),
            _ => (venue.put(changed).first_name(&name).into_command(), Outcome::Updated),
        };
        shaky.proxy.plan(&cuts);
        let started = Instant::now();
        let answers = shaky.stores.customers.write(vec![command]).await;
        assert!(started.elapsed() < IN_TIME, "round {round}: {:?}", started.elapsed());
        bytes = bytes.max(shaky.proxy.passed());
        let written = look.ask(&format!("SELECT count(*) FROM written WHERE name = '{name}'")).await;
        assert_eq!(answers.unwrap().remove(0).unwrap().outcome, outcome, "round {round}, {cuts:?}");
        assert_eq!(written, "1", "round {round}, {cuts:?}");
        cuts = if round < 3 { Vec::new() } else { vec![Cut::AfterBytes(random.below(bytes))] };
    }
    let keys = look.ask("SELECT count(*) FROM customer_key WHERE rank = 0").await;
    assert_eq!(keys, (rounds() / 3 + 1).to_string());
    shaky.store.close().await;
}
