//! The session that a record belongs to.
//!
//! An Acct-Session-Id should be used once (RFC 2866, 5.5), and is not: hostapd repeats it for a device that comes back within
//! seconds, and others count from the start again after a loss of power. So sessions of one place can have the same name, and a
//! record belongs to the one of them that has the same person and device, and began when the record says.

use std::cmp::{Ordering, Reverse};

use jiff::{SignedDuration, Timestamp};

use super::station::is_same_station;
use super::{Octets, SessionRecord, Usage};
use crate::value::{Attribute, CustomerId};

/// How far two dated records of one session may disagree about its beginning: both round to seconds, and some access points
/// count from the login and others from the first packet.
const CLOCKS: SignedDuration = SignedDuration::from_secs(5);
/// The same when one of them has only a time of arrival: it may have been sent more than once.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(2);
/// One more second of difference per this many seconds of the session: counters and clocks drift.
const DRIFT: u32 = 100;
/// How long after its end a session may still get records that do not say when they were made.
const LATE: SignedDuration = SignedDuration::from_mins(5);
/// A session without records for this long is not continued by a record that does not say when its session began.
const SILENCE: SignedDuration = SignedDuration::from_hours(24);

/// A session with the same place and name as a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namesake {
    /// Its number among those with its name at its place: 0 for the first one reported, then 1, and so on.
    pub run: u32,
    /// The customer.
    pub customer_id: CustomerId,
    /// See [`super::NetworkSession::calling_station`].
    pub calling_station: Option<Attribute>,
    /// See [`super::NetworkSession::started_at`].
    pub started_at: Timestamp,
    /// Whether `started_at` comes from a record with [`SessionRecord::dated`].
    pub dated: bool,
    /// See [`super::NetworkSession::heard_at`].
    pub heard_at: Timestamp,
    /// See [`super::NetworkSession::ended_at`].
    pub ended_at: Option<Timestamp>,
    /// See [`super::NetworkSession::usage`].
    pub usage: Usage,
    /// Whether a record told its beginning.
    pub began: bool,
}

