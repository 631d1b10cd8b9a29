//! The handling common to all requests: paths, queries, bodies, headers.

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Value, json};

use crate::common::{bodies, stored};
use crate::fixture::Registry;

#[tokio::test]
async fn bodies_that_are_no_json_object_are_malformed() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let deep = format!("{{\"custom\":{}{}}}", "[".repeat(5_000), "]".repeat(5_000));
    let bodies: [&[u8]; 15] = [
        b"",
        b"{",
        b"null",
        b"[]",
        b"1",
        b"\"text\"",
        b"{\"a\":1,}",
        b"{\"email\":\"\xff\"}",
        b"\xef\xbb\xbf{}",
        br#"{"email":"a@b.org","email":"a@b.org"}"#,
        br#"{"device":{"guid":"a","guid":"b"}}"#,
        br#"{"unknown":{"a":1,"\u0061":2}}"#,
        br#"{"firstName":"\ud800"}"#,
        br#"{"custom":{"id":123456789012345678901234567890}}"#,
        deep.as_bytes(),
    ];
    for body in bodies {
        for (method, uri) in [("POST", "/v3/customers"), ("PUT", "/v3/customers/0"), ("POST", "/v1/sts/login/services")]
        {
            let answer = manager.json(method, uri, body.to_vec()).await;
            if uri == "/v3/customers/0" && answer.status == 404 {
                panic!("the body is looked at before the customer");
            }
            answer.error(400, "malformed_json");
        }
    }
}

#[tokio::test]
async fn a_body_over_a_mebibyte_is_too_large() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    for length in [1024 * 1024 + 1, 2 * 1024 * 1024] {
        let body = format!("{{\"picture\":\"{}\"}}", "x".repeat(length - 14));
        assert_eq!(body.len(), length);
        for (method, uri) in [("POST", "/v3/customers"), ("PUT", "/v3/customers/0"), ("POST", "/v1/sts/login/services")]
        {
            manager.json(method, uri, body.clone()).await.error(413, "payload_too_large");
        }
    }
    let just = format!("{{\"a\":\"{}\"}}", "x".repeat(1024 * 1024 - 8));
    manager.json("POST", "/v3/customers", just).await.error(409, "invalid_parameters");
}

#[tokio::test]
async fn bodies_of_another_type_are_415() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let body = bodies::least(&registry.organization).to_string();
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=iso-8859-1"] {
        let request = manager.request("POST", "/v3/customers").header(header::CONTENT_TYPE, kind);
        manager.send(request.body(Body::from(body.clone())).unwrap()).await.error(415, "unsupported_media_type");
    }
    let bare = manager.request("POST", "/v3/customers").body(Body::from(body)).unwrap();
    manager.send(bare).await.ok();
}

#[tokio::test]
async fn u0000_is_refused_wherever_it_stands() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    for (members, path) in [
        (json!({"firstName": "a\0"}), "firstName"),
        (json!({"username": "a\0"}), "username"),
        (json!({"document": {"number": "\0"}}), "document.number"),
        (json!({"custom": {"a": ["\0"]}}), "custom.a[0]"),
        (json!({"custom": {"a\0b": 1}}), "custom.a\u{FFFD}b"),
        (json!({"unknown": {"deep": "\0"}}), "unknown.deep"),
    ] {
        let answer = manager.create_answer("", members).await;
        assert!(
            answer.fields(409, "invalid_parameters").contains(&(path.to_owned(), "invalid".to_owned())),
            "{}",
            answer.text
        );
    }
    let id = manager.create("", json!({})).await;
    manager.put(&id, &json!({"username": "\0"})).await.invalid("username", "invalid");
    manager.create_answer("?deduplicate=email%00", json!({})).await.invalid("deduplicate", "invalid");
    manager.get("/v2/customers/tokens/%00").await.error(400, "malformed_request");
    manager.get("/v2/customers/a%00/token").await.error(400, "malformed_request");
}

