//! `GET /v4/organizations/{org}/devices/{device}/settings`

use std::time::Duration;

use domain::access::Role;
use domain::customer::Patch;
use domain::organization::{PasspointChanges, SettingsChanges, Wpa2Changes};
use domain::value::{FriendlyName, HostName, Ssid};
use serde_json::json;

use crate::fixture::Registry;

/// The SDKs fail on unknown members, and on some that are null.
#[tokio::test]
async fn an_app_learns_what_is_set_up_and_nothing_else() {
    let registry = Registry::start().await;
    let app = registry.login(Role::PublicApp).await;
    let uri = format!("/v4/organizations/{}/devices/ios_org.example.app/settings", registry.organization);
    let nothing = json!({
        "status": "OK",
        "generated": "2024-03-28T10:15:30.000Z",
        "defaultLocationId": registry.location,
    });
    assert_eq!(app.get(&uri).await.ok(), nothing);

    let passpoint = PasspointChanges {
        realm: Patch::Set(HostName::parse("realm.example.org").unwrap()),
        roaming: Patch::Set(true),
        domain: Patch::Set(HostName::parse("example.org").unwrap()),
        ..Default::default()
    };
    let wpa2 = Wpa2Changes { ssid: Patch::Set(Ssid::parse("Grand Hotel").unwrap()), ..Default::default() };
    let changes = SettingsChanges { passpoint: Patch::Set(passpoint), wpa2: Patch::Set(wpa2), ..Default::default() };
    registry.configure(changes).await;
    registry.clock.forward(Duration::from_secs(2));
    let answer = app.get(&uri).await.ok();
    assert_eq!(answer["passpoint"], json!({"realm": "realm.example.org", "roaming": true}));
    assert_eq!(answer["wpa2"], json!({"ssid": "Grand Hotel", "ssidHidden": false}));

    let named = PasspointChanges {
        friendly_name: Patch::Set(FriendlyName::parse("Grand Hotel").unwrap()),
        ..Default::default()
    };
    registry.configure(SettingsChanges { passpoint: Patch::Set(named), ..Default::default() }).await;
    registry.clock.forward(Duration::from_secs(2));
    let answer = app.get(&uri).await.ok();
    assert_eq!(answer["passpoint"]["friendlyName"], "Grand Hotel");
}

#[tokio::test]
async fn every_device_is_told_the_same_and_no_organization_but_ones_own() {
    let registry = Registry::start().await;
    let app = registry.login(Role::PublicApp).await;
    let settings =
        |organization: &str, device: &str| format!("/v4/organizations/{organization}/devices/{device}/settings");
    for device in ["ios_", "android_org.example", "x", "%F0%9F%98%80"] {
        app.get(&settings(&registry.organization, device)).await.ok();
    }
    app.get(&settings(&registry.organization, "ios_%00")).await.error(400, "malformed_request");
    app.get(&settings("%FF", "ios_")).await.error(400, "malformed_request");
    app.get(&settings(&"0".repeat(32), "ios_")).await.error(403, "forbidden");
}
