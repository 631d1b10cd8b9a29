//! `GET /v2/customers/organizations/{org}`

use std::time::Duration;

use domain::access::Role;
use serde_json::{Value, json};

use crate::common::bodies;
use crate::fixture::{Answer, Caller, Registry};

async fn list(caller: &Caller, query: &str) -> Answer {
    caller.get(&format!("/v2/customers/organizations/{}{query}", caller.organization)).await
}

/// The ids of a page, after checking its `count`.
fn cids(page: &Value) -> Vec<String> {
    let customers = page["customers"].as_array().unwrap();
    assert_eq!(page["count"], customers.len());
    customers.iter().map(|customer| customer["cid"].as_str().unwrap().to_owned()).collect()
}

/// All customers, page by page, by the `sid` alone.
async fn scroll(caller: &Caller, query: &str) -> Vec<String> {
    let mut page = list(caller, query).await.ok();
    let mut met = cids(&page);
    while let Some(sid) = page["sid"].as_str() {
        page = list(caller, &format!("?sid={sid}")).await.ok();
        met.extend(cids(&page));
    }
    met
}

async fn customers(caller: &Caller, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for n in 0..count {
        ids.push(caller.create("", json!({"username": format!("guest{}", count - n)})).await);
    }
    ids
}

#[tokio::test]
async fn a_contact_has_the_names_of_this_version_and_no_password() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let body = bodies::full(&registry.organization, &registry.location);
    let full = manager.post("/v3/customers", &body).await.ok();
    registry.clock.forward(Duration::from_secs(1));
    manager.put(full["id"].as_str().unwrap(), &json!({"zipCode": "00100"})).await.ok();
    let bare = manager.create_answer("", json!({})).await.ok();
    let page = list(&manager, "").await;
    for secret in [&full, &bare] {
        assert!(!page.text.contains(secret["password"].as_str().unwrap()));
    }
    let page = page.ok();
    assert_eq!((&page["status"], &page["count"], page.get("sid")), (&json!("OK"), &json!(2), None));
    let expected = json!({
        "cid": full["id"],
        "organizationCid": registry.organization,
        "locationCid": registry.location,
        "signupMethod": body["source"],
        "username": full["username"],
        "locked": full["locked"],
        "created": "2024-03-28T10:15:30.000Z",
        "modified": "2024-03-28T10:15:31.000Z",
        "title": body["civilStatus"],
        "firstName": body["firstName"],
        "lastName": body["lastName"],
        "gender": body["gender"],
        "birthDate": body["birthDate"],
        "country": body["country"],
        "zipCode": "00100",
        "email": body["email"],
        "emailVerified": body["emailVerified"],
        "phone": body["phoneNumber"],
        "phoneVerified": body["phoneVerified"],
        "personalId": body["document"]["personalId"],
        "extId": {"id": body["extId"], "prop1": body["extProp1"], "prop2": body["extProp2"]},
        "policies": [
            {"name": "privacy", "accepted": true},
            {"name": "termsOfUse", "accepted": true},
            {"name": "ageVerification", "accepted": true},
            {"name": "mktgCommunications", "accepted": false},
            {"name": "customs.*", "accepted": true},
        ],
    });
    assert_eq!(page["customers"][0], expected);
    assert_eq!(
        page["customers"][1],
        json!({
            "cid": bare["id"],
            "organizationCid": registry.organization,
            "locationCid": registry.location,
            "signupMethod": "api",
            "username": bare["username"],
            "locked": true,
            "created": "2024-03-28T10:15:31.000Z",
            "modified": "2024-03-28T10:15:31.000Z",
            "policies": [{"name": "privacy", "accepted": true}, {"name": "termsOfUse", "accepted": true}],
        })
    );
}

#[tokio::test]
async fn a_scroll_goes_through_everybody_in_any_order_that_is_offered() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let ids = customers(&manager, 5).await;
    let backwards: Vec<_> = ids.iter().rev().cloned().collect();
    for (query, expected) in [
        ("?size=2", &ids),
        ("?size=5", &ids),
        ("?size=2&sortBy=created_absolute&sortReverse=false", &ids),
        ("?size=1&sortBy=created&sortReverse=TRUE", &backwards),
        ("?size=3&sortBy=username", &backwards),
        ("?size=4&sortBy=username&sortReverse=1", &ids),
        ("?size=10000&sid=&sortBy=", &ids),
    ] {
        assert_eq!(scroll(&manager, query).await, *expected, "{query}");
    }
    let first = list(&manager, "?size=2").await.ok();
    assert_eq!(cids(&first), ids[..2]);
    assert!(list(&manager, "").await.ok().get("sid").is_none(), "100 have room on a page");
}

