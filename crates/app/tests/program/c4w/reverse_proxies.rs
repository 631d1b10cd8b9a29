//! Imports through reverse proxies, with their defaults and with the settings in `deploy/proxies`.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};

use super::command::C4w;
use super::import::{import, listed, summary, write};
use crate::fixture::{Home, PATIENCE, Server};

const SETTINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/proxies");
/// A line of HAProxy's configuration.
const FAILS: &str = " http-request deny deny_status 500 if { req.hdr(content-length) -m int gt 30000 }\n";
/// Together some 2 MB: more than nginx accepts in one request.
const ROWS: usize = 6000;

/// A running proxy. Dropping it ends it.
struct Proxy {
    process: Child,
    url: String,
}

impl Proxy {
    /// Runs the program in this directory, with the address to listen on, and waits until it listens.
    fn start(mut command: Command, directory: &Path, port: u16) -> Self {
        let log = fs::File::create(directory.join("proxy.log")).unwrap();
        let name = command.get_program().to_owned();
        command.current_dir(directory).stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        let mut process = command.spawn().unwrap_or_else(|error| panic!("cannot start {name:?}: {error}"));
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = process.try_wait().unwrap();
            if ended.is_some() || began.elapsed() > PATIENCE {
                panic!("{name:?} does not listen: {ended:?} {:?}", fs::read_to_string(directory.join("proxy.log")));
            }
            std::thread::yield_now();
        }
        Self { process, url: format!("http://127.0.0.1:{port}") }
    }
}

