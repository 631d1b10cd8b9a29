//! `c4w customer` and `c4w login`: their effects and their output.

use std::process::Stdio;

use serde_json::{Value, json};

use super::command::{C4w, bare};
use crate::fixture::{Ended, Home, Registry};

/// Creates a customer with this address.
fn create(c4w: &C4w<'_>, email: &str, more: &[&str]) -> Value {
    let email = format!("email={email}");
    c4w.json(&[&["customer", "create", "--accept-policies", "--set", &email], more].concat())
}

#[tokio::test]
async fn a_customer_is_created_changed_and_found() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let created = create(&c4w, "ada@example.org", &["--set", "lock=false", "--set", "custom.tier=gold"]);
    let id = created["id"].as_str().unwrap();
    assert_eq!((&created["organizationId"], &created["locked"]), (&json!(c4w.keys.organization), &json!(false)));

    let found = create(&c4w, "ADA@example.org", &["--set", "firstName=Ada", "--deduplicate", "email"]);
    assert_eq!(found["id"], id);
    c4w.json(&["customer", "update", id, "--set", "language=it", "--set", "custom.tier="]);
    let stored = c4w.json(&["customer", "get", id]);
    assert_eq!((&stored["firstName"], &stored["language"]), (&json!("Ada"), &json!("it")));
    assert_eq!((&stored["custom"], &stored["source"]), (&Value::Null, &json!("api")));

    assert_eq!(c4w.json(&["customer", "exists", "--email", "ada@example.org"]), json!({"exists": true}));
    let nobody = c4w.run(&["customer", "exists", "--email", "ada@example.org", "--ext-id", "x"]);
    assert_eq!((nobody.code, nobody.stdout.as_str()), (Some(3), ""));
    server.stop();
}

#[tokio::test]
async fn a_body_comes_from_a_file_or_from_standard_input() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let body = json!({"firstName": "Ada", "source": "kiosk", "policies": {"privacy": true, "termsOfUse": true}});
    std::fs::write(home.path("ada.json"), body.to_string()).unwrap();
    let file = home.path("ada.json");
    let from_file = c4w.json(&["customer", "create", "--file", file.to_str().unwrap(), "--set", "firstName=Augusta"]);
    let input = ["--json", "customer", "create", "--file", "-"];
    let from_input = c4w.run_on(&input, &body.to_string());
    let from_input: Value = serde_json::from_str(&from_input.stdout).unwrap();
    home.secrets.add_from(&from_input);
    for (created, name) in [(from_file, "Augusta"), (from_input, "Ada")] {
        let stored = c4w.json(&["customer", "get", created["id"].as_str().unwrap()]);
        assert_eq!((&stored["firstName"], &stored["source"]), (&json!(name), &json!("kiosk")));
        // What was printed can be sent back.
        let [id, stored] = [&stored["id"], &stored].map(Value::to_string);
        let again = c4w.run_on(&["customer", "update", id.trim_matches('"'), "--file", "-"], &stored);
        assert_eq!(again.code, Some(0), "{again:?}");
    }
    std::fs::write(home.path("odd.json"), json!({"emial": "a@example.org"}).to_string()).unwrap();
    let odd = c4w.run(&["customer", "create", "--accept-policies", "--file", home.path("odd.json").to_str().unwrap()]);
    assert_eq!(odd.code, Some(2), "{odd:?}");
    assert!(odd.stderr.contains("there is no field \"emial\""), "{odd:?}");
    server.stop();
}

#[tokio::test]
async fn a_repeated_request_is_known_by_its_key() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let key = ["--idempotency-key", "booking-4711"];
    assert_eq!(create(&c4w, "a@b.org", &key)["id"], create(&c4w, "a@b.org", &key)["id"]);
    assert_ne!(create(&c4w, "a@b.org", &[])["id"], create(&c4w, "a@b.org", &[])["id"]);
    server.stop();
}

