//! Heads that a proxy could interpret differently, heads that are too long, and bodies without a login.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::fixture::{Home, PATIENCE, Server};

/// The server's response to these bytes until it closes the connection, or to the first request of an open one.
fn answer(server: &Server, text: impl AsRef<[u8]>) -> String {
    let mut connection = TcpStream::connect(server.address()).unwrap();
    connection.set_read_timeout(Some(PATIENCE)).unwrap();
    // It may have been refused before it was sent.
    let _ = connection.write_all(text.as_ref());
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(length @ 1..) = connection.read(&mut piece) {
        answer.extend_from_slice(&piece[..length]);
    }
    String::from_utf8(answer).unwrap()
}

const LIVE: &str = "GET /health/live HTTP/1.1\r\n";

#[tokio::test]
async fn a_head_that_a_proxy_could_read_otherwise_is_refused() {
    let home = Home::new();
    let server = home.start();
    for head in [
        format!("{LIVE}\r\n"),
        format!("{LIVE}Host: a\r\nHost: a\r\n\r\n"),
        format!("{LIVE}Host: a\r\nHost: b\r\n\r\n"),
        format!("{LIVE}Host:\r\n\r\n"),
        format!("{LIVE}Host: a b\r\n\r\n"),
        format!("{LIVE}Host: user@a\r\n\r\n"),
        "GET http://a/health/live HTTP/1.1\r\nHost: b\r\n\r\n".to_owned(),
        format!("{LIVE}Host: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        format!("{LIVE}Host: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        format!("{LIVE}Host: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
        format!("{LIVE}Host: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        format!("{LIVE}Host: a\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n"),
        format!("{LIVE}Host: a\r\nContent-Length: +0\r\n\r\n"),
        format!("{LIVE}Host: a\r\nX: a\r\n b\r\n\r\n"),
        format!("{LIVE}Host : a\r\n\r\n"),
        format!("{LIVE}Host: a\nX: b\n\n"),
        format!("{LIVE}Host: a\r\nX: b\rY: c\r\n\r\n"),
        "GET /health/live HTTP/1.1\nHost: a\r\n\r\n".to_owned(),
        "GET  /health/live HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(),
        format!("{LIVE}Host: a\r\nX: \0\r\n\r\n"),
    ] {
        // A pipelined second request is not answered, since its beginning is uncertain.
        let told = answer(&server, format!("{head}{LIVE}Host: a\r\nConnection: close\r\n\r\n"));
        assert!(told.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{head:?}: {told}");
        assert_eq!(told.matches("HTTP/1.1 ").count(), 1, "{head:?}: {told}");
        assert!(told.contains("\"code\":\"malformed_request\""), "{head:?}: {told}");
    }
    for head in [
        format!("{LIVE}Host: a\r\n"),
        format!("{LIVE}Host: a:8080\r\n"),
        "GET /health/live HTTP/1.0\r\n".to_owned(),
        "GET http://a/health/live HTTP/1.1\r\nHost: a\r\n".to_owned(),
        "\r\nGET /health/live HTTP/1.1\r\nHost: a\r\n".to_owned(),
    ] {
        let told = answer(&server, format!("{head}Connection: close\r\n\r\n"));
        assert!(told.starts_with("HTTP/1.1 200 OK\r\n") || told.starts_with("HTTP/1.0 200 OK\r\n"), "{head:?}: {told}");
    }
    server.stop();
}

#[tokio::test]
async fn requests_in_a_row_are_answered_in_a_row() {
    let home = Home::new();
    let server = home.start();
    let body = "{\"clientKey\":\"x\"}";
    let login = format!(
        "POST /v1/sts/login/services HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let chunked = format!(
        "POST /v1/sts/login/services HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{:x};x=y\r\n{body}\r\n0\r\nTrailer: z\r\n\r\n",
        body.len()
    );
    let all = [&login, &chunked, &format!("{LIVE}Host: a\r\n\r\n"), &chunked, &login].map(String::as_str).concat();
    for step in [all.len(), 1, 7, 100] {
        let mut connection = TcpStream::connect(server.address()).unwrap();
        connection.set_nodelay(true).unwrap();
        connection.set_read_timeout(Some(PATIENCE)).unwrap();
        for piece in format!("{all}{LIVE}Host: a\r\nConnection: close\r\n\r\n").as_bytes().chunks(step) {
            connection.write_all(piece).unwrap();
        }
        let mut told = String::new();
        connection.read_to_string(&mut told).unwrap();
        let statuses: Vec<_> = told.match_indices("HTTP/1.1 ").map(|(at, _)| &told[at + 9..at + 12]).collect();
        assert_eq!(statuses, ["409", "409", "200", "409", "409", "200"], "{step}: {told}");
    }
    server.stop();
}

#[tokio::test]
async fn a_head_is_at_most_64_kib_long() {
    let home = Home::new();
    let server = home.start();
    let long = |bytes: usize| format!("{LIVE}Host: a\r\nX: {}\r\nConnection: close\r\n\r\n", "x".repeat(bytes));
    let told = answer(&server, long(60_000));
    assert!(told.starts_with("HTTP/1.1 200 OK\r\n"), "{told}");
    let told = answer(&server, long(70_000));
    assert!(told.starts_with("HTTP/1.1 431 Request Header Fields Too Large\r\n"), "{told}");
    server.stop();
}

/// The peak memory of the process, in bytes.
fn peak(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

/// Each has a mebibyte; if they were kept until they are complete, they would take 200.
#[tokio::test]
async fn bodies_of_people_whom_nobody_knows_take_no_memory() {
    let home = Home::new();
    let server = home.start();
    let length = 1024 * 1024;
    let before = peak(&server);
    let head = format!(
        "POST /v3/customers HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n"
    );
    let mut connections: Vec<_> = (0..200).map(|_| TcpStream::connect(server.address()).unwrap()).collect();
    for connection in &mut connections {
        connection.set_read_timeout(Some(PATIENCE)).unwrap();
        connection.write_all(head.as_bytes()).unwrap();
        connection.write_all(&vec![b' '; length - 1]).unwrap();
    }
    for connection in &mut connections {
        connection.write_all(b" ").unwrap();
    }
    for connection in &mut connections {
        let mut told = String::new();
        connection.read_to_string(&mut told).unwrap();
        assert!(told.starts_with("HTTP/1.1 401 Unauthorized\r\n"), "{told}");
    }
    let grown = peak(&server) - before;
    assert!(grown < 60 * 1024 * 1024, "{grown} bytes");
    server.stop();
}
