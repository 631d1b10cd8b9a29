//! `c4w customer erase`

use std::io::{self, IsTerminal, Write};

use c4w_client::Client;
use serde_json::json;

use crate::failure::Failure;
use crate::output::Output;
use crate::terminal::printable;

pub(super) async fn run(client: &dyn Client, id: &str, yes: bool, output: Output) -> Result<(), Failure> {
    if !yes && !confirmed(id)? {
        return Err(Failure::Local("nothing was erased".to_owned()));
    }
    client.erase_customer(id).await?;
    output.either(&json!({"status": "OK", "id": id}), &format!("{id} is erased"))
}

fn confirmed(id: &str) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::usage("say --yes: there is no terminal for the question"));
    }
    let failed = |error: io::Error| Failure::local("asking", &error);
    write!(io::stderr(), "Erase {} for good? [y/N] ", printable(id)).map_err(failed)?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map_err(failed)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
