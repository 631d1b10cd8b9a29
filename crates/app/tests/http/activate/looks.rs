//! The look of an organization's page, which stays small and self-contained.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{IPHONE, Place, WINDOWS, configure, header_of};
use crate::fixture::{Answer, PUBLIC_URL};

/// The style sheets of the page, as a browser reads them.
fn styles(html: &str) -> Vec<&str> {
    html.split("<style>").skip(1).map(|rest| rest.split("</style>").next().unwrap()).collect()
}

/// Checks that the content security policy permits each style sheet by its hash, and nothing else.
fn assert_hashed(answer: &Answer) {
    let hashes: Vec<_> = styles(&answer.text)
        .iter()
        .map(|style| format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(style))))
        .collect();
    let expected = format!(
        "default-src 'none'; style-src {}; img-src 'self' data:; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'",
        hashes.join(" ")
    );
    assert_eq!(header_of(answer, "content-security-policy"), expected);
}

#[tokio::test]
async fn name_colour_logo_and_style_are_the_organizations() {
    let place = Place::open().await;
    let token = place.token("").await;
    let plain = place.page(&token, IPHONE).await;
    assert!(plain.text.contains("<header>\n<p>Test</p>") && styles(&plain.text).len() == 1, "{}", plain.text);
    assert_hashed(&plain);
    let logo = "data:image/svg+xml;base64,PHN2Zy8+";
    let css = "h1 { color: red }\r\nh1::after { content: \"<!-- & -->\" }\rp {}";
    configure(&place.manager, json!({"activation": {"logoUrl": logo, "color": "#FFEE00", "css": css}})).await;
    for answer in [place.page(&token, IPHONE).await, place.look(&place.granted("apple").await, &[]).await] {
        assert!(answer.text.contains(&format!("<img src=\"{logo}\" alt=\"Test\">")), "{}", answer.text);
        let colors = ":root{--accent:#ffee00;--on-accent:#000;--edge:#6b7280}\n";
        let expected = format!("{colors}h1 {{ color: red }}\nh1::after {{ content: \"<!-- & -->\" }}\np {{}}");
        assert_eq!(styles(&answer.text)[1], expected);
        assert_hashed(&answer);
    }
}

#[tokio::test]
async fn a_logo_that_is_elsewhere_is_not_shown() {
    let place = Place::open().await;
    let token = place.token("").await;
    let beside = format!("{PUBLIC_URL}/logo.png");
    for (logo, shown) in [("https://example.org/logo.png", false), (beside.as_str(), true)] {
        configure(&place.manager, json!({"activation": {"logoUrl": logo}})).await;
        let answer = place.page(&token, IPHONE).await;
        assert_eq!(answer.text.contains(logo), shown, "{logo}");
        assert_hashed(&answer);
    }
}

#[tokio::test]
async fn no_style_opens_the_policy() {
    let place = Place::open().await;
    let token = place.token("").await;
    for css in [
        "@import url(https://evil.example/a.css);",
        "@font-face { font-family: x; src: url(https://evil.example/a.woff) } body { font-family: x }",
        "body { background: url(//evil.example/a.png) }",
        "'; script-src *; img-src *",
    ] {
        configure(&place.manager, json!({"activation": {"css": css}})).await;
        assert_hashed(&place.page(&token, IPHONE).await);
    }
}

#[tokio::test]
async fn the_page_stays_under_a_hundred_kilobytes_whatever_is_set() {
    let place = Place::open().await;
    let token = place.token("").await;
    let logo = format!("data:image/png;base64,{}", "A".repeat(65_536 - 24));
    let activation = json!({"logoUrl": logo, "color": "#ffee00", "css": "/".repeat(16_384)});
    let plain = place.page(&token, WINDOWS).await.bytes.len();
    assert!(plain < 16_000, "{plain}");
    configure(&place.manager, json!({"activation": activation})).await;
    for language in ["en", "it", "es", "fr", "de"] {
        let headers = [("user-agent", WINDOWS), ("accept-language", language)];
        let uri = format!("/activate/{token}?redirect_url=https://example.org/{}", "a".repeat(100));
        let answer = place.look(&uri, &headers).await;
        assert!(answer.text.contains("<svg"));
        assert!(answer.bytes.len() < 100_000, "{language}: {}", answer.bytes.len());
    }
}
