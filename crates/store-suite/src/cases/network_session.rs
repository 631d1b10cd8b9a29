//! Customers' sessions on the network.

use std::net::IpAddr;
use std::sync::Arc;

use domain::customer::Customer;
use domain::ports::{Clock, CustomerError, IdSource};
use domain::session::{Claims, Nas, NetworkSession, Octets, Restart, SessionRecord, Usage};
use domain::value::{Attribute, CustomerId, NetworkSessionId, OrganizationId, Username};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::ambient::TestIds;
use crate::edit::EditPost;
use crate::{Stores, Venue, access_point};

async fn stored(venue: &Venue<'_>, customer: &Customer) -> Vec<NetworkSession> {
    let sessions = venue.stores.network_sessions.sessions(venue.id, customer.id, None, 99).await.unwrap();
    sessions.into_iter().map(Result::unwrap).collect()
}

async fn record(venue: &Venue<'_>, record: &SessionRecord) -> Option<CustomerId> {
    venue.stores.network_sessions.record(record).await.unwrap()
}

fn attribute(text: &str) -> Option<Attribute> {
    Some(Attribute::parse(text).unwrap())
}

fn address(text: &str) -> Option<IpAddr> {
    Some(text.parse().unwrap())
}

fn claim(customer: &Customer) -> Claims {
    Claims { customer_id: Some(customer.id), usernames: vec![] }
}

fn used(seconds: u32, input: u64, output: u64) -> Usage {
    Usage { seconds, input: Octets::new(input), output: Octets::new(output) }
}

/// What is recorded comes back, the widest values too.
pub async fn reads_back_every_field(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    let wide = Attribute::parse(&format!("{}ß", "€".repeat(83))).unwrap();
    let whole = SessionRecord {
        claims: claim(&customer),
        nas: Nas::new(Some(wide.clone()), address("2001:db8::1")).unwrap(),
        acct_session_id: wide.clone(),
        calling_station: Some(wide.clone()),
        called_station: attribute("00-11-22-33-44-55:Guest \"1\""),
        framed_address: address("10.1.2.3"),
        usage: used(u32::MAX, u64::MAX, (1 << 32) + 5),
        ended: true,
        terminate_cause: attribute("User-Request"),
        ..venue.session_record("1")
    };
    assert_eq!(record(&venue, &whole).await, Some(customer.id));
    let expected = NetworkSession {
        id: whole.id,
        customer_id: customer.id,
        nas: whole.nas.clone(),
        acct_session_id: wide.clone(),
        calling_station: Some(wide),
        called_station: whole.called_station.clone(),
        framed_address: whole.framed_address,
        started_at: whole.at - SignedDuration::from_secs(u32::MAX.into()),
        heard_at: whole.at,
        ended_at: Some(whole.at),
        terminate_cause: whole.terminate_cause.clone(),
        usage: whole.usage,
    };
    assert_eq!(stored(&venue, &customer).await, [expected]);
}

/// A record that tells nothing but that there is a session.
pub async fn reads_back_a_bare_one(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    for nas in [Nas::new(attribute("ap"), None), Nas::new(None, address("10.0.0.1"))] {
        let bare = SessionRecord { claims: claim(&customer), nas: nas.unwrap(), ..venue.session_record("1") };
        record(&venue, &bare).await;
        let read = stored(&venue, &customer).await.remove(0);
        assert_eq!((read.id, &read.nas, &read.acct_session_id), (bare.id, &bare.nas, &bare.acct_session_id));
        assert_eq!((read.started_at, read.heard_at, read.ended_at), (bare.at, bare.at, None));
        assert_eq!((read.calling_station, read.called_station, read.framed_address), (None, None, None));
        assert_eq!((read.terminate_cause, read.usage), (None, Usage::default()));
    }
    assert_eq!(stored(&venue, &customer).await.len(), 2, "two places");
}