#[tokio::test]
async fn filters_say_who_is_listed() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let nobody = manager.create("", json!({"source": "kiosk"})).await;
    registry.clock.forward(Duration::from_secs(60));
    let mario = json!({
        "email": "mario@example.org", "emailVerified": true, "phoneNumber": "+393331234567", "phoneVerified": true,
        "policies": {
            "privacy": true, "termsOfUse": true, "mktgCommunications": true, "minimumAgeVerification": true,
            "customs.loyal": true,
        },
    });
    let mario = manager.create("", mario).await;
    let unknown = "0".repeat(32);
    for (filter, takes_nobody, takes_mario) in [
        ("hasEmail=true", false, true),
        ("hasEmail=0", true, false),
        ("emailVerified=true", false, true),
        ("hasPhone=1", false, true),
        ("phoneVerified=false", true, false),
        ("mktgCommunications=true", false, true),
        ("ageVerification=true", false, true),
        ("customOptin.loyal=true", false, true),
        ("customOptin.loyal=false", true, false),
        ("customOptin.other=true", false, false),
        ("signupMethod=kiosk", true, false),
        ("signupMethod=api,text", false, true),
        ("signupMethod=", true, true),
        ("createdFrom=2024-03-28T10:16:30Z", false, true),
        ("createdTo=2024-03-28T10:16:29.999Z", true, false),
        ("createdTo=2024-03-28T12:15:30+02:00", true, false),
        ("createdTo=2024-03-28T10:16:30.0009Z", true, true),
        ("createdFrom=2024-03-28T10:15:30.0001Z", false, true),
        ("modifiedFrom=2024-03-28T10:16:00Z&modifiedTo=2030-01-01T00:00:00Z", false, true),
        (&format!("locations={}", registry.location), true, true),
        (&format!("locations={unknown}"), false, false),
        (&format!("locations={unknown},{}&hasEmail=true", registry.location), false, true),
        // What programs send for "no end", which is later than jiff's last instant.
        ("createdTo=9999-12-31T23:59:59Z", true, true),
        ("createdTo=9999-12-31T23:59:59.999999999%2B00:00", true, true),
        ("createdFrom=9999-12-31T23:59:59Z", false, false),
        ("segments=&search=", true, true),
        ("_=1711620930&utm_source=crm", true, true),
    ] {
        let met = scroll(&manager, &format!("?{filter}")).await;
        assert_eq!((met.contains(&nobody), met.contains(&mario)), (takes_nobody, takes_mario), "{filter}");
    }
}

#[tokio::test]
async fn who_is_named_is_found_and_nobody_else() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let ada =
        json!({"email": "Ada+1@bücher.example", "phoneNumber": "+442079460958", "extId": "a b", "username": "ada"});
    let ada = manager.create("", ada).await;
    let anna = json!({"email": "anna@example.org", "extId": "crm-2", "extProp1": "p1", "extProp2": "p2"});
    let anna = manager.create("", anna).await;
    let twin = manager.create("", json!({"email": "ANNA@example.org"})).await;
    let _other = customers(&manager, 3).await;
    let stranger = registry.stranger().await;
    stranger.create("", json!({"email": "anna@example.org", "username": "ada"})).await;
    for (filter, expected) in [
        ("email=ada+1@xn--bcher-kva.EXAMPLE", vec![&ada]),
        ("email=Ada%2B1@b%C3%BCcher.example&hasPhone=true", vec![&ada]),
        ("email=ada+1@xn--bcher-kva.example&hasPhone=false", vec![]),
        ("phone=+442079460958", vec![&ada]),
        ("phoneNumber=%2B44%2020%207946%200958", vec![&ada]),
        ("extId=a%20b", vec![&ada]),
        ("username=ada", vec![&ada]),
        ("username=Ada", vec![]),
        ("extProp1=p1", vec![&anna]),
        ("extProp2=p2&extId=crm-2&sortBy=username", vec![&anna]),
        ("extProp1=p2", vec![]),
        ("email=anna@example.org", vec![&anna, &twin]),
        ("email=anna@example.org&size=1", vec![&anna, &twin]),
        ("email=anna@example.org&size=1&sortReverse=true", vec![&twin, &anna]),
        ("email=anna@example.org&username=ada", vec![]),
        ("email=nobody@example.org", vec![]),
    ] {
        let expected: Vec<_> = expected.into_iter().cloned().collect();
        assert_eq!(scroll(&manager, &format!("?{filter}")).await, expected, "{filter}");
    }
    let sid = list(&manager, "?email=anna@example.org&size=1").await.ok()["sid"].as_str().unwrap().to_owned();
    list(&manager, &format!("?sid={sid}&email=ada@example.org")).await.invalid("email", "invalid");
    assert_eq!(cids(&list(&manager, &format!("?sid={sid}&email=ANNA@example.org")).await.ok()), [twin]);
}

#[tokio::test]
async fn what_looks_like_a_filter_and_is_none_is_refused() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    customers(&manager, 2).await;
    for name in
        ["mail", "Email", "e-mail", "emailAddress", "phone_number", "firstName", "locked", "name", "q", "cid", "size[]"]
    {
        list(&manager, &format!("?{name}=anna")).await.invalid(name, "unknown");
        list(&manager, &format!("?{name}=")).await.invalid(name, "unknown");
    }
    for name in ["search", "segments"] {
        list(&manager, &format!("?{name}=anna")).await.invalid(name, "unknown");
    }
    for name in ["email", "phone", "phoneNumber", "extId", "extProp1", "extProp2", "username"] {
        list(&manager, &format!("?{name}=")).await.invalid(name, "required");
        list(&manager, &format!("?{name}")).await.invalid(name, "required");
    }
    for (name, wrong) in [("email", "anna"), ("email", "%20"), ("phone", "12"), ("username", "a%0Ab")] {
        list(&manager, &format!("?{name}={wrong}")).await.invalid(name, "invalid");
    }
}

