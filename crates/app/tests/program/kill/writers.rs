//! Writers that keep writing whatever happens to the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use crate::common::bodies;
use crate::fixture::{Client, PATIENCE};

const WRITERS: usize = 8;
/// The number of addresses that all upserts contend for.
const ADDRESSES: usize = 3;

/// Determines the order of starts and answers.
pub(crate) type Clock = Arc<AtomicUsize>;

/// A write that was started, and what is known of its end.
pub(crate) struct Write {
    /// The clock's time at its start. It also determines all values that are sent.
    pub(crate) begun: usize,
    /// The time of its answer, and the id in the answer.
    pub(crate) answered: Option<(usize, String)>,
}

impl Write {
    /// The address, if it is an upsert.
    pub(crate) fn address(&self) -> Option<usize> {
        // Every second one, however the clock advances.
        (self.begun / 2).is_multiple_of(2).then_some(self.begun % ADDRESSES)
    }

    /// A text that is unique to this write.
    pub(crate) fn mark(&self) -> String {
        format!("write {}", self.begun)
    }

    /// Values that no other customer has, and values that many customers have in turn.
    pub(crate) fn body(&self, organization: &str) -> Value {
        let number = self.begun;
        let members = match self.address() {
            Some(address) => json!({
                "email": format!("shared-{address}@example.org"),
                "extProp1": format!("card-{}", number % 7),
                "extProp2": self.mark(),
            }),
            None => json!({
                "email": format!("person-{number}@example.org"),
                "password": format!("hunter2-{number:08}"),
                "phoneNumber": format!("+4420794609{:02}", number % 50),
                "extId": self.mark(),
                "extProp1": format!("card-{}", number % 7),
                "device": {"guid": format!("device-{}", number % 11)},
            }),
        };
        bodies::with(organization, members)
    }

    fn path(&self) -> &'static str {
        if self.address().is_some() { "/v3/customers?deduplicate=email" } else { "/v3/customers" }
    }
}

/// The running writers, and every answer that they get.
pub(crate) struct Writers {
    tasks: Vec<JoinHandle<Vec<Write>>>,
    answers: UnboundedReceiver<u16>,
    enough: Arc<AtomicBool>,
}

impl Writers {
    /// Starts all of them, each at one of the servers.
    pub(crate) fn begin(clients: &[Client], organization: &str, clock: &Clock) -> Self {
        let (answered, answers) = unbounded_channel();
        let enough = Arc::new(AtomicBool::new(false));
        let task = |(_, client): (usize, &Client)| {
            let (client, organization, clock) = (client.clone(), organization.to_owned(), clock.clone());
            tokio::spawn(write(client, organization, clock, answered.clone(), enough.clone()))
        };
        Self { tasks: (0..WRITERS).zip(clients.iter().cycle()).map(task).collect(), answers, enough }
    }

    /// Waits for this many answers with this status.
    pub(crate) async fn wait(&mut self, status: u16, mut answers: usize) {
        while answers > 0 {
            let answer = tokio::time::timeout(PATIENCE, self.answers.recv()).await.unwrap();
            answers -= usize::from(answer.unwrap() == status);
        }
    }

    /// Stops the remaining writers, and returns every write that was started.
    pub(crate) async fn end(self) -> Vec<Write> {
        self.enough.store(true, Ordering::Relaxed);
        let mut writes = Vec::new();
        for task in self.tasks {
            writes.extend(task.await.unwrap());
        }
        writes
    }
}

/// A single writer: it runs until it is stopped, or an answer is lost.
async fn write(
    client: Client,
    organization: String,
    clock: Clock,
    answered: UnboundedSender<u16>,
    enough: Arc<AtomicBool>,
) -> Vec<Write> {
    let mut writes: Vec<Write> = Vec::new();
    while !enough.load(Ordering::Relaxed) {
        let mut write = Write { begun: clock.fetch_add(1, Ordering::SeqCst), answered: None };
        let Ok(answer) = client.try_post(write.path(), &write.body(&organization)).await else {
            writes.push(write);
            break;
        };
        if answer.status == 503 {
            // It may or may not be carried out.
            assert!(answer.header("retry-after").parse::<u32>().is_ok(), "{answer:?}");
        } else {
            let id = answer.ok()["id"].as_str().unwrap().to_owned();
            write.answered = Some((clock.fetch_add(1, Ordering::SeqCst), id));
        }
        writes.push(write);
        let _ = answered.send(answer.status);
    }
    writes
}
