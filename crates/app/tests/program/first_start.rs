//! The first start: its output works when it is pasted into a shell.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::common::{bodies, stored};
use crate::fixture::{Ended, Home, Registry, Server};

/// Runs the text with a real shell and a real curl.
fn shell(script: &str) -> Ended {
    let mut shell = Command::new("sh");
    shell.arg("-e").env("no_proxy", "*").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = shell.spawn().unwrap();
    child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ended { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// The complete script of the first start.
fn script(server: &Server) -> String {
    server.output.wait(|line| line.starts_with("# Documentation of the interface: "));
    server.output.so_far().join("\n") + "\n"
}

/// The bodies that the script sends: login, creation, upsert, update.
fn sent(script: &str) -> [Value; 4] {
    let bodies = script.lines().filter_map(|line| line.split_once(" -d '")?.1.split_once('\''));
    let bodies: Vec<_> = bodies.map(|(body, _)| serde_json::from_str(body).unwrap()).collect();
    bodies.try_into().unwrap()
}

#[tokio::test]
async fn the_printed_script_works_as_it_is() {
    let home = Home::new();
    let server = home.start();
    let keys = server.demonstration();
    let script = script(&server);
    let [_, create, upsert, change] = sent(&script);
    home.secrets.add_from(&create);

    let ended = shell(&script);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{}", ended.stdout);
    let lines: Vec<_> = ended.stdout.lines().collect();
    let [created, id, changed, token, owner] = lines[..] else { panic!("{lines:?}") };
    home.secrets.add(token);
    for answer in [created, changed, owner] {
        let answer: Value = serde_json::from_str(answer).unwrap();
        assert_eq!((&answer["status"], &answer["id"]), (&json!("OK"), &json!(id)), "{answer}");
    }
    assert_eq!(serde_json::from_str::<Value>(owner).unwrap()["organizationId"], keys.organization);
    let page = server.anybody().get(&format!("/activate/{token}")).await;
    assert!(page.status == 200 && page.text.contains("Demonstration"), "{}", page.text);
    assert!(script.contains(&format!("{}/activate/$TOKEN", server.url)), "{script}");

    server.stop();
    let registry = Registry::open(&home).await;
    let customer = stored::as_sent(&registry.customer(&keys.organization, id).await);
    assert_eq!(customer, outcome(create, &upsert, &change));
}

/// The expected customer after the script: the creation with the changes, in stored form.
fn outcome(mut create: Value, upsert: &Value, change: &Value) -> Value {
    for name in ["email", "lastName"] {
        create[name] = upsert[name].clone();
    }
    create["language"] = change["language"].clone();
    create["phoneNumber"] = json!("+442079460958");
    create.as_object_mut().unwrap().remove("hotspotId");
    assert_eq!(change["hotspotId"], Value::Null);
    create
}

#[tokio::test]
async fn the_printed_script_shows_every_field() {
    let home = Home::new();
    let [_, create, ..] = sent(&script(&home.start()));
    let names = |body: &Value| body.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    let full = bodies::full("", "");
    assert_eq!(names(&create), names(&full));
    for group in ["document", "processingData", "device"] {
        assert_eq!(names(&create[group]), names(&full[group]));
    }
}

#[tokio::test]
async fn keys_are_printed_only_once() {
    let home = Home::new();
    let first = home.start();
    let keys = first.demonstration();
    first.stop();
    let second = home.start();
    second.login(&keys).await;
    let url = second.url.clone();
    assert_eq!(second.stop().output, [format!("# Guestbook listens on {url}")]);
    assert_eq!(home.json_lines(&["organization", "list"]).len(), 1);
    assert_eq!(home.json_lines(&["service", "list"]).len(), 1);
}

#[tokio::test]
async fn a_database_that_was_named_stays_empty() {
    let home = Home::new();
    let database = ["--database-url", "sqlite:named.db"];
    let server = home.start_with(home.command(&database));
    let url = server.url.clone();
    assert_eq!(server.stop().output, [format!("# Guestbook listens on {url}")]);
    for list in ["organization", "service"] {
        assert_eq!(home.json_lines(&[&[list, "list"], &database[..]].concat()), [Value::Null; 0]);
    }
    assert!(home.path("named.db").exists() && !home.database().exists());
}

#[tokio::test]
async fn the_script_names_the_public_address() {
    let home = Home::new();
    let server = home.start_with(home.command(&["--public-url", "https://wifi.example/"]));
    let script = script(&server);
    assert!(script.lines().any(|line| line == "URL=https://wifi.example"), "{script}");
    assert!(script.ends_with("https://wifi.example/docs\n"), "{script}");
}

/// If it is killed between organization and service, the first start has not shown any keys yet.
#[tokio::test]
async fn a_first_start_that_was_cut_short_is_finished_by_the_next() {
    let home = Home::new();
    let begun = home.json_lines(&["organization", "add", "--name", "Demonstration"]);
    let server = home.start();
    let keys = server.demonstration();
    assert_eq!(json!(keys.organization), begun[0]["organizationId"]);
    server.login(&keys).await;
    server.stop();
    assert_eq!(home.json_lines(&["organization", "list"]).len(), 1);
}

#[test]
fn a_demonstration_that_was_removed_does_not_come_back() {
    let home = Home::new();
    let server = home.start();
    let keys = server.demonstration();
    server.stop();
    home.json_lines(&["organization", "remove", &keys.organization]);
    let server = home.start();
    let url = server.url.clone();
    assert_eq!(server.stop().output, [format!("# Guestbook listens on {url}")]);
    assert_eq!(home.json_lines(&["organization", "list"]), [Value::Null; 0]);
}

#[tokio::test]
async fn an_organization_of_somebody_is_no_demonstration() {
    let home = Home::new();
    home.run(&["organization", "add", "--name", "Hotel"]);
    let server = home.start();
    let url = server.url.clone();
    assert_eq!(server.stop().output, [format!("# Guestbook listens on {url}")]);
}

/// `cargo run` runs the program of the only default member.
#[test]
fn cargo_run_at_the_root_starts_the_server() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let mut metadata = Command::new(env!("CARGO"));
    metadata.args(["metadata", "--no-deps", "--format-version=1"]).current_dir(root);
    let metadata: Value = serde_json::from_slice(&metadata.output().unwrap().stdout).unwrap();
    let default_members = metadata["workspace_default_members"].as_array().unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let default = packages.iter().filter(|package| default_members.contains(&package["id"]));
    assert_eq!(default.map(|package| &package["default_run"]).collect::<Vec<_>>(), ["http-api"]);
}
