//! Clients that lost the answer because the server was killed, and repeat their requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::common::bodies;
use crate::fixture::{Client, Home, rows};

const ROUNDS: usize = 5;
const SENDERS: usize = 16;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_again_after_a_kill_is_carried_out_once() {
    is_carried_out_once(&Home::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_again_after_a_kill_is_carried_out_once_on_postgres() {
    is_carried_out_once(&Home::on_postgres()).await;
}

async fn is_carried_out_once(home: &Home) {
    let keys = home.register();
    let (mut server, numbers) = (home.start(), Arc::new(AtomicUsize::new(0)));
    let client = server.login(&keys).await;
    for round in 0..ROUNDS {
        let answered = Arc::new(Semaphore::new(0));
        let mut senders = JoinSet::new();
        for _ in 0..SENDERS {
            let sender = Sender { client: client.at(&server.url), organization: keys.organization.clone() };
            senders.spawn(sender.send_until_killed(numbers.clone(), answered.clone()));
        }
        let enough = u32::try_from(20 + 13 * round).unwrap();
        drop(answered.acquire_many(enough).await.unwrap());
        server.kill();
        let sent = senders.join_all().await.concat();
        server = home.start();
        let sender = Sender { client: client.at(&server.url), organization: keys.organization.clone() };
        for (number, first) in sent {
            let again = sender.send(number).await.unwrap();
            assert_eq!(first.unwrap_or_else(|| again.clone()), again);
        }
    }
    server.stop();
    let created = numbers.load(Ordering::Relaxed).to_string();
    assert_eq!(
        rows(home, "SELECT count(*) || '|' || count(DISTINCT ext_id) FROM customer").await,
        [[created.clone(), created.clone()]]
    );
    assert_eq!(rows(home, "SELECT count(*) || '' FROM customer_receipt").await, [[created]]);
}

struct Sender {
    client: Client,
    organization: String,
}

impl Sender {
    /// Sends requests one after the other; returns the number of each and its answer, which the last one lacks.
    async fn send_until_killed(
        self,
        numbers: Arc<AtomicUsize>,
        answered: Arc<Semaphore>,
    ) -> Vec<(usize, Option<Value>)> {
        let mut sent = Vec::new();
        loop {
            let number = numbers.fetch_add(1, Ordering::Relaxed);
            let answer = self.send(number).await;
            sent.push((number, answer.clone()));
            if answer.is_none() {
                return sent;
            }
            answered.add_permits(1);
        }
    }

    async fn send(&self, number: usize) -> Option<Value> {
        let body = bodies::with(&self.organization, json!({"extId": format!("guest {number}")}));
        let answer = self.client.try_post_once("/v3/customers", &format!("key {number}"), &body).await;
        answer.ok().map(|answer| answer.ok())
    }
}
