//! Several commands in one transaction.

use domain::customer::{PostCustomer, Refusal};
use domain::history::Call;
use domain::ports::{CommandError, IdSource, Outcome};
use domain::value::CustomerId;

use crate::ambient::TestIds;
use crate::edit::{Edit, EditPost};
use crate::{IntoCommand, Stores, Venue, sample};

/// The second finds whom the first created, the third sees what the second changed.
pub async fn later_commands_see_earlier_ones(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let first = venue.post().email("a@example.org").deduplicate("email");
    let id = first.fresh.id;
    let batch = vec![
        first.into_command(),
        venue.post().email("A@example.org").ext_id("1").deduplicate("email").into_command(),
        venue.put(id).email("b@example.org").into_command(),
        venue.post().ext_id("1").first_name("Mario").deduplicate("extId").into_command(),
        venue.post().email("a@example.org").deduplicate("email").into_command(),
    ];
    let answers = stores.customers.write(batch).await.unwrap();
    let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
    let outcomes: Vec<_> = answers.iter().map(|written| written.outcome).collect();
    use Outcome::{Created, Updated};
    assert_eq!(outcomes, [Created, Updated, Updated, Updated, Created]);
    assert!(answers[..4].iter().all(|written| written.customer.id == id));
    assert_ne!(answers[4].customer.id, id);
    assert_eq!(venue.find(id).await.as_ref(), Some(&answers[3].customer));
    assert_eq!(answers[3].customer.profile.person.email.as_ref().unwrap().as_str(), "b@example.org");
}

/// Very many at once are what each would be alone: every field comes back, histories begin, and of those with a value in common
/// the oldest owns it, also when somebody had it before.
pub async fn very_many_are_as_few(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let before = venue.create(venue.post().email("shared7@example.org")).await;
    let post = || PostCustomer { changes: sample::every_field(), ..venue.post().deduplicate("extId") };
    let posts: Vec<_> = (0..200)
        .map(|number| post().ext_id(&format!("crm-{number}")).email(&format!("shared{}@example.org", number % 150)))
        .collect();
    let batch: Vec<_> = posts.into_iter().map(IntoCommand::into_command).collect();
    for outcome in [Outcome::Created, Outcome::Updated] {
        let answers = stores.customers.write(batch.clone()).await.unwrap();
        let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
        for (number, written) in answers.iter().enumerate() {
            let customer = &written.customer;
            assert_eq!(customer.profile.person.ext_id.as_ref().unwrap().as_str(), format!("crm-{number}"));
            assert_eq!(venue.find(customer.id).await.as_ref(), Some(customer));
            let history = stores.histories.history(customer.organization_id, customer.id, None, 5).await.unwrap();
            assert_eq!(history[0].as_ref().unwrap().call, Call::Create);
        }
        assert!(answers.iter().all(|written| written.outcome == outcome || outcome == Outcome::Updated));
        for (value, owner) in [(0, answers[0].customer.id), (149, answers[149].customer.id), (7, before.id)] {
            let hit = venue.post().email(&format!("shared{value}@example.org")).deduplicate("email");
            assert_eq!(venue.write(hit).await.unwrap().customer.id, owner);
        }
    }
}

/// Each command has its own answer, in order, over several organizations; those around a refused one are written.
pub async fn a_refused_command_spoils_no_other(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let other = venue.open_beside().await;
    let theirs = other.create(other.post()).await;
    let batch = vec![
        venue.post().username("mario").into_command(),
        venue.post().username("mario").email("a@example.org").into_command(),
        other.post().username("mario").into_command(),
        venue.post().without_policies().into_command(),
        venue.put(theirs.id).into_command(),
        venue.put(CustomerId::from_bits(TestIds.next())).into_command(),
        other.put(theirs.id).first_name("Luigi").into_command(),
        venue.post().email("a@example.org").deduplicate("email").into_command(),
    ];
    let answers = stores.customers.write(batch).await.unwrap();
    let refusals: Vec<_> = answers
        .iter()
        .map(|answer| match answer {
            Ok(_) => None,
            Err(CommandError::Refused(refusal)) => Some(refusal),
            Err(CommandError::Corrupt(row)) => panic!("{row}"),
        })
        .collect();
    assert_eq!(refusals[1], Some(&Refusal::UsernameTaken));
    assert!(matches!(refusals[3], Some(Refusal::PolicyNotAccepted(_))));
    assert_eq!(refusals[4], Some(&Refusal::ForeignCustomer));
    assert_eq!(refusals[5], Some(&Refusal::UnknownCustomer));
    for (at, venue) in [(0, &venue), (2, &other), (6, &other), (7, &venue)] {
        let written = answers[at].as_ref().unwrap();
        assert_eq!(venue.find(written.customer.id).await.as_ref(), Some(&written.customer));
    }
    assert_eq!(answers[7].as_ref().unwrap().outcome, Outcome::Created, "the refused one took no key");
}

/// Nothing to do is no error.
pub async fn an_empty_batch_has_no_answers(stores: &Stores) {
    assert_eq!(stores.customers.write(Vec::new()).await.unwrap(), Vec::new());
}

/// The answers are those of a batch that is written, among each other too; afterwards everything is as before.
pub async fn a_rehearsal_answers_and_writes_nothing(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let before = venue.create(venue.post().email("a@example.org").first_name("Ada")).await;
    let batch = || {
        vec![
            venue.post().email("a@example.org").first_name("Augusta").deduplicate("email").into_command(),
            venue.post().email("b@example.org").username("bob").deduplicate("email").into_command(),
            venue.post().email("B@example.org").deduplicate("email").into_command(),
            venue.post().username("bob").into_command(),
            venue.post().without_policies().into_command(),
        ]
    };
    for _ in 0..2 {
        let answers = stores.customers.rehearse(batch()).await.unwrap();
        let outcomes: Vec<_> =
            answers.iter().map(|answer| answer.as_ref().ok().map(|written| written.outcome)).collect();
        use Outcome::{Created, Updated};
        assert_eq!(outcomes, [Some(Updated), Some(Created), Some(Updated), None, None]);
        assert!(matches!(&answers[3], Err(CommandError::Refused(Refusal::UsernameTaken))));
        assert_eq!(venue.find(before.id).await.as_ref(), Some(&before));
        let created = answers[1].as_ref().unwrap().customer.id;
        assert_eq!(venue.find(created).await, None);
    }
    let answers = stores.customers.write(batch()).await.unwrap();
    assert_eq!(answers[1].as_ref().unwrap().outcome, Outcome::Created);
}
