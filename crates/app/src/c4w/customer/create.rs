//! `c4w customer create`

use c4w_client::{Client, Creation};
use serde_json::Value;

use crate::body::accept_policies;
use crate::cli::Create;
use crate::failure::Failure;
use crate::login;
use crate::output::Output;

pub(super) async fn run(client: &dyn Client, options: Create, output: Output) -> Result<(), Failure> {
    let mut body = options.body.read()?;
    if options.accept_policies {
        accept_policies(&mut body)?;
    }
    body.entry("source").or_insert(Value::String(options.source));
    if let Some(organization) = options.organization {
        body.insert("organizationId".to_owned(), Value::String(organization));
    }
    if !body.contains_key("organizationId") {
        body.insert("organizationId".to_owned(), Value::String(login::organization(client).await?));
    }
    let how = Creation { deduplicate: options.deduplicate, idempotency_key: options.idempotency_key };
    output.answer(&client.create_customer(&body, &how).await?)
}
