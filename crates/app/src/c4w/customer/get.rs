//! `c4w customer get`

use c4w_client::Client;

use crate::failure::Failure;
use crate::output::Output;

pub(super) async fn run(client: &dyn Client, id: &str, output: Output) -> Result<(), Failure> {
    output.answer(&client.customer(id).await?)
}
