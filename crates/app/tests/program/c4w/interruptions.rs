//! Imports that are interrupted and resumed: no row is lost, and no customer is created twice.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use super::command::C4w;
use super::import::{import, listed, summary, write};
use crate::fixture::{Home, PATIENCE, Server};

const ROWS: u64 = 12_000;

fn rows() -> String {
    (0..ROWS).map(|number| format!("{}\n", json!({"extId": format!("crm-{number}"), "firstName": "Ada"}))).collect()
}

fn spawn(mut command: Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits until this many rows are settled; `false` if the import ended before.
async fn reached(state: &Path, rows: u64, importing: &mut Child) -> bool {
    let settled = || {
        let checkpoint: Value = serde_json::from_str(&std::fs::read_to_string(state).ok()?).ok()?;
        checkpoint["tally"].as_object().map(|tally| tally.values().filter_map(Value::as_u64).sum::<u64>())
    };
    let waiting = async {
        loop {
            if importing.try_wait().unwrap().is_some() {
                return false;
            }
            if settled().is_some_and(|settled| settled >= rows) {
                return true;
            }
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap()
}

/// Without `--deduplicate`, only the number of a row shows that it is repeated.
#[tokio::test]
async fn a_client_that_is_killed_goes_on_where_it_was() {
    for options in [&["--deduplicate", "extId"][..], &[]] {
        let home = Home::new();
        let server = home.start();
        let c4w = C4w::at(&server, &home);
        let file = write(&home, "guests.ndjson", rows());
        let state = home.path("guests.ndjson.c4w-import");
        let begin = [&["import", file.to_str().unwrap(), "--accept-policies"], options].concat();
        let go_on = [&begin[..], &["--resume"]].concat();
        let mut killed = 0;
        for (arguments, rows) in [(&begin, 0), (&go_on, 2000), (&go_on, 5000)] {
            let mut importing = spawn(c4w.command(arguments));
            if reached(&state, rows, &mut importing).await {
                importing.kill().unwrap();
                killed += 1;
            }
            importing.wait().unwrap();
        }
        assert!(killed > 1, "{killed}");
        assert_eq!(import(&c4w, &file, options).code, Some(2), "it has to be said that it goes on");
        let ended = import(&c4w, &file, &[options, &["--resume"]].concat());
        assert_eq!((ended.code, &summary(&ended)["rows"]), (Some(0), &json!(ROWS)), "{ended:?}");
        assert_eq!(listed(&c4w).len() as u64, ROWS);
        server.stop();
    }
}

#[tokio::test]
async fn a_server_that_is_killed_is_waited_for() {
    let home = Home::new();
    let mut server = home.start();
    let c4w = C4w::at(&server, &home);
    let file = write(&home, "guests.ndjson", rows());
    let state = home.path("guests.ndjson.c4w-import");
    let arguments = ["--json", "import", file.to_str().unwrap(), "--accept-policies"];
    let mut importing = spawn(c4w.command(&arguments));
    for rows in [1000, 4000, 8000] {
        if reached(&state, rows, &mut importing).await {
            server = again(&home, server);
        }
    }
    let output = importing.wait_with_output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{stdout} {stderr}");
    let summary: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(summary["rows"], ROWS);
    assert_eq!(listed(&c4w).len() as u64, ROWS);
    server.stop();
}

/// Kills the server and starts it at the same address.
fn again(home: &Home, mut server: Server) -> Server {
    let address = server.address().to_owned();
    server.kill();
    home.start_with(home.command(&["--listen", &address]))
}

#[tokio::test]
async fn another_file_does_not_go_on() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let file = write(&home, "guests.ndjson", rows());
    assert_eq!(import(&c4w, &file, &["--resume"]).code, Some(2), "nothing to go on with");
    let state = home.path("guests.ndjson.c4w-import");
    let mut importing = spawn(c4w.command(&["import", file.to_str().unwrap(), "--accept-policies"]));
    assert!(reached(&state, 0, &mut importing).await);
    importing.kill().unwrap();
    importing.wait().unwrap();
    assert_eq!(import(&c4w, &file, &["--resume", "--set", "language=it"]).code, Some(2), "other options");
    write(&home, "guests.ndjson", "{}\n");
    assert_eq!(import(&c4w, &file, &["--resume"]).code, Some(2), "another file");
    server.stop();
}
