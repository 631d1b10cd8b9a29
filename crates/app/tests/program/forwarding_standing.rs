//! The state of forwarding, as shown to administrators and in the metrics.

use std::time::Duration;

use serde_json::{Value, json};

use crate::common::bodies;
use crate::fixture::{Home, Keys, PATIENCE};

/// Gives an organization an account at an address on which no program listens.
fn configure(home: &Home, keys: &Keys) {
    let secret = home.write("upstream.txt", "geheim-geheim");
    let account =
        ["--url", "http://127.0.0.1:1", "--client-key", "key", "--remote-organization", "b5a3", "--unchecked"];
    let arguments = ["forwarding", "configure", "--organization", &keys.organization, "--client-secret-file", &secret];
    assert_eq!(home.run(&[&arguments[..], &account].concat()).code, Some(0));
}

#[test]
fn one_organization_can_be_asked_for() {
    let home = Home::new();
    let (one, other, without) = (home.register(), home.register(), home.register());
    configure(&home, &one);
    configure(&home, &other);
    let ids = |lines: Vec<Value>| lines.into_iter().map(|line| line["organizationId"].clone()).collect::<Vec<_>>();
    assert_eq!(home.json_lines(&["forwarding", "status"]).len(), 2);
    let status = ["forwarding", "status", "--organization"];
    assert_eq!(ids(home.json_lines(&[&status[..], &[&one.organization]].concat())), [json!(one.organization)]);
    let refused = home.run(&[&status[..], &[&without.organization]].concat());
    assert!(refused.refusal().ends_with("has no upstream account"));
}

/// Its address is on another machine, to which no request is sent here.
#[test]
fn an_unencrypted_account_has_to_be_permitted() {
    let home = Home::new();
    let keys = home.register();
    let secret = home.write("upstream.txt", "geheim-geheim");
    let arguments = ["forwarding", "configure", "--organization", &keys.organization, "--client-secret-file", &secret];
    let account = ["--url", "http://192.0.2.1", "--client-key", "key", "--remote-organization", "b5a3", "--unchecked"];
    let configure = [&arguments[..], &account].concat();
    let refused = home.run(&configure);
    assert!(refused.refusal().ends_with("--allow-unencrypted permits it"), "{refused:?}");
    assert_eq!(home.json_lines(&["forwarding", "status"]).len(), 0, "nothing was set up");
    assert_eq!(home.run(&[&configure[..], &["--allow-unencrypted"]].concat()).code, Some(0));
    assert_eq!(home.json_lines(&["forwarding", "status"]).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_tell_who_waits_and_what_fails() {
    let home = Home::new();
    let (keys, without) = (home.register(), home.register());
    configure(&home, &keys);
    let server = home.start();
    server.login(&keys).await.create(&bodies::least(&keys.organization)).await;
    let wanted = [
        format!("guestbook_forwarding_waiting{{organization=\"{}\"}} 1", keys.organization),
        format!("guestbook_forwarding_dead_letters{{organization=\"{}\"}} 0", keys.organization),
        format!("guestbook_forwarding_failures_total{{organization=\"{}\",kind=\"away\"}} ", keys.organization),
        format!("guestbook_forwarding_oldest_waiting_seconds{{organization=\"{}\"}} ", keys.organization),
    ];
    let told = async {
        loop {
            let text = server.anybody().get("/metrics").await.text;
            if wanted.iter().all(|line| text.contains(line)) {
                return text;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let text = tokio::time::timeout(PATIENCE, told).await.unwrap();
    assert!(!text.contains(&without.organization), "who has no account is not among them");
}

/// A mistyped key is reported at once, and not when customers are queued.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_tried_before_it_is_set_up() {
    let (home, far_home) = (Home::new(), Home::new());
    let keys = home.register();
    let far = far_home.start();
    let far_keys = far.demonstration();
    let configure = |secret: &str, organization: &str| {
        let secret = home.write("upstream.txt", secret);
        let account = ["forwarding", "configure", "--organization", &keys.organization, "--url", &far.url];
        let far = ["--client-key", &far_keys.client_key, "--client-secret-file", &secret];
        home.run(&[&account[..], &far, &["--remote-organization", organization]].concat())
    };
    let wrong = configure("geheim-geheim", &far_keys.organization);
    assert!(
        wrong.refusal().contains(" failed (--unchecked sets the account up all the same): not logged in"),
        "{wrong:?}"
    );
    let elsewhere = configure(&far_keys.client_secret, "b5a3");
    assert!(elsewhere.refusal().contains(" is not one of organization b5a3 "), "{elsewhere:?}");
    assert_eq!(home.json_lines(&["forwarding", "status"]).len(), 0, "nothing was set up");
    let right = configure(&far_keys.client_secret, &far_keys.organization);
    assert_eq!((right.code, right.stdout.as_str()), (Some(0), ""), "{right:?}");
    assert_eq!(home.json_lines(&["forwarding", "status"]).len(), 1);
    far.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_has_the_last_error() {
    let home = Home::new();
    let keys = home.register();
    configure(&home, &keys);
    let server = home.start();
    server.login(&keys).await.create(&bodies::least(&keys.organization)).await;
    let failed = async {
        loop {
            // Even beside a running server.
            let status = home.json_lines(&["forwarding", "status"]).remove(0);
            if let Some(error) = status["lastError"].as_str() {
                return error.to_owned();
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let error = tokio::time::timeout(PATIENCE, failed).await.unwrap();
    assert!(error.contains("connection"), "{error}");
    server.stop();
}
