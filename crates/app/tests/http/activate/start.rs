//! The devices that the page offers.

use super::{CHROMEBOOK, IPHONE, LINUX, PIXEL, Place, WINDOWS, configure, header_of, passpoint};
use crate::fixture::PUBLIC_URL;

/// The devices in the order of the page.
fn offered(html: &str) -> Vec<&str> {
    html.split("name=\"device\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

#[tokio::test]
async fn the_right_device_comes_first_and_the_others_behind_one_tap() {
    let place = Place::open().await;
    let token = place.token("").await;
    for (agent, order) in [
        (IPHONE, ["apple", "android", "windows", "linux"]),
        (PIXEL, ["android", "apple", "windows", "linux"]),
        (WINDOWS, ["windows", "apple", "android", "linux"]),
        (LINUX, ["linux", "apple", "android", "windows"]),
        (CHROMEBOOK, ["apple", "android", "windows", "linux"]),
    ] {
        let html = place.page(&token, agent).await.text;
        assert_eq!(offered(&html), order, "{agent}");
        let before = html.split("<details>").next().unwrap();
        let first = if agent == CHROMEBOOK { 4 } else { 1 };
        assert_eq!(offered(before).len(), first, "{agent}");
    }
    let hinted = [("user-agent", LINUX), ("sec-ch-ua-platform", "\"Android\"")];
    let html = place.look(&format!("/activate/{token}"), &hinted).await.text;
    assert_eq!(offered(&html)[0], "android");
    assert!(html.contains("Recognised: Android"), "{html}");
}

#[tokio::test]
async fn a_desktop_shows_the_phone_where_to_go() {
    let place = Place::open().await;
    let token = place.token("").await;
    for (agent, shown) in [(IPHONE, false), (PIXEL, false), (WINDOWS, true), (LINUX, true)] {
        let html = place.page(&token, agent).await.text;
        let code = passpoint::qr_code(&format!("{PUBLIC_URL}/activate/{token}")).unwrap();
        assert_eq!((html.contains(&code), html.contains("<svg")), (shown, shown), "{agent}");
    }
    let uri = format!("/activate/{token}?redirect_url=https://example.org/%C3%BC?a%3Db%26c");
    let html = place.look(&uri, &[("user-agent", WINDOWS)]).await.text;
    let address =
        format!("{PUBLIC_URL}/activate/{token}?redirect%5Furl=https%3A%2F%2Fexample%2Eorg%2F%C3%BC%3Fa%3Db%26c");
    assert!(html.contains(&passpoint::qr_code(&address).unwrap()), "the phone gets the same");
    let uri = format!("/activate/{token}?redirect_url=https://example.org/{}", "a".repeat(1500));
    let html = place.look(&uri, &[("user-agent", WINDOWS)]).await.text;
    let code = passpoint::qr_code(&format!("{PUBLIC_URL}/activate/{token}")).unwrap();
    assert!(html.contains(&code), "a camera can read it");
}

#[tokio::test]
async fn the_app_is_offered_when_it_can_find_the_network() {
    let place = Place::open().await;
    let token = place.token("").await;
    assert!(!offered(&place.page(&token, IPHONE).await.text).contains(&"eap-config"));
    let mut settings = passpoint();
    settings["roamingConsortiums"] = serde_json::json!(["5A03BA0000"]);
    configure(&place.manager, serde_json::json!({"passpoint": settings})).await;
    let all = ["apple", "android", "windows", "eap-config", "linux"];
    assert_eq!(offered(&place.page(&token, IPHONE).await.text), all);
    configure(&place.manager, serde_json::json!({"passpoint": {"roamingConsortiums": null}})).await;
    configure(&place.manager, serde_json::json!({"wpa2": {"ssid": "Lido"}})).await;
    assert_eq!(offered(&place.page(&token, IPHONE).await.text), all, "by its name");
}

/// Linux joins a network only by its SSID, which has at most 32 bytes.
#[tokio::test]
async fn linux_is_offered_when_the_network_has_a_name() {
    let place = Place::open().await;
    let token = place.token("").await;
    let called = async |passpoint: &str, wpa2: serde_json::Value| {
        let settings = serde_json::json!({"passpoint": {"friendlyName": passpoint}, "wpa2": {"ssid": wpa2}});
        configure(&place.manager, settings).await;
        let html = place.page(&token, LINUX).await.text;
        offered(&html).contains(&"linux")
    };
    assert!(called(&"ü".repeat(16), serde_json::Value::Null).await);
    assert!(!called(&"ü".repeat(17), serde_json::Value::Null).await);
    assert!(called(&"ü".repeat(17), "Lido".into()).await);
}

#[tokio::test]
async fn the_page_speaks_the_visitors_language() {
    let place = Place::open().await;
    let token = place.token("").await;
    for (wanted, tag, text) in [
        ("", "en", "Set up this device"),
        ("it-CH, en;q=0.5", "it", "Configura questo dispositivo"),
        ("nl, es;q=0.3, fr;q=0.2", "es", "Configurar este dispositivo"),
        ("fr-CA", "fr", "Configurer cet appareil"),
        ("de-AT, it;q=0.9", "de", "Dieses Gerät einrichten"),
        ("ja", "en", "Set up this device"),
    ] {
        let answer =
            place.look(&format!("/activate/{token}"), &[("user-agent", IPHONE), ("accept-language", wanted)]).await;
        assert!(answer.text.contains(&format!("<html lang=\"{tag}\" dir=\"ltr\">")), "{wanted}");
        assert!(answer.text.contains(text), "{wanted}");
        assert_eq!(header_of(&answer, "content-language"), tag);
    }
}

#[tokio::test]
async fn nothing_of_it_is_kept_told_on_or_loaded_from_elsewhere() {
    let place = Place::open().await;
    let token = place.token("").await;
    let finish = place.granted("apple").await;
    for uri in [format!("/activate/{token}"), finish, "/activate/nothing".to_owned()] {
        let answer = place.look(&uri, &[("user-agent", WINDOWS)]).await;
        for (name, value) in [
            ("content-type", "text/html; charset=utf-8"),
            ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("x-robots-tag", "noindex"),
            ("vary", "Accept-Language, User-Agent, Sec-CH-UA-Platform"),
        ] {
            assert_eq!(header_of(&answer, name), value, "{uri}");
        }
        assert!(!answer.headers.contains_key("set-cookie"));
        let policy = header_of(&answer, "content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        for part in ["img-src 'self' data:", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{policy}");
        }
        let html = answer.text.to_lowercase();
        assert!(!html.contains("<script") && !html.contains(" style=") && !html.contains(" onclick"), "{html}");
        let loads = html.matches("src=").count() + html.matches("<link").count();
        assert_eq!(loads, html.matches("<link rel=\"icon\" href=\"data:,\">").count(), "{html}");
        assert!(!html.contains(&token), "the address is in nothing that could be copied by mistake");
    }
}

#[tokio::test]
async fn names_of_organizations_are_text() {
    let place = Place::open().await;
    let name = "Café <script>alert(1)</script> & \"Mare\"";
    let settings = serde_json::json!({"passpoint": {"friendlyName": name}});
    configure(&place.manager, settings).await;
    let html = place.look(&place.granted("apple").await, &[]).await.text;
    assert!(html.contains("Café &#60;script&#62;alert(1)") && !html.contains("<script"), "{html}");
}