impl Drop for Proxy {
    /// Asks it to end, since its workers would survive a kill.
    fn drop(&mut self) {
        let id = self.process.id().to_string();
        let asked = Command::new("sh").args(["-c", "kill -TERM $1", "sh", &id]).status();
        let began = Instant::now();
        while asked.as_ref().is_ok_and(std::process::ExitStatus::success) && began.elapsed() < PATIENCE {
            if self.process.try_wait().is_ok_and(|ended| ended.is_some()) {
                return;
            }
            std::thread::yield_now();
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The file of settings with these addresses in place of its own.
fn settings(name: &str, listen: u16, server: &Server) -> String {
    let text = fs::read_to_string(Path::new(SETTINGS).join(name)).unwrap();
    assert!(text.contains("127.0.0.1") && text.contains("8080"), "{name}");
    with_addresses(&text, listen, server)
}

fn with_addresses(text: &str, listen: u16, server: &Server) -> String {
    let port = server.address().rsplit_once(':').unwrap().1;
    text.replace("8080", port).replace("8000", &listen.to_string())
}

/// A separate directory for each run.
fn directory(home: &Home, name: &str) -> PathBuf {
    let directory = home.path(name);
    fs::create_dir_all(&directory).unwrap();
    directory
}

fn rows(prefix: &str) -> String {
    let row = |number: usize| json!({"extId": format!("{prefix}-{number}"), "firstName": "x".repeat(250)});
    (0..ROWS).map(|number| format!("{}\n", row(number))).collect()
}

/// Imports through a proxy with each of these configurations: all rows arrive, each once.
fn imports_go_through(start: impl Fn(&Home, &Server, usize, u16) -> Proxy, configurations: usize) {
    let home = Home::new();
    let server = home.start();
    let keys = server.demonstration();
    for number in 0..configurations {
        let proxy = start(&home, &server, number, free_port());
        let c4w = C4w::with(&home, &proxy.url, keys.clone());
        let file = write(&home, &format!("{number}.ndjson"), rows(&number.to_string()));
        for options in [&["--deduplicate", "extId", "--dry-run"][..], &["--deduplicate", "extId"]] {
            let ended = import(&c4w, &file, options);
            assert_eq!((ended.code, &summary(&ended)["created"]), (Some(0), &json!(ROWS)), "{number}: {ended:?}");
        }
        assert_eq!(listed(&c4w).len(), ROWS * (number + 1));
    }
    server.stop();
}

/// A configuration of nginx with these lines.
fn nginx(directory: &Path, text: &str, port: u16) -> Proxy {
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let temporary = temporary.map(|name| format!("{name}_temp_path {};", directory.join(name).display())).concat();
    let text = text.replace("http {", &format!("http {{ access_log off; {temporary}"));
    let head = format!("daemon off; pid {}; worker_processes 1;\n", directory.join("pid").display());
    fs::write(directory.join("nginx.conf"), head + &text).unwrap();
    let mut command = Command::new("nginx");
    command.arg("-e").arg(directory.join("error.log")).arg("-p").arg(directory).arg("-c");
    command.arg(directory.join("nginx.conf"));
    Proxy::start(command, directory, port)
}

#[tokio::test]
async fn nginx_passes_imports_on() {
    let server = |lines: &str| {
        format!(
            "events {{}} http {{ server {{ listen 127.0.0.1:8000; {lines} location / {{ proxy_pass http://127.0.0.1:8080; }} }} }}"
        )
    };
    let start = |home: &Home, at: &Server, number: usize, port: u16| {
        let text = match number {
            0 => with_addresses(&server(""), port, at),
            // Less than the first request of an import.
            1 => with_addresses(&server("client_max_body_size 20k;"), port, at),
            _ => settings("nginx.conf", port, at),
        };
        nginx(&directory(home, &number.to_string()), &text, port)
    };
    imports_go_through(start, 3);
}

/// A single row that is longer than the proxy accepts is rejected, and the others are not.
#[tokio::test]
async fn a_row_that_the_proxy_refuses_is_rejected_by_itself() {
    let home = Home::new();
    let server = home.start();
    let port = free_port();
    let text = "events {} http { server { listen 127.0.0.1:8000; client_max_body_size 2k; \
                location / { proxy_pass http://127.0.0.1:8080; } } }";
    let proxy = nginx(&directory(&home, "nginx"), &with_addresses(text, port, &server), port);
    let c4w = C4w::with(&home, &proxy.url, server.demonstration());
    let row = |number: usize| {
        let note = "x".repeat(if number == 7 { 3000 } else { 10 });
        format!("{}\n", json!({"extId": format!("crm-{number}"), "custom": {"note": note}}))
    };
    let file = write(&home, "guests.ndjson", (0..20).map(row).collect::<String>());
    let ended = import(&c4w, &file, &["--deduplicate", "extId"]);
    let told = summary(&ended);
    assert_eq!((ended.code, &told["created"], &told["rejected"]), (Some(1), &json!(19), &json!(1)), "{ended:?}");
    let rejected: Value =
        serde_json::from_str(&fs::read_to_string(home.path("guests.ndjson.rejects")).unwrap()).unwrap();
    assert_eq!(rejected["line"], 8);
    let reason = rejected["reasons"][0].as_str().unwrap();
    assert!(reason.contains("a proxy before it") && reason.contains("413"), "{reason}");
    server.stop();
}

#[tokio::test]
async fn haproxy_passes_imports_on() {
    let defaults = "defaults\n mode http\n timeout connect 5s\n timeout client 60s\n timeout server 60s\n\
                    listen guests\n bind 127.0.0.1:8000\n server one 127.0.0.1:8080\n";
    let start = |home: &Home, at: &Server, number: usize, port: u16| {
        let text = match number {
            0 => with_addresses(defaults, port, at),
            // Like a proxy that cannot buffer more, because its disk is full or not writable.
            1 => with_addresses(&(defaults.to_owned() + FAILS), port, at),
            _ => settings("haproxy.cfg", port, at),
        };
        let directory = directory(home, &number.to_string());
        fs::write(directory.join("haproxy.cfg"), text).unwrap();
        let mut command = Command::new("haproxy");
        command.arg("-db").arg("-f").arg(directory.join("haproxy.cfg"));
        Proxy::start(command, &directory, port)
    };
    imports_go_through(start, 3);
}

#[tokio::test]
async fn apache_passes_imports_on() {
    let modules = ["mpm_event", "authz_core", "proxy", "proxy_http"];
    let modules = modules.map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"));
    let start = |home: &Home, at: &Server, number: usize, port: u16| {
        let text = match number {
            0 => with_addresses("ProxyPass / http://127.0.0.1:8080/\n", port, at),
            _ => settings("apache.conf", port, at),
        };
        let directory = directory(home, &number.to_string());
        let here = directory.display();
        let head = format!(
            "ServerRoot {here}\nServerName localhost\nListen 127.0.0.1:{port}\nPidFile {here}/pid\nErrorLog {here}/error.log\n\
             DefaultRuntimeDir {here}\nMutex file:{here}\n"
        );
        // As root it would change to another user, who cannot enter the directory.
        let user = if is_root() { "User www-data\nGroup www-data\n" } else { "" };
        fs::write(directory.join("apache.conf"), head + &modules.concat() + user + &text).unwrap();
        let mut command = Command::new("apache2");
        command.arg("-DFOREGROUND").arg("-f").arg(directory.join("apache.conf"));
        Proxy::start(command, &directory, port)
    };
    imports_go_through(start, 2);
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

#[tokio::test]
async fn caddy_passes_imports_on() {
    let start = |home: &Home, at: &Server, number: usize, port: u16| {
        let text = match number {
            0 => with_addresses("http://127.0.0.1:8000 {\n\treverse_proxy 127.0.0.1:8080\n}\n", port, at),
            _ => settings("Caddyfile", port, at),
        };
        let directory = directory(home, &number.to_string());
        fs::write(directory.join("Caddyfile"), format!("{{\n\tadmin off\n\tauto_https off\n}}\n{text}")).unwrap();
        let mut command = Command::new("caddy");
        command.args(["run", "--adapter", "caddyfile", "--config"]).arg(directory.join("Caddyfile"));
        for name in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] {
            command.env(name, &directory);
        }
        Proxy::start(command, &directory, port)
    };
    imports_go_through(start, 2);
}

/// The path from `cargo xtask test`, which installs it, or the search path.
#[tokio::test]
async fn envoy_passes_imports_on() {
    let program = std::env::var_os("GUESTBOOK_TEST_ENVOY").unwrap_or_else(|| "envoy".into());
    let start = |home: &Home, at: &Server, number: usize, port: u16| {
        let directory = directory(home, &number.to_string());
        let mut text = settings("envoy.yaml", port, at);
        if number == 0 {
            text = text.replace(", timeout: 0s", "").replace("stream_idle_timeout: 90s", "");
        }
        fs::write(directory.join("envoy.yaml"), text).unwrap();
        let mut command = Command::new(&program);
        command.args(["--use-dynamic-base-id", "--concurrency", "1", "-c"]).arg(directory.join("envoy.yaml"));
        Proxy::start(command, &directory, port)
    };
    imports_go_through(start, 2);
}
