//! `c4w customer update`

use c4w_client::Client;

use crate::body::BodyOptions;
use crate::failure::Failure;
use crate::output::Output;

pub(super) async fn run(client: &dyn Client, id: &str, body: &BodyOptions, output: Output) -> Result<(), Failure> {
    let changes = body.read()?;
    if changes.is_empty() {
        return Err(Failure::usage("say what to change: --set or --file"));
    }
    output.answer(&client.update_customer(id, &changes).await?)
}
