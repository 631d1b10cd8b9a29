//! What a grant is good for, and for how long.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use super::{Place, WINDOWS, asking, header_of, leads_to};
use crate::fixture::{PUBLIC_URL, send};

#[tokio::test]
async fn the_file_can_be_fetched_for_a_quarter_of_an_hour_by_whoever_comes() {
    let place = Place::open().await;
    let finish = place.granted("apple").await;
    let file = format!("{finish}/profile");
    let first = place.look(&file, &[]).await;
    assert_eq!((first.status, header_of(&first, "content-type")), (200, "application/x-apple-aspen-config"));
    place.registry.clock.forward(Duration::from_millis(15 * 60_000 - 1));
    // Another program, at another instance, without anything but the address.
    let request = Request::get(&file).body(Body::empty()).unwrap();
    let second = send(&place.registry.instance(), request).await;
    assert_eq!((second.status, second.bytes == first.bytes), (200, true));
    let head = Request::head(&file).body(Body::empty()).unwrap();
    let head = place.registry.send(head).await;
    assert_eq!((head.status, header_of(&head, "content-length")), (200, first.bytes.len().to_string().as_str()));
    place.registry.clock.forward(Duration::from_millis(1));
    assert_eq!(place.look(&file, &[]).await.status, 404);
}

/// It would be good for as long as the clock was wrong.
#[tokio::test]
async fn a_grant_that_was_made_while_a_clock_was_ahead_is_dead() {
    let place = Place::open().await;
    let finish = place.granted("apple").await;
    place.registry.clock.turn(-4 * 60 * 1000);
    assert_eq!(place.look(&format!("{finish}/profile"), &[]).await.status, 200, "another instance's clock");
    place.registry.clock.turn(-2 * 60 * 1000);
    assert_eq!(place.look(&finish, &[]).await.status, 404);
    assert_eq!(place.look(&format!("{finish}/profile"), &[]).await.status, 404);
}

/// People come back to the steps from the settings of their device.
#[tokio::test]
async fn the_steps_can_be_read_for_an_hour_more_without_what_is_secret() {
    let place = Place::open().await;
    let finish = place.granted("windows").await;
    let html = place.look(&finish, &[("user-agent", WINDOWS)]).await.text;
    assert!(html.contains("correct &#60;horse&#62;") && html.contains("/wifi.cmd"), "{html}");
    place.registry.clock.forward(Duration::from_secs(15 * 60));
    let answer = place.look(&finish, &[]).await;
    assert_eq!(answer.status, 200);
    assert!(answer.text.contains("The time for this download is over"), "{}", answer.text);
    assert!(!answer.text.contains("horse") && !answer.text.contains("/wifi.cmd"), "{}", answer.text);
    place.registry.clock.forward(Duration::from_secs(3600));
    assert_eq!(place.look(&finish, &[]).await.status, 404);
}

#[tokio::test]
async fn the_page_says_for_how_long_it_works() {
    let place = Place::open().await;
    let finish = place.granted("apple").await;
    for (after, minutes) in [(0, 15), (1, 15), (59, 14), (14 * 60 - 1, 1), (0, 1)] {
        place.registry.clock.forward(Duration::from_secs(after));
        let html = place.look(&finish, &[]).await.text;
        assert!(html.contains(&format!("works for another {minutes} min")), "{html}");
    }
}

/// The link is good for longer than what was asked for with it.
#[tokio::test]
async fn who_is_late_is_led_back_to_the_link() {
    let place = Place::open().await;
    let token = place.token("?expiresIn=86400&hits=2").await;
    let uri = format!("/activate/{token}?redirect_url=https://shop.example.org/");
    let finish = leads_to(&place.registry.send(asking(&uri, "device=apple")).await);
    let (path, query) = finish.split_once('?').unwrap();
    let start = format!("{PUBLIC_URL}/activate/{token}");
    let shown = place.look(&finish, &[]).await.text;
    assert!(!shown.contains(&token) && shown.contains("After that, open your link again."), "there is time: {shown}");
    place.registry.clock.forward(Duration::from_secs(15 * 60));
    let html = place.look(&finish, &[]).await.text;
    assert!(html.contains(&format!("<a class=\"main\" href=\"{start}?{query}\">Open your link again</a>")), "{html}");
    let file = format!("{path}/profile?{query}");
    assert!(shown.contains(&format!("href=\"{}\"", file.strip_prefix("/activate/profiles/").unwrap())), "{shown}");
    for (uri, after) in [(&file, 0), (&finish, 3600), (&file, 0)] {
        place.registry.clock.forward(Duration::from_secs(after));
        let answer = place.look(uri, &[]).await;
        assert_eq!(answer.status, 404, "{uri}");
        assert!(answer.text.contains("The time for this download is over"), "{}", answer.text);
        assert!(answer.text.contains(&format!("<a class=\"main\" href=\"{start}?{query}\">")), "{}", answer.text);
    }
    assert_eq!(place.look(&format!("/activate/{token}"), &[]).await.status, 200);
    // The last use of the link: then there is nothing to be led back to.
    place.ask(&token, "apple").await;
    let answer = place.look(&finish, &[]).await;
    assert_eq!(answer.status, 404);
    assert!(answer.text.contains("This link no longer works") && !answer.text.contains(&token), "{}", answer.text);
}

