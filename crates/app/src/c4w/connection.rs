//! The address of the API, and the credentials.

use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use c4w_client::{Credentials, RealClient, Secret, Settings, is_unencrypted};
use clap::Args;

use crate::failure::Failure;
use crate::output::Output;

/// The variable with the client secret itself. It has no flag, since process lists would show it.
const SECRET: &str = "C4W_CLIENT_SECRET";

/// Taken by every command, so they have a heading of their own in its help.
#[derive(Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct Connection {
    #[arg(
        long,
        global = true,
        env = "C4W_URL",
        value_name = "URL",
        help = "The address of the API, such as https://explore.cloud4wi.com"
    )]
    url: Option<String>,
    /// The service's key, ck-...
    #[arg(long, global = true, env = "C4W_CLIENT_KEY", value_name = "KEY")]
    client_key: Option<String>,
    /// A file with only the service's secret
    #[arg(long, global = true, env = "C4W_CLIENT_SECRET_FILE", value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
}

impl Connection {
    /// A client, which logs in at its first call.
    pub(crate) fn open(&self, output: Output) -> Result<RealClient, Failure> {
        let url = self.url.clone().ok_or_else(|| Failure::usage("give the address of the API: --url or C4W_URL"))?;
        let client_key = self.client_key.clone();
        let client_key =
            client_key.ok_or_else(|| Failure::usage("give the client key: --client-key or C4W_CLIENT_KEY"))?;
        if is_unencrypted(&url) {
            output
                .remark("the client secret and the customers cross the network unencrypted: the address is not https");
        }
        let credentials = Credentials { client_key, client_secret: self.secret()? };
        Ok(RealClient::new(Settings::new(url, credentials))?)
    }

    fn secret(&self) -> Result<Secret, Failure> {
        if let Some(file) = &self.client_secret_file {
            return read(file);
        }
        if let Ok(secret) = std::env::var(SECRET) {
            return Ok(Secret::new(secret));
        }
        if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
            return Err(Failure::usage(format!("there is no secret: --client-secret-file or {SECRET}")));
        }
        let secret = rpassword::prompt_password("Client secret: ");
        secret.map(Secret::new).map_err(|error| Failure::local("reading the secret", &error))
    }
}

fn read(file: &Path) -> Result<Secret, Failure> {
    let text = fs::read_to_string(file);
    let text = text.map_err(|error| Failure::local(format!("reading {}", file.display()), &error))?;
    Ok(Secret::new(text.trim()))
}
