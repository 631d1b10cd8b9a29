//! Adding events to the histories of customers.

use domain::history::Event;
use store_json::ConsentsJson;

use super::script::{Script, padded};

/// Adds them. An event is told once, however often it comes; that a creation comes once only is known from the reading.
pub(crate) fn tell(script: &mut Script, events: &[Event]) -> Result<(), sqlx::Error> {
    script.push(
        "INSERT OR IGNORE INTO customer_history (
             bucket, organization_id, customer_id, id, happened_at, service_id, call, fields, accepted, customs,
             more_fields, more_accepted)
         SELECT * FROM ",
    );
    script.push_values(12, padded(events.len()), events, |script, event| {
        script.bind_home(event.organization_id)?;
        script.bind(&event.customer_id.to_bytes()[..])?;
        script.bind(&event.id.to_bytes()[..])?;
        script.bind(event.at.as_millisecond())?;
        script.bind(&event.service_id.to_bytes()[..])?;
        script.bind(event.call.number())?;
        script.bind(event.fields.bits())?;
        script.bind(event.accepted.bits())?;
        match ConsentsJson::of(&event.customs) {
            Some(customs) => script.bind_json(&customs),
            None => script.bind(None::<String>),
        }?;
        script.bind(event.fields.more())?;
        script.bind(event.accepted.more())
    })?;
    script.push(" v WHERE v.column1 IS NOT NULL; ");
    Ok(())
}
