//! Chromium without a window, and its driver.

use std::io::sink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::fixture::{Lines, PATIENCE, keep};

/// How elements are named in WebDriver's answers.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// The keys that lead through a page.
pub(super) const TAB: char = '\u{E004}';
pub(super) const ENTER: char = '\u{E007}';

/// Nothing that asks the network for the browser's own sake, and nothing that a container lacks.
const ARGUMENTS: [&str; 11] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--hide-scrollbars",
];

/// On what the page is looked at.
#[derive(Clone, Copy)]
pub(super) struct Screen {
    pub(super) name: &'static str,
    width: u32,
    height: u32,
    agent: &'static str,
    platform: &'static str,
    mobile: bool,
}

pub(super) const PHONE: Screen = Screen {
    name: "phone",
    width: 360,
    height: 740,
    agent: "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36",
    platform: "Android",
    mobile: true,
};
pub(super) const IPHONE: Screen = Screen {
    name: "iphone",
    width: 390,
    height: 844,
    agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1",
    platform: "iOS",
    mobile: true,
};
pub(super) const DESKTOP: Screen = Screen {
    name: "desktop",
    width: 1280,
    height: 900,
    agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36",
    platform: "Windows",
    mobile: false,
};

pub(super) const LINUX: Screen = Screen {
    name: "linux",
    width: 1024,
    height: 768,
    agent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36",
    platform: "Linux",
    mobile: false,
};

/// A browser that has nothing open, asked by WebDriver. Ends with this.
pub(super) struct Browser {
    http: reqwest::Client,
    /// The address of its session.
    session: String,
    process: Child,
    downloads: TempDir,
    /// What the driver and the browser leave behind goes with this.
    _temporary: TempDir,
}

