//! The metrics.

use domain::forwarding::Fault;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

use super::fixture::{World, account, away, seconds};

fn told(registry: &Registry) -> Vec<String> {
    let mut text = String::new();
    encode(&mut text, registry).unwrap();
    text.lines().filter(|line| !line.starts_with('#')).map(ToOwned::to_owned).collect()
}

#[tokio::test(start_paused = true)]
async fn what_happens_is_told_by_organization_until_its_account_is_removed() {
    let (world, mut registry) = (World::new(), Registry::default());
    let forwarding = world.forwarding();
    forwarding.metrics.register(&mut registry);
    world.inside().accounts.push(Ok(account(1)));
    world.let_wait(&account(1), 0..9);
    world.inside().answers.insert("r1".to_owned(), [away(Some(600))].into());
    world.inside().answers.insert("r2".to_owned(), [Fault::Refused("status 422".to_owned())].into());
    let _running = forwarding.start();
    seconds(12).await;
    let told_now = told(&registry);
    let of = format!("organization=\"{}\"", account(1).organization_id);
    for line in [
        format!("guestbook_forwarding_sent_total{{{of}}} 6"),
        format!("guestbook_forwarding_failures_total{{{of},kind=\"away\"}} 1"),
        format!("guestbook_forwarding_failures_total{{{of},kind=\"refused\"}} 1"),
        format!("guestbook_forwarding_waiting{{{of}}} 2"),
        format!("guestbook_forwarding_oldest_waiting_seconds{{{of}}} 10.0"),
        format!("guestbook_forwarding_dead_letters{{{of}}} 1"),
    ] {
        assert!(told_now.contains(&line), "{line}: {told_now:#?}");
    }
    world.inside().unknown = true;
    seconds(5).await;
    assert_eq!(told(&registry).len(), 3, "how it stands is not known: {:#?}", told(&registry));
    world.inside().accounts.clear();
    seconds(5).await;
    assert_eq!(told(&registry), [""; 0]);
}