/// The records of a session of five minutes, in the order in which they were made.
fn life(venue: &Venue<'_>, customer: &Customer) -> [SessionRecord; 4] {
    let at = |seconds| venue.clock.now() + SignedDuration::from_secs(seconds);
    let record = SessionRecord { claims: claim(customer), ..venue.session_record("1") };
    let id = || NetworkSessionId::from_bits(TestIds.next());
    let interim = |usage: Usage| SessionRecord {
        id: id(),
        // A second late: what it says of the beginning is not as early as what the beginning says.
        at: at(i64::from(usage.seconds) + 1),
        usage,
        framed_address: address("10.1.2.3"),
        ..record.clone()
    };
    let stop = SessionRecord {
        id: id(),
        at: at(300),
        usage: used(300, 3 << 32, 7),
        framed_address: address("10.1.2.3"),
        ended: true,
        terminate_cause: attribute("Idle-Timeout"),
        ..record.clone()
    };
    let start = SessionRecord { began: true, ..record.clone() };
    [start, interim(used(100, 5, 6)), interim(used(200, 2 << 32, 7)), stop]
}

fn assert_lived(session: &NetworkSession, started_at: Timestamp) {
    let ended_at = started_at + SignedDuration::from_secs(300);
    assert_eq!((session.started_at, session.heard_at, session.ended_at), (started_at, ended_at, Some(ended_at)));
    assert_eq!(session.usage, used(300, 3 << 32, 7));
    assert_eq!((&session.terminate_cause, session.framed_address), (&attribute("Idle-Timeout"), address("10.1.2.3")));
}

/// Every order of the records, each of them twice, makes one and the same session.
pub async fn is_the_same_in_whatever_order_it_is_told(stores: &Stores) {
    for order in 0..24_usize {
        let venue = Venue::open(stores).await;
        let customer = venue.create(venue.post()).await;
        let started_at = venue.clock.now();
        let mut left = life(&venue, &customer).to_vec();
        let mut told = Vec::new();
        for (choices, divisor) in [(4, 6), (3, 2), (2, 1), (1, 1)] {
            told.push(left.remove(order / divisor % choices));
        }
        for this in [told.clone(), told.clone()].concat() {
            assert_eq!(record(&venue, &this).await, Some(customer.id));
        }
        let [session] = &stored(&venue, &customer).await[..] else { panic!("one session, told in order {order}") };
        assert_eq!(session.id, told[0].id, "the first that was heard of");
        assert_lived(session, started_at);
    }
}

/// Records that come at the same time all count.
pub async fn is_the_same_when_all_is_told_at_once(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    let started_at = venue.clock.now();
    let records = life(&venue, &customer);
    let start = Arc::new(Barrier::new(4 * records.len()));
    let mut tasks = JoinSet::new();
    for record in std::iter::repeat_n(records, 4).flatten() {
        let (stores, start) = (stores.clone(), start.clone());
        tasks.spawn(async move {
            start.wait().await;
            stores.network_sessions.record(&record).await.unwrap();
        });
    }
    tasks.join_all().await;
    let [session] = &stored(&venue, &customer).await[..] else { panic!("one session") };
    assert_lived(session, started_at);
}

/// A record that comes after the end neither opens the session again nor counts less than there was; a second end is none.
pub async fn an_ended_one_stays_so(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    let [start, interim, _, stop] = life(&venue, &customer);
    record(&venue, &stop).await;
    let late = |record: SessionRecord| SessionRecord { at: record.at + SignedDuration::from_secs(60), ..record };
    record(&venue, &late(interim)).await;
    record(&venue, &start).await;
    let again = SessionRecord { terminate_cause: attribute("Lost-Carrier"), ..late(stop.clone()) };
    record(&venue, &again).await;
    let [session] = &stored(&venue, &customer).await[..] else { panic!("one session") };
    assert_eq!((session.ended_at, &session.terminate_cause), (Some(stop.at), &stop.terminate_cause));
    assert_eq!((session.usage, session.heard_at), (stop.usage, again.at));
    assert_eq!(stores.network_sessions.restart(venue.id, &stop.nas, Restart::On, again.at).await.unwrap(), 0);
}

