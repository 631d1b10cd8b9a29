//! The sources of the configuration, and the messages about a wrong one.

use std::net::TcpListener;

use serde_json::json;

use crate::common::bodies;
use crate::fixture::{Ended, Home};

/// An address that no machine has (RFC 5737): a server that has to listen there ends.
const NOT_OURS: &str = "192.0.2.1:9";
const ANY_PORT: &str = "127.0.0.1:0";

#[test]
fn the_file_counts() {
    let home = Home::new();
    let file = home.write("config.toml", "listen = \"127.0.0.1:0\"\ndata-dir = \"elsewhere\"");
    let server = home.start_with(home.bare(&["serve", "--config", &file]));
    server.demonstration();
    assert!(!server.address().ends_with(":8080"), "{}", server.address());
    assert!(home.path("elsewhere/guestbook.db").exists());
}

#[test]
fn the_environment_wins_over_the_file() {
    let home = Home::new();
    let file = home.write("config.toml", &format!("listen = \"{NOT_OURS}\"\ndata-dir = \"wrong\""));
    let mut command = home.bare(&[]);
    command.env("GUESTBOOK_CONFIG", &file).env("GUESTBOOK_LISTEN", ANY_PORT).env("GUESTBOOK_DATA_DIR", "right");
    home.start_with(command).demonstration();
    assert!(home.path("right").exists() && !home.path("wrong").exists());
}

#[test]
fn the_command_line_wins_over_the_environment() {
    let home = Home::new();
    let mut command = home.command(&["--listen", ANY_PORT, "--database-url", "sqlite:right.db"]);
    command.env("GUESTBOOK_LISTEN", NOT_OURS).env("GUESTBOOK_DATABASE_URL", "sqlite:wrong.db");
    command.env("GUESTBOOK_DATA_DIR", home.path("wrong")).env("GUESTBOOK_PUBLIC_URL", "https://wrong.example");
    home.start_with(command).stop();
    assert!(home.path("right.db").exists() && home.data().exists());
    assert!(!home.path("wrong.db").exists() && !home.path("wrong").exists());
}

#[test]
fn the_administration_uses_the_same_settings() {
    let home = Home::new();
    let file = home.write("config.toml", "data-dir = \"elsewhere\"");
    let listed = Ended::of(home.bare(&["organization", "list"]).env("GUESTBOOK_CONFIG", &file));
    assert_eq!((listed.code, listed.stdout.as_str()), (Some(0), ""), "{listed:?}");
    assert!(home.path("elsewhere/guestbook.db").exists());
}

#[test]
fn a_wrong_file_is_refused() {
    let home = Home::new();
    for (text, told) in [
        ("\n\nlisen = \"127.0.0.1:0\"", "line 3: unknown field `lisen`"),
        ("listen = \"localhost\"", "line 1"),
        ("listen = 8080", "line 1"),
        ("log-format = \"xml\"", "the form of the log must be text or json"),
        ("public-url = \"wifi.example\"", "the public URL must begin with"),
        ("log = \"[\"", "reading the log's filter"),
    ] {
        let file = home.write("config.toml", text);
        let ended = home.run(&["--config", &file]);
        assert!(ended.refusal().contains(told), "{ended:?}");
    }
    assert!(home.run(&["--config", "missing.toml"]).refusal().starts_with("reading missing.toml: "));
    assert!(!home.data().exists(), "nothing was made");
}

#[test]
fn a_password_in_a_wrong_database_url_is_not_repeated() {
    let home = Home::new();
    let form = "the database URL must have the form sqlite:FILE, without parameters, or \
                postgres://USER:PASSWORD@HOST:PORT/DATABASE";
    for (url, expected) in [
        ("hunter2hunter2", form),
        ("mysql://guest:hunter2hunter2@db/guestbook", form),
        (
            "postgres://guest:hunter2hunter2@db:port/guestbook",
            "the database URL must have the form postgres://USER:PASSWORD@HOST:PORT/DATABASE",
        ),
    ] {
        let mut environment = home.command(&[]);
        assert_eq!(Ended::of(environment.env("GUESTBOOK_DATABASE_URL", url)).refusal(), expected);
        assert_eq!(home.run(&["--database-url", url]).refusal(), expected);
        let file = home.write("config.toml", &format!("database-url = \"{url}\""));
        assert_eq!(home.run(&["--config", &file]).refusal(), expected);
    }
}

