//! Logins: once, and again when the session has ended.

use std::sync::Arc;

use c4w_client::{Client, Creation, Credentials, Error, Secret, Settings};

use crate::stand_in::Fault;
use crate::support::{ada, client, settings, start};

#[tokio::test]
async fn a_dead_session_is_renewed_once() {
    for status in [401, 403] {
        let (server, client, pauses) = start().await;
        client.customer("1").await.unwrap();
        server.fail([Fault::Ended(status)]);
        client.create_customer(&ada(), &Creation::default()).await.unwrap();
        assert_eq!((server.logins(), server.seen().len(), server.customers()), (2, 3, 1));
        assert_eq!(pauses.all(), [0; 0]);
    }
}

#[tokio::test]
async fn a_session_that_is_dead_again_is_given_up() {
    let (server, client, _) = start().await;
    server.fail([Fault::Ended(401), Fault::Ended(401)]);
    assert!(matches!(client.customer("1").await, Err(Error::Unauthorized(_))));
    assert_eq!((server.logins(), server.seen().len()), (2, 2));
}

#[tokio::test]
async fn those_that_come_together_log_in_once() {
    let (server, client, _) = start().await;
    let client = Arc::new(client);
    for logins in [1, 2] {
        let calls: Vec<_> = (0..20)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move { client.customer("1").await.map(|_| ()) })
            })
            .collect();
        for call in calls {
            call.await.unwrap().unwrap();
        }
        assert_eq!(server.logins(), logins);
        server.fail([Fault::Ended(401)]);
    }
}

#[tokio::test]
async fn wrong_keys_are_told_and_not_shown() {
    let (server, _, _) = start().await;
    let client_secret = Secret::new("wrong-secret");
    let credentials = Credentials { client_key: "ck-1".to_owned(), client_secret };
    let settings = Settings { credentials, ..settings(&server.url) };
    assert!(!format!("{settings:?}").contains("wrong-secret"));
    let (client, _) = client(settings);
    let error = client.customer("1").await.unwrap_err();
    assert!(matches!(error, Error::Unauthorized(_)), "{error:?}");
    assert!(!format!("{error:?} {error}").contains("wrong-secret"));
    assert_eq!((server.seen().len(), server.logins()), (0, 0));
}

#[tokio::test]
async fn errors_of_the_network_do_not_show_the_address() {
    let (server, client, _) = start().await;
    server.fail([Fault::Broken; 9]);
    let error = client.token_owner("00secrettokensecrettoken0000").await.unwrap_err();
    assert!(matches!(error, Error::Network { .. }));
    assert!(!format!("{error:?} {error}").contains("secrettoken"), "{error:?}");
}

#[tokio::test]
async fn the_service_is_that_of_the_session() {
    let (server, client, _) = start().await;
    client.service().await.unwrap();
    assert_eq!(server.seen()[0].line, "GET /v1/sts/services/service-1 HTTP/1.1");
}
