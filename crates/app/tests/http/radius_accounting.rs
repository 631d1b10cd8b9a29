//! `POST /radius/accounting`

use std::time::Duration;

use serde_json::{Value, json};

use crate::fixture::{Answer, Caller, Registry};

/// The time of the registry's clock.
const NOW: i64 = 1_711_620_930;

/// Sends every field that FreeRADIUS sends, empty unless given.
async fn send(radius: &Caller, said: &[(&str, &str)]) -> Answer {
    const FIELDS: [&str; 21] = [
        "status_type",
        "session_id",
        "session_id_hex",
        "username",
        "class",
        "calling_station_id",
        "calling_station_id_hex",
        "called_station_id",
        "nas_identifier",
        "nas_identifier_hex",
        "nas_ip",
        "source_ip",
        "framed_ip",
        "session_time",
        "input_octets",
        "input_gigawords",
        "output_octets",
        "output_gigawords",
        "terminate_cause",
        "event_timestamp",
        "delay_time",
    ];
    assert!(said.iter().all(|(name, _)| FIELDS.contains(name)), "{said:?}");
    let value = |name: &str| said.iter().find(|(said, _)| *said == name).map_or("", |(_, value)| *value);
    radius.form("/radius/accounting", &FIELDS.map(|name| (name, value(name)))).await
}

/// A record of session 1 at the only access point.
async fn record(radius: &Caller, status: &str, said: &[(&str, &str)]) {
    // Given values come first, and take precedence.
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
        .map(|it| {
            (it["nasIdentifier"].clone(), it["ended"].clone(), it["terminateCause"].clone(), it["duration"].clone())
        })
        .collect();
    assert_eq!(
        open,
        [
            (json!("ap-roof"), Value::Null, Value::Null, json!(0)),
            (json!("ap-lobby"), json!("2024-03-28T10:16:30.000Z"), json!("NAS-Reboot"), json!(60)),
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

/// Invalid values are ignored, and the rest is stored. The record is acknowledged: otherwise it would be repeated
/// forever.
#[tokio::test]
async fn what_makes_no_sense_says_nothing_and_spoils_nothing() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    let ada = manager.create("", json!({"username": "ada"})).await;
    let long = "x".repeat(300);
    let odd = [
        ("username", "ada"),
        ("nas_ip", "10.0.0"),
        ("framed_ip", "nowhere"),
        ("calling_station_id", long.as_str()),
        ("called_station_id", "a\nb"),
        ("session_time", "4294967295"),
        ("input_octets", "4294967296"),
        ("output_gigawords", "many"),
        ("output_octets", "5"),
        ("terminate_cause", " "),
        ("event_timestamp", "today"),
    ];
    record(&radius, "Stop", &odd).await;
    let [session] = &sessions(&manager, &ada).await[..] else { panic!("one session") };
    let expected = json!({
        "id": session["id"],
        "acctSessionId": "1",
        "nasIdentifier": "ap-lobby",
        "callingStationId": "x".repeat(253),
        "calledStationId": "0x610a62",
        "started": "2024-03-28T10:15:30.000Z",
        "updated": "2024-03-28T10:15:30.000Z",
        "ended": "2024-03-28T10:15:30.000Z",
        "duration": 0,
        "inputOctets": 0,
        "outputOctets": 5,
    });
    assert_eq!(*session, expected);
}

/// An access point sends Latin-1, or a binary station name.
#[tokio::test]
async fn only_the_name_of_the_person_has_to_be_text() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    let ada = manager.create("", json!({"username": "ada", "password": "geheim", "lock": false})).await;
    let send = async |path: &str, form: &'static str| {
        let request = radius.request("POST", path).header("Content-Type", "application/x-www-form-urlencoded");
        radius.send(request.body(form.into()).unwrap()).await
    };
    let login =
        "username=ada&calling_station_id=%02%11%ff&called_station_id=00-11:G%e4ste&nas_identifier=%00&nas_ip=%ff";
    send("/radius/authorize", login).await.ok();
    send("/radius/authorize", "username=%ff").await.error(404, "not_found");
    let start = "status_type=Start&session_id=%01%02&nas_identifier=%ff%00&username=ada&calling_station_id=%02%11%ff\
                 &called_station_id=00-11:G%e4ste";
    assert_eq!(send("/radius/accounting", start).await.status, 204);
    let [session] = &sessions(&manager, &ada).await[..] else { panic!("one session") };
    assert_eq!(session["acctSessionId"], "0x0102");
    assert_eq!(session["nasIdentifier"], "0xff00");
    assert_eq!(session["callingStationId"], "0x0211ff");
    assert_eq!(session["calledStationId"], "00-11:Gäste");
}

