//! The program `c4w`, started as by its users.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::fixture::{Ended, Home, Keys, Server};

/// Variables that the environment of the tests may have.
const SETTINGS: [&str; 4] = ["URL", "CLIENT_KEY", "CLIENT_SECRET", "CLIENT_SECRET_FILE"];

/// The program with a server and the keys of a service.
pub(crate) struct C4w<'a> {
    home: &'a Home,
    url: String,
    pub(crate) keys: Keys,
    secret_file: PathBuf,
}

/// The program, with only the test's settings.
pub(crate) fn bare(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_c4w"));
    command.args(arguments).stdin(Stdio::null());
    for name in SETTINGS {
        command.env_remove(format!("C4W_{name}"));
    }
    command
}

impl<'a> C4w<'a> {
    /// With the service of the demonstration.
    pub(crate) fn at(server: &Server, home: &'a Home) -> Self {
        Self::with(home, &server.url, server.demonstration())
    }

    /// With this service, at this address.
    pub(crate) fn with(home: &'a Home, url: &str, keys: Keys) -> Self {
        let secret_file = home.path("secret.txt");
        std::fs::write(&secret_file, format!("{}\n", keys.client_secret)).unwrap();
        Self { home, url: url.to_owned(), keys, secret_file }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = bare(arguments);
        command.env("C4W_URL", &self.url).env("C4W_CLIENT_KEY", &self.keys.client_key);
        command.env("C4W_CLIENT_SECRET_FILE", &self.secret_file);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        let ended = Ended::of(&mut self.command(arguments));
        assert_eq!(self.home.secrets.shown_in(std::slice::from_ref(&ended.stderr)), [""; 0]);
        ended
    }

    /// Runs it with this text on standard input.
    pub(crate) fn run_on(&self, arguments: &[&str], input: &str) -> Ended {
        let mut command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ended { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// A successful run whose only output is one line of JSON.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let ended = self.run(&[&["--json"], arguments].concat());
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{arguments:?}: {ended:?}");
        let answer = serde_json::from_str(&ended.stdout).unwrap();
        self.home.secrets.add_from(&answer);
        answer
    }
}