#[tokio::test]
async fn the_steps_of_a_link_that_is_used_up_lead_nowhere() {
    let place = Place::open().await;
    let once = place.granted("apple").await;
    let ends_sooner = leads_to(&place.ask(&place.token("?expiresIn=600&hits=5").await, "apple").await);
    for finish in [&once, &ends_sooner] {
        let html = place.look(finish, &[]).await.text;
        assert!(html.contains("After that, you need a new link") && !html.contains("link again"), "{html}");
    }
    place.registry.clock.forward(Duration::from_secs(15 * 60));
    for finish in [&once, &ends_sooner] {
        let html = place.look(finish, &[]).await.text;
        assert!(html.contains("ask for a new link where you got it.</p>") && !html.contains("link again"), "{html}");
    }
}

#[tokio::test]
async fn a_grant_is_short_says_nothing_and_cannot_be_made() {
    let place = Place::open().await;
    let finish = place.granted("apple").await;
    let grant = finish.rsplit('/').next().unwrap();
    assert!(grant.len() <= 160 && grant.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)), "{grant}");
    assert!(!finish.contains(&place.customer) && !finish.contains(&place.manager.organization));
    for at in [0, grant.len() / 2, grant.len() - 2] {
        let other = if grant.as_bytes()[at] == b'A' { "B" } else { "A" };
        let forged = format!("/activate/profiles/{}{other}{}", &grant[..at], &grant[at + 1..]);
        assert_eq!(place.look(&forged, &[]).await.status, 404, "{at}");
        assert_eq!(place.look(&format!("{forged}/profile"), &[]).await.status, 404, "{at}");
    }
    for forged in ["x", &grant[1..], &"A".repeat(5000), "%20", "é"] {
        let forged = format!("/activate/profiles/{forged}");
        let forged: String = forged.replace('é', "%C3%A9");
        assert_eq!(place.look(&forged, &[]).await.status, 404, "{forged}");
    }
}

/// What was granted is taken back by a lock or an erasure.
#[tokio::test]
async fn a_customer_who_is_locked_or_gone_meanwhile_gets_nothing() {
    let place = Place::open().await;
    let finish = place.granted("android").await;
    let statuses = async || {
        let page = place.look(&finish, &[]).await;
        let file = place.look(&format!("{finish}/profile"), &[]).await;
        assert!(header_of(&page, "content-type").starts_with("text/html"));
        (page.status, file.status)
    };
    assert_eq!(statuses().await, (200, 200));
    place.manager.put(&place.customer, &json!({"lock": true})).await.ok();
    assert_eq!(statuses().await, (403, 403));
    place.manager.put(&place.customer, &json!({"lock": false})).await.ok();
    assert_eq!(statuses().await, (200, 200));
    place.manager.delete(&place.customer).await.ok();
    assert_eq!(statuses().await, (404, 404));
}

#[tokio::test]
async fn the_connect_button_leads_to_plain_web_addresses_and_shows_their_host() {
    let place = Place::open().await;
    let token = place.token("").await;
    let shown = async |url: &str| {
        let query: String = url.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let uri = format!("/activate/{token}?redirect_url={query}");
        assert_eq!(place.look(&uri, &[]).await.status, 200, "{url}");
        let answer = place.registry.send(asking(&uri, "device=apple")).await;
        let location = answer.headers["location"].to_str().unwrap();
        assert!(location.starts_with("profiles/"), "never elsewhere: {location}");
        let html = place.look(&leads_to(&answer), &[]).await.text;
        assert!(!html.contains("<script") && !html.contains("evil"), "{html}");
        let link = html.split("<a class=\"main\" href=\"").find(|rest| rest.contains(">Continue to "));
        let hint = html.split("Continue to ").nth(1).map(|rest| rest.split('<').next().unwrap().to_owned());
        link.map(|rest| rest.split('"').next().unwrap().to_owned()).zip(hint)
    };
    for (url, address, host) in [
        ("https://example.org/a?b=c&d", "https://example.org/a?b=c&#38;d", "example.org"),
        ("http://192.0.2.1:8080/login", "http://192.0.2.1:8080/login", "192.0.2.1:8080"),
        ("HTTPS://Example.org", "https://example.org/", "example.org"),
    ] {
        assert_eq!(shown(url).await, Some((address.to_owned(), host.to_owned())), "{url}");
    }
    for url in [
        "javascript:alert('evil')",
        "JaVaScRiPt://evil.example/%0aalert(1)",
        "data:text/html,<script>evil</script>",
        "//evil.example/",
        "\\\\evil.example/",
        "https:evil.example",
        "/v3/customers",
        "evil.example",
        "ftp://evil.example/",
        "https://user@evil.example/",
        "https://user:pass@evil.example/",
        "https://evil.example/\r\nSet-Cookie: a=b",
        "https://evil.example/\n",
        "https://evil.exam\tple/",
        "https://evil.example/\"onclick=\"x",
        &format!("https://evil.example/{}", "a".repeat(3000)),
    ] {
        assert_eq!(shown(url).await, None, "{url}");
    }
}
