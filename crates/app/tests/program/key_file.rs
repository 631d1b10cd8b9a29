//! The key file and the database belong together, and only their owner can access them.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::fixture::Home;

/// A home in which a server has run.
fn used() -> Home {
    let home = Home::new();
    let server = home.start();
    server.demonstration();
    server.stop();
    home
}

/// Checks that neither the server nor the administration starts, and that nothing is changed.
fn refused(home: &Home, expected: &str) {
    let database = fs::read(home.database()).unwrap();
    for arguments in [&["--listen", "127.0.0.1:0"][..], &["organization", "list"]] {
        assert_eq!(home.run(arguments).refusal(), expected);
    }
    assert!(fs::read(home.database()).unwrap() == database, "the database is as it was");
}

#[test]
fn a_database_without_its_key_file_is_not_opened() {
    let home = used();
    fs::remove_file(home.key_file()).unwrap();
    let path = home.key_file().display().to_string();
    refused(
        &home,
        &format!("there is a database but no key file {path}; restore the one that the database was made with"),
    );
    assert!(!home.key_file().exists());
}

#[test]
fn the_key_file_of_another_database_is_told() {
    let (home, other) = (used(), used());
    fs::copy(other.key_file(), home.key_file()).unwrap();
    refused(
        &home,
        "opening the database: the key file does not belong to this database; restore the one it was created with",
    );
}

#[test]
fn a_key_file_that_others_can_read_is_refused() {
    let home = used();
    fs::set_permissions(home.key_file(), fs::Permissions::from_mode(0o640)).unwrap();
    let path = home.key_file().display().to_string();
    refused(
        &home,
        &format!("opening the key file {path}: others than its owner may use the key file: run chmod 600 {path}"),
    );
}

#[test]
fn a_damaged_key_file_is_told_and_not_shown() {
    let home = used();
    let text = fs::read_to_string(home.key_file()).unwrap();
    for damaged in [text.replace('"', ""), text.replacen("\n", "\nhunter2hunter2\n", 1), String::new()] {
        fs::write(home.key_file(), &damaged).unwrap();
        let ended = home.run(&["organization", "list"]);
        let line = ended.refusal();
        assert!(line.contains("is damaged: ") && !line.contains("hunter2"), "{line}");
        let words = text.split(['"', '\n']).filter(|word| word.len() > 30 && !word.starts_with('#'));
        assert!(words.clone().count() > 0 && words.clone().all(|word| !line.contains(word)), "{line}");
    }
}

#[test]
fn the_files_are_their_owners_alone() {
    let home = Home::new();
    // While it runs, so that the journal exists too.
    let server = home.start();
    server.demonstration();
    let files: Vec<_> = fs::read_dir(home.data()).unwrap().map(Result::unwrap).collect();
    let names: Vec<_> = files.iter().map(|file| file.file_name().into_string().unwrap()).collect();
    for expected in ["guestbook.db", "guestbook.db-wal", "keys.toml"] {
        assert!(names.iter().any(|name| name == expected), "{names:?}");
    }
    for file in files {
        let metadata = file.metadata().unwrap();
        let expected = if metadata.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(metadata.permissions().mode() & 0o777, expected, "{}", file.path().display());
    }
}
