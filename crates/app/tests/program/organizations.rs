//! `http-api organization` and `http-api migrate`

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::Timestamp;
use passpoint::ThrowawayAuthority;
use serde_json::{Value, json};

use crate::common::bodies;
use crate::fixture::{Client, Home, Keys, Registry, Server};

/// A home with an organization and no server yet.
fn with_organization() -> (Home, Value) {
    let home = Home::new();
    let added = home.json_lines(&["organization", "add", "--name", "Test"]).remove(0);
    (home, added)
}

/// Changes the settings in the file; a success prints nothing.
fn configure(home: &Home, id: &str, settings: &str) {
    let file = home.write("settings.toml", settings);
    let ended = home.run(&["organization", "configure", id, "--file", &file]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), ""), "{ended:?}");
}

/// The response to a token request without parameters, and the token's lifetime in seconds.
async fn token(client: &Client, customer: &str) -> (Value, i64) {
    let issued = client.get(&format!("/v2/customers/{customer}/token")).await.ok();
    let time = |name: &str| issued[name].as_str().unwrap().parse::<Timestamp>().unwrap();
    let life = time("expires").as_second() - time("generated").as_second();
    (issued, life)
}

#[tokio::test]
async fn what_was_added_is_listed_and_stored() {
    let home = Home::new();
    assert_eq!(home.json_lines(&["organization", "list"]), [Value::Null; 0]);
    let add = |arguments: &[&str]| home.json_lines(&[&["organization", "add"], arguments].concat()).remove(0);
    let first = add(&["--name", "Venue \"One\""]);
    let second = add(&["--name", "Zwei", "--default-location", "Foyer"]);
    assert_ne!(first["organizationId"], second["organizationId"]);
    let line = |added: &Value, name: &str| json!({"organizationId": added["organizationId"], "locationId": added["locationId"], "name": name});
    assert_eq!(home.json_lines(&["organization", "list"]), [line(&first, "Venue \"One\""), line(&second, "Zwei")]);

    let stored = Registry::open(&home).await.organizations().await;
    let ids: Vec<_> = stored.iter().map(|it| (it.id.to_string(), it.default_location_id.to_string())).collect();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    assert_eq!(ids, [first, second].map(|it| (text(&it["organizationId"]), text(&it["locationId"]))));
}

#[tokio::test]
async fn settings_take_effect() {
    let home = Home::new();
    let server = home.start();
    let keys = server.demonstration();
    let client = server.login(&keys).await;
    let body = bodies::with(&keys.organization, json!({"email": "ada@example.org", "password": "correct horse"}));
    let id = client.create(&body).await;
    let hit = client.post("/v3/customers?deduplicate=email", &body).await.ok();
    assert_eq!((&hit["id"], hit.get("username"), hit.get("password")), (&json!(id), None, None));
    assert_eq!(token(&client, &id).await.1, 300);
    server.stop();

    configure(&home, &keys.organization, "answerCredentialsOnHit = true\ntokens = { expiresIn = 60, hits = 3 }");
    let (_server, client) = restarted(&home, &keys).await;
    let hit = client.post("/v3/customers?deduplicate=email", &body).await.ok();
    assert_eq!((&hit["id"], &hit["password"]), (&json!(id), &json!("correct horse")));
    let (issued, life) = token(&client, &id).await;
    assert_eq!((life, &issued["hits"]), (60, &json!(3)));
}

#[tokio::test]
async fn what_a_settings_file_does_not_name_stays() {
    let home = Home::new();
    let server = home.start();
    let keys = server.demonstration();
    server.stop();
    configure(&home, &keys.organization, "[tokens]\nhits = 3");
    configure(&home, &keys.organization, "answerCredentialsOnHit = false");
    configure(&home, &keys.organization, "");
    let (_server, client) = restarted(&home, &keys).await;
    let id = client.create(&bodies::least(&keys.organization)).await;
    let (issued, life) = token(&client, &id).await;
    assert_eq!((life, &issued["hits"]), (300, &json!(3)));
}