/// Each place has names of its own, and each organization its places.
pub async fn is_known_by_its_place_and_its_name(stores: &Stores) {
    let (venue, other) = (Venue::open(stores).await, Venue::open(stores).await);
    let (customer, theirs) = (venue.create(venue.post()).await, other.create(other.post()).await);
    let first = SessionRecord { claims: claim(&customer), ..venue.session_record("1") };
    let elsewhere = SessionRecord { nas: access_point("ap-roof"), ..first.clone() };
    let moved = SessionRecord { nas: Nas::new(attribute("ap-lobby"), address("10.0.0.2")).unwrap(), ..first.clone() };
    let second = SessionRecord { claims: claim(&customer), ..venue.session_record("2") };
    for (n, record) in [first, elsewhere, moved, second].into_iter().enumerate() {
        let id = NetworkSessionId::from_bits(TestIds.next());
        self::record(&venue, &SessionRecord { id, ..record }).await;
        assert_eq!(stored(&venue, &customer).await.len(), n + 1);
    }
    let theirs_too = SessionRecord { claims: claim(&theirs), ..other.session_record("1") };
    assert_eq!(record(&other, &theirs_too).await, Some(theirs.id));
    assert_eq!((stored(&venue, &customer).await.len(), stored(&other, &theirs).await.len()), (4, 1));
}

/// An access point uses a name again: each person has a session, and one for each time. No session has the device of another, and
/// what is late goes where it belongs.
pub async fn a_name_that_is_used_again_is_another_session(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let (ada, eve) = (venue.create(venue.post()).await, venue.create(venue.post()).await);
    let now = venue.clock.now();
    let tell = |customer: &Customer, device: &str, seconds: i64, usage: Usage| SessionRecord {
        claims: claim(customer),
        id: NetworkSessionId::from_bits(TestIds.next()),
        calling_station: attribute(device),
        at: now + SignedDuration::from_secs(seconds),
        usage,
        ..venue.session_record("00000001")
    };
    let start =
        |customer, device, seconds| SessionRecord { began: true, ..tell(customer, device, seconds, used(0, 0, 0)) };
    let stop = |customer, device, seconds, usage| SessionRecord {
        ended: true,
        terminate_cause: attribute("User-Request"),
        ..tell(customer, device, seconds, usage)
    };
    let records = [
        start(&ada, "ada 1", 0),
        stop(&ada, "ada 1", 600, used(600, 1, 2)),
        start(&ada, "ada 2", 603),
        tell(&ada, "ada 2", 663, used(60, 10, 20)),
        // The access point was without power.
        start(&eve, "eve", 1000),
        tell(&eve, "eve", 1060, used(60, 5, 5)),
        tell(&ada, "ada 1", 300, used(300, 1, 1)),
    ];
    for this in &records {
        let whose = this.claims.customer_id;
        assert_eq!(record(&venue, this).await, whose);
        // It may come again.
        assert_eq!(record(&venue, this).await, whose);
    }
    // Whose it is, it says by its time alone.
    let bare = SessionRecord { claims: Claims::default(), ..tell(&eve, "eve", 1120, used(120, 6, 6)) };
    assert_eq!(record(&venue, &bare).await, Some(eve.id));
    let shown = async |customer: &Customer| {
        let sessions = stored(&venue, customer).await.into_iter();
        let shown = sessions.map(|session| (session.calling_station, session.ended_at.is_some(), session.usage));
        shown.collect::<Vec<_>>()
    };
    let (first, second) = ((attribute("ada 1"), true, used(600, 1, 2)), (attribute("ada 2"), false, used(60, 10, 20)));
    assert_eq!(shown(&ada).await, [second, first]);
    assert_eq!(shown(&eve).await, [(attribute("eve"), false, used(120, 6, 6))]);
    let restart = stores.network_sessions.restart(venue.id, &records[0].nas, Restart::On, bare.at).await;
    assert_eq!(restart.unwrap(), 2, "all that are open at the place");
}