impl SessionRecord {
    /// Returns the session that the record belongs to, among those with its name at its place. `owner` is the customer
    /// that the record names, if it names one. `None` means that the record belongs to a session that is not known yet.
    pub fn session_among<'a>(&self, owner: Option<CustomerId>, namesakes: &'a [Namesake]) -> Option<&'a Namesake> {
        let latest = |session: &&Namesake| (session.started_at, session.run);
        let closest = |session: &&Namesake| (self.distance(session), Reverse(latest(session)));
        let is_theirs = |session: &&Namesake| owner.is_none_or(|owner| owner == session.customer_id);
        let possible = || namesakes.iter().filter(is_theirs).filter(|session| !self.is_of_another_device(session));
        let by_time = possible().filter(|session| self.is_of(session)).min_by_key(closest);
        by_time.or_else(|| {
            // If nobody is named, only the device can say whose session it is, and outweighs a time that cannot be right.
            let goes_on = |session: &&Namesake| match owner {
                Some(_) => self.continues(session),
                None => self.is_of_device(session),
            };
            possible().filter(|session| session.ended_at.is_none()).filter(goes_on).max_by_key(latest)
        })
    }

    /// What the session was used by then, the octets of [`SessionRecord::usage`] included. A counter of 32 bits that shows less
    /// after a longer time has overflowed, unless the access point reports overflows.
    ///
    /// The larger of each number and the stored one is what the session has.
    pub fn usage_in(&self, session: &Namesake) -> Usage {
        let (now, known) = (self.usage, session.usage);
        let octets = |now: Octets, known: Octets| match self.usage.seconds.cmp(&session.usage.seconds) {
            _ if self.gigawords => now,
            Ordering::Less => known.counted_after(now).max(now),
            Ordering::Equal => now,
            Ordering::Greater => now.counted_after(known),
        };
        Usage { seconds: now.seconds, input: octets(now.input, known.input), output: octets(now.output, known.output) }
    }

    fn is_of_device(&self, session: &Namesake) -> bool {
        match (&self.calling_station, &session.calling_station) {
            (Some(one), Some(other)) => is_same_station(one, other),
            _ => false,
        }
    }

    fn is_of_another_device(&self, session: &Namesake) -> bool {
        self.calling_station.is_some() && session.calling_station.is_some() && !self.is_of_device(session)
    }

    fn is_of(&self, session: &Namesake) -> bool {
        !self.is_after(session) && !self.is_before(session) && self.agrees_with(session)
    }

    /// The beginning of its session, if the record shows it.
    fn beginning(&self) -> Option<Timestamp> {
        (self.began || self.usage.seconds > 0).then(|| self.started_at())
    }

    /// Between the beginning of the session and that of the record's.
    fn distance(&self, session: &Namesake) -> SignedDuration {
        self.beginning().map_or(SignedDuration::ZERO, |beginning| apart(beginning, session.started_at))
    }

    /// Whether both times are the access point's own, so that different beginnings are different sessions.
    const fn is_dated_like(&self, session: &Namesake) -> bool {
        self.dated && session.dated
    }

    /// Whether the session was over when that of the record began.
    fn is_after(&self, session: &Namesake) -> bool {
        let Some(ended_at) = session.ended_at else { return false };
        let late = self.at > plus(ended_at, LATE);
        if self.is_same_end(session) && !late {
            return false;
        }
        match self.beginning() {
            Some(beginning) => beginning >= ended_at && beginning > session.started_at,
            None => late,
        }
    }

    /// Whether this may be the record that ended the session, sent again. A dated one shows the same time again.
    fn is_same_end(&self, session: &Namesake) -> bool {
        self.ended && !self.is_dated_like(session) && self.shows_usage_of(session)
    }

    fn shows_usage_of(&self, session: &Namesake) -> bool {
        let (one, other) = (self.usage, session.usage);
        let shows = |one: Octets, other: Octets| if self.gigawords { one == other } else { one.shows_as(other) };
        one.seconds == other.seconds && shows(one.input, other.input) && shows(one.output, other.output)
    }

    /// Whether the session began when that of the record was over.
    fn is_before(&self, session: &Namesake) -> bool {
        self.ended && session.started_at >= self.at && session.started_at > self.started_at()
    }

    /// Whether both can have begun at the same time.
    fn agrees_with(&self, session: &Namesake) -> bool {
        let known = (session.began || session.usage.seconds > 0).then_some(session.started_at);
        let drift = SignedDuration::from_secs((self.usage.seconds.max(session.usage.seconds) / DRIFT).into());
        let tolerance = if self.is_dated_like(session) { CLOCKS } else { TOLERANCE } + drift;
        match (self.beginning(), known) {
            (Some(one), Some(other)) => apart(one, other) <= tolerance,
            (Some(beginning), None) => {
                plus(session.started_at, tolerance) >= beginning && apart(beginning, session.started_at) <= SILENCE
            }
            (None, Some(beginning)) => {
                plus(self.at, tolerance) >= beginning && self.at <= plus(session.heard_at, SILENCE)
            }
            (None, None) => self.at <= plus(session.heard_at, SILENCE) && session.started_at <= plus(self.at, SILENCE),
        }
    }

    /// Whether an open session of the same person and device goes on with the record although it began at another time. A time
    /// of arrival is no proof of a beginning, and an access point may set its clock during a session.
    fn continues(&self, session: &Namesake) -> bool {
        let Some(beginning) = self.beginning() else { return false };
        let distance = apart(beginning, session.started_at);
        if distance > SILENCE || self.at > plus(session.heard_at, SILENCE) {
            return false;
        }
        let lasted = |seconds: u32| SignedDuration::from_secs(seconds.into()) >= distance.max(LATE);
        if self.began {
            // A beginning that arrives late. A second beginning is another session's.
            return !session.began && (!self.is_dated_like(session) || lasted(session.usage.seconds));
        }
        if beginning < session.started_at {
            // One name, one device: the session was open when the other one seems to begin.
            return self.at > plus(session.started_at, CLOCKS);
        }
        // A record that says so after a short time may have overtaken the end of this session and the beginning of the next.
        self.goes_on_counting(session) && lasted(self.usage.seconds)
    }

    /// Whether no counter is smaller than it was. Those of a next session begin at zero.
    fn goes_on_counting(&self, session: &Namesake) -> bool {
        let (now, known) = (self.usage_in(session), session.usage);
        now.seconds >= known.seconds && now.input >= known.input && now.output >= known.output
    }
}

