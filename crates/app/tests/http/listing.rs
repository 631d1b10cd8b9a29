//! Pages of lists: assembled from pieces, bounded in bytes, and with fair turns.

use std::time::Duration;

use axum::body::Body;
use axum::http::header;
use axum::response::Response;
use domain::limits;
use http_api::{Limits, ListLimits};
use http_body_util::BodyExt;
use serde_json::{Value, json};

use crate::common::bodies;
use crate::fixture::{Answer, Caller, Registry};

/// More than one piece.
const MANY: usize = 2 * limits::PIECE_LOOKED_AT as usize + 50;

fn uri(caller: &Caller, query: &str) -> String {
    format!("/v2/customers/organizations/{}{query}", caller.organization)
}

async fn list(caller: &Caller, query: &str) -> Answer {
    caller.get(&uri(caller, query)).await
}

/// A list whose response has begun and is not read any further.
async fn open(caller: &Caller, query: &str) -> Response {
    let response = caller.open(caller.request("GET", &uri(caller, query)).body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), 200);
    response
}

async fn fill(caller: &Caller, count: usize) -> Vec<String> {
    let row = |n| bodies::with(&caller.organization, json!({"firstName": format!("Guest {n}")}));
    let rows: Vec<_> = (0..count).map(row).collect();
    let answers = caller.batch_rows("", &rows).await.text;
    let id = |row: &str| serde_json::from_str::<Value>(row).unwrap()["id"].as_str().unwrap().to_owned();
    answers.lines().map(id).collect()
}

fn cids(page: &Value) -> Vec<String> {
    let customers = page["customers"].as_array().unwrap();
    assert_eq!(page["count"], customers.len());
    customers.iter().map(|customer| customer["cid"].as_str().unwrap().to_owned()).collect()
}

async fn start(lists: ListLimits) -> Registry {
    Registry::start_with(Limits { lists, ..Limits::default() }).await
}

#[tokio::test]
async fn a_page_of_many_pieces_is_one_page() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let ids = fill(&manager, MANY).await;
    let piece = usize::from(limits::PIECE_LOOKED_AT);
    for size in [piece - 1, piece, piece + 1, 2 * piece, MANY - 1, MANY, 10_000] {
        let answer = list(&manager, &format!("?size={size}")).await;
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/json");
        let page = answer.ok();
        assert_eq!(cids(&page), ids[..size.min(MANY)], "{size}");
        let Some(sid) = page["sid"].as_str() else {
            assert!(size >= MANY, "{size}");
            continue;
        };
        let rest = list(&manager, &format!("?sid={sid}")).await.ok();
        assert_eq!(cids(&rest), ids[size..MANY.min(2 * size)], "{size}");
    }
    let filtered = list(&manager, "?size=10000&hasEmail=true").await.ok();
    assert_eq!((&filtered["count"], filtered.get("sid")), (&json!(0), None), "a filter is looked through in one page");
}

#[tokio::test]
async fn a_page_ends_by_bytes_and_the_next_goes_on_behind_it() {
    let registry = start(ListLimits { page_bytes: 20_000, ..ListLimits::default() }).await;
    let manager = registry.manager().await;
    let ids = fill(&manager, MANY).await;
    for query in ["?size=10000", "?size=10000&sortReverse=true"] {
        let (mut met, mut pages, mut next) = (Vec::new(), 0, query.to_owned());
        loop {
            let answer = list(&manager, &next).await;
            assert!(answer.bytes.len() < 20_500, "{}", answer.bytes.len());
            let page = answer.ok();
            met.extend(cids(&page));
            pages += 1;
            let Some(sid) = page["sid"].as_str() else { break };
            next = format!("?sid={sid}");
        }
        if query.ends_with("true") {
            met.reverse();
        }
        assert_eq!(met, ids, "each once: {query}");
        assert!(pages > 5, "{pages}");
    }
}

/// A single entry may exceed the maximum size.
#[tokio::test]
async fn a_page_has_one_entry_at_least() {
    let registry = start(ListLimits { page_bytes: 10, ..ListLimits::default() }).await;
    let manager = registry.manager().await;
    let ids = fill(&manager, 3).await;
    let page = list(&manager, "").await.ok();
    assert_eq!(cids(&page), ids[..1]);
    let page = list(&manager, &format!("?sid={}", page["sid"].as_str().unwrap())).await.ok();
    assert_eq!(cids(&page), ids[1..2]);
    let uri = format!("/v3/customers/{}/history", ids[0]);
    manager.put(&ids[0], &json!({"firstName": "Ada"})).await.ok();
    let page = manager.get(&uri).await.ok();
    assert_eq!(page["count"], 1);
    let page = manager.get(&format!("{uri}?sid={}", page["sid"].as_str().unwrap())).await.ok();
    assert_eq!((&page["history"][0]["call"], page.get("sid")), (&json!("update"), None));
}

/// An organization with the maximum number of pages in progress waits for a while, and then gets a Retry-After; others
/// are not affected.
#[tokio::test]
async fn an_organization_keeps_itself_waiting_and_no_other() {
    let lists = ListLimits { pages_of_each: 1, patience: Duration::from_millis(20), ..ListLimits::default() };
    let registry = start(lists).await;
    let (manager, stranger) = (registry.manager().await, registry.stranger().await);
    let ids = fill(&manager, MANY).await;
    let unread = open(&manager, "?size=10000").await;
    for uri in
        [uri(&manager, ""), format!("/v3/customers/{}/history", ids[0]), format!("/v3/customers/{}/sessions", ids[0])]
    {
        let refused = manager.get(&uri).await;
        refused.error(429, "rate_limited");
        assert_eq!(refused.headers[header::RETRY_AFTER], "2");
    }
    assert_eq!(list(&stranger, "").await.ok()["count"], 0);
    manager.create("", json!({})).await;
    drop(unread);
    list(&manager, "").await.ok();
    // A page that was read to its end is no longer in progress.
    let read = open(&manager, "?size=10000").await.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(serde_json::from_slice::<Value>(&read).unwrap()["count"], MANY + 1);
    list(&manager, "").await.ok();
}

#[tokio::test]
async fn all_organizations_have_a_bound_together() {
    let lists = ListLimits { pages: 1, patience: Duration::from_millis(20), ..ListLimits::default() };
    let registry = start(lists).await;
    let (manager, stranger) = (registry.manager().await, registry.stranger().await);
    fill(&manager, MANY).await;
    let unread = open(&manager, "?size=10000").await;
    let refused = list(&stranger, "").await;
    refused.error(503, "unavailable");
    assert_eq!(refused.headers[header::RETRY_AFTER], "2");
    drop(unread);
    list(&stranger, "").await.ok();
}

/// A response that is not read any further keeps no turn at reading, only its page.
#[tokio::test]
async fn a_slow_reader_keeps_no_piece() {
    let lists = ListLimits { pieces: 1, patience: Duration::from_millis(20), ..ListLimits::default() };
    let registry = start(lists).await;
    let (manager, stranger) = (registry.manager().await, registry.stranger().await);
    fill(&manager, MANY).await;
    let _unread = open(&manager, "?size=10000").await;
    list(&manager, "").await.ok();
    list(&stranger, "").await.ok();
}
