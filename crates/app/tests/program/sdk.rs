//! An app with Cloud4Wi's mobile SDK, configured with the built program's base address.

mod answers;
mod phone;

use phone::{Phone, SdkError};
use serde_json::{Value, json};

use crate::fixture::{Client, Home, Keys, Server};

/// A server, a manager's session, and the keys of the app.
async fn start(home: &Home) -> (Server, Client, Keys) {
    let manager = home.register();
    let role = ["service", "add", "--organization", &manager.organization, "--role", "public_app"];
    let added = home.json_lines(&role).remove(0);
    let text = |name| added[name].as_str().unwrap().to_owned();
    let app = Keys { client_key: text("clientKey"), client_secret: text("clientSecret"), ..manager.clone() };
    let server = home.start();
    let client = server.login(&manager).await;
    // So that a phone whose customer already exists gets the data for its profile.
    let settings = json!({
        "answerCredentialsOnHit": true,
        "policies": [{"name": "mktgCommunications"}],
        "passpoint": {"realm": "example.org", "friendlyName": "Example", "roaming": false, "domain": "example.org"},
    });
    client.put(&format!("/v1/organizations/{}/settings", app.organization), &settings).await.ok();
    (server, client, app)
}

/// A customer as the SDK sends it: booleans among the policies are texts.
fn mario() -> Value {
    json!({
        "firstName": "Mario", "email": "m+1@example.com", "phoneNumber": "+393331234567", "gender": "M",
        "birthDate": "1985-01-01", "language": "it", "country": "IT", "extId": "crm/1", "phoneVerified": true,
        "custom": {"tier": "gold"}, "policies": {"termsOfUse": "true", "privacy": "true"},
        "document": {"type": "passport", "passportNumber": "X1"}, "lock": false, "source": "mobileapp",
        "browserLanguage": "en_US", "processingData": {"processingPersonalData": true, "profiling": true},
        "device": phone::metadata(),
    })
}

#[tokio::test]
async fn an_app_goes_from_its_first_call_to_its_last() {
    let home = Home::new();
    let (server, manager, keys) = start(&home).await;
    let mut phone = Phone::new(&server, keys.clone());

    let created = phone.create_customer(&mario(), "email").await.unwrap();
    let id = created["id"].as_str().unwrap();
    assert_eq!(
        (&created["organizationId"], &created["locationId"]),
        (&json!(keys.organization), &json!(keys.location))
    );
    assert_eq!(created["locked"], false);
    phone.report_device(id).await.unwrap();

    // Repeated, as after a lost answer, and with the number that the SDK assigns to a device.
    let mut again = mario();
    again["device"]["guid"] = json!("geo-1");
    for names in ["email", "email,guid", "guid"] {
        let found = phone.create_customer(&again, names).await.unwrap();
        for member in ["id", "username", "password", "locked"] {
            assert_eq!(found[member], created[member], "{names}");
        }
    }

    let changes = json!({"firstName": "Marta", "gender": "F", "processingData": {"profiling": false}});
    phone.update_customer(id, &changes).await.unwrap();
    assert_eq!(phone.exists("phoneNumber", "+393331234567").await, Ok(true));
    assert_eq!(phone.exists("email", "m+1@example.com").await, Ok(true));
    assert_eq!(phone.exists("phoneNumber", "+393331234568").await, Ok(false));

    let (name, password) = (created["username"].as_str().unwrap(), created["password"].as_str().unwrap());
    assert_eq!(phone.customer_info(name, password).await, Ok((id.to_owned(), json!("crm/1"))));
    assert_eq!(phone.customer_info(name, "not the password").await, Err(SdkError::Credentials));
    assert_eq!(phone.customer_info("nobody", password).await, Err(SdkError::Credentials));

    let settings = phone.settings().await.unwrap();
    assert_eq!(settings["passpoint"], json!({"realm": "example.org", "friendlyName": "Example", "roaming": false}));
    assert_eq!(phone.policies().await.unwrap(), ["termsOfUse", "privacy", "mktgCommunications"]);
    assert_eq!(phone.logins, 1, "a wrong password of a customer is no reason to log in again");

    let kept = manager.get(&format!("/v3/customers/{id}")).await.ok();
    assert_eq!(
        (&kept["firstName"], &kept["gender"], &kept["extId"]),
        (&json!("Marta"), &json!("female"), &json!("crm/1"))
    );
    assert_eq!(kept["processingData"], json!({"processingPersonalData": true, "profiling": false}));
    server.stop();
}

#[tokio::test]
async fn an_app_that_only_accepts_the_policies_gets_a_customer_each_time() {
    let home = Home::new();
    let (server, _, keys) = start(&home).await;
    let mut phone = Phone::new(&server, keys);
    let mut least =
        json!({"policies": {"termsOfUse": "true", "privacy": "true"}, "lock": false, "source": "mobileapp"});
    let first = phone.create_customer(&least, "").await.unwrap();
    let second = phone.create_customer(&least, "").await.unwrap();
    assert_ne!(first["id"], second["id"]);
    least["policies"]["privacy"] = json!("false");
    assert_eq!(phone.create_customer(&least, "").await, Err(SdkError::Status(409)));
    server.stop();
}

#[tokio::test]
async fn a_dead_session_is_replaced_at_every_call_and_nothing_is_done_twice() {
    let home = Home::new();
    let (server, manager, keys) = start(&home).await;
    let mut phone = Phone::new(&server, keys.clone());
    let created = phone.create_customer(&mario(), "email").await.unwrap();
    let id = created["id"].as_str().unwrap();
    let (name, password) = (created["username"].as_str().unwrap(), created["password"].as_str().unwrap());
    assert_eq!(phone.logins, 1);

    phone.unlucky = true;
    // Both of its calls are repeated.
    let found = phone.create_customer(&mario(), "email").await.unwrap();
    assert_eq!((&found["id"], &found["password"], phone.logins), (&created["id"], &created["password"], 3));
    phone.update_customer(id, &json!({"firstName": "Marta"})).await.unwrap();
    assert_eq!(phone.exists("email", "m+1@example.com").await, Ok(true));
    phone.customer_info(name, password).await.unwrap();
    phone.report_device(id).await.unwrap();
    phone.settings().await.unwrap();
    phone.policies().await.unwrap();
    assert_eq!(phone.logins, 11, "one for each session that was lost");

    let listed = manager.get(&format!("/v2/customers/organizations/{}", keys.organization)).await.ok();
    let customers: Vec<_> = listed["customers"].as_array().unwrap().iter().map(|customer| &customer["cid"]).collect();
    assert_eq!(customers, [id]);
    server.stop();
}
