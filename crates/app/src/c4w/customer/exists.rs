//! `c4w customer exists`

use c4w_client::Client;
use serde_json::json;

use crate::cli::Exists;
use crate::failure::Failure;
use crate::login;
use crate::output::Output;

pub(super) async fn run(client: &dyn Client, options: Exists, output: Output) -> Result<(), Failure> {
    let values = [
        ("cid", options.id),
        ("username", options.username),
        ("email", options.email),
        ("phoneNumber", options.phone_number),
        ("extId", options.ext_id),
        ("extProp1", options.ext_prop1),
        ("extProp2", options.ext_prop2),
    ];
    let values: Vec<_> = values.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
    let organization = login::organization(client).await?;
    if client.customer_exists(&organization, &values).await? {
        output.either(&json!({"exists": true}), "yes")
    } else {
        Err(Failure::Nobody)
    }
}