#[tokio::test]
async fn a_settings_file_takes_every_setting_and_each_table_as_a_whole() {
    let home = Home::new();
    let server = home.start();
    let keys = server.demonstration();
    server.stop();
    configure(&home, &keys.organization, &every_setting());
    let settings = format!("/v1/organizations/{}/settings", keys.organization);
    let (server, client) = restarted(&home, &keys).await;
    let stored = client.get(&settings).await.ok();
    let policies = json!([
        {"name": "termsOfUse", "required": true},
        {"name": "privacy", "required": true},
        {"name": "customs.loyalty", "required": false, "url": "https://example.org/loyalty"},
    ]);
    assert_eq!(stored["policies"], policies);
    let passpoint = json!({
        "realm": "realm.example.org",
        "friendlyName": "Grand Hotel",
        "roaming": true,
        "domain": "example.org",
        "serverNames": ["radius.example.org"],
        "innerMethod": "PAP",
        "roamingConsortiums": ["5A03BA0000"],
        "caCertificate": authority().authority.trim(),
    });
    assert_eq!(stored["passpoint"], passpoint);
    assert_eq!(stored["wpa2"], json!({"ssid": "Grand Hotel", "ssidHidden": true}));
    let activation = json!({"logoUrl": "https://example.org/logo.svg", "color": "#1a2b3c", "css": "p {}"});
    assert_eq!(stored["activation"], activation);
    server.stop();

    configure(&home, &keys.organization, "[passpoint]\ndomain = \"example.org\"");
    let (_server, client) = restarted(&home, &keys).await;
    let changed = client.get(&settings).await.ok();
    let bare = json!({
        "roaming": false,
        "domain": "example.org",
        "serverNames": [],
        "innerMethod": "MSCHAPv2",
        "roamingConsortiums": [],
    });
    assert_eq!((&changed["passpoint"], &changed["wpa2"]), (&bare, &stored["wpa2"]));
}

const EVERY_SETTING: &str = r##"
    [[policies]]
    name = "customs.loyalty"
    required = false
    url = "https://example.org/loyalty"
    [passpoint]
    realm = "realm.example.org"
    friendlyName = "Grand Hotel"
    roaming = true
    domain = "example.org"
    serverNames = ["radius.example.org"]
    innerMethod = "PAP"
    roamingConsortiums = ["5a03ba0000"]
    caCertificate = '''
AUTHORITY
'''
    [wpa2]
    ssid = "Grand Hotel"
    ssidHidden = true
    [activation]
    logoUrl = "https://example.org/logo.svg"
    color = "#1a2b3c"
    css = "p {}"
"##;

fn every_setting() -> String {
    EVERY_SETTING.replace("AUTHORITY", authority().authority.trim())
}

/// An authority, and a server's certificate that it signed.
fn authority() -> ThrowawayAuthority {
    let now = Duration::from_secs(1_711_620_930);
    passpoint::throwaway_authority("radius.example.org", [[1; 32], [2; 32]], now).unwrap()
}

/// The bytes of a certificate in PEM form.
fn der(pem: &str) -> Vec<u8> {
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    BASE64_STANDARD.decode(base64).unwrap()
}

async fn restarted(home: &Home, keys: &Keys) -> (Server, Client) {
    let server = home.start();
    let client = server.login(keys).await;
    (server, client)
}

#[test]
fn the_default_location_is_one_of_the_organization() {
    let (home, added) = with_organization();
    let other = home.json_lines(&["organization", "add", "--name", "Other"]).remove(0);
    let id = added["organizationId"].as_str().unwrap();
    configure(&home, id, &format!("defaultLocationId = {}", added["locationId"]));
    let foreign = other["locationId"].as_str().unwrap();
    let file = home.write("foreign.toml", &format!("defaultLocationId = \"{foreign}\""));
    let refused = home.run(&["organization", "configure", id, "--file", &file]);
    assert_eq!(refused.refusal(), format!("defaultLocationId {foreign} is not a location of the organization"));
}

#[test]
fn migrating_twice_is_no_error() {
    let (home, added) = with_organization();
    for _ in 0..2 {
        let ended = home.run(&["migrate"]);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), ""), "{ended:?}");
    }
    assert_eq!(home.json_lines(&["organization", "list"])[0]["organizationId"], added["organizationId"]);
    let fresh = Home::new();
    assert_eq!(fresh.run(&["migrate"]).code, Some(0));
    assert!(fresh.database().exists());
}