#[tokio::test]
async fn everything_wrong_is_told_at_once() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    for size in ["0", "10001", "-1", "x", "1.5", "99999999999"] {
        list(&manager, &format!("?size={size}")).await.invalid("size", "invalid");
    }
    for order in ["email", "modified_absolute", "phone", "Username", "nonsense"] {
        let answer = list(&manager, &format!("?sortBy={order}")).await;
        answer.invalid("sortBy", "invalid");
        let message = answer.json()["errors"][0]["message"].as_str().unwrap().to_owned();
        assert!(["created", "created_absolute", "username"].iter().all(|name| message.contains(name)), "{message}");
    }
    for time in ["yesterday", "2019-07-31", "2019-07-31T22:23:24", "-000001-01-01T00:00:00Z", "10000-01-01T00:00:00Z"] {
        list(&manager, &format!("?createdFrom={time}")).await.invalid("createdFrom", "invalid");
    }
    let many =
        vec!["0".repeat(32); 101].iter().enumerate().map(|(n, id)| format!("{n:03}{}", &id[3..])).collect::<Vec<_>>();
    list(&manager, &format!("?locations={}", many.join(","))).await.invalid("locations", "too_long");
    let wrong = "?size=x&sortBy=x&sortReverse=x&hasEmail=x&emailVerified=2&hasPhone=x&phoneVerified=x&signupMethod=api,x\
                 &locations=x&createdFrom=x&createdTo=x&modifiedFrom=x&modifiedTo=x&mktgCommunications=x\
                 &ageVerification=x&customOptin.a=x&customOptin.=true";
    let fields = list(&manager, wrong).await.fields(409, "invalid_parameters");
    assert_eq!(fields.len(), 17, "{fields:?}");
}

#[tokio::test]
async fn what_goes_with_a_sid_says_the_same_as_on_the_first_page() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let ids = customers(&manager, 5).await;
    let first = list(&manager, "?size=2&hasEmail=false&customOptin.a=0").await.ok();
    let sid = first["sid"].as_str().unwrap();
    for same in ["", "&size=2", "&hasEmail=0&size=02", "&sortBy=created&sortReverse=false&customOptin.a=false"] {
        assert_eq!(cids(&list(&manager, &format!("?sid={sid}{same}")).await.ok()), ids[2..4], "{same}");
    }
    for (other, field) in [
        ("size=3", "size"),
        ("hasEmail=true", "hasEmail"),
        ("hasPhone=true", "hasPhone"),
        ("sortBy=username", "sortBy"),
        ("sortReverse=true", "sortReverse"),
        ("customOptin.a=true", "customOptin.a"),
        ("size=x", "size"),
    ] {
        list(&manager, &format!("?sid={sid}&{other}")).await.invalid(field, "invalid");
    }
}

#[tokio::test]
async fn a_sid_is_one_that_was_given_to_this_organization() {
    let registry = Registry::start().await;
    let (manager, stranger) = (registry.manager().await, registry.stranger().await);
    customers(&manager, 2).await;
    let first = list(&manager, "?size=1&sortBy=username").await.ok();
    let sid = first["sid"].as_str().unwrap();
    list(&stranger, &format!("?sid={sid}")).await.invalid("sid", "invalid");
    for sid in ["x", "%20", &sid[1..], &sid[..sid.len() - 1], &format!("{sid}A")] {
        list(&manager, &format!("?sid={sid}")).await.invalid("sid", "invalid");
    }
}

#[tokio::test]
async fn nobody_comes_twice_while_others_come() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let ids = customers(&manager, 6).await;
    for query in ["?size=2", "?size=2&sortReverse=true", "?size=2&sortBy=username"] {
        let (mut page, mut met) = (list(&manager, query).await.ok(), Vec::new());
        loop {
            met.extend(cids(&page));
            manager.create("", json!({})).await;
            let Some(sid) = page["sid"].as_str().filter(|_| met.len() < 100) else { break };
            page = list(&manager, &format!("?sid={sid}")).await.ok();
        }
        for id in &ids {
            assert_eq!(met.iter().filter(|met| *met == id).count(), 1, "{query}");
        }
    }
}

#[tokio::test]
async fn an_organization_that_is_not_the_services_own_is_403() {
    let registry = Registry::start().await;
    let (manager, stranger) = (registry.manager().await, registry.stranger().await);
    for organization in [stranger.organization.as_str(), &"0".repeat(32), "x", &registry.organization.to_uppercase()] {
        let answer = manager.get(&format!("/v2/customers/organizations/{organization}?size=x")).await;
        answer.error(403, "forbidden");
    }
    let app = registry.login(Role::PublicApp).await;
    list(&app, "").await.error(403, "forbidden");
}
