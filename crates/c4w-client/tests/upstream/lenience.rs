//! Responses as other systems write them.

use c4w_client::{Client, Page};
use serde_json::json;

use crate::support::{ada, by_email, start};

#[tokio::test]
async fn nulls_texts_for_numbers_and_unknown_members_are_taken() {
    let (server, client, _) = start().await;
    server.answer_with(json!({
        "status": "OK", "generated": "2022-07-08T13:15:43.885Z", "id": "986a372347aac5e4a94516db835d58aa",
        "organizationId": null, "hotspotId": null, "username": "YDSDFDKJEAS", "password": "XYXXZXYX",
        "locked": "false", "mailSent": true, "new": {"member": []},
    }));
    let answer = client.create_customer(&ada(), &by_email()).await.unwrap();
    assert_eq!(answer.username.as_ref().unwrap().as_str(), "YDSDFDKJEAS");
    assert_eq!((answer.locked.unwrap().0, answer.organization_id.is_none()), (false, true));
    let password = answer.password.as_ref().unwrap();
    assert_eq!(password.reveal(), "XYXXZXYX");
    assert!(!format!("{answer:?}").contains("XYXXZXYX"));
}

#[tokio::test]
async fn a_page_of_contacts_as_the_documentation_has_them_is_taken() {
    let (server, client, _) = start().await;
    server.answer_with(json!({
        "status": "OK", "count": "1", "customers": [{
            "cid": "986a372347aac5e4a94516db835d58aa", "title": null, "age": 49, "emailVerified": 1, "locked": "true",
            "zipCode": 20121, "policies": [{"name": "privacy", "accepted": "true"}], "segmentCids": null,
            "extId": {"id": 17, "prop1": null}, "metrics": {"visits": 3},
        }],
    }));
    let page = client.customers("1", &[], &Page { size: Some(1), sid: None }).await.unwrap();
    assert_eq!((page.count.unwrap().0, page.sid), (1, None));
    let contact = &page.customers.unwrap()[0];
    assert_eq!(contact.zip_code.as_ref().unwrap().as_str(), "20121");
    assert!(contact.locked.unwrap().0 && contact.email_verified.unwrap().0);
    assert_eq!(contact.ext_id.as_ref().unwrap().id.as_ref().unwrap().as_str(), "17");
    assert!(contact.policies.as_ref().unwrap()[0].accepted.unwrap().0);
}

#[tokio::test]
async fn a_failure_that_comes_as_a_success_is_one() {
    let (server, client, _) = start().await;
    server.answer_with(json!({"status": "KO", "message": "No.", "errors": null}));
    let error = client.create_customer(&ada(), &by_email()).await.unwrap_err();
    assert_eq!(error.to_string(), "not valid: No.");
}
