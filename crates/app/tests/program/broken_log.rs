//! A log that cannot be written.

use std::fs::File;
use std::io::sink;
use std::process::Stdio;

use crate::fixture::{Client, Home, Lines};

/// As on a full disk, or when the program that collects the log ended.
#[tokio::test]
async fn requests_are_answered_and_the_stop_is_in_order_without_a_log() {
    let home = Home::new();
    let mut command = home.command(&["--listen", "127.0.0.1:0"]);
    command.stdout(Stdio::piped()).stderr(File::options().write(true).open("/dev/full").unwrap());
    let mut server = command.spawn().unwrap();
    let output = Lines::read(server.stdout.take().unwrap(), sink());
    let listens = output.wait(|line| line.starts_with("# Guestbook listens on "));
    let client = Client::new(listens.rsplit(' ').next().unwrap(), home.secrets.clone());
    for (path, status) in [("/v2/customers/tokens/x", 401), ("/v3/nothing", 404), ("/health/live", 200)] {
        assert_eq!(client.get(path).await.status, status, "{path}");
    }
    let sent = std::process::Command::new("kill").arg(server.id().to_string()).status().unwrap();
    assert!(sent.success());
    output.all();
    assert_eq!(server.wait().unwrap().code(), Some(0));
}
