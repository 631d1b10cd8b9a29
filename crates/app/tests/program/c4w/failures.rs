//! Exit codes and their messages.

use std::io::{Read, Write};
use std::net::TcpListener;

use serde_json::{Value, json};

use super::command::{C4w, bare};
use crate::fixture::{Ended, Home, Keys};

const NOBODY: &str = "00000000000000000000000000000000";

#[tokio::test]
async fn each_failure_has_its_code() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let code = |arguments: &[&str]| c4w.run(arguments).code.unwrap();
    let taken = ["customer", "create", "--accept-policies", "--set", "username=ada"];
    assert_eq!(code(&taken), 0);
    assert_eq!(code(&taken), 4, "taken");
    assert_eq!(code(&["customer", "create", "--set", "email=a@b.org"]), 1, "no policies");
    assert_eq!(code(&["customer", "create", "--accept-policies", "--set", "email=odd"]), 1, "not valid");
    assert_eq!(code(&["customer", "create", "--file", "nowhere.json"]), 1, "no file");
    assert_eq!(code(&["customer", "get", NOBODY]), 3, "unknown");
    assert_eq!(code(&["customer", "update", NOBODY]), 2, "nothing to change");
    assert_eq!(code(&["customer", "exists"]), 2, "nothing to look for");
    assert_eq!(code(&["customer", "create", "--set", "email"]), 2, "no value");
    let foreign = ["customer", "create", "--accept-policies", "--organization", NOBODY];
    assert_eq!(code(&foreign), 5, "not its own");
    server.stop();
    assert_eq!(code(&["login", "check"]), 6, "nobody there");
}

#[tokio::test]
async fn programs_are_told_what_is_wrong_as_json() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let ended = c4w.run(&["--json", "customer", "create", "--set", "email=odd", "--set", "phoneNumber=1"]);
    let body: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((&body["status"], &body["code"]), (&json!("KO"), &json!("invalid_parameters")));
    let fields: Vec<_> = body["errors"].as_array().unwrap().iter().map(|error| error["field"].clone()).collect();
    assert!(fields.contains(&json!("email")) && fields.contains(&json!("phoneNumber")), "{fields:?}");
    assert_eq!(ended.stderr.lines().count(), 1, "{}", ended.stderr);
    server.stop();
}

#[tokio::test]
async fn a_wrong_secret_is_refused_and_shown_nowhere() {
    let home = Home::new();
    let server = home.start();
    let keys = server.demonstration();
    let wrong = Keys { client_secret: "a-wrong-secret".to_owned(), ..keys.clone() };
    let ended = C4w::with(&home, &server.url, wrong).run(&["login", "check"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(5), ""));
    assert!(!ended.stderr.contains("a-wrong-secret"), "{}", ended.stderr);

    let mut by_environment = bare(&["login", "check"]);
    by_environment.env("C4W_URL", &server.url).env("C4W_CLIENT_KEY", &keys.client_key);
    by_environment.env("C4W_CLIENT_SECRET", &keys.client_secret);
    assert_eq!(Ended::of(&mut by_environment).code, Some(0));
    server.stop();
}

#[test]
fn what_is_missing_is_said() {
    let all = [("C4W_URL", "http://127.0.0.1:1"), ("C4W_CLIENT_KEY", "ck-1"), ("C4W_CLIENT_SECRET", "long-secret")];
    for missing in ["C4W_URL", "C4W_CLIENT_KEY", "C4W_CLIENT_SECRET"] {
        let mut command = bare(&["login", "check"]);
        command.envs(all.into_iter().filter(|(name, _)| *name != missing));
        let ended = Ended::of(&mut command);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{missing}");
        assert!(ended.stderr.contains(missing), "{}", ended.stderr);
    }
}

#[test]
fn no_flag_shows_the_secret() {
    let help = Ended::of(&mut bare(&["--help"])).stdout;
    assert!(!help.contains("--client-secret "), "{help}");
    let refused = Ended::of(&mut bare(&["--client-secret", "x", "login", "check"]));
    assert_eq!(refused.code, Some(2));
}

/// A server that refuses one request with this message, and its address.
fn refuses_all(message: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let body = format!(r#"{{"status":"KO","code":"unauthorized","message":"{message}"}}"#);
    let head = "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nConnection: close";
    let answer = format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    std::thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        // The content of the request does not matter.
        let _ = client.read(&mut [0; 65_536]).unwrap();
        client.write_all(answer.as_bytes()).unwrap();
    });
    format!("http://{address}")
}

/// A file and a server can contain anything; the terminal gets none of it unescaped.
#[tokio::test]
async fn nothing_from_outside_controls_the_terminal() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let (clear, reverse) = ("\u{1b}[2J", "\u{202e}");
    let file = home.path("odd.csv");
    std::fs::write(&file, format!("email,na{clear}{reverse}me\nada@example.org,Ada\n")).unwrap();
    let by_file = c4w.run(&["import", file.to_str().unwrap(), "--accept-policies"]);
    assert_eq!(by_file.code, Some(2), "{by_file:?}");
    let by_server = C4w::with(&home, &refuses_all("\\u001b[2J\\u202e"), c4w.keys.clone()).run(&["login", "check"]);
    assert_eq!(by_server.code, Some(5), "{by_server:?}");
    for ended in [by_file, by_server] {
        assert!(ended.stderr.contains("\u{FFFD}[2J\u{FFFD}"), "it is quoted: {ended:?}");
        let raw = ended.stderr.chars().filter(|it| it.is_control() && *it != '\n' || *it == '\u{202e}').count();
        assert_eq!(raw, 0, "{ended:?}");
        assert_eq!(ended.stderr.lines().count(), 1, "{ended:?}");
    }
    server.stop();
}

/// The address is on another machine, and the secret's file is missing, so that no request is sent there.
#[test]
fn an_unencrypted_address_is_remarked() {
    let run = |url: &str| {
        let mut command = bare(&["--client-secret-file", "nowhere.txt", "login", "check"]);
        Ended::of(command.env("C4W_URL", url).env("C4W_CLIENT_KEY", "ck-1")).stderr
    };
    assert!(run("http://192.0.2.1").contains("unencrypted"));
    for url in ["https://192.0.2.1", "http://127.0.0.1:1"] {
        assert!(!run(url).contains("unencrypted"), "{url}");
    }
}
