//! The program on PostgreSQL: what it says of a database that it cannot use, and while one is away.

use std::time::{Duration, Instant};

use postgres_cluster::{Cluster, Database, Settings};

use reqwest::Method;

use crate::common::bodies;
use crate::fixture::{Ended, Home};

/// How the program ends that is started with this URL.
fn started_with(home: &Home, url: &str) -> Ended {
    let mut command = home.command(&["--listen", "127.0.0.1:0"]);
    Ended::of(command.env("GUESTBOOK_DATABASE_URL", url))
}

#[test]
fn a_database_that_cannot_be_reached_is_told_in_one_line() {
    let home = Home::new();
    let began = Instant::now();
    let ended = started_with(&home, "postgres://guest:open-sesame@127.0.0.1:1/registry");
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    let refusal = ended.refusal();
    assert!(refusal.starts_with("opening the database: registry on 127.0.0.1:1 cannot be reached: "), "{refusal}");
    assert_eq!(refusal.matches("refused").count(), 1, "the cause is told once: {refusal}");
    assert!(!refusal.contains("open-sesame"), "{refusal}");
    assert!(!home.key_file().exists(), "a key file that belongs to nothing");
}

#[test]
fn a_user_and_a_database_that_are_not_there_are_told_apart() {
    let home = Home::on_postgres();
    let database = home.postgres().unwrap();
    let url = database.url();
    let mut unknown = reqwest::Url::parse(&url).unwrap();
    unknown.set_username("nobody-of-this-name").unwrap();
    let ended = started_with(&Home::new(), unknown.as_str());
    let refusal = ended.refusal();
    let (_, answer) = refusal.split_once(" refuses the user or the password of the database URL: ").expect(refusal);
    assert!(answer.matches("nobody-of-this-name").count() == 1 && !answer.contains(" at line "), "{refusal}");
    let mut missing = reqwest::Url::parse(&url).unwrap();
    missing.set_path("no_database_of_this_name");
    let ended = started_with(&Home::new(), missing.as_str());
    let refusal = ended.refusal();
    let (_, answer) = refusal.split_once(" does not exist; create it first: ").expect(refusal);
    assert!(answer.matches("no_database_of_this_name").count() == 1 && !answer.contains(" at line "), "{refusal}");
}

#[test]
fn a_database_of_others_is_refused_and_left_as_it_is() {
    let home = Home::on_postgres();
    let database = home.postgres().unwrap();
    database.psql("CREATE TABLE invoice (id int)").unwrap();
    let refusal = home.run(&["migrate"]).refusal().to_owned();
    assert!(refusal.ends_with("is not a Guestbook database: it has other tables; give it one of its own"), "{refusal}");
    let tables =
        "SELECT string_agg(relname, ',') FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
    assert_eq!(database.psql(tables).unwrap(), "invoice");
}

#[test]
fn a_newer_database_is_refused() {
    let home = Home::on_postgres();
    home.register();
    let newer =
        "INSERT INTO guestbook_migration SELECT 9999, description, installed_on, success, checksum, execution_time
                 FROM guestbook_migration LIMIT 1";
    home.postgres().unwrap().psql(newer).unwrap();
    let refusal = home.run(&["organization", "list"]).refusal().to_owned();
    assert!(
        refusal.ends_with("was written by a newer version of Guestbook; start that version or a later one"),
        "{refusal}"
    );
}

/// Instances share their key file; one that was made anew does not fit.
#[test]
fn another_key_file_is_told_at_the_start() {
    let home = Home::on_postgres();
    home.register();
    let elsewhere = Home::new();
    let ended = started_with(&elsewhere, &home.postgres().unwrap().url());
    let refusal = ended.refusal();
    assert_eq!(
        refusal,
        "opening the database: the key file does not belong to this database; take the one it was created with"
    );
    assert!(!elsewhere.key_file().exists(), "the place for the right one is free");
    std::fs::copy(home.key_file(), elsewhere.key_file()).unwrap();
    let mut command = elsewhere.command(&["organization", "list"]);
    let ended = Ended::of(command.env("GUESTBOOK_DATABASE_URL", home.postgres().unwrap().url()));
    assert_eq!((ended.code, ended.stdout.lines().count()), (Some(0), 1), "{ended:?}");
}

#[tokio::test]
async fn says_so_while_the_database_is_away_and_recovers() {
    let mut cluster = Cluster::start(Settings::quick()).unwrap();
    let home = Home::on(Database::create(&cluster.url("postgres")).unwrap());
    let keys = home.register();
    let server = home.start();
    let client = server.login(&keys).await;
    let body = bodies::least(&keys.organization);
    let id = client.create(&body).await;
    let token = format!("/v2/customers/{id}/token");
    cluster.stop().unwrap();

    let answers = async |path: &str, status: u16| {
        let began = Instant::now();
        let answer = client.get(path).await;
        assert_eq!((answer.status, began.elapsed().as_secs() < 15), (status, true), "{path}");
        answer
    };
    answers("/health/live", 200).await;
    answers("/health/ready", 503).await;
    assert!(answers(&token, 503).await.header("retry-after").parse::<u32>().is_ok());
    let began = Instant::now();
    let refused = client.post("/v3/customers", &body).await;
    assert_eq!((refused.status, refused.json()["code"].as_str()), (503, Some("unavailable")));
    assert!(began.elapsed().as_secs() < 15);
    assert!(refused.header("retry-after").parse::<u32>().is_ok());

    cluster.restart().unwrap();
    let began = Instant::now();
    while client.post("/v3/customers", &body).await.status != 200 {
        assert!(began.elapsed().as_secs() < 30, "does not recover");
    }
    answers("/health/ready", 200).await;
    answers(&token, 200).await;
    server.stop();
    drop(home);
}

/// The log of a service is in JSON, where an error's causes are not printed by themselves.
#[tokio::test]
async fn the_log_has_the_cause_of_what_failed() {
    let home = Home::on_postgres();
    let keys = home.register();
    let server = home.start();
    let client = server.login(&keys).await;
    home.postgres().unwrap().psql("ALTER TABLE customer_key RENAME TO customer_key_gone").unwrap();
    let mut customer = bodies::least(&keys.organization);
    customer["email"] = "ada@example.org".into();
    assert_eq!(client.post("/v3/customers?deduplicate=email", &customer).await.status, 500);
    let failed = server.log.wait(|line| line.contains("\"message\":\"failed\""));
    assert!(failed.contains("customer_key"), "{failed}");
    let batch = client.request(Method::POST, "/v3/customers/batch?deduplicate=email");
    let batch = client.send(batch.header("content-type", "application/x-ndjson").body(customer.to_string())).await;
    let failed = server.log.wait(|line| line.contains("\"message\":\"a part of a batch failed\""));
    assert!(failed.contains("customer_key"), "{failed}; {}", batch.text);
}
