//! Forwarding to a server that answers, and fails in every way.

use std::time::Duration;

use c4w_client::Forwarder;
use domain::customer::{Customer, KeyKind, Profile};
use domain::forwarding::{Account, ClientSecret, Fault as Said, Identity, RemoteId};
use domain::history::Field;
use domain::ports::Upstream;
use domain::value::{CustomerId, LocationId, OrganizationId, Password, ShortText, Source, Username, WebUrl};
use jiff::Timestamp;
use serde_json::{Value, json};
use store_suite::sample;

use crate::stand_in::{Fault, StandIn};

fn account(server: &StandIn, identity: Identity) -> Account {
    Account {
        organization_id: OrganizationId::from_bits(1),
        url: WebUrl::parse(&server.url).unwrap(),
        client_key: ShortText::parse("ck-1").unwrap(),
        client_secret: ClientSecret::parse("right-secret").unwrap(),
        remote_organization: ShortText::parse("remote 1").unwrap(),
        identity,
        set_up_at: Timestamp::UNIX_EPOCH,
    }
}

fn customer(profile: Profile) -> Customer {
    Customer {
        id: CustomerId::from_bits(7),
        organization_id: OrganizationId::from_bits(1),
        location_id: LocationId::from_bits(2),
        source: Source::Kiosk,
        username: Username::parse("mario").unwrap(),
        password: Password::parse("geheim-77").unwrap(),
        locked: true,
        profile,
        created_at: Timestamp::UNIX_EPOCH,
        modified_at: Timestamp::UNIX_EPOCH,
    }
}

fn mario() -> Customer {
    customer(sample::every_field().merge(&Profile::default()).unwrap())
}

async fn start() -> (StandIn, Forwarder, Account) {
    let server = StandIn::start().await;
    let account = account(&server, Identity::ExtId);
    (server, Forwarder::new(), account)
}

fn id(place: u32) -> RemoteId {
    RemoteId::parse(&format!("{place:032x}")).unwrap()
}

/// The error's text. Panics if it contains personal data or a secret.
fn reason(fault: &Said) -> String {
    let text = format!("{fault} {fault:?}");
    for secret in ["right-secret", "geheim", "mario", "Mario", "Rossi", "Not now", "127.0.0.1"] {
        assert!(!text.contains(secret), "{text}");
    }
    fault.to_string()
}

/// Paths of single values that [`every_value_arrives`] does not name: those of fields that came after it.
fn fields_without_known_values() -> impl Iterator<Item = &'static str> {
    let single = Field::ALL.iter().filter(|field| **field as u8 > Field::DevicesWpa2Enterprise as u8);
    single.map(|field| field.path()).filter(|path| !path.contains('.'))
}

#[tokio::test]
async fn every_value_arrives() {
    let (server, forwarder, account) = start().await;
    assert_eq!(forwarder.put(&account, &mario(), None).await, Ok(id(0)));
    let mut seen = server.seen();
    // Below are the fields whose values are known; of every other one it is enough that it is there.
    for path in fields_without_known_values() {
        for request in &mut seen {
            let value = request.body.as_object_mut().unwrap().remove(path);
            assert!(value.is_some_and(|value| !value.is_null()), "{path}");
        }
    }
    assert_eq!(seen[0].line, "POST /v3/customers?deduplicate=extId HTTP/1.1");
    assert_eq!(seen[1].line, format!("PUT /v3/customers/{} HTTP/1.1", "0".repeat(32)));
    let changes = json!({
        "lock": true, "hotspotId": "hotspot 1", "firstName": "Mario", "lastName": "Rossi", "phoneNumber": "+393331234567",
        "phoneVerified": true, "email": "Mario.Rossi@Example.org", "emailVerified": false, "gender": "other",
        "birthDate": "1975-03-16", "language": "it", "country": "GB-ENG", "zipCode": "20121",
        "companyName": "Rossi & Sons \"Ltd\"", "civilStatus": "Lady", "doubleOptin": "confirm_waiting",
        "picture": "https://example.org/mario.png", "profileId": "plan 1", "extId": "ext 1", "extProp1": "prop 1",
        "extProp2": "prop 2",
    });
    let (mut created, mut updated) = (seen[0].body.clone(), seen[1].body.clone());
    for group in ["custom", "policies", "document", "processingData", "device"] {
        assert_eq!(created[group], updated[group], "{group}");
        let sent = updated.as_object_mut().unwrap().remove(group).unwrap();
        assert!(sent.as_object().unwrap().len() >= 2, "{sent}");
        created.as_object_mut().unwrap().remove(group);
        assert!(group == "custom" || sent.as_object().unwrap().values().all(|value| !value.is_null()), "{sent}");
    }
    assert_eq!(updated, changes);
    let names = |group: &str| seen[0].body[group].as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(names("document"), "memberId number passportNumber personalId type");
    assert_eq!(names("processingData"), "processingPersonalData profiling");
    let device = "advId bundle created device guid installId lastSeen modified os source vendorId";
    assert_eq!(names("device"), device);
    for name in ["privacy", "termsOfUse", "minimumAgeVerification", "mktgCommunications", "customs."] {
        assert!(names("policies").contains(name), "{name}");
    }
    let fixed = json!({"organizationId": "remote 1", "source": "kiosk", "username": "mario", "password": "geheim-77"});
    for (name, value) in fixed.as_object().unwrap() {
        assert_eq!(created.as_object_mut().unwrap().remove(name).as_ref(), Some(value), "{name}");
    }
    assert_eq!(created, changes);
}