#[tokio::test]
async fn what_can_never_be_kept_is_acknowledged_and_counted() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    let ada = manager.create("", json!({"username": "ada"})).await;
    for (said, reason) in [
        (&[("session_id", "1"), ("nas_ip", "10.0.0.1"), ("username", "ada")][..], "no_status_type"),
        (&[("status_type", "Start"), ("session_id", "1"), ("username", "ada")], "no_access_point"),
        (
            &[("status_type", "Stop"), ("session_id", "1"), ("nas_identifier", " "), ("nas_ip", "here")],
            "no_access_point",
        ),
        (&[("status_type", "Accounting-On")], "no_access_point"),
        (&[("status_type", "Start"), ("nas_ip", "2001:db8::1"), ("username", "ada")], "no_session_id"),
        (
            &[("status_type", "Failed"), ("session_id", "1"), ("nas_ip", "10.0.0.1"), ("username", "ada")],
            "other_status_type",
        ),
        (
            &[("status_type", "Start"), ("session_id", "1"), ("nas_ip", "10.0.0.1"), ("username", "anonymous")],
            "no_customer",
        ),
    ] {
        let counted = async || {
            let text = registry.get("/metrics").await.text;
            let line = format!("guestbook_radius_records_unusable_total{{reason=\"{reason}\"}} ");
            text.lines().find_map(|found| found.strip_prefix(&line)?.parse::<u32>().ok()).unwrap_or(0)
        };
        let before = counted().await;
        let answer = send(&radius, said).await;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""), "{said:?}");
        assert_eq!(counted().await, before + 1, "{said:?}");
    }
    assert_eq!(sessions(&manager, &ada).await, [Value::Null; 0]);
    manager.form("/radius/accounting", &[("status_type", "Start")]).await.error(401, "unauthorized");
}

#[tokio::test]
async fn an_access_point_that_has_no_clock_tells_how_late_a_record_is() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    let ada = manager.create("", json!({"username": "ada"})).await;
    let (minute, wrong) = ((NOW - 60).to_string(), "4294967295");
    for (session, said, started) in [
        ("a", &[("delay_time", "30")][..], "2024-03-28T10:15:00.000Z"),
        ("b", &[("delay_time", "30"), ("event_timestamp", minute.as_str())], "2024-03-28T10:14:30.000Z"),
        ("c", &[("delay_time", wrong)], "2024-03-28T10:15:30.000Z"),
        ("d", &[("delay_time", "3600"), ("event_timestamp", "0")], "2024-03-28T09:15:30.000Z"),
        ("e", &[("delay_time", "3600"), ("event_timestamp", "-1")], "2024-03-28T09:15:30.000Z"),
        (
            "f",
            &[("delay_time", "172800"), ("event_timestamp", &(NOW - 172_810).to_string())],
            "2024-03-26T10:15:20.000Z",
        ),
    ] {
        record(&radius, "Start", &[&[("username", "ada"), ("session_id", session)], said].concat()).await;
        assert_eq!(sessions(&manager, &ada).await[0]["started"], started, "{session}");
    }
}

#[tokio::test]
async fn ours_is_found_among_several_classes() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    let ada = manager.create("", json!({})).await;
    // Another server's Class may look like ours.
    let digits = class(&"0123456789abcdef".repeat(2));
    for (session, classes) in [
        ("a", format!("0x636173652d3432,{}", class(&ada))),
        ("b", format!("{digits},{},0x", class(&ada))),
        ("c", format!("{0},0xff,{digits},{0}", class(&ada))),
    ] {
        record(&radius, "Start", &[("session_id", session), ("class", &classes)]).await;
        assert_eq!(sessions(&manager, &ada).await[0]["acctSessionId"], session);
    }
    record(&radius, "Start", &[("session_id", "d"), ("class", &digits), ("username", "nobody")]).await;
    assert_eq!(sessions(&manager, &ada).await.len(), 3);
}

