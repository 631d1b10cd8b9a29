//! Writers that write whatever happens to the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use crate::common::bodies;
use crate::fixture::{Client, PATIENCE};

const WRITERS: usize = 8;
/// Addresses that all upserts fight for.
const ADDRESSES: usize = 3;

/// Tells the order of beginnings and answers.
pub(crate) type Clock = Arc<AtomicUsize>;

/// A write that was begun, and what is known of its end.
pub(crate) struct Write {
    /// The clock's time at which it was begun. It tells everything that is sent, too.
    pub(crate) begun: usize,
    /// When it was answered, and the id in the answer.
    pub(crate) answered: Option<(usize, String)>,
}

impl Write {
    /// The address, if it is an upsert.
    pub(crate) fn address(&self) -> Option<usize> {
        // Every second one, whatever way the clock advances.
        (self.begun / 2).is_multiple_of(2).then_some(self.begun % ADDRESSES)
    }

    /// What tells this write from all others.
    pub(crate) fn mark(&self) -> String {
        format!("write {}", self.begun)
    }

    /// Values that no other customer has, and values that many have, one after the other.
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

/// Writers at work, and every answer that they get.
pub(crate) struct Writers {
    tasks: Vec<JoinHandle<Vec<Write>>>,
    answers: UnboundedReceiver<u16>,
    enough: Arc<AtomicBool>,
}

impl Writers {
    /// Lets all of them begin, each at one of the servers.
    pub(crate) fn begin(clients: &[Client], organization: &str, clock: &Clock) -> Self {
        let (answered, answers) = unbounded_channel();
        let enough = Arc::new(AtomicBool::new(false));
        let task = |(_, client): (usize, &Client)| {
            let (client, organization, clock) = (client.clone(), organization.to_owned(), clock.clone());
            tokio::spawn(write(client, organization, clock, answered.clone(), enough.clone()))
        };
        Self { tasks: (0..WRITERS).zip(clients.iter().cycle()).map(task).collect(), answers, enough }
    }

    /// Waits for so many answers of this status.
    pub(crate) async fn wait(&mut self, status: u16, mut answers: usize) {
        while answers > 0 {
            let answer = tokio::time::timeout(PATIENCE, self.answers.recv()).await.unwrap();
            answers -= usize::from(answer.unwrap() == status);
        }
    }

    /// Stops those that still have a server, and tells every write that was begun.
    pub(crate) async fn end(self) -> Vec<Write> {
        self.enough.store(true, Ordering::Relaxed);
        let mut writes = Vec::new();
        for task in self.tasks {
            writes.extend(task.await.unwrap());
        }
        writes
    }
}

/// One writer: until it is enough, or an answer stays away.
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
            // It may be carried out or not.
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
