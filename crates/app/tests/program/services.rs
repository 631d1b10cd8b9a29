//! `http-api service`

use serde_json::{Value, json};

use crate::common::bodies;
use crate::fixture::{Home, Keys};

const ROLES: [(&str, &str); 4] = [
    ("organization_manager", "organization_read,organization_write"),
    ("location_manager", "organization_read"),
    ("public_app", "customer_read,customer_write,organization_settings_read"),
    ("radius", ""),
];

/// A home with one organization, and its id.
fn with_organization() -> (Home, String) {
    let home = Home::new();
    let added = home.json_lines(&["organization", "add", "--name", "Test"]).remove(0);
    (home, added["organizationId"].as_str().unwrap().to_owned())
}

fn add(home: &Home, organization: &str, role: &str, more: &[&str]) -> Value {
    let arguments = ["service", "add", "--organization", organization, "--role", role];
    home.json_lines(&[&arguments, more].concat()).remove(0)
}

/// The credentials of the added service.
fn keys(organization: &str, added: &Value) -> Keys {
    let text = |name| added[name].as_str().unwrap().to_owned();
    Keys {
        organization: organization.to_owned(),
        location: String::new(),
        client_key: text("clientKey"),
        client_secret: text("clientSecret"),
    }
}

#[test]
fn every_role_gets_what_it_needs() {
    let (home, organization) = with_organization();
    for (role, _) in ROLES {
        let added = add(&home, &organization, role, &[]);
        assert!(added["clientKey"].as_str().unwrap().starts_with("ck-"), "{role}");
        assert!(added["clientSecret"].as_str().unwrap().len() >= 32, "{role}");
        assert_eq!(added["bearer"].as_str().is_some_and(|bearer| bearer.len() >= 32), role == "radius", "{role}");
    }
    let services = home.json_lines(&["service", "list"]);
    let listed: Vec<_> =
        services.iter().map(|it| (it["role"].as_str().unwrap(), it["scopes"].as_str().unwrap())).collect();
    assert_eq!(listed, ROLES);
    for service in services {
        assert_eq!((&service["organizationId"], &service["name"]), (&json!(organization), &service["role"]));
        assert!(service.get("clientSecret").is_none() && service.get("revokedAt").is_none(), "{service}");
    }
}

#[test]
fn scopes_and_name_can_be_chosen() {
    let (home, organization) = with_organization();
    add(&home, &organization, "public_app", &["--scope", "customer_write, customer_read", "--name", "Our app"]);
    add(&home, &organization, "public_app", &["--scope", ""]);
    let listed = home.json_lines(&["service", "list"]);
    assert_eq!((&listed[0]["scopes"], &listed[0]["name"]), (&json!("customer_read,customer_write"), &json!("Our app")));
    assert_eq!(listed[1]["scopes"], "");
}

#[tokio::test]
async fn a_service_logs_in_until_it_is_revoked() {
    let (home, organization) = with_organization();
    let added = [(); 2].map(|()| keys(&organization, &add(&home, &organization, "organization_manager", &[])));
    let server = home.start();
    let client = server.login(&added[0]).await;
    client.create(&bodies::least(&organization)).await;
    server.login(&added[1]).await;
    server.stop();

    // Twice: it stays revoked from the first time on.
    let revoke = || home.json_lines(&["service", "revoke", &added[0].client_key]);
    assert_eq!(revoke(), [Value::Null; 0]);
    let revoked = home.json_lines(&["service", "list"]);
    assert_eq!(revoke(), [Value::Null; 0]);
    assert_eq!(home.json_lines(&["service", "list"]), revoked);
    assert!(revoked[0]["revokedAt"].is_string() && revoked[1].get("revokedAt").is_none(), "{revoked:?}");

    let server = home.start();
    assert_eq!(server.try_login(&added[0]).await.status, 401);
    // The earlier session is no longer valid either.
    let answer = client.at(&server.url).post("/v3/customers", &bodies::least(&organization)).await;
    assert_eq!(answer.status, 403);
    server.login(&added[1]).await;
}

#[tokio::test]
async fn scopes_take_effect() {
    let (home, organization) = with_organization();
    let reader = keys(&organization, &add(&home, &organization, "organization_manager", &["--scope", "customer_read"]));
    let server = home.start();
    let answer = server.login(&reader).await.post("/v3/customers", &bodies::least(&organization)).await;
    assert_eq!(answer.status, 403);
}