impl Browser {
    pub(super) async fn start(screen: Screen, language: &str) -> Self {
        let temporary = TempDir::new().unwrap();
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").env("TMPDIR", temporary.path()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start chromedriver: {error}; `cargo xtask test` installs it"));
        let said = Lines::read(process.stdout.take().unwrap(), sink());
        let line = said.wait(|line| line.contains("started successfully on port "));
        let port = line.rsplit(' ').next().unwrap().trim_end_matches('.').to_owned();
        let downloads = TempDir::new().unwrap();
        c4w_client::provide_tls();
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
        let session = format!("http://127.0.0.1:{port}/session");
        let mut browser = Self { http, session, process, downloads, _temporary: temporary };
        let capabilities = capabilities(screen, language, browser.downloads.path());
        let begun = browser.tell("", json!({"capabilities": {"alwaysMatch": capabilities}})).await;
        browser.session = format!("{}/{}", browser.session, begun["sessionId"].as_str().unwrap());
        browser
    }

    pub(super) async fn go(&self, address: &str) {
        self.tell("/url", json!({"url": address})).await;
    }

    /// Returns when the page with the steps is there: the driver does not always wait for what a form leads to.
    pub(super) async fn arrive(&self) {
        let there = "return location.pathname.startsWith('/activate/profiles/') && document.readyState === 'complete'";
        self.until(there).await;
    }

    /// Returns when a script says true.
    pub(super) async fn until(&self, there: &str) {
        let wait = async {
            // Between two pages there is none to ask.
            let body = json!({"script": there, "args": []});
            while self.attempt(Method::POST, "/execute/sync", Some(body.clone())).await != true {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("never true: {there}"));
    }

    /// Clicks what the selector finds first.
    pub(super) async fn click(&self, selector: &str) {
        let found = self.tell("/element", json!({"using": "css selector", "value": selector})).await;
        self.tell(&format!("/element/{}/click", found[ELEMENT].as_str().unwrap()), json!({})).await;
    }

    /// Types into what the selector finds first.
    pub(super) async fn type_into(&self, selector: &str, text: &str) {
        let found = self.tell("/element", json!({"using": "css selector", "value": selector})).await;
        self.tell(&format!("/element/{}/value", found[ELEMENT].as_str().unwrap()), json!({"text": text})).await;
    }

    /// As a person who has set the system to dark colours.
    pub(super) async fn prefer_dark(&self) {
        let features = json!([{"name": "prefers-color-scheme", "value": "dark"}]);
        let command = json!({"cmd": "Emulation.setEmulatedMedia", "params": {"features": features}});
        self.tell("/goog/cdp/execute", command).await;
    }

    pub(super) async fn press(&self, key: char) {
        let actions = json!([{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]);
        self.tell("/actions", json!({"actions": [{"type": "key", "id": "keys", "actions": actions}]})).await;
    }

    /// What a script says of the page.
    pub(super) async fn ask(&self, script: &str) -> Value {
        self.tell("/execute/sync", json!({"script": script, "args": []})).await
    }

    async fn tell(&self, path: &str, body: Value) -> Value {
        self.command(Method::POST, path, Some(body)).await
    }

    async fn command(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let value = self.attempt(method, path, body).await;
        assert!(value.get("error").is_none(), "{path}: {value}");
        value
    }

    /// What the driver says, also when it is an error.
    async fn attempt(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let request = self.http.request(method, format!("{}{path}", self.session));
        let request = body.iter().fold(request, reqwest::RequestBuilder::json);
        let mut answer: Value = request.send().await.unwrap().json().await.unwrap();
        answer["value"].take()
    }

    /// The file that was downloaded, once all of it is there.
    pub(super) async fn downloaded(&self) -> PathBuf {
        let arrived = || {
            let files = std::fs::read_dir(self.downloads.path()).unwrap().map(|file| file.unwrap().path());
            // What is under way has another name.
            let is_whole = |file: &PathBuf| {
                let name = file.file_name().unwrap().to_string_lossy();
                !name.starts_with('.') && !name.ends_with(".crdownload")
            };
            let mut files = files.filter(is_whole);
            files.find(|file| std::fs::metadata(file).is_ok_and(|file| file.len() > 0))
        };
        let wait = async {
            loop {
                if let Some(file) = arrived() {
                    break file;
                }
                // The browser tells nobody.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("a file is downloaded")
    }

    /// Keeps a picture of the page for a person to look at.
    pub(super) async fn picture(&self, name: &str) {
        let picture = self.command(Method::GET, "/screenshot", None).await;
        let picture = BASE64_STANDARD.decode(picture.as_str().unwrap()).unwrap();
        keep(&format!("{name}.png"), picture);
    }

    /// The addresses that the page asked for since the last time, and what its console says.
    pub(super) async fn traffic(&self) -> (Vec<String>, Vec<String>) {
        let log = async |kind: &str| self.tell("/se/log", json!({"type": kind})).await.as_array().unwrap().clone();
        let message = |entry: &Value| entry["message"].as_str().unwrap().to_owned();
        let events: Vec<_> = log("performance").await.iter().map(message).collect();
        let events = events.iter().filter_map(|event| serde_json::from_str::<Value>(event).ok());
        let asked = events
            .filter(|event| event["message"]["method"] == "Network.requestWillBeSent")
            .filter_map(|event| event["message"]["params"]["request"]["url"].as_str().map(str::to_owned))
            // What is in its own address is asked of nobody; a new tab is the browser's.
            .filter(|url| !url.starts_with("data:") && !url.starts_with("chrome:"));
        (asked.collect(), log("browser").await.iter().map(message).collect())
    }

    pub(super) async fn quit(self) {
        self.command(Method::DELETE, "", None).await;
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn capabilities(screen: Screen, language: &str, downloads: &Path) -> Value {
    let Screen { width, height, agent, platform, mobile, .. } = screen;
    let window = format!("--window-size={width},{height}");
    let arguments: Vec<_> = ARGUMENTS.into_iter().chain([window.as_str()]).collect();
    let metrics = json!({"width": width, "height": height, "pixelRatio": 2, "touch": mobile, "mobile": mobile});
    let hints = json!({"platform": platform, "mobile": mobile});
    let preferences = json!({
        "intl.accept_languages": language,
        "download.default_directory": downloads,
        "download.prompt_for_download": false,
        "safebrowsing.enabled": false,
    });
    let emulation = json!({"deviceMetrics": metrics, "userAgent": agent, "clientHints": hints});
    json!({
        "browserName": "chrome",
        "goog:chromeOptions": {"args": arguments, "mobileEmulation": emulation, "prefs": preferences},
        "goog:loggingPrefs": {"performance": "ALL", "browser": "ALL"},
    })
}