#[test]
fn no_two_organizations_have_the_same_name() {
    let (home, added) = with_organization();
    let other = home.json_lines(&["organization", "add", "--name", "Other"]).remove(0);
    let (id, other) = (added["organizationId"].as_str().unwrap(), other["organizationId"].as_str().unwrap());
    let taken = format!("organization {id} already has the name \"Test\"; choose another one");
    assert_eq!(home.run(&["organization", "add", "--name", "TEST"]).refusal(), taken);
    assert_eq!(home.run(&["organization", "rename", other, "--name", " test "]).refusal(), taken);
    assert_eq!(home.json_lines(&["organization", "list"]).len(), 2);
    home.json_lines(&["organization", "add", "--name", "H\u{F4}tel Example"]);
    for alike in [
        "Ho\u{302}tel Example",
        "h\u{F4}tel\u{A0}example",
        "H\u{F4}tel\u{200B}Example",
        "H\u{F4}tel\u{2060} Example",
        "H\u{D4}TEL EXAMPLE",
    ] {
        let refused = home.run(&["organization", "add", "--name", alike]);
        assert!(
            refused.refusal().ends_with("already has the name \"H\u{F4}tel Example\"; choose another one"),
            "{alike:?}"
        );
    }
    home.json_lines(&["organization", "add", "--name", "Hotel Example"]);
    // Its own name is free.
    assert_eq!(home.run(&["organization", "rename", id, "--name", "TEST"]).code, Some(0));
    assert_eq!(home.json_lines(&["organization", "list"])[0]["name"], "TEST");
}

#[test]
fn an_organization_is_shown_with_what_is_configured() {
    let home = Home::new();
    let keys = home.register();
    configure(&home, &keys.organization, &every_setting());
    assert_eq!(home.run(&["organization", "rename", &keys.organization, "--name", "Grand Hotel"]).code, Some(0));
    let shown = home.json_lines(&["organization", "show", &keys.organization]).remove(0);
    assert_eq!((&shown["organizationId"], &shown["name"]), (&json!(keys.organization), &json!("Grand Hotel")));
    let settings = &shown["settings"];
    assert_eq!((&settings["wpa2"]["ssid"], &settings["activation"]["css"]), (&json!("Grand Hotel"), &json!("p {}")));
    assert_eq!(settings["defaultLocationId"], json!(keys.location));
    assert_eq!(settings.get("status"), None);
    let service = json!({
        "clientKey": keys.client_key, "name": "organization_manager", "role": "organization_manager", "revoked": false,
    });
    assert_eq!(shown["services"], json!([service]));
    let unknown = home.run(&["organization", "show", "venue"]);
    assert_eq!(unknown.refusal(), "there is no organization venue");
}

async fn is_removed_with_its_customers(home: Home) {
    let (keys, other) = (home.register(), home.register());
    let server = home.start();
    let client = server.login(&keys).await;
    for number in 0..450 {
        let body = bodies::with(&keys.organization, json!({"extId": number.to_string()}));
        client.create(&body).await;
    }
    let others = server.login(&other).await.create(&bodies::least(&other.organization)).await;
    server.stop();
    let remove = ["organization", "remove", &keys.organization];
    let refused = home.run(&remove);
    let expected = format!("organization {} has customers; --with-customers erases them too", keys.organization);
    assert_eq!(refused.refusal(), expected);
    let removed = home.json_lines(&[&remove[..], &["--with-customers"]].concat()).remove(0);
    let expected = json!({"organizationId": keys.organization, "customersErased": 450, "servicesRevoked": 1});
    assert_eq!(removed, expected);
    let left = home.json_lines(&["organization", "list"]);
    assert_eq!((left.len(), &left[0]["organizationId"]), (1, &json!(other.organization)));
    assert_eq!(home.run(&remove).refusal(), format!("there is no organization {}", keys.organization));
    let ledger = std::fs::read_to_string(home.ledger()).unwrap();
    assert!(ledger.lines().count() >= 451, "erasures and the revocation are recorded");

    let server = home.start();
    let client = server.login(&other).await;
    assert_eq!(client.get(&format!("/v3/customers/{others}")).await.status, 200);
    let credentials = json!({"clientKey": keys.client_key, "clientSecret": keys.client_secret});
    assert_ne!(server.anybody().post("/v1/sts/login/services", &credentials).await.status, 200);
    server.stop();
}

#[tokio::test]
async fn an_organization_is_removed_with_its_customers() {
    is_removed_with_its_customers(Home::new()).await;
}

#[tokio::test]
async fn an_organization_is_removed_from_postgresql_with_its_customers() {
    is_removed_with_its_customers(Home::on_postgres()).await;
}

