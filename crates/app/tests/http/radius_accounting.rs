//! `POST /radius/accounting`

use std::time::Duration;

use serde_json::{Value, json};

use crate::fixture::{Answer, Caller, Registry};

/// The clock of the registry.
const NOW: i64 = 1_711_620_930;

/// Every field that FreeRADIUS sends, empty where it is not said otherwise.
async fn send(radius: &Caller, said: &[(&str, &str)]) -> Answer {
    const FIELDS: [&str; 16] = [
        "status_type",
        "session_id",
        "username",
        "class",
        "calling_station_id",
        "called_station_id",
        "nas_identifier",
        "nas_ip",
        "framed_ip",
        "session_time",
        "input_octets",
        "input_gigawords",
        "output_octets",
        "output_gigawords",
        "terminate_cause",
        "event_timestamp",
    ];
    assert!(said.iter().all(|(name, _)| FIELDS.contains(name)), "{said:?}");
    let value = |name: &str| said.iter().find(|(said, _)| *said == name).map_or("", |(_, value)| *value);
    radius.form("/radius/accounting", &FIELDS.map(|name| (name, value(name)))).await
}

/// A record of session 1 at the only access point.
async fn record(radius: &Caller, status: &str, said: &[(&str, &str)]) {
    // What is said comes first, and counts.
    let usual = [("status_type", status), ("session_id", "1"), ("nas_identifier", "ap-lobby")];
    let fields = [said, &usual].concat();
    let answer = send(radius, &fields).await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""), "{said:?}");
}

async fn sessions(manager: &Caller, customer: &str) -> Vec<Value> {
    let answer = manager.get(&format!("/v3/customers/{customer}/sessions")).await.ok();
    answer["sessions"].as_array().unwrap().clone()
}

fn class(customer: &str) -> String {
    customer.bytes().fold("0x".to_owned(), |hex, octet| format!("{hex}{octet:02x}"))
}

#[tokio::test]
async fn a_session_is_told_from_its_start_to_its_stop() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    let ada = manager.create("", json!({"username": "ada"})).await;
    let class = class(&ada);
    let place = [
        ("class", class.as_str()),
        ("nas_ip", "10.0.0.1"),
        ("calling_station_id", "02-11-22-33-44-55"),
        ("called_station_id", "00-11-22-33-44-55:Gäste"),
    ];
    record(&radius, "Start", &place).await;
    let begun = sessions(&manager, &ada).await.remove(0);
    let expected = json!({
        "id": begun["id"],
        "acctSessionId": "1",
        "nasIdentifier": "ap-lobby",
        "nasIpAddress": "10.0.0.1",
        "callingStationId": "02-11-22-33-44-55",
        "calledStationId": "00-11-22-33-44-55:Gäste",
        "started": "2024-03-28T10:15:30.000Z",
        "updated": "2024-03-28T10:15:30.000Z",
        "duration": 0,
        "inputOctets": 0,
        "outputOctets": 0,
    });
    assert_eq!(begun, expected);

    registry.clock.forward(Duration::from_secs(60));
    let used = [("framed_ip", "10.1.2.3"), ("session_time", "60"), ("input_octets", "7"), ("output_gigawords", "2")];
    record(&radius, "Interim-Update", &[&place[..], &used].concat()).await;
    let [going] = &sessions(&manager, &ada).await[..] else { panic!("one session") };
    assert_eq!((&going["id"], &going["framedIpAddress"]), (&begun["id"], &json!("10.1.2.3")));
    assert_eq!((&going["updated"], going.get("ended")), (&json!("2024-03-28T10:16:30.000Z"), None));
    assert_eq!((&going["inputOctets"], &going["outputOctets"]), (&json!(7), &json!(8_589_934_592_u64)));

    registry.clock.forward(Duration::from_secs(60));
    let used = [
        ("session_time", "120"),
        ("input_octets", "4294967295"),
        ("output_gigawords", "2"),
        ("output_octets", "9"),
        ("terminate_cause", "User-Request"),
    ];
    record(&radius, "Stop", &[&place[..], &used].concat()).await;
    let [over] = &sessions(&manager, &ada).await[..] else { panic!("one session") };
    assert_eq!((&over["started"], &over["ended"]), (&begun["started"], &json!("2024-03-28T10:17:30.000Z")));
    assert_eq!((&over["duration"], &over["terminateCause"]), (&json!(120), &json!("User-Request")));
    assert_eq!((&over["inputOctets"], &over["outputOctets"]), (&json!(4_294_967_295_u64), &json!(8_589_934_601_u64)));
}

#[tokio::test]
async fn a_session_is_known_by_class_or_name_or_what_came_before() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    let (ada, eve) =
        (manager.create("", json!({"username": "ada"})).await, manager.create("", json!({"username": "eve"})).await);
    let class = class(&ada);
    for (session, said, whose) in [
        ("a", &[("class", class.as_str()), ("username", "eve")][..], Some(&ada)),
        ("b", &[("class", "0x636173652d3432"), ("username", "eve")], Some(&eve)),
        ("b", &[("username", "anonymous@example.org")], Some(&eve)),
        ("c", &[("username", "anonymous@example.org")], None),
        ("c", &[], None),
        ("d", &[("class", "nonsense"), ("username", " ")], None),
    ] {
        let before = (sessions(&manager, &ada).await.len(), sessions(&manager, &eve).await.len());
        record(&radius, "Start", &[&[("session_id", session)], said].concat()).await;
        let after = (sessions(&manager, &ada).await, sessions(&manager, &eve).await);
        let found = |sessions: &[Value]| sessions.iter().any(|it| it["acctSessionId"] == session);
        assert_eq!(
            (found(&after.0), found(&after.1)),
            (whose == Some(&ada), whose == Some(&eve)),
            "{session} {said:?}"
        );
        assert!(whose.is_some() || before == (after.0.len(), after.1.len()), "nothing is kept of {said:?}");
    }
}

