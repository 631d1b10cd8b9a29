//! Removing customers.

use std::sync::Arc;

use domain::customer::{Customer, EraseCustomer, PostCustomer, Refusal};
use domain::ports::{Clock, CommandError, CustomerError, IdSource, Outcome};
use domain::session::{Claims, SessionRecord};
use domain::value::{CustomerId, NetworkSessionId, OrganizationId};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::ambient::TestIds;
use crate::edit::{Edit, EditPost};
use crate::{IntoCommand, Stores, Venue, sample};

const EMAIL: &str = "a@example.org";

fn of(customer_id: CustomerId, record: SessionRecord) -> SessionRecord {
    SessionRecord { claims: Claims { customer_id: Some(customer_id), usernames: vec![] }, ..record }
}

async fn erase(venue: &Venue<'_>, customer: &Customer) {
    let written = venue.write(venue.erase(customer.id)).await.unwrap();
    assert_eq!((written.outcome, &written.customer), (Outcome::Erased, customer));
}

/// The customer is gone, and to do it again meets nobody.
pub async fn is_done_once(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let mut post = venue.post();
    post.changes = sample::every_field();
    let (customer, other) = (venue.create(post).await, venue.create(venue.post()).await);
    erase(&venue, &customer).await;
    assert_eq!(venue.find(customer.id).await, None);
    assert_eq!(venue.refusal(venue.erase(customer.id)).await, Refusal::UnknownCustomer);
    assert_eq!(venue.refusal(venue.put(customer.id).email(EMAIL)).await, Refusal::UnknownCustomer);
    assert_eq!(venue.find(other.id).await, Some(other));
}

/// Every kind of key leads to the next in its queue, and in the end to nobody.
pub async fn its_keys_go_to_the_next(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let everything = |name: &str| {
        let mut post = venue.post().deduplicate(name);
        post.changes = sample::every_field();
        post
    };
    let queue =
        [venue.create(everything("")).await, venue.create(everything("")).await, venue.create(everything("")).await];
    // From the middle, then whoever owns.
    for (gone, owner) in [(1, 0), (0, 2)] {
        venue.write(venue.erase(queue[gone].id)).await.unwrap();
        for kind in domain::customer::KeyKind::ALL {
            assert_eq!(venue.update(everything(kind.as_str())).await.id, queue[owner].id, "{}", kind.as_str());
        }
    }
    venue.write(venue.erase(queue[2].id)).await.unwrap();
    venue.create(everything("phoneNumber,email,extId,extProp1,extProp2,guid")).await;
}

/// The username can be had by another customer.
pub async fn its_username_is_free(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let first = venue.create(venue.post().username("mario")).await;
    assert_eq!(venue.refusal(venue.post().username("mario")).await, Refusal::UsernameTaken);
    erase(&venue, &first).await;
    venue.create(venue.post().username("mario")).await;
}

/// Its tokens are dead and its installations forgotten, and those of another customer are not.
pub async fn takes_along_what_hangs_on_it(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let (customer, other) = (venue.create(venue.post()).await, venue.create(venue.post()).await);
    let mut tokens = Vec::new();
    for id in [customer.id, other.id] {
        for hits in [None, Some(3)] {
            let (token, new) = venue.token(id, 300, hits);
            stores.tokens.issue(new).await.unwrap();
            tokens.push((id, token));
        }
        stores.installations.report(venue.report(id, "a")).await.unwrap();
        stores.installations.report(venue.report(id, "b")).await.unwrap();
        for name in ["1", "2"] {
            let name = format!("{name} of {id}");
            stores.network_sessions.record(&of(id, venue.session_record(&name))).await.unwrap();
        }
    }
    erase(&venue, &customer).await;
    for (id, token) in tokens {
        let lives = id == other.id;
        assert_eq!(stores.tokens.look_up(&token, venue.clock.now()).await.unwrap().is_some(), lives);
        assert_eq!(stores.tokens.hit(&token, venue.clock.now()).await.unwrap().is_some(), lives);
    }
    assert_eq!(stores.installations.installations(venue.id, customer.id).await.unwrap(), []);
    assert_eq!(stores.installations.installations(venue.id, other.id).await.unwrap().len(), 2);
    let sessions = async |id| stores.network_sessions.sessions(venue.id, id, None, 9).await;
    assert!(matches!(sessions(customer.id).await, Err(CustomerError::UnknownCustomer)));
    assert_eq!(sessions(other.id).await.unwrap().len(), 2);
    for name in [format!("1 of {}", customer.id), "3".to_owned()] {
        let late = of(customer.id, venue.session_record(&name));
        assert_eq!(stores.network_sessions.record(&late).await.unwrap(), None, "nobody's any more");
    }
    let (_, new) = venue.token(customer.id, 300, None);
    assert!(matches!(stores.tokens.issue(new).await, Err(CustomerError::UnknownCustomer)));
    let report = stores.installations.report(venue.report(customer.id, "a")).await;
    assert!(matches!(report, Err(CustomerError::UnknownCustomer)));
}

