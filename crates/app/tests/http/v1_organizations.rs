//! `GET /v1/organizations/{org}/policies`

use domain::access::Role;
use domain::customer::Patch;
use domain::organization::{ListedPolicy, PolicyKind, PolicyList, SettingsChanges};
use serde_json::json;

use crate::fixture::Registry;

#[tokio::test]
async fn policies_are_listed_by_name_with_the_two_that_everybody_needs_first() {
    let registry = Registry::start().await;
    let app = registry.login(Role::PublicApp).await;
    let uri = format!("/v1/organizations/{}/policies", registry.organization);
    let answer = app.get(&uri).await;
    let expected = json!({
        "status": "OK",
        "generated": "2024-03-28T10:15:30.000Z",
        "count": 2,
        "policies": ["termsOfUse", "privacy"],
    });
    assert_eq!(answer.ok(), expected);

    let listed = |name: &str| ListedPolicy { kind: PolicyKind::parse(name).unwrap(), required: false, url: None };
    let policies = PolicyList::new(vec![listed("mktgCommunications"), listed("customs.loyalty")]).unwrap();
    registry.configure(SettingsChanges { policies: Patch::Set(policies), ..Default::default() }).await;
    registry.clock.forward(std::time::Duration::from_secs(2));
    let listed = app.get(&uri).await.ok();
    assert_eq!(listed["policies"], json!(["termsOfUse", "privacy", "mktgCommunications", "customs.loyalty"]));
    assert_eq!(listed["count"], 4);
}
