//! The page on phones and desktops, in several languages.

use serde_json::json;

use super::driver::{Browser, DESKTOP, IPHONE, LINUX, PHONE, Screen};
use super::probes::check;
use super::venue::Venue;

async fn walk(venue: &Venue, screen: Screen, language: &str) {
    let browser = Browser::start(screen, language).await;
    let name = |page: &str| format!("{}-{language}-{page}", screen.name);
    let link = venue.link(1).await;
    browser.go(&format!("{link}?redirect_url=https://shop.example.org/welcome")).await;
    assert_eq!(browser.ask("return document.documentElement.lang").await, language);
    check(&browser, &venue.server.url, &name("start")).await;
    browser.click("button.main").await;
    browser.arrive().await;
    check(&browser, &venue.server.url, &name("finish")).await;
    let connect = browser.ask("return document.querySelector('ol > li:last-child a').href").await;
    assert_eq!(connect, "https://shop.example.org/welcome");
    let text = browser.ask("return document.querySelector('ol > li:last-child a').textContent").await;
    assert!(text.as_str().unwrap().contains("shop.example.org"), "where it leads: {text}");
    browser.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn phones_and_desktops_show_it_in_their_languages() {
    let venue = Venue::open().await;
    for screen in [PHONE, IPHONE, DESKTOP, LINUX] {
        for language in ["en", "it", "de", "fr", "es"] {
            walk(&venue, screen, language).await;
        }
    }
}

/// Including bright colours and a logo.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organizations_own_look_can_be_read() {
    let venue = Venue::open().await;
    let logo = "data:image/svg+xml;base64,\
        PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9IjAgMCA5MCAzMCIgd2lkdGg9IjE4MCIgaGVpZ2h0PSI2MCI+\
        PHJlY3Qgd2lkdGg9IjkwIiBoZWlnaHQ9IjMwIiBmaWxsPSIjMGE3Ii8+PC9zdmc+";
    for (name, color) in [("dark", "#0b3d2e"), ("bright", "#ffe600"), ("white", "#ffffff")] {
        let css = "h1 { letter-spacing: -.01em }";
        venue.configure(json!({"activation": {"color": color, "logoUrl": logo, "css": css}})).await;
        // The server applies its own changes at once.
        let browser = Browser::start(PHONE, "en").await;
        browser.go(&venue.link(1).await).await;
        assert_eq!(
            browser.ask("return document.querySelector('header img').naturalWidth").await,
            180,
            "the logo is there"
        );
        check(&browser, &venue.server.url, &format!("look-{name}-start")).await;
        browser.click("button.main").await;
        browser.arrive().await;
        check(&browser, &venue.server.url, &format!("look-{name}-finish")).await;
        browser.quit().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_is_dead_says_so() {
    let venue = Venue::open().await;
    let browser = Browser::start(PHONE, "en").await;
    let dead = format!("{}/activate/{}", venue.server.url, "0".repeat(28));
    browser.go(&dead).await;
    assert_eq!(browser.ask("return document.querySelector('h1').textContent").await, "This link no longer works");
    browser.picture("phone-en-dead").await;
    browser.quit().await;
}