#[tokio::test]
async fn what_has_no_value_is_cleared() {
    let (server, forwarder, account) = start().await;
    forwarder.put(&account, &customer(Profile::default()), None).await.unwrap();
    let [created, updated] = [0, 1].map(|at| server.seen()[at].body.clone());
    let own = json!("0".repeat(31) + "7");
    let body = json!({"extId": own, "lock": true, "organizationId": "remote 1", "source": "kiosk", "username": "mario",
        "password": "geheim-77"});
    assert_eq!(created, body);
    assert_eq!((&updated["extId"], &updated["lock"]), (&own, &json!(true)));
    for (name, value) in updated.as_object().unwrap() {
        let cleared = |value: &Value| value.as_object().is_some_and(|group| group.values().all(Value::is_null));
        assert!(matches!(name.as_str(), "extId" | "lock") || value.is_null() || cleared(value), "{name}: {value}");
    }
    assert_eq!(updated["policies"]["customs"], Value::Null);
}

#[tokio::test]
async fn who_is_known_is_changed_and_who_is_gone_comes_anew() {
    let (server, forwarder, account) = start().await;
    assert_eq!(forwarder.put(&account, &mario(), Some(id(9))).await, Ok(id(9)));
    assert_eq!((server.seen().len(), server.customers()), (1, 0));
    server.fail([Fault::Refused(404, "X: y")]);
    assert_eq!(forwarder.put(&account, &mario(), Some(id(9))).await, Ok(id(0)));
    assert_eq!((server.seen().len(), server.customers(), server.logins(), server.connections()), (4, 1, 1, 1));
}