/// Records that an access point dated belong to two sessions if they began at two times, in whatever order they arrive. The store
/// has to remember that the beginning was dated.
pub async fn dated_records_of_two_sessions_stay_apart(stores: &Stores) {
    for order in [[0, 1, 2, 3], [0, 3, 1, 2], [3, 0, 1, 2], [1, 3, 2, 0], [2, 1, 3, 0], [3, 2, 1, 0]] {
        let venue = Venue::open(stores).await;
        let ada = venue.create(venue.post()).await;
        let dated = |seconds: i64, usage: Usage| SessionRecord {
            claims: claim(&ada),
            id: NetworkSessionId::from_bits(TestIds.next()),
            calling_station: attribute("02-00-00-00-00-0A"),
            at: venue.clock.now() + SignedDuration::from_secs(seconds),
            dated: true,
            usage,
            began: usage.seconds == 0,
            ended: usage.seconds > 0,
            ..venue.session_record("1")
        };
        let records = [
            dated(0, Usage::default()),
            dated(30, used(30, 100, 0)),
            dated(31, Usage::default()),
            dated(61, used(30, 700, 0)),
        ];
        for number in order {
            assert_eq!(record(&venue, &records[number]).await, Some(ada.id));
        }
        let mut usages: Vec<_> = stored(&venue, &ada).await.into_iter().map(|session| session.usage).collect();
        usages.sort_by_key(|usage| usage.input);
        assert_eq!(usages, [used(30, 100, 0), used(30, 700, 0)], "{order:?}");
    }
}

/// Counters of 32 bits that have come round go on; those of an access point that reports overflows do not.
pub async fn octets_go_on_when_a_counter_has_come_round(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let ada = venue.create(venue.post()).await;
    let counts = |name: &str, gigawords: bool, usage: Usage| SessionRecord {
        claims: claim(&ada),
        id: NetworkSessionId::from_bits(TestIds.next()),
        at: venue.clock.now() + SignedDuration::from_secs(usage.seconds.into()),
        usage,
        gigawords,
        ..venue.session_record(name)
    };
    let (before, after) = (used(200, 4_200_000_000, 4_200_000_000), used(400, 100_000_000, 4_200_000_001));
    let sum = used(400, (1 << 32) + 100_000_000, 4_200_000_001);
    for (name, gigawords, usages, expected) in [
        ("forward", false, [before, after], sum),
        ("backward", false, [after, before], sum),
        ("reported", true, [before, after], used(400, 4_200_000_000, 4_200_000_001)),
    ] {
        for usage in usages {
            record(&venue, &counts(name, gigawords, usage)).await;
        }
        let [session, ..] = &stored(&venue, &ada).await[..] else { panic!("one session") };
        assert_eq!(session.acct_session_id.as_str(), name);
        assert_eq!(session.usage, expected, "{name}");
    }
}