#[test]
fn a_password_in_a_damaged_file_is_not_repeated() {
    let home = Home::new();
    for text in [
        "database-url = \"postgres://guest:hunter2hunter2@db/guestbook",
        "database-url = postgres://guest:hunter2hunter2@db/guestbook",
        "database-url = [\"postgres://guest:hunter2hunter2@db/guestbook\"]",
        "database_url = \"postgres://guest:hunter2hunter2@db/guestbook\"",
        "listen = \"postgres://guest:hunter2hunter2@db/guestbook\"",
    ] {
        let file = home.write("config.toml", text);
        let ended = home.run(&["--config", &file]);
        let line = ended.refusal();
        assert!(line.starts_with("reading config.toml, line 1: ") && !line.contains("hunter2"), "{line}");
    }
}

#[test]
fn an_address_in_use_is_told() {
    let home = Home::new();
    let taken = TcpListener::bind(ANY_PORT).unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ended = home.run(&["--listen", &address]);
    assert!(ended.refusal().starts_with(&format!("listening on {address}: ")), "{ended:?}");
}

#[test]
fn numbering_plans_are_read_at_the_start() {
    let home = Home::new();
    let names = ["--numbering-plans", "plans.bin"];
    assert!(home.run(&names).refusal().starts_with("reading plans.bin: "));
    home.write("plans.bin", "PK, and so on");
    let wrong = home.run(&names);
    assert!(wrong.refusal().starts_with("reading plans.bin: not a collection of numbering plans: "), "{wrong:?}");
    home.write("plans.bin", "");
    assert_eq!(home.run(&names).refusal(), "reading plans.bin: there are plans of 0 regions only");
    assert!(!home.data().exists(), "nothing was made");
}

#[tokio::test]
async fn radius_servers_get_a_listener_of_their_own() {
    let home = Home::new();
    let mut command = home.command(&["--listen", ANY_PORT]);
    let server = {
        command.env("GUESTBOOK_RADIUS_LISTEN", ANY_PORT);
        home.start_with(command)
    };
    let said = server.output.wait(|line| line.starts_with("# RADIUS servers, health checks and metrics: http://"));
    let main = server.anybody();
    let radius = main.at(said.rsplit(' ').next().unwrap());
    for listener in [&main, &radius] {
        for path in ["/health/live", "/health/ready", "/metrics"] {
            assert_eq!(listener.get(path).await.status, 200, "{path}");
        }
        assert_eq!(listener.post("/radius/authorize", &json!({})).await.status, 401);
    }
    assert_eq!(main.get("/openapi.json").await.status, 200);
    assert_eq!(radius.get("/openapi.json").await.status, 404);
    server.stop();

    let taken = TcpListener::bind(ANY_PORT).unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ended = home.run(&["--listen", ANY_PORT, "--radius-listen", &address]);
    assert!(ended.refusal().starts_with(&format!("listening on {address}: ")), "{ended:?}");
}

#[tokio::test]
async fn whoever_signs_profiles_is_read_at_the_start() {
    let home = Home::new();
    let names = ["--profile-signing-certificate", "certificate.pem", "--profile-signing-key", "key.pem"];
    assert!(home.run(&names[..2]).refusal().contains("name both files, or none"));
    assert!(home.run(&names).refusal().starts_with("reading certificate.pem: "));
    home.write("certificate.pem", "no certificate");
    home.write("key.pem", "hunter2hunter2");
    assert!(home.run(&names).refusal().starts_with("reading certificate.pem: signingCertificates must be"));
    let mut openssl = std::process::Command::new("openssl");
    openssl.current_dir(home.path("")).args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=test"]);
    assert!(openssl.args(["-keyout", "right.pem", "-out", "certificate.pem"]).output().unwrap().status.success());
    let wrong = home.run(&names);
    assert!(wrong.refusal().starts_with("reading key.pem: signingKey must be a private key"), "{wrong:?}");
    assert!(!home.data().exists(), "nothing was made");

    let mut command = home.command(&["--profile-signing-certificate", "certificate.pem"]);
    command.env("GUESTBOOK_PROFILE_SIGNING_KEY", "right.pem");
    let server = home.start_with(command);
    let keys = server.demonstration();
    let client = server.login(&keys).await;
    let passpoint = json!({"passpoint": {"realm": "example.test", "serverNames": ["radius.example.test"]}});
    client.put(&format!("/v1/organizations/{}/settings", keys.organization), &passpoint).await.ok();
    let id = client.create(&bodies::with(&keys.organization, json!({"lock": false}))).await;
    let token = client.get(&format!("/v2/customers/{id}/token")).await.ok()["token"].as_str().unwrap().to_owned();
    let profile = format!("/wifiprofile?accountId={token}&deviceType=windows&realm=example.test");
    let file = client.get(&profile).await;
    assert!(file.status == 200 && file.text.contains("<SignatureValue>"), "{}", file.text);
}
