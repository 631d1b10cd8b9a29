//! The installations of customers' apps.

use std::sync::Arc;

use domain::customer::{Customer, Installation, InstallationChanges, InstallationFacts, Patch, ReportInstallation};
use domain::limits;
use domain::ports::{CustomerError, IdSource};
use domain::value::{CustomerId, OrganizationId};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::ambient::TestIds;
use crate::edit::text;
use crate::{Stores, Venue};

async fn stored(venue: &Venue<'_>, customer: &Customer) -> Vec<Installation> {
    venue.stores.installations.installations(venue.id, customer.id).await.unwrap()
}

async fn report(venue: &Venue<'_>, report: ReportInstallation) {
    venue.stores.installations.report(report).await.unwrap();
}

/// Each value is another one, so that none can be read from the wrong place.
fn every_fact() -> InstallationFacts {
    let short = |value| Some(text(value));
    InstallationFacts {
        bundle: short("bundle 1"),
        vendor_id: short("vendor 1"),
        adv_id: short("adv 1"),
        os: short("os 1"),
        os_version: short("version 1"),
        device: short("device 1"),
        created: short("created 1"),
        last_seen: short("last seen 1"),
        push_token: Some(text("push 1")),
        guid: short("guid 1"),
        passpoint_installed: Some(true),
        wpa2_enterprise_installed: Some(false),
    }
}

/// Says all that there is to be said.
fn says(facts: InstallationFacts) -> InstallationChanges {
    fn set<T>(value: Option<T>) -> Patch<T> {
        value.map_or(Patch::Keep, Patch::Set)
    }
    InstallationChanges {
        bundle: set(facts.bundle),
        vendor_id: set(facts.vendor_id),
        adv_id: set(facts.adv_id),
        os: set(facts.os),
        os_version: set(facts.os_version),
        device: set(facts.device),
        created: set(facts.created),
        last_seen: set(facts.last_seen),
        push_token: set(facts.push_token),
        guid: set(facts.guid),
        passpoint_installed: set(facts.passpoint_installed),
        wpa2_enterprise_installed: set(facts.wpa2_enterprise_installed),
    }
}

/// What is reported comes back, in the order of the ids, of this customer alone.
pub async fn reads_back_every_field(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let (customer, other) = (venue.create(venue.post()).await, venue.create(venue.post()).await);
    assert_eq!(stored(&venue, &customer).await, []);
    let full = ReportInstallation { changes: says(every_fact()), ..venue.report(customer.id, "b") };
    report(&venue, full).await;
    report(&venue, venue.report(customer.id, "a")).await;
    report(&venue, venue.report(customer.id, "B")).await;
    let installation = |id, facts| {
        let reported_at = venue.report(customer.id, id).at;
        Installation { id: text(id), facts, reported_at }
    };
    let expected = [
        installation("B", InstallationFacts::default()),
        installation("a", InstallationFacts::default()),
        installation("b", every_fact()),
    ];
    assert_eq!(stored(&venue, &customer).await, expected);
    assert_eq!(stored(&venue, &other).await, []);
    assert!(!format!("{:?}", every_fact()).contains("None"), "a field is missing here");
}

/// Values that fill their limits, in characters of several bytes.
pub async fn reads_back_the_widest_values(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    let facts = InstallationFacts {
        push_token: Some(text(&"ä".repeat(limits::PUSH_TOKEN))),
        device: Some(text(&"\u{10ffff}".repeat(limits::SHORT_TEXT))),
        ..InstallationFacts::default()
    };
    let id = "😀".repeat(limits::SHORT_TEXT);
    report(&venue, ReportInstallation { changes: says(facts.clone()), ..venue.report(customer.id, &id) }).await;
    let [read] = &stored(&venue, &customer).await[..] else { panic!("one was reported") };
    assert_eq!((&read.id, &read.facts), (&text(&id), &facts));
}

