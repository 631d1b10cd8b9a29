//! Errors of an administrator: one line on standard error, nothing on standard output, and no change.

use serde_json::Value;

use crate::fixture::{Ended, Home};

const UNKNOWN: &str = "00000000000000000000000000000000";

/// A home with an organization and a service, and the organization's id.
fn home() -> (Home, String) {
    let home = Home::new();
    let added = home.json_lines(&["organization", "add", "--name", "Test"]).remove(0);
    let id = added["organizationId"].as_str().unwrap().to_owned();
    home.json_lines(&["service", "add", "--organization", &id, "--role", "radius"]);
    (home, id)
}

fn everything(home: &Home) -> Vec<Value> {
    [home.json_lines(&["organization", "list"]), home.json_lines(&["service", "list"])].concat()
}

/// Runs each command, and compares its error line.
fn refused(home: &Home, cases: &[(&[&str], &str)]) {
    let before = everything(home);
    for (arguments, expected) in cases {
        let ended = home.run(arguments);
        let line = ended.refusal();
        assert!(line.starts_with(expected), "{arguments:?}: {line}");
    }
    assert_eq!(everything(home), before);
}

#[test]
fn organizations() {
    let (home, _) = home();
    refused(
        &home,
        &[
            (&["organization", "add", "--name", " "], "the name "),
            (&["organization", "add", "--name", &"x".repeat(10_000)], "the name "),
            (&["organization", "add", "--name", "A", "--default-location", ""], "the name of the default location "),
        ],
    );
}

#[test]
fn services() {
    let (home, id) = home();
    let add = |organization, role| vec!["service", "add", "--organization", organization, "--role", role];
    refused(
        &home,
        &[
            (&[&add(&id, "radius")[..], &["--name", "\t"]].concat(), "the name "),
            (&add(UNKNOWN, "radius"), &format!("there is no organization {UNKNOWN}")),
            (&add("venue", "radius"), "there is no organization venue"),
            (&["service", "revoke", "ck-unknown"], "there is no service ck-unknown"),
            (&["service", "revoke", ""], "there is no service "),
        ],
    );
}

/// A value that cannot be one is a wrong command line, whose exit code is another.
#[test]
fn words_that_an_option_does_not_know() {
    let (home, id) = home();
    let before = everything(&home);
    let add = ["service", "add", "--organization", &id, "--role"];
    let account = ["--url", "https://far.example", "--client-key", "ck-1", "--remote-organization", "1"];
    let configure = [&["forwarding", "configure", "--organization", &id][..], &account].concat();
    for (arguments, reason) in [
        ([&add[..], &["admin"]].concat(), "'--role <ROLE>': must be one of: organization_manager "),
        ([&add[..], &["Radius"]].concat(), "'--role <ROLE>': must be one of: organization_manager "),
        ([&add[..], &["radius", "--scope", "customer_read,customers"]].concat(), "'--scope <SCOPE>': must be "),
        ([&configure[..], &["--identity", "name"]].concat(), "'--identity <NAME>': must be "),
        (
            vec!["--listen", "localhost:8080"],
            "'--listen <ADDRESS>': must be an IP address and a port, such as 127.0.0.1:8080",
        ),
        (vec!["--radius-listen", "1812"], "'--radius-listen <ADDRESS>': must be an IP address and a port, such as "),
    ] {
        let ended = home.run(&arguments);
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.stderr.contains(reason), "{ended:?}");
    }
    assert_eq!(everything(&home), before);
}

#[test]
fn a_data_directory_that_is_a_file_is_told() {
    let home = Home::new();
    let file = home.write("data.txt", "");
    let ended = Ended::of(&mut home.bare(&["--data-dir", &file]));
    assert_eq!(ended.refusal(), "the data directory data.txt is a file, not a directory");
}

#[test]
fn settings_files() {
    let (home, id) = home();
    for (settings, expected) in [
        ("tokens = ", "reading settings.toml, line 1: "),
        ("tokens = 5", "reading settings.toml, line 1: "),
        ("answerCredentialsOnHit = \"no\"", "reading settings.toml, line 1: "),
        ("answerCredentials = false", "reading settings.toml, line 1: "),
        ("tokens = { life = 5 }", "reading settings.toml, line 1: "),
        ("tokens = { expiresIn = -1 }", "reading settings.toml, line 1: "),
        ("tokens = { expiresIn = 4294967296 }", "reading settings.toml, line 1: "),
        ("tokens = { expiresIn = 0 }", "tokens.expiresIn must be from 1 to 2592000 seconds"),
        ("tokens = { expiresIn = 2592001 }", "tokens.expiresIn must be from 1 to 2592000 seconds"),
        ("tokens = { hits = 0 }", "tokens.hits must be from 1 to 1000000"),
        ("tokens = { hits = 1000001 }", "tokens.hits must be from 1 to 1000000"),
        ("[passpoint]\nrealm = \"a b\"", "passpoint.realm must be a name "),
        ("[passpoint]\nserverNames = [\"*\"]", "passpoint.serverNames must be a name "),
        ("[wpa2]\nssid = \"\"", "wpa2.ssid must not be blank"),
        ("[activation]\ncolor = \"red\"", "activation.color must be # "),
        ("[activation]\ncolour = \"red\"", "reading settings.toml, line 2: "),
        ("policies = [{ name = \"privacy\", required = false }]", "policies[0].required must be true"),
        ("policies = [{ name = \"loyalty\", required = true }]", "policies.name must be one of: "),
        ("policies = [{ name = \"privacy\" }]", "reading settings.toml, line 1: "),
        ("defaultLocationId = \"foyer\"", "defaultLocationId "),
        (&format!("defaultLocationId = \"{UNKNOWN}\""), "defaultLocationId "),
    ] {
        let file = home.write("settings.toml", settings);
        refused(&home, &[(&["organization", "configure", &id, "--file", &file], expected)]);
    }
}

#[test]
fn settings_files_that_cannot_be_read() {
    let (home, id) = home();
    let file = home.write("settings.toml", "");
    std::fs::write(home.path("binary.toml"), b"\xFF\xFE").unwrap();
    refused(
        &home,
        &[
            (&["organization", "configure", &id, "--file", "missing.toml"], "reading missing.toml: "),
            (&["organization", "configure", &id, "--file", "."], "reading .: "),
            (&["organization", "configure", &id, "--file", "binary.toml"], "reading binary.toml: "),
            (&["organization", "configure", UNKNOWN, "--file", &file], &format!("there is no organization {UNKNOWN}")),
            (&["organization", "configure", "venue", "--file", &file], "there is no organization venue"),
        ],
    );
}
