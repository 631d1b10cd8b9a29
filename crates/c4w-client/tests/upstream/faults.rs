//! Faults of the network and of the server: nothing is lost that can be saved, and nothing takes effect twice.

use std::time::Duration;

use c4w_client::{Client, Creation, Error, Settings};
use tokio::net::TcpListener;

use crate::stand_in::Fault;
use crate::support::{ada, by_email, by_key, client, settings, start};

/// All faults after which the request may or may not have been carried out.
const LOST: [Fault; 6] = [
    Fault::Broken,
    Fault::Lost,
    Fault::Truncated,
    Fault::Garbled,
    Fault::Refused(503, "Retry-After: 2"),
    Fault::Refused(502, "X: y"),
];

#[tokio::test]
async fn what_is_harmless_goes_again_until_it_is_answered() {
    for fault in LOST {
        for how in [by_email(), by_key()] {
            let (server, client, _) = start().await;
            server.fail([fault, fault, fault]);
            let answer = client.create_customer(&ada(), &how).await.unwrap();
            assert_eq!(answer.id.unwrap().as_str(), "0".repeat(32));
            assert_eq!((server.customers(), server.seen().len()), (1, 4), "{fault:?}");
            assert!(server.seen().iter().all(|seen| seen.idempotency_key == how.idempotency_key));
        }
    }
}

#[tokio::test]
async fn reading_goes_again() {
    for fault in LOST {
        let (server, client, _) = start().await;
        server.fail([fault, fault]);
        client.customer("1").await.unwrap();
        server.fail([fault]);
        client.update_customer("1", &ada()).await.unwrap();
        assert_eq!(server.seen().len(), 5, "{fault:?}");
    }
}

#[tokio::test]
async fn what_would_happen_twice_does_not_go_again() {
    let blank = Creation { deduplicate: vec!["phoneNumber".to_owned()], idempotency_key: None };
    for fault in LOST {
        for how in [Creation::default(), blank.clone()] {
            let (server, client, pauses) = start().await;
            server.fail([fault]);
            let error = client.create_customer(&ada(), &how).await.unwrap_err();
            let expected = match fault {
                Fault::Garbled => matches!(error, Error::Unexpected(_)),
                Fault::Refused(..) => matches!(error, Error::Unavailable { .. }),
                _ => matches!(error, Error::Network { sent: true, .. }),
            };
            assert!(expected, "{fault:?}: {error:?}");
            assert_eq!((server.seen().len(), pauses.all()), (1, vec![]));
            assert!(server.customers() <= 1);
        }
    }
}

#[tokio::test]
async fn what_was_certainly_not_done_goes_again_in_any_case() {
    let (server, client, pauses) = start().await;
    server.fail([Fault::Refused(429, "Retry-After: 3")]);
    client.create_customer(&ada(), &Creation::default()).await.unwrap();
    assert_eq!((server.customers(), server.seen().len(), pauses.all()), (1, 2, vec![3000]));
}

#[tokio::test]
async fn both_forms_of_retry_after_are_kept_to() {
    let (server, client, pauses) = start().await;
    let date = "Date: Thu, 28 Mar 2024 10:15:30 GMT\r\nRetry-After: Thu, 28 Mar 2024 10:15:37 GMT";
    server.fail([Fault::Refused(503, "Retry-After: 11"), Fault::Refused(429, date), Fault::Refused(503, "X: y")]);
    client.customer("1").await.unwrap();
    // The last one is our own pause, the third in a row.
    assert_eq!(pauses.all(), [11_000, 7_000, 400]);
}

#[tokio::test]
async fn a_server_that_wants_to_be_left_alone_for_long_is_not_waited_for() {
    let (server, client, pauses) = start().await;
    server.fail([Fault::Refused(429, "Retry-After: 3600")]);
    let error = client.customer("1").await.unwrap_err();
    assert!(matches!(error, Error::RateLimited { retry_after: Some(time), .. } if time == Duration::from_secs(3600)));
    assert_eq!(pauses.all(), [0; 0]);
}

#[tokio::test]
async fn a_server_that_never_recovers_is_given_up() {
    let (server, client, _) = start().await;
    server.fail([Fault::Broken; 9]);
    assert!(matches!(client.customer("1").await, Err(Error::Network { sent: true, .. })));
    assert_eq!(server.seen().len(), 5);
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_not_waited_for_for_ever() {
    let (server, _, _) = start().await;
    let quick = Settings { request_time: Duration::from_millis(300), ..settings(&server.url) };
    let (client, _) = client(quick);
    // Log in first, however long that takes on a slow machine: the time limit is short.
    while client.service().await.is_err() {}
    server.fail([Fault::Stalled]);
    client.create_customer(&ada(), &by_email()).await.unwrap();
    assert_eq!(server.customers(), 1);
    server.fail([Fault::Stalled]);
    let error = client.create_customer(&ada(), &Creation::default()).await.unwrap_err();
    assert!(matches!(error, Error::Network { sent: true, .. }), "{error:?}");
    assert!(error.to_string().contains("timed out"), "{error}");
}

#[tokio::test]
async fn nobody_there_is_told_as_such() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let (client, pauses) = client(settings(&format!("http://{free}")));
    let error = client.create_customer(&ada(), &Creation::default()).await.unwrap_err();
    assert!(matches!(error, Error::Network { sent: false, .. }), "{error:?}");
    assert_eq!(pauses.all().len(), 4);
}

#[tokio::test]
async fn refusals_are_told_by_their_meaning_and_not_repeated() {
    for (status, is_so) in [
        (404, (|error| matches!(error, Error::NotFound(_))) as fn(&Error) -> bool),
        (409, |error| matches!(error, Error::Invalid(_))),
        (400, |error| matches!(error, Error::Invalid(_))),
    ] {
        let (server, client, _) = start().await;
        server.fail([Fault::Refused(status, "X: y")]);
        let error = client.create_customer(&ada(), &by_email()).await.unwrap_err();
        assert!(is_so(&error), "{status}: {error:?}");
        assert_eq!((server.seen().len(), server.customers()), (1, 0));
    }
}

#[tokio::test]
async fn nobody_is_sent_elsewhere() {
    let (server, client, _) = start().await;
    server.fail([Fault::Refused(302, "Location: http://127.0.0.1:1/")]);
    let error = client.create_customer(&ada(), &Creation::default()).await.unwrap_err();
    assert!(matches!(error, Error::Unexpected(_)), "{error:?}");
}

#[tokio::test]
async fn the_connection_is_kept() {
    let (server, client, _) = start().await;
    for _ in 0..10 {
        client.customer("1").await.unwrap();
    }
    assert_eq!(server.connections(), 1);
}