/// What is absent stays.
pub async fn merges_what_is_told(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    report(&venue, ReportInstallation { changes: says(every_fact()), ..venue.report(customer.id, "a") }).await;
    venue.clock.advance(1);
    let news = InstallationFacts { push_token: Some(text("push 2")), ..InstallationFacts::default() };
    let news = ReportInstallation { changes: says(news), ..venue.report(customer.id, "a") };
    let at = news.at;
    for _ in 0..2 {
        report(&venue, news.clone()).await;
        let facts = InstallationFacts { push_token: Some(text("push 2")), ..every_fact() };
        assert_eq!(stored(&venue, &customer).await, [Installation { id: text("a"), facts, reported_at: at }]);
    }
}

/// There is a bound, and it refuses nobody.
pub async fn the_most_silent_makes_room(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    let id = |n: usize| format!("{n:02}");
    for n in 0..limits::INSTALLATIONS {
        report(&venue, venue.report(customer.id, &id(n))).await;
        venue.clock.advance(1);
    }
    report(&venue, venue.report(customer.id, &id(0))).await;
    report(&venue, venue.report(customer.id, "new")).await;
    let ids: Vec<_> = stored(&venue, &customer).await.into_iter().map(|read| read.id.as_str().to_owned()).collect();
    let rest = (2..limits::INSTALLATIONS).map(id);
    let expected: Vec<_> = [id(0)].into_iter().chain(rest).chain(["new".to_owned()]).collect();
    assert_eq!(ids, expected);
}

/// No report is lost to another one, and the bound holds.
pub async fn reports_at_the_same_time_all_count(stores: &Stores) {
    const AT_ONCE: usize = limits::INSTALLATIONS + 4;
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    let bundle = InstallationChanges { bundle: Patch::Set(text("b")), ..InstallationChanges::default() };
    let os = InstallationChanges { os: Patch::Set(text("ios")), ..InstallationChanges::default() };
    let one = [bundle, os].map(|changes| ReportInstallation { changes, ..venue.report(customer.id, "one") });
    let start = Arc::new(Barrier::new(one.len()));
    let mut tasks = JoinSet::new();
    for report in one {
        let (stores, start) = (stores.clone(), start.clone());
        tasks.spawn(async move {
            start.wait().await;
            stores.installations.report(report).await.unwrap();
        });
    }
    tasks.join_all().await;
    let [read] = &stored(&venue, &customer).await[..] else { panic!("one was reported") };
    assert!(read.facts.bundle.is_some() && read.facts.os.is_some(), "{read:?}");

    let mut tasks = JoinSet::new();
    for n in 0..AT_ONCE {
        let (stores, report) = (stores.clone(), venue.report(customer.id, &n.to_string()));
        tasks.spawn(async move { stores.installations.report(report).await.unwrap() });
    }
    tasks.join_all().await;
    assert_eq!(stored(&venue, &customer).await.len(), limits::INSTALLATIONS);
}

/// No installation of a customer of another organization, or of none; and none is left behind.
pub async fn tells_foreign_from_unknown(stores: &Stores) {
    let (venue, other) = (Venue::open(stores).await, Venue::open(stores).await);
    let theirs = other.create(other.post()).await;
    let foreign = stores.installations.report(venue.report(theirs.id, "a")).await;
    assert!(matches!(foreign, Err(CustomerError::ForeignCustomer)), "{foreign:?}");
    let nobody = CustomerId::from_bits(TestIds.next());
    let unknown = stores.installations.report(venue.report(nobody, "a")).await;
    assert!(matches!(unknown, Err(CustomerError::UnknownCustomer)), "{unknown:?}");
    let nowhere = OrganizationId::from_bits(TestIds.next());
    let report = ReportInstallation { organization_id: nowhere, ..venue.report(theirs.id, "a") };
    assert!(matches!(stores.installations.report(report).await, Err(CustomerError::ForeignCustomer)));
    for (organization_id, id) in [(venue.id, theirs.id), (other.id, theirs.id), (venue.id, nobody)] {
        assert_eq!(stores.installations.installations(organization_id, id).await.unwrap(), []);
    }
}