/// After a loss of power, the access point restarts its counter, and another customer is there.
#[tokio::test]
async fn a_session_id_that_is_used_again_is_another_session() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    let (ada, eve) = (manager.create("", json!({})).await, manager.create("", json!({})).await);
    let (adas, eves) = (class(&ada), class(&eve));
    let eve_says = [("class", eves.as_str()), ("calling_station_id", "02-00-00-00-00-0B")];
    record(&radius, "Start", &eve_says).await;
    registry.clock.forward(Duration::from_secs(600));
    record(&radius, "Stop", &[&eve_says[..], &[("session_time", "600"), ("input_octets", "111")]].concat()).await;
    let before = sessions(&manager, &eve).await;
    registry.clock.forward(Duration::from_secs(3));
    record(&radius, "Start", &[("class", adas.as_str()), ("calling_station_id", "02-00-00-00-00-0A")]).await;
    assert_eq!(sessions(&manager, &eve).await, before);
    let [session] = &sessions(&manager, &ada).await[..] else { panic!("one session") };
    assert_eq!((&session["callingStationId"], session.get("ended")), (&json!("02-00-00-00-00-0A"), None));
    record(&radius, "Start", &eve_says).await;
    assert_eq!(sessions(&manager, &eve).await.len(), 2, "the same person again");
}

/// Each device that our profiles set up shows the same name outside of the tunnel.
#[tokio::test]
async fn a_customer_called_anonymous_gets_no_sessions_of_others() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    let anonymous = manager.create("", json!({"username": "anonymous", "password": "geheim", "lock": false})).await;
    let ada = manager.create("", json!({"username": "ada"})).await;
    record(&radius, "Start", &[("session_id", "a"), ("username", "anonymous")]).await;
    assert_eq!(sessions(&manager, &anonymous).await, [Value::Null; 0]);
    let device = ("calling_station_id", "02-00-00-00-00-0A");
    record(&radius, "Start", &[("session_id", "b"), ("class", &class(&ada)), device]).await;
    let other_form = ("calling_station_id", "02:00:00:00:00:0a");
    record(&radius, "Stop", &[("session_id", "b"), ("username", "anonymous"), other_form]).await;
    assert_eq!(sessions(&manager, &ada).await[0]["ended"], "2024-03-28T10:15:30.000Z");
    // A login names the customer by the id, and so do its records.
    let login = radius.form("/radius/authorize", &[("username", "anonymous")]).await.ok();
    let name = login["reply:User-Name"]["value"].as_str().unwrap();
    record(&radius, "Start", &[("session_id", "c"), ("username", name)]).await;
    let [own] = &sessions(&manager, &anonymous).await[..] else { panic!("one session") };
    assert_eq!(own["acctSessionId"], "c");
}

/// Two devices, and a device that comes back: the records say when they were made, and arrive in another order.
#[tokio::test]
async fn sessions_under_one_name_stay_apart_by_device_and_by_time() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    let ada = manager.create("", json!({})).await;
    let class = class(&ada);
    let send = async |status: &str, device: &str, made: i64, seconds: &str, octets: &str| {
        let made = (NOW - 600 + made).to_string();
        let times = [("event_timestamp", made.as_str()), ("session_time", seconds), ("input_octets", octets)];
        let whose = [("class", class.as_str()), ("calling_station_id", device)];
        record(&radius, status, &[&times[..], &whose].concat()).await;
    };
    let (one, two) = ("02-00-00-00-00-0A", "02-00-00-00-00-0B");
    send("Start", one, 0, "", "").await;
    send("Stop", one, 61, "30", "700").await;
    send("Stop", one, 30, "30", "100").await;
    send("Start", one, 31, "", "").await;
    send("Start", two, 35, "", "").await;
    send("Stop", two, 45, "10", "9").await;
    let sessions = sessions(&manager, &ada).await;
    let mut shown: Vec<_> = sessions
        .iter()
        .map(|it| {
            (it["inputOctets"].as_u64(), it["started"].as_str(), it["duration"].as_u64(), it["ended"].is_string())
        })
        .collect();
    shown.sort_unstable();
    let expected = [
        (Some(9), Some("2024-03-28T10:06:05.000Z"), Some(10), true),
        (Some(100), Some("2024-03-28T10:05:30.000Z"), Some(30), true),
        (Some(700), Some("2024-03-28T10:06:01.000Z"), Some(30), true),
    ];
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn a_beginning_that_arrives_late_opens_no_second_session() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    let ada = manager.create("", json!({"username": "ada"})).await;
    record(&radius, "Start", &[("username", "ada")]).await;
    registry.clock.forward(Duration::from_secs(400));
    record(&radius, "Interim-Update", &[("username", "ada"), ("session_time", "1000")]).await;
    registry.clock.forward(Duration::from_secs(500));
    record(&radius, "Stop", &[("username", "ada"), ("session_time", "1500")]).await;
    let [session] = &sessions(&manager, &ada).await[..] else { panic!("one session") };
    assert_eq!(session["started"], "2024-03-28T10:05:30.000Z");
    assert_eq!(session["ended"], "2024-03-28T10:30:30.000Z");
}