/// The time between the two.
fn apart(one: Timestamp, other: Timestamp) -> SignedDuration {
    one.duration_since(other).abs()
}

fn plus(time: Timestamp, duration: SignedDuration) -> Timestamp {
    time.checked_add(duration).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Claims, Nas};
    use crate::value::{NetworkSessionId, OrganizationId};

    const NOW: i64 = 1_711_620_930;
    const DAY: i64 = 24 * 60 * 60;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(NOW + second).unwrap()
    }

    fn record(at: Timestamp, seconds: u32) -> SessionRecord {
        SessionRecord {
            organization_id: OrganizationId::from_bits(1),
            nas: Nas::new(Some(Attribute::parse("ap").unwrap()), None).unwrap(),
            acct_session_id: Attribute::parse("1").unwrap(),
            id: NetworkSessionId::from_bits(1),
            claims: Claims::default(),
            calling_station: None,
            called_station: None,
            framed_address: None,
            at,
            dated: false,
            usage: Usage { seconds, ..Usage::default() },
            gigawords: false,
            began: false,
            ended: false,
            terminate_cause: None,
        }
    }

    fn start(second: i64) -> SessionRecord {
        SessionRecord { began: true, ..record(at(second), 0) }
    }

    fn interim(second: i64, seconds: u32) -> SessionRecord {
        record(at(second), seconds)
    }

    fn stop(second: i64, seconds: u32) -> SessionRecord {
        SessionRecord { ended: true, ..record(at(second), seconds) }
    }

    fn dated(record: SessionRecord) -> SessionRecord {
        SessionRecord { dated: true, ..record }
    }

    fn with_input(octets: u64, record: SessionRecord) -> SessionRecord {
        let usage = Usage { input: Octets::new(octets), ..record.usage };
        SessionRecord { usage, ..record }
    }

    fn of_device(device: &str, record: SessionRecord) -> SessionRecord {
        SessionRecord { calling_station: Attribute::parse(device).ok(), ..record }
    }

    /// Takes a record into its session, as a store does, and returns the session's number.
    fn take(kept: &mut Vec<Namesake>, record: &SessionRecord) -> usize {
        let customer_id = CustomerId::from_bits(1);
        let Some(run) = record.session_among(Some(customer_id), kept).map(|session| session.run) else {
            let run = u32::try_from(kept.len()).unwrap();
            kept.push(Namesake {
                run,
                customer_id,
                calling_station: record.calling_station.clone(),
                started_at: record.started_at(),
                dated: record.dated,
                heard_at: record.at,
                ended_at: record.ended_at(),
                usage: record.usage,
                began: record.began,
            });
            return kept.len() - 1;
        };
        let session = &mut kept[run as usize];
        let (started_at, usage) = (record.started_at(), record.usage_in(session));
        session.dated = match started_at.cmp(&session.started_at) {
            Ordering::Less => record.dated,
            Ordering::Equal => session.dated || record.dated,
            Ordering::Greater => session.dated,
        };
        session.started_at = session.started_at.min(started_at);
        session.heard_at = session.heard_at.max(record.at);
        session.ended_at = session.ended_at.or(record.ended_at());
        session.usage.seconds = session.usage.seconds.max(usage.seconds);
        session.usage.input = session.usage.input.max(usage.input);
        session.usage.output = session.usage.output.max(usage.output);
        session.began |= record.began;
        run as usize
    }

    /// Which records make one session, in this order of arrival.
    fn sessions(records: &[SessionRecord]) -> Vec<Vec<usize>> {
        let (mut kept, mut members): (Vec<Namesake>, Vec<Vec<usize>>) = (Vec::new(), Vec::new());
        for (number, record) in records.iter().enumerate() {
            let session = take(&mut kept, record);
            members.resize(kept.len(), Vec::new());
            members[session].push(number);
        }
        members
    }

    /// Duration and input of each session, in order of duration.
    fn uses(records: &[&SessionRecord]) -> Vec<(u32, u64)> {
        let mut kept = Vec::new();
        for record in records {
            take(&mut kept, record);
        }
        let mut uses: Vec<_> = kept.iter().map(|it| (it.usage.seconds, it.usage.input.number())).collect();
        uses.sort_unstable();
        uses
    }

    /// Every order of so many things.
    fn orders(count: usize) -> Vec<Vec<usize>> {
        let Some(last) = count.checked_sub(1) else { return vec![vec![]] };
        let insert = |order: Vec<usize>| {
            (0..=last).map(move |place| {
                let mut order = order.clone();
                order.insert(place, last);
                order
            })
        };
        orders(last).into_iter().flat_map(insert).collect()
    }

    #[test]
    fn a_session_is_one_however_late_and_often_its_records_come() {
        let life = [start(0), interim(61, 60), interim(3_605, 3_600), stop(7_200, 7_200)];
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
            let told: Vec<_> = order.iter().chain(&order).map(|number| life[*number].clone()).collect();
            assert_eq!(sessions(&told).len(), 1, "{order:?}");
        }
        // No record shows when it began.
        assert_eq!(
            sessions(&[start(0), interim(60, 0), interim(20_000, 0), stop(40_000, 0), stop(40_010, 0)]).len(),
            1
        );
        // An access point without a clock repeats the end.
        assert_eq!(sessions(&[start(0), stop(5, 5), stop(65, 5)]).len(), 1);
        // Its counter is slow: fifteen minutes in two days.
        let slow = u32::try_from(2 * DAY - 900).unwrap();
        assert_eq!(sessions(&[start(0), interim(DAY, 86_000), stop(2 * DAY, slow)]).len(), 1);
        // It begins and ends in one second.
        assert_eq!(sessions(&[start(0), stop(0, 0), start(0), stop(0, 0)]).len(), 1);
    }

    #[test]
    fn who_comes_back_under_the_same_name_has_another_session() {
        let twice = [start(0), stop(5, 5), start(8), interim(68, 60), stop(128, 120)];
        assert_eq!(sessions(&twice), [vec![0, 1], vec![2, 3, 4]], "within seconds");
        let twice = [start(0), stop(600, 600), start(7_200), stop(7_300, 100), interim(300, 300)];
        assert_eq!(sessions(&twice), [vec![0, 1, 4], vec![2, 3]], "and one record of the first is late");
        let [a, b, c, d, e] = twice;
        assert_eq!(sessions(&[d, c, e, b, a]), [vec![0, 1], vec![2, 3, 4]], "from the last to the first");
        assert_eq!(sessions(&[start(0), interim(600, 600), start(900)]).len(), 2, "an end was lost");
        assert_eq!(sessions(&[start(0), interim(9_000, 60)]).len(), 2, "an end and a beginning were lost");
        assert_eq!(sessions(&[stop(600, 600), interim(1_200, 0)]).len(), 2, "nobody says when");
        assert_eq!(sessions(&[interim(0, 0), interim(2 * DAY, 0)]).len(), 2, "much later");
    }

    /// The records of two sessions of a device that comes back under the same name: each shows the time at which it was made.
    fn two_sessions(back_after: i64, seconds: [u32; 2], octets: [u64; 2]) -> [SessionRecord; 4] {
        let end = |start: i64, seconds: u32| start + i64::from(seconds);
        let second = end(0, seconds[0]) + back_after;
        let records = [
            start(0),
            with_input(octets[0], stop(end(0, seconds[0]), seconds[0])),
            start(second),
            with_input(octets[1], stop(end(second, seconds[1]), seconds[1])),
        ];
        records.map(dated).map(|record| of_device("02-00-00-00-00-0A", record))
    }

    #[test]
    fn dated_records_of_two_sessions_stay_apart_in_every_order() {
        for (back_after, seconds, octets) in [
            (1, [30, 25], [100, 700]),
            (1, [30, 30], [100, 700]),
            (1, [30, 30], [0, 0]),
            (2, [6, 20], [5, 6]),
            (60, [60, 200], [7, 8]),
            (600, [30, 25], [100, 700]),
            (100, [200, 200], [100, 700]),
        ] {
            let records = two_sessions(back_after, seconds, octets);
            let mut expected = [(seconds[0], octets[0]), (seconds[1], octets[1])];
            expected.sort_unstable();
            for order in orders(records.len()) {
                let arrived: Vec<_> = order.iter().chain(&order).map(|number| &records[*number]).collect();
                assert_eq!(uses(&arrived), expected, "{order:?}, back after {back_after} s");
            }
        }
    }

    #[test]
    fn a_dated_beginning_is_another_session_although_the_end_of_the_first_was_lost() {
        let records = [
            start(0),
            with_input(5_000, interim(80, 80)),
            start(90),
            with_input(100, interim(150, 60)),
            with_input(900, stop(290, 200)),
        ];
        let dated = records.map(dated);
        assert_eq!(uses(&dated.iter().collect::<Vec<_>>()), [(80, 5_000), (200, 900)]);
        let [start, _, again, ..] = dated;
        assert_eq!(sessions(&[start.clone(), start, again.clone(), again]), [vec![0, 1], vec![2, 3]]);
    }

    #[test]
    fn an_open_session_goes_on_although_its_beginning_seems_to_be_another() {
        let records = [start(0), interim(400, 1_000), stop(900, 1_500)];
        assert_eq!(sessions(&records), [[0, 1, 2]], "the beginning arrived ten minutes late");
        assert_eq!(sessions(&[dated(start(-1_600)), dated(stop(0, 1_000))]), [[0, 1]], "the clock was set");
        assert_eq!(sessions(&[dated(interim(-500, 500)), dated(start(-1_400)), dated(stop(0, 1_000))]), [[0, 1, 2]]);
        assert_eq!(sessions(&[interim(0, 600), start(10), stop(300, 900)]), [[0, 1, 2]], "the beginning came last");
        let [one, two] = [start(0), interim(400, 1_000)].map(|record| of_device("02-00-00-00-00-0A", record));
        let other = of_device("02-00-00-00-00-0B", interim(400, 1_000));
        assert_eq!(sessions(&[one, other, two]), [vec![0, 2], vec![1]], "only on its device");
        let counts_again = [with_input(9, interim(900, 900)), with_input(1, interim(2_000, 1_000))];
        assert_eq!(sessions(&[start(0)].into_iter().chain(counts_again).collect::<Vec<_>>()).len(), 2, "counts again");
    }

    #[test]
    fn a_device_is_the_same_however_its_address_is_written() {
        let [start, stop] = [start(0), stop(40, 40)].map(dated);
        for (device, count) in
            [("02:00:00:00:00:0a", 1), ("0200.0000.000A", 1), ("0x02000000000a", 1), ("02-00-00-00-00-0B", 2)]
        {
            let records = [of_device("02-00-00-00-00-0A", start.clone()), of_device(device, stop.clone())];
            assert_eq!(sessions(&records).len(), count, "{device}");
        }
    }

    #[test]
    fn a_counter_without_overflows_goes_on_when_it_has_come_round() {
        const TURN: u64 = 1 << 32;
        let (first, second) = (with_input(4_200_000_000, interim(200, 200)), with_input(100_000_000, stop(400, 400)));
        let third = with_input(300_000_000, stop(600, 600));
        let records = [first.clone(), second.clone(), third];
        for order in orders(records.len()) {
            let arrived: Vec<_> = order.iter().chain(&order).map(|number| &records[*number]).collect();
            assert_eq!(uses(&arrived), [(600, TURN + 300_000_000)], "{order:?}");
        }
        let reports = SessionRecord { gigawords: true, ..second.clone() };
        assert_eq!(uses(&[&first, &reports]), [(400, 4_200_000_000)], "the access point reports overflows");
        let silent = stop(400, 400);
        assert_eq!(uses(&[&first, &silent]), [(400, 4_200_000_000)], "it reports no octets");
        assert_eq!(uses(&[&with_input(5_000, first), &second]), [(400, 100_000_000)], "it does not fall");
        let reset = with_input(100, stop(400, 400));
        assert_eq!(uses(&[&with_input(5_000, interim(200, 200)), &reset]), [(400, 5_000)], "it was reset");
    }

    #[test]
    fn another_persons_session_is_another_one() {
        let [ada, eve] = [1, 2].map(CustomerId::from_bits);
        let (started_at, heard_at) = (at(0), at(60));
        let device = Attribute::parse("02-00-00-00-00-0A").ok();
        let session = Namesake {
            run: 0,
            customer_id: ada,
            calling_station: device.clone(),
            started_at,
            dated: false,
            heard_at,
            ended_at: None,
            usage: Usage { seconds: 60, ..Usage::default() },
            began: true,
        };
        let sessions = [session.clone()];
        let record = interim(120, 120);
        assert_eq!(record.session_among(Some(ada), &sessions), Some(&session));
        assert_eq!(record.session_among(Some(eve), &sessions), None);
        assert_eq!(record.session_among(None, &sessions), Some(&session), "it does not say whose it is");
        // An impossible time.
        let wrong = SessionRecord { calling_station: device, ..stop(-60, 120) };
        assert_eq!(wrong.session_among(None, &sessions), Some(&session), "the device is there");
        assert_eq!(wrong.session_among(Some(ada), &sessions), None);
        assert_eq!(stop(-60, 120).session_among(None, &sessions), None);
        // The right time, and another device.
        let other = Attribute::parse("02-00-00-00-00-0B").ok();
        let strange = SessionRecord { calling_station: other, ..record };
        assert_eq!(strange.session_among(Some(ada), &sessions), None, "the person has two devices");
        assert_eq!(strange.session_among(None, &sessions), None, "nobody's record, of another device");
        let ended = [Namesake { ended_at: Some(heard_at), ..session }];
        assert_eq!(wrong.session_among(None, &ended), None);
    }

    #[test]
    fn times_at_the_end_of_time_are_compared() {
        let session = |started_at, heard_at| Namesake {
            run: 0,
            customer_id: CustomerId::from_bits(1),
            calling_station: None,
            started_at,
            dated: true,
            heard_at,
            ended_at: None,
            usage: Usage { seconds: u32::MAX, input: Octets::new(u64::MAX), output: Octets::new(u64::MAX) },
            began: false,
        };
        let widest = session(Timestamp::MIN, Timestamp::MAX);
        let ended = Namesake { ended_at: Some(Timestamp::MAX), ..widest.clone() };
        for time in [Timestamp::MIN, at(0), Timestamp::MAX] {
            for seconds in [0, 1, u32::MAX] {
                for record in [record(time, seconds), dated(record(time, seconds))] {
                    let _ = record.session_among(None, &[widest.clone(), ended.clone()]);
                    let _ = record.session_among(Some(widest.customer_id), std::slice::from_ref(&widest));
                    let _ = record.usage_in(&widest);
                }
            }
        }
    }
}
