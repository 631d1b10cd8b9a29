//! The documentation page, which loads nothing from other machines.

use reqwest::Url;

use crate::fixture::{Answer, Client, Home};

/// The addresses that the page loads.
fn loaded(html: &str) -> Vec<&str> {
    ["src=\"", "href=\""]
        .iter()
        .flat_map(|name| html.split(name).skip(1))
        .map(|rest| rest.split('"').next().unwrap())
        .collect()
}

/// Gets what the page loads, by its relative addresses.
async fn resources(client: &Client, page: &Answer) -> Vec<Answer> {
    let mut answers = Vec::new();
    for address in loaded(&page.text) {
        assert!(Url::parse(address).is_err() && !address.starts_with("//"), "{address} is on another machine");
        let url = page.url.join(address).unwrap();
        let answer = client.get(url.path()).await;
        assert_eq!(answer.status, 200, "{url}");
        answers.push(answer);
    }
    answers
}

#[tokio::test]
async fn the_page_comes_whole_from_the_server() {
    let home = Home::new();
    let server = home.start();
    let client = server.anybody();
    let page = client.get("/docs").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html"));
    assert!(!page.text.contains("http://") && !page.text.contains("https://"), "{}", page.text);
    assert!(page.header("content-security-policy").starts_with("default-src 'self'; "));

    let resources = resources(&client, &page).await;
    let of_type = |start: &'static str| resources.iter().filter(move |it| it.header("content-type").starts_with(start));
    assert!(of_type("text/javascript").count() >= 2 && of_type("text/css").count() >= 1, "scripts and styles");
    assert!(of_type("text/javascript").any(|script| script.text.contains("/openapi.json")), "it shows our description");
    for style in of_type("text/css") {
        assert!(!style.text.contains("url(http") && !style.text.contains("@import"), "{}", style.url);
    }
}

#[tokio::test]
async fn the_description_is_the_one_in_the_repository() {
    let home = Home::new();
    let server = home.start();
    let answer = server.anybody().get("/openapi.json").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    assert!(answer.text == std::fs::read_to_string(file).unwrap(), "run cargo xtask codegen");
}