#[tokio::test]
async fn queries_and_paths_that_cannot_be_read_are_400() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let id = manager.create("", json!({})).await;
    manager.get(&format!("/v2/customers/{id}/token?hits=%ff")).await.error(400, "malformed_request");
    manager.get("/v2/customers/tokens/%ff").await.error(400, "malformed_request");
    manager.get(&format!("/v2/customers/{id}/token?hits=1&hits=2")).await.invalid("hits", "invalid");
    manager.get(&format!("/v2/customers/{id}/token?unknown=1&&=")).await.ok();
}

#[tokio::test]
async fn doubled_slashes_collapse_without_a_redirect() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let body = bodies::least(&registry.organization);
    let id = manager.post("//v3//customers?deduplicate=email", &body).await.ok()["id"].as_str().unwrap().to_owned();
    manager.get(&format!("//v2/customers///{id}/token")).await.ok();
}

#[tokio::test]
async fn a_plus_in_a_query_is_a_plus() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    // Form decoding would make this "email, phoneNumber", which is a list of known names.
    manager.create_answer("?deduplicate=email,+phoneNumber", json!({})).await.invalid("deduplicate", "invalid");
    manager.create_answer("?deduplicate=email,%20phoneNumber", json!({})).await.ok();
}

#[tokio::test]
async fn unknown_addresses_and_methods_answer_in_the_documented_form() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    for uri in ["/v3", "/v3/customer", "/v3/customers/", "/v2/customers/tokens", "/docs/none.js"] {
        manager.get(uri).await.error(404, "not_found");
    }
    let answer = manager.get("/v3/customers").await;
    answer.error(405, "method_not_allowed");
    assert_eq!(answer.headers[header::ALLOW], "POST");
}

#[tokio::test]
async fn nothing_is_cached_no_cookie_is_set_and_every_answer_has_its_id() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let created = manager.create_answer("", json!({})).await;
    let refused = manager.create_answer("", json!({"source": null})).await;
    for answer in [created, refused, registry.get("/health/live").await, registry.get("/none").await] {
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
        assert_eq!(answer.headers["x-request-id"].len(), 32);
        assert!(!answer.headers.contains_key(header::SET_COOKIE) && !answer.headers.contains_key(header::LOCATION));
    }
    for (given, kept) in [("order-7.1", true), ("with space", false), (&"x".repeat(65), false)] {
        let request = Request::get("/health/live").header("X-Request-Id", given).body(Body::empty()).unwrap();
        let answer = registry.send(request).await;
        assert_eq!(answer.headers["x-request-id"] == given, kept, "{given}");
    }
}

#[tokio::test]
async fn the_headers_of_the_sdks_are_neither_needed_nor_in_the_way() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let request = manager
        .request("POST", "/v3/customers")
        .header("SDK-Install-Id", "5A1F1A67-1C3B-4B7B-9C55-4E3B0F7B0B11")
        .header("C4W-WiFi-SDK-OS", "ios")
        .header("C4W-WiFi-SDK-Organization-Id", "0")
        .header(header::CONTENT_TYPE, "application/json");
    let body = bodies::with(&registry.organization, json!({"extId": "crm/1"})).to_string().replace('/', "\\/");
    let id = manager.send(request.body(Body::from(body)).unwrap()).await.ok()["id"].as_str().unwrap().to_owned();
    assert_eq!(stored::as_sent(&registry.stored(&id).await)["extId"], "crm/1");
}

#[tokio::test]
async fn health_is_told_to_everybody() {
    let registry = Registry::start().await;
    for uri in ["/health/live", "/health/ready"] {
        assert_eq!(registry.get(uri).await.ok(), json!({"status": "OK"}));
    }
}

