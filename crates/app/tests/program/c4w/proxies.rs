//! The proxy that the environment specifies.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::Command;

use super::command::C4w;
use crate::fixture::{Ended, Home};

/// No program listens there.
const NOWHERE: &str = "http://127.0.0.1:1";
/// A name that does not resolve.
const FAR: &str = "c4w.example.test";

/// `login check` at an address, with only these proxy variables in its environment.
fn check(c4w: &C4w<'_>, url: &str, proxies: &[(&str, &str)]) -> Command {
    let mut command = c4w.command(&["login", "check"]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command.env("C4W_URL", url).envs(proxies.iter().copied());
    command
}

#[tokio::test]
async fn http_goes_through_the_proxy_but_to_those_who_need_none() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    // A request to a proxy has an absolute address, of which the server uses only the path.
    let far = format!("http://{FAR}");
    assert_eq!(Ended::of(&mut check(&c4w, &far, &[("HTTP_PROXY", &server.url)])).code, Some(0));
    let near = [("HTTP_PROXY", NOWHERE), ("NO_PROXY", "127.0.0.1")];
    assert_eq!(Ended::of(&mut check(&c4w, &server.url, &near)).code, Some(0));
    server.stop();
}

#[tokio::test]
async fn https_goes_through_a_tunnel() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", proxy.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let mut line = String::new();
        BufReader::new(proxy.accept().unwrap().0).read_line(&mut line).unwrap();
        line
    });
    // The proxy hangs up after the request, so the command fails.
    let ended = Ended::of(&mut check(&c4w, &format!("https://{FAR}"), &[("HTTPS_PROXY", &url)]));
    assert_eq!(ended.code, Some(6), "{ended:?}");
    assert_eq!(asked.join().unwrap(), format!("CONNECT {FAR}:443 HTTP/1.1\r\n"));
    server.stop();
}