/// A creation whose answer was lost is sent again after the erasure: it brings nobody back.
pub async fn is_not_undone_by_a_repeated_creation(stores: &Stores) {
    let venue = Venue::open(stores).await;
    for username in [None, Some("mario")] {
        let mut post = venue.post().email(EMAIL).deduplicate("email");
        if let Some(name) = username {
            post = post.username(name);
        }
        let created = venue.create(post.clone()).await;
        venue.clock.advance(1);
        let changed = venue.update(venue.put(created.id).ext_id("1")).await;
        erase(&venue, &changed).await;
        for _ in 0..2 {
            let again = venue.write(post.clone()).await.unwrap();
            assert_eq!((again.outcome, &again.customer), (Outcome::Created, &created), "as it was answered then");
            assert_eq!(venue.find(created.id).await, None);
        }
        // Also when somebody else has its values by now, or its name.
        let other = venue.create(PostCustomer { fresh: venue.post().fresh, ..post.clone() }).await;
        let again = venue.write(post).await.unwrap();
        assert_eq!((again.outcome, &again.customer), (Outcome::Created, &created));
        assert_eq!(venue.find(created.id).await, None);
        assert_eq!(venue.find(other.id).await.as_ref(), Some(&other));
        erase(&venue, &other).await;
    }
}

/// Commands of the same batch see it, and it sees them.
pub async fn shares_a_batch(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let old = venue.create(venue.post().username("mario").email(EMAIL)).await;
    let brief = venue.post().email("brief@example.org");
    let brief_id = brief.fresh.id;
    let batch = vec![
        venue.put(old.id).ext_id("1").into_command(),
        venue.erase(old.id).into_command(),
        venue.put(old.id).ext_id("2").into_command(),
        venue.post().username("mario").email(EMAIL).deduplicate("email").into_command(),
        venue.post().ext_id("1").deduplicate("extId").into_command(),
        venue.erase(old.id).into_command(),
        brief.into_command(),
        venue.erase(brief_id).into_command(),
    ];
    let answers = stores.customers.write(batch).await.unwrap();
    let outcomes: Vec<_> = answers.iter().map(|answer| answer.as_ref().map(|written| written.outcome)).collect();
    let unknown = CommandError::Refused(Refusal::UnknownCustomer);
    use Outcome::{Created, Erased, Updated};
    assert_eq!(
        outcomes,
        [Ok(Updated), Ok(Erased), Err(&unknown), Ok(Created), Ok(Created), Err(&unknown), Ok(Created), Ok(Erased)]
    );
    for gone in [old.id, brief_id] {
        assert_eq!(venue.find(gone).await, None);
    }
    let newcomer = answers[3].as_ref().unwrap().customer.id;
    assert_eq!(venue.update(venue.post().email(EMAIL).deduplicate("email")).await.id, newcomer);
}

/// A customer of another organization is told from one that nobody has, and is not touched.
pub async fn tells_foreign_from_unknown(stores: &Stores) {
    let (venue, other) = (Venue::open(stores).await, Venue::open(stores).await);
    let theirs = other.create(other.post()).await;
    assert_eq!(venue.refusal(venue.erase(theirs.id)).await, Refusal::ForeignCustomer);
    assert_eq!(venue.refusal(venue.erase(CustomerId::from_bits(TestIds.next()))).await, Refusal::UnknownCustomer);
    let nowhere = OrganizationId::from_bits(TestIds.next());
    let erase = EraseCustomer { organization_id: nowhere, ..venue.erase(theirs.id) };
    assert_eq!(venue.refusal(erase).await, Refusal::UnknownOrganization);
    assert_eq!(other.find(theirs.id).await, Some(theirs));
}

/// Whatever comes at the same time leaves nothing behind: neither tokens nor installations nor sessions nor keys.
pub async fn leaves_nothing_to_those_who_come_at_the_same_time(stores: &Stores) {
    for _ in 0..8 {
        let venue = Venue::open(stores).await;
        let customer = venue.create(venue.post().email(EMAIL)).await;
        let start = Arc::new(Barrier::new(5));
        let (token, new) = venue.token(customer.id, 300, None);
        let report = venue.report(customer.id, "a");
        let commands = [venue.erase(customer.id).into_command(), venue.put(customer.id).ext_id("1").into_command()];
        let mut tasks = JoinSet::new();
        for command in commands {
            let (stores, start) = (stores.clone(), start.clone());
            tasks.spawn(async move {
                start.wait().await;
                drop(stores.customers.write(vec![command]).await.unwrap());
            });
        }
        let (tokens, issuing) = (stores.tokens.clone(), start.clone());
        tasks.spawn(async move {
            issuing.wait().await;
            drop(tokens.issue(new).await);
        });
        let (network_sessions, recording) = (stores.network_sessions.clone(), start.clone());
        let record = of(customer.id, venue.session_record("1"));
        tasks.spawn(async move {
            recording.wait().await;
            drop(network_sessions.record(&record).await);
        });
        let installations = stores.installations.clone();
        tasks.spawn(async move {
            start.wait().await;
            drop(installations.report(report).await);
        });
        tasks.join_all().await;
        assert_eq!(venue.find(customer.id).await, None);
        assert_eq!(stores.tokens.look_up(&token, venue.clock.now()).await.unwrap(), None);
        assert_eq!(stores.installations.installations(venue.id, customer.id).await.unwrap(), []);
        let before = Some(NetworkSessionId::from_bits(u128::MAX));
        assert_eq!(stores.network_sessions.sessions(venue.id, customer.id, before, 9).await.unwrap(), []);
        venue.create(venue.post().email(EMAIL).ext_id("1").deduplicate("email,extId")).await;
    }
}