/// A record that does not name a person belongs to the session of its device, and never to that of another device.
pub async fn a_record_without_a_person_goes_by_its_device(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let ada = venue.create(venue.post()).await;
    let start = SessionRecord {
        claims: claim(&ada),
        calling_station: attribute("02-00-00-00-00-0A"),
        began: true,
        ..venue.session_record("1")
    };
    assert_eq!(record(&venue, &start).await, Some(ada.id));
    let bare = |device: &str| SessionRecord {
        claims: Claims::default(),
        id: NetworkSessionId::from_bits(TestIds.next()),
        calling_station: attribute(device),
        began: false,
        ended: true,
        ..start.clone()
    };
    assert_eq!(record(&venue, &bare("02-00-00-00-00-0B")).await, None);
    let [session] = <[_; 1]>::try_from(stored(&venue, &ada).await).unwrap();
    assert_eq!((session.ended_at, session.calling_station), (None, start.calling_station.clone()));
    // The clock of the access point is wrong.
    let at = start.at - SignedDuration::from_hours(30);
    assert_eq!(record(&venue, &SessionRecord { at, ..bare("02-00-00-00-00-0B") }).await, None);
    assert_eq!(record(&venue, &SessionRecord { at, ..bare("02-00-00-00-00-0A") }).await, Some(ada.id));
    let [session] = <[_; 1]>::try_from(stored(&venue, &ada).await).unwrap();
    assert!(session.ended_at.is_some());
}

/// What was given at the login counts before the name, and either before what was known. Another person has another session.
pub async fn is_whose_the_best_claim_says(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let ada = venue.create(venue.post().username("ada")).await;
    let eve = venue.create(venue.post().username("eve@example.org")).await;
    let names = |names: &[&str]| names.iter().map(|name| Username::parse(name).unwrap()).collect::<Vec<_>>();
    let nobody = Some(CustomerId::from_bits(TestIds.next()));
    for (n, (customer_id, usernames, whose)) in [
        (Some(ada.id), names(&["eve@example.org"]), Some(&ada)),
        (nobody, names(&["eve@example.org"]), Some(&eve)),
        (None, names(&["eve@example.org", "ada"]), Some(&eve)),
        (None, names(&["ada@example.org", "ada"]), Some(&ada)),
        (None, names(&["Ada", "anonymous@example.org"]), None),
        (None, vec![], None),
    ]
    .into_iter()
    .enumerate()
    {
        let claims = Claims { customer_id, usernames };
        let first = SessionRecord { claims, ..venue.session_record(&n.to_string()) };
        let whose = whose.map(|customer| customer.id);
        assert_eq!(record(&venue, &first).await, whose, "{n}");
        let next = SessionRecord { claims: Claims::default(), ..first.clone() };
        assert_eq!(record(&venue, &next).await, whose, "{n}, known by now");
        let unknown = SessionRecord { claims: Claims { customer_id: nobody, ..Claims::default() }, ..first.clone() };
        assert_eq!(record(&venue, &unknown).await, whose, "{n}, known by now");
        if let Some(id) = whose {
            let other = if id == ada.id { &eve } else { &ada };
            let theirs = SessionRecord {
                claims: claim(other),
                id: NetworkSessionId::from_bits(TestIds.next()),
                ..first.clone()
            };
            assert_eq!(record(&venue, &theirs).await, Some(other.id), "{n} is another one");
            let again = SessionRecord { claims: Claims { customer_id: whose, ..Claims::default() }, ..first };
            assert_eq!(record(&venue, &again).await, whose, "{n} stays");
        }
    }
    assert_eq!((stored(&venue, &ada).await.len(), stored(&venue, &eve).await.len()), (4, 4));
}

/// What belongs to no customer of the organization leaves nothing.
pub async fn is_nobodys_without_a_customer(stores: &Stores) {
    let (venue, other) = (Venue::open(stores).await, Venue::open(stores).await);
    let theirs = other.create(other.post().username("ada")).await;
    let claims = Claims { usernames: vec![theirs.username.clone()], ..claim(&theirs) };
    let foreign = SessionRecord { claims, ..venue.session_record("1") };
    assert_eq!(record(&venue, &foreign).await, None);
    let nowhere = SessionRecord { organization_id: OrganizationId::from_bits(TestIds.next()), ..foreign.clone() };
    assert_eq!(record(&venue, &nowhere).await, None);
    assert_eq!(stored(&other, &theirs).await, []);
    let ours = venue.create(venue.post()).await;
    assert_eq!(
        record(&venue, &SessionRecord { claims: claim(&ours), ..foreign }).await,
        Some(ours.id),
        "nobody's so far"
    );
}