#[test]
fn logo_and_certificate_come_from_files() {
    let (home, added) = with_organization();
    let id = added["organizationId"].as_str().unwrap();
    std::fs::create_dir(home.path("venue")).unwrap();
    let write = |name: &str, content: &[u8]| std::fs::write(home.path("venue").join(name), content).unwrap();
    write("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>");
    let made = authority();
    write("ca.pem", format!("\u{FEFF}{}", made.authority).as_bytes());
    write("ca.der", &der(&made.authority));
    write("server.pem", made.certificate.as_bytes());
    write("server.key", made.key.as_bytes());
    write("noise.der", &[0xFF; 100]);
    write("page.css", b"p {}");
    let run = |settings: &str| {
        write("settings.toml", settings.as_bytes());
        home.run(&["organization", "configure", id, "--file", "venue/settings.toml"])
    };
    let settings =
        "[activation]\nlogoFile = 'logo.svg'\ncssFile = 'page.css'\n[passpoint]\ncaCertificateFile = 'ca.pem'";
    assert_eq!(run(settings).code, Some(0));
    let shown = home.json_lines(&["organization", "show", id]).remove(0)["settings"].clone();
    let logo = shown["activation"]["logoUrl"].as_str().unwrap();
    assert!(logo.starts_with("data:image/svg+xml;base64,"), "{logo}");
    assert_eq!(shown["activation"]["css"], "p {}");
    assert_eq!(shown["passpoint"]["caCertificate"], made.authority.trim());
    assert_eq!(run("[passpoint]\ncaCertificateFile = 'ca.der'").code, Some(0));
    let shown = home.json_lines(&["organization", "show", id]).remove(0)["settings"].clone();
    assert_eq!(shown["passpoint"]["caCertificate"], made.authority.trim());

    write("large.png", &[b"\x89PNG".as_slice(), &[0; 50_000]].concat());
    write("cut.png", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR");
    write("logo.txt", b"no image");
    for (settings, reason) in [
        ("[activation]\nlogoFile = 'large.png'", "large.png: it has more than 49131 bytes; a logo that is a part"),
        ("[activation]\nlogoFile = '/dev/zero'", "/dev/zero: it has more than 49131 bytes; a logo"),
        ("[activation]\nlogoFile = 'cut.png'", "cut.png is cut off"),
        ("[activation]\ncssFile = '/dev/zero'", "reading /dev/zero for activation.css: it has more than 16384 bytes"),
        ("[passpoint]\ncaCertificateFile = '/dev/zero'", "reading /dev/zero for passpoint.caCertificate: it has more"),
        ("[passpoint]\ncaCertificateFile = 'noise.der'", "noise.der is not a certificate in PEM or DER form"),
        ("[passpoint]\ncaCertificateFile = 'server.key'", "passpoint.caCertificate must be "),
        (
            "[passpoint]\ncaCertificateFile = 'server.pem'",
            "passpoint.caCertificate must be the certificate of the authority that signed the RADIUS server's, not a server's own",
        ),
        ("[activation]\nlogoFile = 'logo.txt'", "is not a PNG, JPEG, WebP or SVG image"),
        ("[activation]\nlogoFile = 'none.png'", "reading venue/none.png for activation.logo: "),
        (
            "[activation]\nlogoFile = 'logo.svg'\nlogoUrl = 'https://example.org/x.png'",
            "activation.logo is given twice",
        ),
    ] {
        let ended = run(settings);
        assert!(ended.refusal().contains(reason), "{ended:?}");
    }
    let endless = home.run(&["organization", "configure", id, "--file", "/dev/zero"]);
    assert!(endless.refusal().starts_with("reading /dev/zero: it has more than "), "{endless:?}");
}

#[test]
fn the_help_of_a_command_has_its_own_options() {
    let home = Home::new();
    let help = |arguments: &[&str]| crate::fixture::Ended::of(&mut home.bare(arguments)).stdout;
    let add = help(&["organization", "add", "--help"]);
    assert!(add.contains("--name") && add.contains("--default-location"), "{add}");
    assert!(!add.contains("--rate-limit-requests") && add.contains("http-api --help lists"), "{add}");
    assert!(add.lines().count() < 25, "{add}");
    for of_the_server in [help(&["--help"]), help(&["serve", "--help"])] {
        assert!(of_the_server.contains("--rate-limit-requests"), "{of_the_server}");
    }
    // They are accepted nevertheless.
    assert_eq!(home.json_lines(&["organization", "list", "--log", "debug"]), [Value::Null; 0]);
}