#[tokio::test]
async fn tokens_are_issued_as_they_are_asked_for() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let id = create(&c4w, "a@b.org", &[])["id"].as_str().unwrap().to_owned();
    let issued = c4w.json(&["customer", "token", &id, "--expires-in", "60", "--hits", "3"]);
    assert_eq!((issued["token"].as_str().unwrap().len(), &issued["hits"]), (28, &json!(3)));
    let people = c4w.run(&["customer", "token", &id]);
    assert!(people.stdout.lines().any(|line| line.starts_with("token: ")), "{people:?}");
    server.stop();
}

#[tokio::test]
async fn a_history_is_told_whole_and_an_erasure_takes_a_yes() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let id = create(&c4w, "a@b.org", &[])["id"].as_str().unwrap().to_owned();
    for number in 0..120 {
        c4w.json(&["customer", "update", &id, "--set", &format!("firstName=Ada {number}")]);
    }
    let history = c4w.run(&["--json", "customer", "history", &id]);
    let events: Vec<Value> = history.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((events.len(), &events[0]["call"], &events[120]["call"]), (121, &json!("create"), &json!("update")));

    let without = c4w.run(&["customer", "erase", &id]);
    assert_eq!(without.code, Some(2), "{without:?}");
    assert_eq!(c4w.run(&["customer", "erase", &id, "--yes"]).stdout, format!("{id} is erased\n"));
    assert_eq!(c4w.run(&["customer", "get", &id]).code, Some(3));
    server.stop();
    assert_eq!(Registry::open(&home).await.organizations().await.len(), 1);
}

#[tokio::test]
async fn a_check_tells_who_is_logged_in() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let service = c4w.json(&["login", "check"]);
    assert_eq!(service["organizations"], json!([c4w.keys.organization]));
    assert_eq!(service["authorities"], json!(["organization_manager"]));
    let people = c4w.run(&["login", "check"]);
    assert!(people.stdout.contains(&format!("organizations[0]: {}\n", c4w.keys.organization)), "{people:?}");
    server.stop();
}

#[test]
fn shells_get_their_completions() {
    for shell in ["bash", "zsh", "fish"] {
        let ended = Ended::of(&mut bare(&["completions", shell]));
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
        assert!(ended.stdout.contains("deduplicate"), "{shell}");
    }
    let syntax = std::process::Command::new("bash")
        .args(["-n", "/dev/stdin"])
        .stdin({
            let mut generate = bare(&["completions", "bash"]);
            generate.stdout(Stdio::piped()).spawn().unwrap().stdout.unwrap()
        })
        .status();
    assert!(syntax.unwrap().success());
}

#[test]
fn help_has_examples() {
    for command in [&["--help"][..], &["customer", "create", "--help"], &["customer", "update", "--help"]] {
        let ended = Ended::of(&mut bare(command));
        assert_eq!(ended.code, Some(0));
        assert!(ended.stdout.contains("Examples:\n  "), "{command:?}");
    }
}

/// Else they stand between the filters.
#[test]
fn options_of_the_connection_have_a_heading_of_their_own() {
    for command in
        [&["customer", "find", "--help"][..], &["customer", "list", "--help"], &["export", "--help"], &["--help"]]
    {
        let help = Ended::of(&mut bare(command)).stdout;
        let (own, connection) = help.split_once("\nConnection:\n").unwrap_or_else(|| panic!("{command:?}: {help}"));
        // What follows are examples.
        let connection = connection.split("\nExamples:\n").next().unwrap();
        for option in ["--url", "--client-key", "--client-secret-file"] {
            assert!(connection.contains(option) && !own.contains(&format!("{option} <")), "{command:?}: {help}");
        }
        assert!(!connection.contains("--email") && !connection.contains("--limit"), "{command:?}: {help}");
    }
}

