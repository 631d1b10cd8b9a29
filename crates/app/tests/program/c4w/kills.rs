//! Imports whose client and server are killed at random moments: once resumed to the end, the registry has the same
//! customers as after an uninterrupted import, and the rejects file the same rows.

mod guests;
mod moment;

use std::path::PathBuf;
use std::process::{Child, Stdio};

use fastrand::Rng;
use guests::{Form, ROWS};
use moment::Moment;
use serde_json::{Value, json};

use super::command::C4w;
use super::import::write;
use crate::fixture::{Home, Server, rows, seed};
use crate::kill::audit_tables;

/// The variable with the seed of the moments.
const SEED: &str = "GUESTBOOK_KILL_SEED";
/// The number of kills in each of the four tests.
const KILLS: u64 = 5;
const MOMENTS: [Moment; 3] = [Moment::Begun, Moment::Settled, Moment::Saving];
/// All columns of a customer except those that differ each time: ids, times, password.
const COLUMNS: [&str; 27] = [
    "source",
    "locked",
    "hotspot_id",
    "first_name",
    "last_name",
    "phone_number",
    "phone_verified",
    "email",
    "email_verified",
    "gender",
    "birth_date",
    "language",
    "country",
    "zip_code",
    "company_name",
    "civil_status",
    "double_optin",
    "picture",
    "profile_id",
    "ext_id",
    "ext_prop1",
    "ext_prop2",
    "custom",
    "policies",
    "document",
    "processing_data",
    "device",
];

/// An import in progress.
struct Importing<'a> {
    home: &'a Home,
    server: Server,
    c4w: C4w<'a>,
    arguments: Vec<String>,
    state: PathBuf,
    /// Whether a checkpoint exists.
    begun: bool,
    /// `None` if it was killed after everything was done.
    client: Option<Child>,
}

impl<'a> Importing<'a> {
    fn begin(home: &'a Home, form: Form, options: &[&str]) -> Self {
        let keys = home.register();
        let server = home.start();
        let c4w = C4w::with(home, &server.url, keys);
        let file = write(home, form.name(), form.text());
        let fixed = ["--json", "import", file.to_str().unwrap(), "--accept-policies"];
        let arguments = fixed.iter().chain(options).map(|&argument| argument.to_owned()).collect();
        let state = home.path(format!("{}.c4w-import", form.name()));
        let mut importing = Self { home, server, c4w, arguments, state, begun: false, client: None };
        importing.go_on();
        importing
    }

    /// Resumes the client.
    fn go_on(&mut self) {
        let before = self.begun;
        self.begun |= self.state.exists();
        let mut arguments: Vec<_> = self.arguments.iter().map(String::as_str).collect();
        match (before, self.state.exists()) {
            (true, false) => return,
            (_, true) => arguments.push("--resume"),
            (false, false) => {}
        }
        let mut client = self.c4w.command(&arguments);
        self.client = Some(client.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
    }

    /// Kills the client or the server at this moment, and starts it again. `false` if the import had ended.
    fn kill(&mut self, client: bool, moment: Moment, random: &mut Rng) -> bool {
        if self.client.as_mut().is_some_and(|client| client.try_wait().unwrap().is_some()) && self.state.exists() {
            self.go_on();
        }
        let Some(importing) = &mut self.client else { return false };
        if !moment.wait(random, &self.state, importing) {
            return false;
        }
        if client {
            let mut importing = self.client.take().unwrap();
            importing.kill().unwrap();
            importing.wait().unwrap();
            self.go_on();
        } else {
            let address = self.server.address().to_owned();
            self.server.kill();
            self.server = self.home.start_with(self.home.command(&["--listen", &address]));
        }
        true
    }

    /// Waits for the end, and returns the summary. If the client gave up because the server was away for too long, it
    /// is resumed, as its user would do.
    fn end(mut self) -> Option<Value> {
        while let Some(client) = self.client.take() {
            let output = client.wait_with_output().unwrap();
            if output.status.code() == Some(6) {
                self.go_on();
                continue;
            }
            assert_eq!(output.status.code(), Some(1), "{output:?}");
            self.server.stop();
            let told = String::from_utf8(output.stdout).unwrap();
            return Some(serde_json::from_str(told.lines().next().unwrap()).unwrap());
        }
        self.server.stop();
        None
    }
}

/// Every customer, with its keys.
async fn stored(home: &Home) -> Vec<Vec<String>> {
    // Names contain the line break.
    let column = |name: &&str| format!("replace(coalesce(CAST({name} AS text), '-'), '\n', ' ')");
    let columns: Vec<_> = COLUMNS.iter().map(column).collect();
    let named = "CASE WHEN username = 'taken' THEN username ELSE '' END";
    let mut all = rows(home, &format!("SELECT {named} || '|' || {} FROM customer", columns.join(" || '|' || "))).await;
    all.extend(rows(home, "SELECT kind || '|' || value FROM customer_key").await);
    all.sort();
    all
}

async fn ends_as_in_one_go(seed: u64, homes: [Home; 2], form: Form, options: &[&str]) {
    let [home, undisturbed] = homes;
    let mut importing = Importing::begin(&home, form, options);
    let mut random = Rng::with_seed(seed);
    let (first, mut killed) = (random.u64(..2), 0);
    for turn in first..first + KILLS {
        let moment = MOMENTS[random.usize(..MOMENTS.len())];
        killed += u64::from(importing.kill(turn.is_multiple_of(2), moment, &mut random));
    }
    let told = importing.end();
    let expected = Importing::begin(&undisturbed, form, options).end().unwrap();
    if let Some(told) = told {
        assert_eq!((&told["rows"], &told["rejected"]), (&json!(ROWS), &expected["rejected"]));
    }
    assert_eq!(stored(&home).await, stored(&undisturbed).await);
    audit_tables(&home).await;
    let rejects = |home: &Home| std::fs::read_to_string(home.path(format!("{}.rejects", form.name()))).unwrap();
    assert_eq!(rejects(&home), rejects(&undisturbed));
    assert!(killed + 1 >= KILLS, "{killed}");
}

#[tokio::test]
async fn csv_with_names_ends_as_in_one_go() {
    let seed = seed(SEED);
    println!("{SEED}={seed}");
    let options = ["--deduplicate", "extId,email"];
    ends_as_in_one_go(seed, [Home::new(), Home::new()], Form::Csv, &options).await;
}

#[tokio::test]
async fn json_without_names_ends_as_in_one_go() {
    let seed = seed(SEED);
    println!("{SEED}={seed}");
    ends_as_in_one_go(seed, [Home::new(), Home::new()], Form::Lines, &[]).await;
}

#[tokio::test]
async fn json_with_names_ends_as_in_one_go_on_postgres() {
    let seed = seed(SEED);
    println!("{SEED}={seed}");
    let options = ["--deduplicate", "extId,email"];
    ends_as_in_one_go(seed, [Home::on_postgres(), Home::on_postgres()], Form::Lines, &options).await;
}

#[tokio::test]
async fn csv_without_names_ends_as_in_one_go_on_postgres() {
    let seed = seed(SEED);
    println!("{SEED}={seed}");
    ends_as_in_one_go(seed, [Home::on_postgres(), Home::on_postgres()], Form::Csv, &[]).await;
}
