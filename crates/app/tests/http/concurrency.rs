//! Concurrent callers: one person remains one customer.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::fixture::{Answer, Caller, Registry};

const TASKS: usize = 64;
const ROUNDS: usize = 200;

/// Posts all bodies concurrently.
async fn post_at_once(caller: &Caller, query: &'static str, bodies: Vec<Value>) -> Vec<Answer> {
    let tasks: Vec<_> = bodies
        .into_iter()
        .map(|body| {
            let caller = caller.clone();
            tokio::spawn(async move { caller.create_answer(query, body).await })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn one_new_address_posted_at_once_makes_one_customer() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let mut seen = BTreeSet::new();
    for round in 0..ROUNDS {
        let body = json!({"email": format!("guest{round}@example.org")});
        let answers = post_at_once(&manager, "?deduplicate=email", vec![body; TASKS]).await;
        let ids: BTreeSet<_> = answers.iter().map(|answer| answer.ok()["id"].to_string()).collect();
        assert_eq!((answers.len(), ids.len()), (TASKS, 1), "round {round}");
        seen.extend(ids);
    }
    assert_eq!(seen.len(), ROUNDS);
}

#[tokio::test(flavor = "multi_thread")]
async fn crossed_pairs_never_give_a_value_two_owners() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let mut conflicts = 0;
    for round in 0..ROUNDS {
        let email = format!("guest{round}@example.org");
        let phone = format!("+4420794{:05}", 60_000 + round);
        let bodies = (0..TASKS).map(|task| match task % 3 {
            0 => json!({"email": email}),
            1 => json!({"phoneNumber": phone}),
            _ => json!({"email": email, "phoneNumber": phone}),
        });
        let answers = post_at_once(&manager, "?deduplicate=email,phoneNumber", bodies.collect()).await;
        let owner = async |query, body: &Value| manager.create_answer(query, body.clone()).await.ok()["id"].clone();
        let of_email = owner("?deduplicate=email", &json!({"email": email})).await;
        let of_phone = owner("?deduplicate=phoneNumber", &json!({"phoneNumber": phone})).await;
        for (task, answer) in answers.iter().enumerate() {
            match (task % 3, answer.status) {
                (0, _) => assert_eq!(answer.ok()["id"], of_email, "round {round}"),
                (1, _) => assert_eq!(answer.ok()["id"], of_phone, "round {round}"),
                (_, 200) => assert!(of_email == of_phone && answer.json()["id"] == of_email, "round {round}"),
                _ => {
                    assert_conflict(answer, &of_email, &of_phone);
                    conflicts += 1;
                }
            }
        }
    }
    assert!(conflicts > 0, "no round met what this is about");
}

fn assert_conflict(answer: &Answer, of_email: &Value, of_phone: &Value) {
    assert_ne!(of_email, of_phone);
    let errors = answer.error(409, "duplicate_conflict")["errors"].clone();
    assert_eq!(errors.as_array().unwrap().len(), 2);
    for (error, (field, owner)) in
        errors.as_array().unwrap().iter().zip([("email", of_email), ("phoneNumber", of_phone)])
    {
        assert_eq!(error["field"], field);
        assert!(error["message"].as_str().unwrap().contains(owner.as_str().unwrap()));
    }
}
