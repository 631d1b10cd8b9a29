//! The page that documents the interface.

use super::driver::{Browser, DESKTOP, PHONE, Screen};
use super::probes::{CONTRAST, FITS};
use crate::fixture::{Home, Keys, Server};

/// The first example of the page, when it is unfolded.
const CREATE: &str = "[id$=createCustomer]";

/// What the page says before anybody was created.
const NO_CUSTOMER: &str = "There is no customer yet";

/// Two things to paste, and one to press.
async fn log_in(browser: &Browser, keys: &Keys) {
    browser.type_into("input[name=clientKey]", &keys.client_key).await;
    browser.type_into("input[name=clientSecret]", &keys.client_secret).await;
    browser.click("#login button").await;
    browser.until("return document.getElementById('state').textContent.startsWith('Logged in')").await;
}

/// Opens the page, and returns the ids of all operations.
async fn open(browser: &Browser, server: &Server) -> Vec<String> {
    browser.go(&format!("{}/docs/index.html", server.url)).await;
    browser.until(&format!("return !!document.querySelector('{CREATE} .opblock-summary')")).await;
    let ids = "return fetch('../openapi.json').then(answer => answer.json()).then(description => \
        Object.values(description.paths).flatMap(Object.values).map(operation => operation.operationId))";
    let ids = browser.ask(ids).await;
    ids.as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

async fn unfold(browser: &Browser, id: &str) {
    let fold = format!("document.querySelector('[id$=-{id}] .opblock-summary-control').click()");
    browser.ask(&fold).await;
    browser.until(&format!("return !!document.querySelector('[id$=-{id}] button.execute')")).await;
}

/// Executes an unfolded operation without typing anything. Returns the status, or what the page says is needed.
async fn execute(browser: &Browser, id: &str) -> String {
    let outcome = format!(
        "const operation = document.querySelector('[id$=-{id}]');
         const status = operation.querySelector('.live-responses-table tbody .response-col_status');
         const needed = operation.querySelector('tr:has(.invalid)');
         const outcome = status?.firstChild?.textContent ?? needed?.textContent"
    );
    browser.ask(&format!("document.querySelector('[id$=-{id}] button.execute').click()")).await;
    browser.until(&format!("{outcome}; return !!outcome")).await;
    browser.ask(&format!("{outcome}; return outcome")).await.as_str().unwrap().trim().to_owned()
}

async fn unfold_and_execute(browser: &Browser, id: &str) -> String {
    unfold(browser, id).await;
    let outcome = execute(browser, id).await;
    browser.ask(&format!("document.querySelector('[id$=-{id}] .opblock-summary-control').click()")).await;
    outcome
}

async fn walk(server: &Server, screen: Screen) {
    let keys = server.demonstration();
    let browser = Browser::start(screen, "en").await;
    let picture = async |name: &str| browser.picture(&format!("docs-{}-{name}", screen.name)).await;
    browser.go(&server.url).await;
    browser.until(&format!("return !!document.querySelector('{CREATE} .opblock-summary')")).await;
    assert_eq!(browser.ask("return location.pathname").await, "/docs/index.html", "/ leads to it");
    assert_eq!(browser.ask(FITS).await, true, "{}: something stands out", screen.name);
    picture("start").await;

    browser.type_into("input[name=clientKey]", "ck-wrong").await;
    browser.type_into("input[name=clientSecret]", "wrong").await;
    browser.click("#login button").await;
    browser.until("return document.getElementById('state').textContent.startsWith('Not logged in')").await;
    browser.ask("document.getElementById('login').reset()").await;
    log_in(&browser, &keys).await;
    browser.click(&format!("{CREATE} .opblock-summary-control")).await;
    browser.until(&format!("return !!document.querySelector('{CREATE} button.execute')")).await;
    assert_eq!(browser.ask(FITS).await, true, "{}: something of the operation stands out", screen.name);
    picture("operation").await;
    browser
        .ask(&format!("document.querySelector('{CREATE} button.execute').scrollIntoView({{block: 'center'}})"))
        .await;
    browser.click(&format!("{CREATE} button.execute")).await;
    let status = format!("document.querySelector('{CREATE} .live-responses-table tbody .response-col_status')");
    browser.until(&format!("return !!{status}")).await;
    let status = browser.ask(&format!("return {status}.textContent")).await;
    let said = browser.ask(&format!("return document.querySelector('{CREATE} .live-responses-table').innerText")).await;
    assert!(status.as_str().unwrap().starts_with("200"), "{}: {said}", screen.name);
    assert_eq!(browser.ask(FITS).await, true, "{}: something of the answer stands out", screen.name);
    picture("answer").await;
    let (asked, console) = browser.traffic().await;
    assert!(asked.iter().all(|url| url.starts_with(&server.url)), "{asked:?}");
    // That the wrong keys are refused.
    assert!(console.iter().all(|line| line.contains("/v1/sts/login/services")), "{console:?}");
    browser.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_steps_log_in_and_the_example_works_as_it_is() {
    for screen in [PHONE, DESKTOP] {
        let home = Home::new();
        walk(&home.start(), screen).await;
    }
}

/// The keys are of a service that has no bearer secret, and a login needs the secret.
const OTHER_SECRETS: [&str; 3] = ["login", "authorizeLogin", "recordSession"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_can_be_executed_or_says_what_is_needed() {
    let home = Home::new();
    let server = home.start();
    let keys = server.demonstration();
    let browser = Browser::start(DESKTOP, "en").await;
    let mut ids = open(&browser, &server).await;
    // What is unfolded before the login is filled in as well.
    unfold(&browser, "createCustomer").await;
    unfold(&browser, "readCustomer").await;
    log_in(&browser, &keys).await;
    let state = "return document.getElementById('state').textContent";
    let said = browser.ask(state).await;
    assert!(said.as_str().unwrap().contains(NO_CUSTOMER), "{said}");
    let needed = execute(&browser, "readCustomer").await;
    assert!(needed.contains("createCustomer fills in a new one"), "{needed}");
    let needed = unfold_and_execute(&browser, "lookUpToken").await;
    assert!(needed.contains("Execute issueToken first"), "{needed}");
    for id in ["createCustomer", "readCustomer"] {
        assert_eq!(execute(&browser, id).await, "200", "{id}");
    }
    // A token and a location come from others; the last ones take away what others need.
    let place = |id: &str| match id {
        "issueToken" => 0,
        "eraseCustomer" => 2,
        "logout" => 3,
        _ => 1,
    };
    ids.retain(|id| !["createCustomer", "readCustomer"].contains(&id.as_str()));
    ids.sort_by_key(|id| place(id));
    for id in ids {
        let outcome = unfold_and_execute(&browser, &id).await;
        let expected: &[_] = if OTHER_SECRETS.contains(&id.as_str()) { &["401"] } else { &["200", "204"] };
        assert!(expected.contains(&outcome.as_str()), "{id}: {outcome}");
    }
    // The two of the batch are still there.
    open(&browser, &server).await;
    log_in(&browser, &keys).await;
    let said = browser.ask(state).await;
    assert!(!said.as_str().unwrap().contains(NO_CUSTOMER), "{said}");
    for (id, rows) in [("readCustomer", 0), ("listCustomers", 2)] {
        unfold(&browser, id).await;
        assert_eq!(execute(&browser, id).await, "200", "{id}");
        let body =
            format!("return document.querySelector('[id$=-{id}] .live-responses-table .microlight').textContent");
        let body = browser.ask(&body).await;
        assert_eq!(body.as_str().unwrap().matches("\"cid\"").count(), rows, "no filter is filled in: {body}");
    }
    browser.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_can_be_read_in_light_and_in_dark_colours() {
    let home = Home::new();
    let server = home.start();
    let keys = server.demonstration();
    for scheme in ["light", "dark"] {
        let browser = Browser::start(PHONE, "en").await;
        if scheme == "dark" {
            browser.prefer_dark().await;
        }
        open(&browser, &server).await;
        log_in(&browser, &keys).await;
        for id in ["createCustomer", "updateSettings", "getSettings", "eraseCustomer"] {
            unfold(&browser, id).await;
            execute(&browser, id).await;
        }
        let least = browser.ask(CONTRAST).await;
        assert!(least[0].as_f64().unwrap() >= 4.5, "{scheme}: {least}");
        let ground = browser.ask("return getComputedStyle(document.body).backgroundColor").await;
        assert_eq!(ground == "rgb(250, 250, 250)", scheme == "light", "{scheme}: {ground}");
        browser.picture(&format!("docs-phone-{scheme}")).await;
        browser.quit().await;
    }
}
