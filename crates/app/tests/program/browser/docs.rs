//! The page of the API documentation.

use super::driver::{Browser, DESKTOP, PHONE, Screen};
use super::probes::FITS;
use crate::fixture::{Home, Server};

/// The first example of the page, once it is expanded.
const CREATE: &str = "[id$=createCustomer]";

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
    // Two fields and a button.
    browser.type_into("input[name=clientKey]", &keys.client_key).await;
    browser.type_into("input[name=clientSecret]", &keys.client_secret).await;
    browser.click("#login button").await;
    browser.until("return document.getElementById('state').textContent.startsWith('Logged in')").await;

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
    // The refusal of the wrong keys.
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
