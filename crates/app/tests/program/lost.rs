//! A lost registry is not replaced by an empty one silently, but only on request.

use std::fs;

use crate::fixture::Home;

/// A home in which a registry was created, on either store.
fn used(home: Home) -> Home {
    home.register();
    home
}

/// Checks that neither the server nor the administration starts.
fn refused(home: &Home, place: &str) {
    let key_file = home.key_file().display().to_string();
    let expected = format!(
        "{place} holds no registry, but the key file {key_file} belongs to one: name the right database, restore a \
         backup, or begin an empty registry on purpose with `http-api init`"
    );
    for arguments in [&["--listen", "127.0.0.1:0"][..], &["organization", "list"], &["migrate"]] {
        assert_eq!(home.run(arguments).refusal(), expected);
    }
}

/// Checks that an empty registry is created once, and works from then on.
fn begun_on_purpose(home: &Home) {
    let key_file = fs::read(home.key_file()).unwrap();
    home.json_lines(&["init"]);
    assert_eq!(home.json_lines(&["organization", "list"]).len(), 0);
    home.register();
    assert_eq!(home.run(&["init"]).refusal(), "there is already a registry, which stays as it is");
    assert_eq!(home.json_lines(&["organization", "list"]).len(), 1);
    assert!(fs::read(home.key_file()).unwrap() == key_file, "the keys are as they were");
}

#[test]
fn an_embedded_database_that_is_gone_or_empty_is_not_begun_anew() {
    let home = used(Home::new());
    let database = home.database().display().to_string();
    fs::remove_file(home.database()).unwrap();
    refused(&home, &database);
    assert!(!home.database().exists());
    fs::write(home.database(), "").unwrap();
    refused(&home, &database);
    begun_on_purpose(&home);
}

#[test]
fn an_embedded_database_elsewhere_is_not_begun_beside_the_first() {
    let home = used(Home::new());
    let ended = home.run(&["organization", "list", "--database-url", "sqlite:other.db"]);
    assert!(ended.refusal().starts_with("other.db holds no registry"), "{ended:?}");
    assert!(!home.path("other.db").exists());
    home.json_lines(&["init", "--database-url", "sqlite:other.db"]);
    assert_eq!(home.json_lines(&["organization", "list", "--database-url", "sqlite:other.db"]).len(), 0);
    assert_eq!(home.json_lines(&["organization", "list"]).len(), 1);
}

#[test]
fn an_empty_postgresql_is_not_begun_anew() {
    let home = used(Home::on_postgres());
    let database = home.postgres().unwrap();
    let refusal = home.run(&["init"]).refusal().to_owned();
    assert_eq!(refusal, "there is already a registry, which stays as it is");
    database.psql("DROP SCHEMA public CASCADE; CREATE SCHEMA public").unwrap();
    let ended = home.run(&["migrate"]);
    let place = ended.refusal().split(" holds no registry").next().unwrap().to_owned();
    assert!(place.starts_with(database.name()), "{place}");
    refused(&home, &place);
    let tables = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace";
    assert_eq!(database.psql(tables).unwrap(), "0", "nothing is made");
    // Tables alone are not a registry.
    home.json_lines(&["init"]);
    database.psql("DELETE FROM key_check").unwrap();
    refused(&home, &place);
    begun_on_purpose(&home);
}

/// Copied keys belong to a registry too; and several instances may create it at once.
#[test]
fn instances_with_one_key_file_begin_one_registry_when_they_are_told() {
    let (first, database) = (used(Home::new()), Home::on_postgres());
    let homes = [Home::new(), Home::new(), Home::new()];
    let url = database.postgres().unwrap().url();
    for home in &homes {
        fs::create_dir_all(home.data()).unwrap();
        fs::copy(first.key_file(), home.key_file()).unwrap();
    }
    let command = |home: &Home, arguments: &[&str]| {
        let mut command = home.command(arguments);
        command.env("GUESTBOOK_DATABASE_URL", &url);
        command
    };
    let run = |home: &Home, arguments: &[&str]| crate::fixture::Ended::of(&mut command(home, arguments));
    for home in &homes {
        assert!(run(home, &["organization", "list"]).refusal().contains(" holds no registry"));
    }
    let starts: Vec<_> = homes.iter().map(|home| command(home, &["init"]).spawn().unwrap()).collect();
    let begun = starts.into_iter().filter_map(|mut start| start.wait().unwrap().code()).filter(|code| *code == 0);
    assert!(begun.count() >= 1);
    for home in &homes {
        assert_eq!(run(home, &["organization", "list"]).code, Some(0));
    }
}

/// If it is killed between key file and database, the first start has not created a registry yet.
#[test]
fn a_first_start_that_was_cut_short_before_its_database_is_finished_by_the_next() {
    let home = used(Home::new());
    assert!(!home.path("data/keys.toml.unused").exists(), "the mark is gone once there is a registry");
    fs::remove_file(home.database()).unwrap();
    fs::write(home.path("data/keys.toml.unused"), "").unwrap();
    home.register();
    assert!(!home.path("data/keys.toml.unused").exists());
    // Again, killed after the database was created and before the mark was removed.
    fs::write(home.path("data/keys.toml.unused"), "").unwrap();
    assert_eq!(home.json_lines(&["organization", "list"]).len(), 1);
    assert!(!home.path("data/keys.toml.unused").exists());
}
