//! The same with a server that accepts one customer per request.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{any, post};
use serde_json::json;

use super::cells::Cells;
use super::file::{File, Form};
use super::lines::Lines;
use super::{assert_customers, assert_same, customers, import};
use crate::c4w::command::C4w;
use crate::c4w::import::summary;
use crate::fixture::{Home, Server};

const ROWS: usize = 1_000;

/// Forwards everything to a server except batches, which Cloud4Wi's servers do not support.
async fn hand_on(State((client, url)): State<(reqwest::Client, Arc<str>)>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let path = parts.uri.path_and_query().unwrap();
    let mut headers = parts.headers;
    headers.remove("host");
    let answer = client.request(parts.method, format!("{url}{path}")).headers(headers).body(body).send().await.unwrap();
    let mut response = Response::builder().status(answer.status()).body(Body::empty()).unwrap();
    *response.headers_mut() = answer.headers().clone();
    // It belongs to this connection, and not to the next one.
    response.headers_mut().remove("transfer-encoding");
    *response.body_mut() = Body::from(answer.bytes().await.unwrap());
    response
}

async fn without_batches(server: &Server) -> String {
    c4w_client::provide_tls();
    let router = Router::new()
        .route("/v3/customers/batch", post(async || StatusCode::NOT_FOUND))
        .fallback(any(hand_on))
        .with_state((reqwest::Client::builder().no_proxy().build().unwrap(), Arc::from(server.url.as_str())));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = http_api::Server::new("test", listener, router, Default::default(), &Default::default());
    tokio::spawn(server.run(std::future::pending(), std::time::Duration::ZERO));
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn exactly_the_faulty_rows_are_rejected_one_by_one() {
    for (form, name) in [(&Cells as &dyn Form, "guests.csv"), (&Lines, "guests.ndjson")] {
        let home = Home::new();
        let server = home.start();
        let c4w = C4w::with(&home, &without_batches(&server).await, server.demonstration());
        let file = File::new(form, ROWS);
        let ended = import(&c4w, &home, name, &file.text, &[]);
        let told = summary(&ended);
        let written = json!(file.created + file.updated);
        assert_eq!((&told["createdOrUpdated"], &told["rejected"]), (&written, &json!(file.rejects.len())), "{ended:?}");
        assert_eq!(ended.code, Some(1));
        let (found, ids) = customers(&c4w);
        assert_customers(&found, &file.customers);
        assert_same(&std::fs::read(home.path(format!("{name}.rejects"))).unwrap(), &file.rejected(&ids));
        server.stop();
    }
}