/// All that is open at the place, and no session that was heard of afterwards.
pub async fn a_restart_ends_what_is_open(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    let now = venue.clock.now();
    let at = |seconds| now + SignedDuration::from_secs(seconds);
    let open = |name, at| SessionRecord { claims: claim(&customer), at, ..venue.session_record(name) };
    let ended = SessionRecord { ended: true, terminate_cause: attribute("User-Request"), ..open("ended", at(0)) };
    let elsewhere = SessionRecord { nas: access_point("ap-roof"), ..open("elsewhere", at(0)) };
    for this in [open("a", at(0)), open("b", at(10)), ended, elsewhere.clone(), open("new", at(11))] {
        record(&venue, &this).await;
    }
    let place = access_point("ap-lobby");
    for expected in [2, 0] {
        let ended = stores.network_sessions.restart(venue.id, &place, Restart::Off, at(10)).await.unwrap();
        assert_eq!(ended, expected);
    }
    let ends = stored(&venue, &customer).await.into_iter().map(|session| {
        let cause = session.terminate_cause.map_or(String::new(), |cause| cause.as_str().to_owned());
        (session.acct_session_id.as_str().to_owned(), session.ended_at, cause)
    });
    let mut ends: Vec<_> = ends.collect();
    ends.sort();
    let end = |name: &str, at: Option<i64>, cause: &str| {
        (name.to_owned(), at.map(|seconds| now + SignedDuration::from_secs(seconds)), cause.to_owned())
    };
    let expected = [
        end("a", Some(10), "Admin-Reboot"),
        end("b", Some(10), "Admin-Reboot"),
        end("elsewhere", None, ""),
        end("ended", Some(0), "User-Request"),
        end("new", None, ""),
    ];
    assert_eq!(ends, expected);
    assert_eq!(stores.network_sessions.restart(venue.id, &elsewhere.nas, Restart::On, at(0)).await.unwrap(), 1);
    let stranger = Venue::open(stores).await;
    assert_eq!(stores.network_sessions.restart(stranger.id, &place, Restart::On, at(99)).await.unwrap(), 0);
}

/// Page by page, of this customer alone.
pub async fn lists_the_latest_first(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let (customer, other) = (venue.create(venue.post()).await, venue.create(venue.post()).await);
    let mut ids = Vec::new();
    for n in 0..5 {
        let this = SessionRecord { claims: claim(&customer), ..venue.session_record(&n.to_string()) };
        record(&venue, &this).await;
        ids.push(this.id);
        record(&venue, &SessionRecord { claims: claim(&other), ..venue.session_record(&format!("other {n}")) }).await;
    }
    ids.reverse();
    let (mut listed, mut before) = (Vec::new(), None);
    loop {
        let page = stores.network_sessions.sessions(venue.id, customer.id, before, 2).await.unwrap();
        assert!(page.len() <= 2);
        let Some(last) = page.last() else { break };
        before = Some(last.as_ref().unwrap().id);
        listed.extend(page.iter().map(|session| session.as_ref().unwrap().id));
    }
    assert_eq!(listed, ids);
}

/// Who has no session is told from who is nobody, or another organization's.
pub async fn tells_foreign_from_unknown(stores: &Stores) {
    let (venue, other) = (Venue::open(stores).await, Venue::open(stores).await);
    let (ours, theirs) = (venue.create(venue.post()).await, other.create(other.post()).await);
    assert_eq!(stored(&venue, &ours).await, []);
    let sessions = async |id| stores.network_sessions.sessions(venue.id, id, None, 9).await;
    assert!(matches!(sessions(theirs.id).await, Err(CustomerError::ForeignCustomer)));
    let nobody = CustomerId::from_bits(TestIds.next());
    assert!(matches!(sessions(nobody).await, Err(CustomerError::UnknownCustomer)));
}
