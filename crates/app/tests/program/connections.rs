//! Connections and the limit of open files.

use std::io::Write;
use std::net::TcpStream;
use std::process::{Command, Stdio};

use crate::fixture::{Ended, Home, Server};

/// The program, with these limits of open files.
fn with_files(home: &Home, soft: u32, hard: u32, arguments: &[&str]) -> Command {
    let program = home.command(arguments);
    let mut command = Command::new("sh");
    let script = format!("ulimit -Sn {soft} && ulimit -Hn {hard} && exec \"$0\" \"$@\"");
    command.args(["-c", &script]).arg(program.get_program()).args(program.get_args()).stdin(Stdio::null());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.current_dir(home.path(""));
    command
}

async fn limit(server: &Server) -> String {
    let text = server.anybody().get("/metrics").await.text;
    let line = text.lines().find_map(|line| line.strip_prefix("guestbook_connections_limit{listener=\"api\"} "));
    line.unwrap_or_else(|| panic!("{text}")).to_owned()
}

#[tokio::test]
async fn connections_fit_into_the_limit_of_open_files() {
    let home = Home::new();
    let server = home.start_with(with_files(&home, 458, 458, &[]));
    server.log.wait(|line| line.contains("leaves room for fewer connections"));
    assert_eq!(limit(&server).await, "112");
    let mut silent = Vec::new();
    for number in 0..400 {
        let mut connection = TcpStream::connect(server.address()).unwrap();
        if number % 2 == 0 {
            connection.write_all(b"GET /health/live HTTP/1.1\r\nHost").unwrap();
        }
        silent.push(connection);
        if number % 40 == 0 {
            server.anybody().get("/health/ready").await.ok();
        }
    }
    let keys = server.demonstration();
    server.login(&keys).await.get("/health/ready").await.ok();
    server.log.wait(|line| line.contains("connections approach their limit"));
    let log = server.stop().log;
    assert!(log.iter().all(|line| !line.contains("connections cannot be accepted")));
}

#[tokio::test]
async fn the_soft_limit_is_raised() {
    let home = Home::new();
    let server = home.start_with(with_files(&home, 256, 2000, &["--connection-limit", "700"]));
    assert_eq!(limit(&server).await, "700");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.id())).unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    assert_eq!(line.split_whitespace().nth(3), Some("1046"), "{line}");
    server.stop();
}

#[tokio::test]
async fn a_server_is_not_started_with_too_few_files() {
    let home = Home::new();
    let ended = Ended::of(&mut with_files(&home, 200, 200, &[]));
    assert!(ended.refusal().contains("open files"), "{ended:?}");
}

/// Whatever else uses the files: connections are accepted again later, and the server does not spin meanwhile.
#[tokio::test]
async fn a_server_without_a_file_left_goes_on() {
    let home = Home::new();
    let server = home.start();
    server.anybody().get("/health/ready").await.ok();
    let pid = server.id().to_string();
    let open = std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count();
    let limited = Command::new("prlimit").args(["--pid", &pid, &format!("--nofile={}", open + 10)]).status().unwrap();
    assert!(limited.success());
    let silent: Vec<_> = (0..30).map(|_| TcpStream::connect(server.address()).unwrap()).collect();
    for _ in 0..3 {
        server.anybody().get("/health/live").await.ok();
    }
    server.log.wait(|line| line.contains("connections cannot be accepted"));
    let text = server.anybody().get("/metrics").await.text;
    let failures = text
        .lines()
        .find_map(|line| line.strip_prefix("guestbook_connections_accept_failures_total{listener=\"api\"} "));
    assert!((1..1000).contains(&failures.unwrap().parse().unwrap()), "{failures:?}");
    drop(silent);
    let log = server.stop().log;
    let said = log.iter().filter(|line| line.contains("connections cannot be accepted")).count();
    assert!(said <= 3, "{said} lines");
}
