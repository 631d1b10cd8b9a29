//! One data directory, one process.

use crate::fixture::Home;

#[test]
fn a_second_process_is_refused_while_the_first_runs() {
    let home = Home::new();
    let server = home.start();
    let in_use = format!("opening the database: {} is in use by another process", home.database().display());
    for arguments in [&["--listen", "127.0.0.1:0"][..], &["organization", "list"], &["service", "list"], &["migrate"]] {
        assert_eq!(home.run(arguments).refusal(), in_use);
    }
    server.stop();
    assert_eq!(home.json_lines(&["organization", "list"]).len(), 1);
}

#[test]
fn a_process_that_was_killed_is_in_nobodys_way() {
    let home = Home::new();
    let mut server = home.start();
    server.demonstration();
    server.kill();
    assert_eq!(home.json_lines(&["organization", "list"]).len(), 1);
}