#[tokio::test]
async fn the_page_of_the_documentation_is_served_with_its_files() {
    let registry = Registry::start().await;
    let index = registry.get("/docs").await;
    assert_eq!((index.status, &index.headers[header::LOCATION]), (308, &"/docs/index.html".parse().unwrap()));
    let page = registry.get("/docs/index.html").await;
    assert_eq!(page.status, 200);
    assert!(page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().starts_with("default-src 'self'"));
    let document: Value = registry.get("/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
}

#[tokio::test]
async fn the_address_alone_leads_a_person_to_the_documentation() {
    let registry = Registry::start().await;
    let root = registry.get("/").await;
    assert_eq!((root.status, &root.headers[header::LOCATION]), (303, &"/docs/index.html".parse().unwrap()));
}

/// Files that never change under their address are cached; others are revalidated, and not sent again.
#[tokio::test]
async fn the_files_of_the_documentation_are_compressed_and_cached() {
    let registry = Registry::start().await;
    let get = async |uri: &str, headers: &[(&str, &str)]| {
        let request = headers.iter().fold(Request::get(uri), |request, (name, value)| request.header(*name, *value));
        registry.send(request.body(Body::empty()).unwrap()).await
    };
    let versioned = {
        let page = get("/docs/index.html", &[]).await.text;
        let address = page.split("src=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert!(address.starts_with("swagger-ui-bundle.js?v="), "{address}");
        format!("/docs/{address}")
    };
    for (uri, cached) in [
        ("/docs/index.html", "no-cache"),
        ("/openapi.json", "no-cache"),
        (versioned.as_str(), "public, max-age=31536000, immutable"),
    ] {
        let (plain, packed) = (get(uri, &[]).await, get(uri, &[("accept-encoding", "br, gzip")]).await);
        assert_eq!((plain.status, packed.status), (200, 200), "{uri}");
        assert!(!plain.headers.contains_key(header::CONTENT_ENCODING), "{uri}");
        assert_eq!(packed.headers[header::CONTENT_ENCODING], "gzip", "{uri}");
        assert!(packed.bytes.len() < plain.bytes.len(), "{uri}");
        let mut unpacked = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&packed.bytes[..]), &mut unpacked).unwrap();
        assert!(unpacked == plain.bytes, "{uri}");
        for answer in [&plain, &packed] {
            assert_eq!(answer.headers[header::CACHE_CONTROL], cached, "{uri}");
            assert_eq!(answer.headers[header::VARY], "accept-encoding", "{uri}");
        }
        let tag = plain.headers[header::ETAG].to_str().unwrap();
        let again = get(uri, &[("if-none-match", &format!("\"other\", W/{tag}"))]).await;
        assert_eq!((again.status, again.bytes.len()), (304, 0), "{uri}");
        assert_eq!(get(uri, &[("if-none-match", "\"other\"")]).await.status, 200, "{uri}");
    }
}

#[tokio::test]
async fn a_query_is_read_on_every_address() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let id = manager.create("", json!({})).await;
    for (method, uri) in [
        ("PUT", format!("/v3/customers/{id}")),
        ("GET", format!("/v3/customers/{id}")),
        ("POST", "/v3/customers/credential/check".to_owned()),
        ("GET", "/v2/customers/tokens/x".to_owned()),
        ("POST", "/v1/sts/login/services".to_owned()),
        ("POST", "/v1/sts/logout".to_owned()),
        ("GET", "/health/live".to_owned()),
    ] {
        manager.json(method, &format!("{uri}?x=%00"), "{}").await.invalid("x", "invalid");
        manager.json(method, &format!("{uri}?a=1&a=2"), "{}").await.invalid("a", "invalid");
        manager.json(method, &format!("{uri}?a=%ff"), "{}").await.error(400, "malformed_request");
    }
}

#[tokio::test]
async fn a_head_issues_no_token() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let id = manager.create("", json!({})).await;
    let head = manager.request("HEAD", &format!("/v2/customers/{id}/token")).body(Body::empty()).unwrap();
    assert_eq!(manager.send(head).await.status, 405);
}
