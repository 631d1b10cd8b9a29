//! An organization's style sheet causes no external requests.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::driver::{Browser, PHONE};
use super::venue::Venue;

/// An external server, and the number of its connections.
fn elsewhere() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    std::thread::spawn(move || {
        for _ in listener.incoming() {
            counted.fetch_add(1, Ordering::Relaxed);
        }
    });
    (address, count)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_style_sheet_loads_nothing_from_outside() {
    let venue = Venue::open().await;
    let (elsewhere, count) = elsewhere();
    let css = format!(
        "@import url(http://{elsewhere}/a.css);
         @font-face {{ font-family: x; src: url(http://{elsewhere}/a.woff2) }}
         h1 {{ font-family: x; color: rgb(1, 2, 3); background: url(http://{elsewhere}/a.png) }}
         h1::after {{ content: url(http://{elsewhere}/b.png) }}
         body {{ cursor: url(http://{elsewhere}/c.cur), auto; border-image: url(//{elsewhere}/d.png) }}
         button[value^=android] {{ background: image-set(url(http://{elsewhere}/e.png) 1x) }}"
    );
    let logo = format!("http://{elsewhere}/logo.png");
    venue.configure(json!({"activation": {"css": css, "logoUrl": logo}})).await;
    let browser = Browser::start(PHONE, "en").await;
    browser.go(&venue.link(1).await).await;
    let color = browser.ask("return getComputedStyle(document.querySelector('h1')).color").await;
    assert_eq!(color, "rgb(1, 2, 3)", "the rest of it holds");
    // Once the page has been drawn twice, it has sent all of its requests.
    let drawn = "return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))";
    assert_eq!(browser.ask(drawn).await, true);
    browser.quit().await;
    assert_eq!(count.load(Ordering::Relaxed), 0, "somebody came");
}
