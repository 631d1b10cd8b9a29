//! `c4w customer dossier`: everything that is stored of one person, for a subject access request (GDPR, article 15).

use c4w_client::{Client, Page};
use serde_json::{Value, json};

use crate::export::whole;
use crate::failure::Failure;
use crate::output::Output;

pub(super) async fn run(client: &dyn Client, id: &str, output: Output) -> Result<(), Failure> {
    // If there is no such customer, this reports the API's error.
    client.customer(id).await?;
    let Some(mut customer) = whole::customer(client, id.to_owned(), true).await? else { return Err(Failure::Nobody) };
    let history = customer.as_object_mut().and_then(|members| members.remove("history"));
    let dossier = json!({"customer": customer, "history": history, "sessions": sessions(client, id).await?});
    let text = serde_json::to_string_pretty(&dossier).map_err(|error| Failure::local("writing the answer", &error))?;
    output.document(&dossier, &text)
}

/// All network sessions, the latest first.
async fn sessions(client: &dyn Client, id: &str) -> Result<Vec<Value>, Failure> {
    let (mut page, mut sessions) = (Page::default(), Vec::new());
    loop {
        let part = client.customer_sessions(id, &page).await?;
        for session in part.sessions.unwrap_or_default() {
            sessions
                .push(serde_json::to_value(&session).map_err(|error| Failure::local("writing the answer", &error))?);
        }
        let Some(sid) = part.sid else { return Ok(sessions) };
        page.sid = Some(sid.to_string());
    }
}