#[tokio::test]
async fn an_access_point_that_starts_ends_its_sessions() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    let ada = manager.create("", json!({"username": "ada"})).await;
    record(&radius, "Start", &[("username", "ada")]).await;
    record(&radius, "Start", &[("username", "ada"), ("nas_identifier", "ap-roof")]).await;
    registry.clock.forward(Duration::from_secs(60));
    let on = send(&radius, &[("status_type", "Accounting-On"), ("nas_identifier", "ap-lobby")]).await;
    assert_eq!((on.status, on.text.as_str()), (204, ""));
    let open: Vec<_> = sessions(&manager, &ada)
        .await
        .into_iter()
        .map(|it| (it["nasIdentifier"].clone(), it["ended"].clone(), it["terminateCause"].clone()))
        .collect();
    assert_eq!(
        open,
        [
            (json!("ap-roof"), Value::Null, Value::Null),
            (json!("ap-lobby"), json!("2024-03-28T10:16:30.000Z"), json!("NAS-Reboot")),
        ]
    );
    let off = send(&radius, &[("status_type", "Accounting-Off"), ("nas_identifier", "ap-roof")]).await;
    assert_eq!(off.status, 204);
    assert_eq!(sessions(&manager, &ada).await[0]["terminateCause"], "Admin-Reboot");
}

#[tokio::test]
async fn what_is_not_kept_is_acknowledged() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    let ada = manager.create("", json!({"username": "ada"})).await;
    for status in ["Tunnel-Start", "Failed", "15"] {
        record(&radius, status, &[("username", "ada")]).await;
    }
    assert_eq!(sessions(&manager, &ada).await, [Value::Null; 0]);
}

#[tokio::test]
async fn a_clock_is_believed_within_reason() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    let ada = manager.create("", json!({"username": "ada"})).await;
    for (told, expected) in [
        (NOW - 60, "2024-03-28T10:14:30.000Z"),
        (NOW + 60, "2024-03-28T10:15:30.000Z"),
        (0, "2024-03-28T10:15:30.000Z"),
    ] {
        let told = told.to_string();
        record(&radius, "Start", &[("username", "ada"), ("session_id", &told), ("event_timestamp", &told)]).await;
        assert_eq!(sessions(&manager, &ada).await[0]["started"], expected, "{told}");
    }
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once_and_nothing_is_kept() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    let ada = manager.create("", json!({"username": "ada"})).await;
    let long = "x".repeat(254);
    let answer = send(
        &radius,
        &[
            ("status_type", "Start"),
            ("username", "ada"),
            ("nas_ip", "10.0.0"),
            ("framed_ip", "nowhere"),
            ("calling_station_id", &long),
            ("called_station_id", "a\nb"),
            ("session_time", "-1"),
            ("input_octets", "4294967296"),
            ("output_gigawords", "many"),
            ("terminate_cause", " "),
            ("event_timestamp", "today"),
        ],
    )
    .await;
    let expected = [
        ("called_station_id", "invalid"),
        ("calling_station_id", "too_long"),
        ("event_timestamp", "invalid"),
        ("framed_ip", "invalid"),
        ("input_octets", "invalid"),
        ("nas_ip", "invalid"),
        ("output_gigawords", "invalid"),
        ("session_id", "required"),
        ("session_time", "invalid"),
        ("terminate_cause", "invalid"),
    ];
    let expected = expected.map(|(field, code)| (field.to_owned(), code.to_owned()));
    assert_eq!(answer.fields(409, "invalid_parameters"), expected);
    send(&radius, &[("session_id", "1")]).await.invalid("status_type", "required");
    // Also where nothing would be kept.
    for status in ["Accounting-On", "Tunnel-Start"] {
        let said =
            [("status_type", status), ("nas_ip", "10.0.0.1"), ("session_time", "4294967296"), ("session_id", &long)];
        let expected = [("session_id", "too_long"), ("session_time", "invalid")];
        let expected = expected.map(|(field, code)| (field.to_owned(), code.to_owned()));
        assert_eq!(send(&radius, &said).await.fields(409, "invalid_parameters"), expected);
    }
    let nowhere = [("status_type", "Start"), ("session_id", "1"), ("username", "ada")];
    send(&radius, &nowhere).await.invalid("nas_identifier", "required");
    send(&radius, &[("status_type", "Accounting-On")]).await.invalid("nas_identifier", "required");
    send(&radius, &[("status_type", "Start"), ("session_id", "1\0")]).await.invalid("session_id", "invalid");
    manager.form("/radius/accounting", &[("status_type", "Start")]).await.error(401, "unauthorized");
    assert_eq!(sessions(&manager, &ada).await, [Value::Null; 0]);
}
