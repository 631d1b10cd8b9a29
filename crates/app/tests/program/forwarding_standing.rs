//! How forwarding stands, as administrators and Prometheus are told.

use std::time::Duration;

use serde_json::{Value, json};

use crate::common::bodies;
use crate::fixture::{Home, Keys, PATIENCE};

/// Gives an organization an account where nobody listens.
fn configure(home: &Home, keys: &Keys) {
    let secret = home.write("upstream.txt", "geheim-geheim");
    let account = ["--url", "http://127.0.0.1:1", "--client-key", "key", "--remote-organization", "b5a3"];
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
    assert!(refused.refusal().ends_with("has no account elsewhere"));
}

/// Its address is on another machine, which is not asked for anything here.
#[test]
fn an_unencrypted_account_has_to_be_permitted() {
    let home = Home::new();
    let keys = home.register();
    let secret = home.write("upstream.txt", "geheim-geheim");
    let arguments = ["forwarding", "configure", "--organization", &keys.organization, "--client-secret-file", &secret];
    let account = ["--url", "http://192.0.2.1", "--client-key", "key", "--remote-organization", "b5a3"];
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