#[tokio::test]
async fn a_counter_that_came_round_goes_on_unless_overflows_are_reported() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    let ada = manager.create("", json!({"username": "ada"})).await;
    for (session, gigawords, expected) in [("a", "", 4_394_967_296_u64), ("b", "0", 4_200_000_000)] {
        let who = [("username", "ada"), ("session_id", session), ("input_gigawords", gigawords)];
        for (seconds, octets) in [("200", "4200000000"), ("400", "100000000")] {
            let used = [("session_time", seconds), ("input_octets", octets)];
            record(&radius, "Interim-Update", &[&who[..], &used].concat()).await;
        }
        assert_eq!(sessions(&manager, &ada).await[0]["inputOctets"], expected, "{session}");
    }
}

/// FreeRADIUS cuts a text at a NUL, and its hexadecimal digits not.
#[tokio::test]
async fn binary_names_stay_apart() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    let ada = manager.create("", json!({"username": "ada"})).await;
    for (name, text, digits, shown) in [
        ("acctSessionId", "", "00000001", "0x00000001"),
        ("acctSessionId", "", "00000002", "0x00000002"),
        ("acctSessionId", "7", "3700", "0x3700"),
        ("acctSessionId", "text", "nonsense", "text"),
        ("acctSessionId", "text", "", "text"),
        ("acctSessionId", "G", "47e47374", "Gäst"),
        ("nasIdentifier", "", "006170", "0x006170"),
        ("callingStationId", "", "02000000000a", "0x02000000000a"),
    ] {
        let (field, hex) = match name {
            "acctSessionId" => ("session_id", "session_id_hex"),
            "nasIdentifier" => ("nas_identifier", "nas_identifier_hex"),
            _ => ("calling_station_id", "calling_station_id_hex"),
        };
        record(&radius, "Start", &[("username", "ada"), (field, text), (hex, digits)]).await;
        let sessions = sessions(&manager, &ada).await;
        assert!(sessions.iter().any(|session| session[name] == shown), "{shown}");
    }
    assert_eq!(sessions(&manager, &ada).await.len(), 7);
}

#[tokio::test]
async fn an_access_point_without_a_name_is_known_by_where_its_records_come_from() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    let ada = manager.create("", json!({"username": "ada"})).await;
    let start = [("status_type", "Start"), ("session_id", "1"), ("username", "ada"), ("source_ip", "192.0.2.7")];
    for (said, identifier, address) in [
        (&[][..], Value::Null, json!("192.0.2.7")),
        (&[("nas_identifier", " "), ("nas_ip", "here")], Value::Null, json!("192.0.2.7")),
        (&[("nas_identifier", "ap")], json!("ap"), Value::Null),
        (&[("nas_ip", "10.0.0.1")], Value::Null, json!("10.0.0.1")),
    ] {
        assert_eq!(send(&radius, &[&start[..], said].concat()).await.status, 204);
        let last = sessions(&manager, &ada).await.remove(0);
        assert_eq!(last["nasIdentifier"], identifier, "{said:?}");
        assert_eq!(last["nasIpAddress"], address, "{said:?}");
    }
    assert_eq!(sessions(&manager, &ada).await.len(), 3);
}
