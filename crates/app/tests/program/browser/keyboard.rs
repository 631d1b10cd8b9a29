//! A file requested with the keyboard alone.

use plist::Value;

use super::driver::{Browser, DESKTOP, ENTER, IPHONE, TAB};
use super::venue::{PASSWORD, USERNAME, Venue};

/// Moves the focus until the element with this text has it, visibly.
async fn tab_to(browser: &Browser, text: &str) {
    for _ in 0..12 {
        browser.press(TAB).await;
        let focused = browser.ask("return document.activeElement.textContent.trim()").await;
        if focused == text {
            let style = browser.ask("return getComputedStyle(document.activeElement).outlineStyle").await;
            assert_eq!(style, "solid", "the focus is seen at {text}");
            return;
        }
    }
    panic!("no way to {text} by keys");
}

async fn press(browser: &Browser, text: &str) {
    tab_to(browser, text).await;
    browser.press(ENTER).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_profile_is_downloaded_by_keys_and_holds_the_login() {
    let venue = Venue::open().await;
    let browser = Browser::start(IPHONE, "en").await;
    browser.go(&venue.link(1).await).await;
    press(&browser, "Set up this device").await;
    browser.arrive().await;
    press(&browser, "Download profile").await;
    let file = browser.downloaded().await;
    assert_eq!(file.file_name().unwrap(), "wifi.mobileconfig");
    let profile = Value::from_file(file).unwrap();
    let payloads = profile.as_dictionary().unwrap()["PayloadContent"].as_array().unwrap();
    let eap = payloads[0].as_dictionary().unwrap()["EAPClientConfiguration"].as_dictionary().unwrap();
    let text = |key: &str| eap[key].as_string().unwrap();
    assert_eq!((text("UserName"), text("UserPassword")), (USERNAME, PASSWORD));
    assert_eq!(text("OuterIdentity"), "anonymous@example.test");
    browser.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_device_is_one_tap_away() {
    let venue = Venue::open().await;
    let browser = Browser::start(DESKTOP, "en").await;
    browser.go(&venue.link(1).await).await;
    press(&browser, "Set up another device").await;
    press(&browser, "Android").await;
    browser.arrive().await;
    let title = browser.ask("return document.querySelector('h1').textContent").await;
    assert_eq!(title, "Set up Android");
    browser.quit().await;
}
