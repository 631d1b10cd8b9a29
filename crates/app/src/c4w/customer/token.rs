//! `c4w customer token`

use c4w_client::{Client, TokenTerms};

use crate::cli::Token;
use crate::failure::Failure;
use crate::output::Output;

pub(super) async fn run(client: &dyn Client, options: &Token, output: Output) -> Result<(), Failure> {
    let terms = TokenTerms { expires_in: options.expires_in, hits: options.hits };
    output.answer(&client.issue_token(&options.id, &terms).await?)
}
