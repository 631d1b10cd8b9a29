//! `c4w customer history`

use c4w_client::wire::{CustomerEvent, Text};
use c4w_client::{Client, Page};

use crate::failure::Failure;
use crate::output::Output;

pub(super) async fn run(client: &dyn Client, id: &str, output: Output) -> Result<(), Failure> {
    let mut page = Page::default();
    loop {
        let part = client.customer_history(id, &page).await?;
        for event in part.history.unwrap_or_default() {
            let json = serde_json::to_value(&event).map_err(|error| Failure::local("writing the answer", &error))?;
            output.either(&json, &line(&event))?;
        }
        let Some(sid) = part.sid else { return Ok(()) };
        page.sid = Some(sid.to_string());
    }
}

/// Time, call, service and fields.
fn line(event: &CustomerEvent) -> String {
    let text = |text: &Option<Text>| text.as_ref().map_or_else(String::new, Text::to_string);
    let fields: Vec<_> = event.fields.iter().flatten().map(Text::as_str).collect();
    let (time, call, service) = (text(&event.time), text(&event.call), text(&event.service_id));
    format!("{time}  {call:<6}  {service}  {}", fields.join(" ")).trim_end().to_owned()
}
