//! Sessions, as access points report them to FreeRADIUS.

use domain::Timestamp;
use serde_json::{Value, json};

use super::access_point::{accepts, log_in, record};
use super::venue::{REALM, Venue};
use crate::fixture::Home;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_can_be_read_on_sqlite() {
    a_session_can_be_read(Home::new()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_can_be_read_on_postgresql() {
    a_session_can_be_read(Home::on_postgres()).await;
}

/// The attributes of every record of the session. Outside the tunnel the name is anonymous.
const PLACE: [(&str, &str); 6] = [
    ("Acct-Session-Id", "\"4D2BB8AC-00000098\""),
    ("User-Name", "\"anonymous@example.test\""),
    ("NAS-Identifier", "\"ap-lobby\""),
    ("NAS-IP-Address", "10.0.0.1"),
    ("Calling-Station-Id", "\"02-11-22-33-44-55\""),
    ("Called-Station-Id", "\"00-11-22-33-44-55:Gäste & \\\"co\\\"\""),
];

async fn a_session_can_be_read(home: Home) {
    let venue = Venue::open(home).await;
    let ada = venue.guest("ada", "geheim", false).await;
    let accepted = log_in(&venue.radius, &format!("ada@{REALM}"), "geheim").unwrap();
    let told = |name: &str| accepted.iter().find(|(told, _)| told == name).map(|(_, value)| value.as_str()).unwrap();
    assert_eq!(told("User-Name"), "\"ada@example.test\"");
    let class = told("Class");
    assert!(class.starts_with("0x"), "{class}");
    let send = |status: &str, said: &[(&str, &str)]| {
        let said = [&PLACE[..], &[("Acct-Status-Type", status)], said].concat();
        assert!(record(&venue.radius, &said), "{status}");
    };

    send("Start", &[("Class", class)]);
    let begun = venue.sessions(&ada).await.remove(0);
    assert_eq!((&begun["acctSessionId"], begun.get("ended")), (&json!("4D2BB8AC-00000098"), None));
    let started: Timestamp = begun["started"].as_str().unwrap().parse().unwrap();

    // Some access points lose the Class, and the User-Name of the acceptance too.
    send(
        "Interim-Update",
        &[
            ("Framed-IP-Address", "10.1.2.3"),
            ("Acct-Session-Time", "60"),
            ("Acct-Input-Octets", "7"),
            ("Acct-Input-Gigawords", "1"),
        ],
    );
    // Made half a minute earlier, and late.
    let earlier = (started.as_second() - 30).to_string();
    send(
        "Stop",
        &[
            ("Event-Timestamp", earlier.as_str()),
            ("Acct-Session-Time", "90"),
            ("Acct-Input-Octets", "4294967295"),
            ("Acct-Input-Gigawords", "1"),
            ("Acct-Output-Octets", "9"),
            ("Acct-Output-Gigawords", "3"),
            ("Acct-Terminate-Cause", "User-Request"),
        ],
    );
    let [over] = &venue.sessions(&ada).await[..] else { panic!("one session") };
    let seconds = |name: &str| over[name].as_str().unwrap().parse::<Timestamp>().unwrap().as_second();
    assert_eq!((seconds("started"), seconds("ended")), (started.as_second() - 120, started.as_second() - 30));
    let expected = json!({
        "id": begun["id"],
        "acctSessionId": "4D2BB8AC-00000098",
        "nasIdentifier": "ap-lobby",
        "nasIpAddress": "10.0.0.1",
        "callingStationId": "02-11-22-33-44-55",
        "calledStationId": "00-11-22-33-44-55:Gäste & \"co\"",
        "framedIpAddress": "10.1.2.3",
        "started": over["started"],
        "updated": over["updated"],
        "ended": over["ended"],
        "duration": 90,
        "inputOctets": 8_589_934_591_u64,
        "outputOctets": 12_884_901_897_u64,
        "terminateCause": "User-Request",
    });
    assert_eq!(over, &expected);

    let other = [("Acct-Status-Type", "Start"), ("Acct-Session-Id", "\"2\""), ("NAS-Identifier", "\"ap-lobby\"")];
    let of_ada = [&other[..], &[("NAS-IP-Address", "10.0.0.1"), ("User-Name", "\"ada\"")]].concat();
    assert!(record(&venue.radius, &of_ada));
    let on =
        [("Acct-Status-Type", "Accounting-On"), ("NAS-Identifier", "\"ap-lobby\""), ("NAS-IP-Address", "10.0.0.1")];
    assert!(record(&venue.radius, &on));
    let causes: Vec<_> = venue.sessions(&ada).await.iter().map(|session| session["terminateCause"].clone()).collect();
    assert_eq!(causes, [json!("NAS-Reboot"), json!("User-Request")]);

    venue.erase(&ada).await;
    // Acknowledged, so that it is not repeated forever; it belongs to no customer.
    send("Stop", &[("Class", class)]);
    let gone = venue.manager.get(&format!("/v3/customers/{ada}/sessions")).await;
    assert_eq!((gone.status, gone.json()["code"].clone()), (404, Value::from("not_found")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_kept_now_is_not_acknowledged() {
    let mut venue = Venue::open(Home::new()).await;
    venue.guest("ada", "geheim", false).await;
    venue.server.kill();
    let start = [&PLACE[..], &[("Acct-Status-Type", "Start")]].concat();
    assert!(!record(&venue.radius, &start), "the access point sends it again");
}

/// As much as a RADIUS packet can hold, with nothing truncated: a record that cannot be forwarded would be repeated
/// forever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_is_kept_however_long_its_attributes_are() {
    let venue = Venue::open(Home::new()).await;
    let ada = venue.guest("ada", "geheim", false).await;
    let accepted = log_in(&venue.radius, "ada", "geheim").unwrap();
    let class = accepted.iter().find(|(name, _)| name == "Class").map(|(_, value)| value.as_str()).unwrap();
    // Each octet becomes three characters of a form.
    let longest = format!("\"{}\"", "\\344".repeat(253));
    let texts = ["Acct-Session-Id", "User-Name", "Calling-Station-Id", "Called-Station-Id", "NAS-Identifier"];
    let mut login: Vec<_> = texts[2..].iter().map(|name| (*name, longest.as_str())).collect();
    login.extend([("User-Name", "\"ada\""), ("User-Password", "\"geheim\""), ("Message-Authenticator", "0x00")]);
    assert!(accepts(&venue.radius, &login), "the login too");
    let foreign = format!("0x{}", "ab".repeat(253));
    let mut attributes: Vec<_> = texts.iter().map(|name| (*name, longest.as_str())).collect();
    attributes.extend([("Class", foreign.as_str()); 10]);
    attributes.extend([("Acct-Status-Type", "Stop"), ("Class", class), ("Acct-Session-Time", "90")]);
    assert!(record(&venue.radius, &attributes));
    let [session] = &venue.sessions(&ada).await[..] else { panic!("one session") };
    // 253 bytes of UTF-8, like every text.
    assert_eq!(session["acctSessionId"], "ä".repeat(126));
    assert_eq!(session["nasIdentifier"], "ä".repeat(126));
    assert_eq!(session["duration"], 90);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn binary_names_stay_apart_and_a_nameless_access_point_is_known_by_its_address() {
    let venue = Venue::open(Home::new()).await;
    let ada = venue.guest("ada", "geheim", false).await;
    let start = |said: &[(&str, &str)]| {
        let who = [("Acct-Status-Type", "Start"), ("User-Name", "\"ada\"")];
        assert!(record(&venue.radius, &[&who[..], said].concat()), "{said:?}");
    };
    let lobby = ("NAS-Identifier", "\"ap-lobby\"");
    start(&[lobby, ("Acct-Session-Id", "\"\\000\\000\\000\\001\"")]);
    start(&[lobby, ("Acct-Session-Id", "\"\\001\\000\\000\\001\"")]);
    start(&[lobby, ("Acct-Session-Id", "\"\\001\\000\\000\\002\"")]);
    start(&[("NAS-Identifier", "\"\\000ap\""), ("Acct-Session-Id", "\"named\"")]);
    start(&[("NAS-Identifier", "\" \""), ("Acct-Session-Id", "\"nameless\"")]);
    let sessions = venue.sessions(&ada).await;
    let shown = |name: &str| -> Vec<_> { sessions.iter().rev().map(|session| session[name].clone()).collect() };
    assert_eq!(
        shown("acctSessionId"),
        [json!("0x00000001"), json!("0x01000001"), json!("0x01000002"), json!("named"), json!("nameless")]
    );
    assert_eq!(shown("nasIdentifier")[3..], [json!("0x006170"), Value::Null]);
    assert_eq!(shown("nasIpAddress")[3..], [Value::Null, json!("127.0.0.1")]);
}
