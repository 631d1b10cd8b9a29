//! Writers that write until the server is gone.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::common::bodies;
use crate::fixture::{Client, Server};

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

/// Lets all writers write, kills the server after so many answers, and tells every write that was begun.
pub(crate) async fn write_until_killed(
    mut server: Server,
    client: &Client,
    organization: &str,
    clock: &Clock,
    enough: usize,
) -> Vec<Write> {
    let (answered, mut answers) = unbounded_channel();
    let client = client.at(&server.url);
    let writer = |_| tokio::spawn(write(client.clone(), organization.to_owned(), clock.clone(), answered.clone()));
    let writers: Vec<_> = (0..WRITERS).map(writer).collect();
    drop(answered);
    for _ in 0..enough {
        answers.recv().await.unwrap();
    }
    server.kill();
    let mut writes = Vec::new();
    for writer in writers {
        writes.extend(writer.await.unwrap());
    }
    writes
}

/// One writer: until an answer stays away.
async fn write(client: Client, organization: String, clock: Clock, answered: UnboundedSender<()>) -> Vec<Write> {
    let mut writes: Vec<Write> = Vec::new();
    loop {
        let mut write = Write { begun: clock.fetch_add(1, Ordering::SeqCst), answered: None };
        let Ok(answer) = client.try_post(write.path(), &write.body(&organization)).await else {
            writes.push(write);
            return writes;
        };
        let id = answer.ok()["id"].as_str().unwrap().to_owned();
        write.answered = Some((clock.fetch_add(1, Ordering::SeqCst), id));
        writes.push(write);
        let _ = answered.send(());
    }
}