#[tokio::test]
async fn customers_are_listed_and_found() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let ada = create(&c4w, "ada@example.org", &["--set", "firstName=Ada", "--set", "lastName=Lovelace"]);
    let bob = create(&c4w, "bob@example.org", &["--set", "firstName=Bob", "--set", "phoneNumber=+442079460958"]);
    let ids = |arguments: &[&str]| -> Vec<String> {
        let ended = c4w.run(&[&["--json", "customer"], arguments].concat());
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{arguments:?}: {ended:?}");
        let id = |line: &str| serde_json::from_str::<Value>(line).unwrap()["cid"].as_str().unwrap().to_owned();
        ended.stdout.lines().map(id).collect()
    };
    let [ada, bob] = [ada, bob].map(|created| created["id"].as_str().unwrap().to_owned());
    assert_eq!(ids(&["list"]), [ada.clone(), bob.clone()]);
    assert_eq!(ids(&["list", "--limit", "1"]), [ada.as_str()]);
    assert_eq!(ids(&["find", "--email", "ADA@example.org"]), [ada.as_str()]);
    assert_eq!(ids(&["find", "--phone-number", "+44 20 7946 0958"]), [bob]);
    assert_eq!(ids(&["find", "--name", "lovelace a"]), [ada.as_str()]);
    assert_eq!(ids(&["list", "--created-since", "2000-01-01", "--created-until", "2001-01-01T00:00:00Z"]), [""; 0]);
    assert_eq!(c4w.json(&["customer", "list", "--count", "--created-since", "2000-01-01"]), json!({"count": 2}));
    let line = c4w.run(&["customer", "find", "--email", "bob@example.org"]).stdout;
    assert!(line.ends_with("  Bob  bob@example.org  +44 20 7946 0958\n"), "{line}");
    let nobody = c4w.run(&["customer", "find", "--email", "eve@example.org"]);
    assert_eq!((nobody.code, nobody.stdout.as_str()), (Some(3), ""));
    assert_eq!(c4w.run(&["customer", "find"]).code, Some(2));
    for option in ["--name", "--email", "--ext-id"] {
        assert_eq!(c4w.run(&["customer", "find", option, ""]).code, Some(2), "{option}");
    }
    assert_eq!(c4w.run(&["customer", "list", "--created-since", "yesterday"]).code, Some(2));
    server.stop();
}

#[tokio::test]
async fn a_dossier_has_everything_of_a_person_and_sessions_tell_who_is_there() {
    let home = Home::new();
    let keys = home.register();
    let role = ["service", "add", "--organization", &keys.organization, "--role", "radius"];
    let radius = home.json_lines(&role).remove(0);
    let server = home.start();
    let c4w = C4w::with(&home, &server.url, keys.clone());
    let person = create(&c4w, "ada@example.org", &["--set", "firstName=Ada", "--set", "custom.tier=gold"]);
    let id = person["id"].as_str().unwrap();
    create(&c4w, "bob@example.org", &[]);
    let account = async |status: &str, session: &str| {
        let username = person["username"].as_str().unwrap();
        let record = format!(
            "status_type={status}&session_id={session}&username={username}&nas_identifier=ap-lobby&session_time=7\
             &calling_station_id=02-11-22-33-44-55"
        );
        let request = server.anybody().request(reqwest::Method::POST, "/radius/accounting");
        let request = request.header("authorization", format!("Bearer {}", radius["bearer"].as_str().unwrap()));
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(record);
        let answer = server.anybody().send(request).await;
        assert_eq!(answer.status / 100, 2, "{}", answer.text);
    };
    account("Start", "one").await;
    account("Stop", "one").await;
    account("Start", "two").await;

    let dossier = c4w.json(&["customer", "dossier", id]);
    assert_eq!(
        (&dossier["customer"]["email"], &dossier["customer"]["custom"]["tier"]),
        (&json!("ada@example.org"), &json!("gold"))
    );
    assert_eq!(dossier["history"][0]["call"], "create");
    assert_eq!(dossier["sessions"].as_array().unwrap().len(), 2);
    let text = c4w.run(&["customer", "dossier", id]).stdout;
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), dossier);
    assert_eq!(c4w.run(&["customer", "dossier", "00000000000000000000000000000000"]).code, Some(3));

    let here = c4w.json(&["sessions"]);
    assert_eq!((&here["customer"]["cid"], &here["session"]["acctSessionId"]), (&json!(id), &json!("two")));
    assert_eq!(c4w.json(&["sessions", "--count"]), json!({"count": 1}));
    let line = c4w.run(&["sessions"]).stdout;
    let updated = here["session"]["updated"].as_str().unwrap();
    assert!(line.contains(&format!("  {updated}  {id}  Ada  02-11-22-33-44-55  ap-lobby")), "{line}");
    server.stop();
}