#[tokio::test]
async fn nobody_is_there_twice_whatever_is_lost() {
    for fault in [Fault::Broken, Fault::Lost, Fault::Truncated, Fault::Garbled, Fault::Refused(503, "X: y")] {
        let (server, forwarder, account) = start().await;
        server.fail([fault, fault]);
        let said = forwarder.put(&account, &mario(), None).await.unwrap_err();
        assert!(matches!(said, Said::Away { retry_after: None, .. }), "{fault:?}: {}", reason(&said));
        assert_eq!(forwarder.put(&account, &mario(), None).await, Ok(id(0)));
        assert_eq!(server.customers(), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn a_session_that_ends_in_between_is_renewed() {
    for status in [401, 403] {
        let (server, forwarder, account) = start().await;
        server.fail([Fault::Ended(status)]);
        assert_eq!(forwarder.put(&account, &mario(), None).await, Ok(id(0)));
        assert_eq!((server.logins(), server.customers()), (2, 1));
    }
}

#[tokio::test]
async fn an_upstream_that_wants_to_be_left_alone_is() {
    let date = "Date: Thu, 28 Mar 2024 10:15:30 GMT\r\nRetry-After: Thu, 28 Mar 2024 10:16:30 GMT";
    for (status, head) in [(429, "Retry-After: 60"), (503, "Retry-After: 60"), (429, date), (503, date)] {
        let (server, forwarder, account) = start().await;
        server.fail([Fault::Refused(status, head)]);
        let said = forwarder.put(&account, &mario(), None).await.unwrap_err();
        assert_eq!(reason(&said), format!("not available: status {status} no"));
        assert!(matches!(said, Said::Away { retry_after: Some(time), .. } if time == Duration::from_secs(60)));
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn an_upstream_that_stalls_is_not_waited_for() {
    let server = StandIn::start().await;
    let (forwarder, account) = (Forwarder::within(Duration::from_secs(4)), account(&server, Identity::ExtId));
    server.fail([Fault::Stalled, Fault::Stalled]);
    let said = forwarder.put(&account, &mario(), None).await.unwrap_err();
    assert_eq!(reason(&said), "not available: no answer in time");
    assert_eq!(forwarder.put(&account, &mario(), None).await, Ok(id(0)));
    assert_eq!(server.customers(), 1);
}

#[tokio::test]
async fn it_never_takes_longer_than_it_may() {
    let server = StandIn::start().await;
    // No network is so fast that a response needs no wait.
    let forwarder = Forwarder::within(Duration::ZERO);
    let said = forwarder.put(&account(&server, Identity::ExtId), &mario(), None).await.unwrap_err();
    assert!(matches!(said, Said::Away { .. }), "{}", reason(&said));
}

#[tokio::test]
async fn a_customer_who_is_refused_is_told_from_an_account_that_is() {
    for (status, is_refused) in [(400, true), (409, true), (422, true), (403, false), (404, false), (500, false)] {
        let (server, forwarder, account) = start().await;
        server.fail([Fault::Refused(status, "X: y"); 4]);
        let said = forwarder.put(&account, &mario(), None).await.unwrap_err();
        assert_eq!(matches!(said, Said::Refused(_)), is_refused, "{}", reason(&said));
        assert!(reason(&said).ends_with(&format!("status {status} no")), "{said}");
        assert_eq!(server.customers(), 0);
    }
}

#[tokio::test]
async fn an_account_that_is_set_up_anew_logs_in_anew() {
    let (server, forwarder, account) = start().await;
    let client_secret = ClientSecret::parse("wrong-secret").unwrap();
    let wrong = Account { client_secret, ..account.clone() };
    let said = forwarder.put(&wrong, &mario(), None).await.unwrap_err();
    assert_eq!(reason(&said), "not available: status 401 unauthorized");
    forwarder.put(&account, &mario(), None).await.unwrap();
    let set_up_at = Timestamp::from_second(9).unwrap();
    forwarder.put(&Account { set_up_at, ..account }, &mario(), None).await.unwrap();
    assert_eq!((server.logins(), server.customers()), (2, 1));
}

#[tokio::test]
async fn who_has_no_value_to_be_known_by_is_refused() {
    let server = StandIn::start().await;
    let (forwarder, by_email) = (Forwarder::new(), account(&server, Identity::Value(KeyKind::Email)));
    let said = forwarder.put(&by_email, &customer(Profile::default()), None).await.unwrap_err();
    assert_eq!(reason(&said), "refused: the customer has no email, by which it would be known");
    assert_eq!(server.seen(), []);
    forwarder.put(&by_email, &mario(), None).await.unwrap();
    assert_eq!(server.seen()[0].line, "POST /v3/customers?deduplicate=email HTTP/1.1");
    // A customer that is known by its id needs no other value.
    forwarder.put(&by_email, &customer(Profile::default()), Some(id(0))).await.unwrap();
}

#[tokio::test]
async fn who_is_erased_stays_erased() {
    let (server, forwarder, account) = start().await;
    forwarder.erase(&account, &id(3)).await.unwrap();
    assert_eq!(server.seen()[0].line, format!("DELETE /v3/customers/{} HTTP/1.1", id(3).as_str()));
    server.fail([Fault::Lost]);
    let said = forwarder.erase(&account, &id(3)).await.unwrap_err();
    assert_eq!(reason(&said), "not available: the connection broke");
    server.fail([Fault::Refused(404, "X: y")]);
    forwarder.erase(&account, &id(3)).await.unwrap();
}

#[tokio::test]
async fn an_upstream_that_cannot_erase_is_told_as_such() {
    for fault in [404, 405, 501].map(Fault::NoSuchAddress) {
        let (server, forwarder, account) = start().await;
        server.fail([fault, fault]);
        let said = forwarder.erase(&account, &id(3)).await.unwrap_err();
        assert!(reason(&said).starts_with("refused: the upstream cannot erase: status"), "{said}");
    }
}
