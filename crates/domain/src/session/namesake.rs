//! The session that a record belongs to.
//!
//! An Acct-Session-Id should be used once (RFC 2866, 5.5), and is not: hostapd repeats it for a device that returns
//! within seconds, and others restart their counter after a loss of power. So sessions of one place can have the same
//! name, and a record belongs to the one that has the same customer and began when the record says.

use jiff::{SignedDuration, Timestamp};

use super::SessionRecord;
use crate::value::{Attribute, CustomerId};

/// How far the beginnings of a session may differ between two records: many access points have no clock, so that the
/// time of arrival counts, and repeat a record without saying how old it is.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(2);
/// One more second of difference per this many seconds of the session: counters and clocks drift.
const DRIFT: u32 = 100;
/// How long after its end a session can still get records that do not say when they were made.
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
    /// See [`super::NetworkSession::heard_at`].
    pub heard_at: Timestamp,
    /// See [`super::NetworkSession::ended_at`].
    pub ended_at: Option<Timestamp>,
    /// Its duration in seconds.
    pub seconds: u32,
    /// Whether a record reported its beginning.
    pub began: bool,
}

impl SessionRecord {
    /// Returns the session that the record belongs to, among those with its name at its place. `owner` is the customer
    /// that the record names, if it names one. `None` means that the record belongs to a session that is not known yet.
    pub fn session_among<'a>(&self, owner: Option<CustomerId>, namesakes: &'a [Namesake]) -> Option<&'a Namesake> {
        let latest = |session: &&Namesake| (session.started_at, session.run);
        let Some(owner) = owner else {
            // Only the device shows which customer's session it is. A known device outweighs an impossible time.
            let possible = || namesakes.iter().filter(|session| !self.is_of_another_device(session));
            let open = || possible().filter(|session| session.ended_at.is_none() && self.is_of_device(session));
            let by_time = possible().filter(|session| self.is_of(session)).max_by_key(latest);
            return by_time.or_else(|| open().max_by_key(latest));
        };
        let theirs = namesakes.iter().filter(|session| owner == session.customer_id);
        theirs.filter(|session| self.is_of(session)).max_by_key(latest)
    }

    fn is_of_device(&self, session: &Namesake) -> bool {
        self.calling_station.is_some() && self.calling_station == session.calling_station
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

    /// Whether the session had ended when that of the record began.
    fn is_after(&self, session: &Namesake) -> bool {
        let Some(ended_at) = session.ended_at else { return false };
        let late = self.at > plus(ended_at, LATE);
        if self.ended && self.usage.seconds == session.seconds && !late {
            // The same end, reported again.
            return false;
        }
        match self.beginning() {
            Some(beginning) => beginning >= ended_at && beginning > session.started_at,
            None => late,
        }
    }

    /// Whether the session began after that of the record had ended.
    fn is_before(&self, session: &Namesake) -> bool {
        self.ended && session.started_at >= self.at && session.started_at > self.started_at()
    }

    /// Whether both can have begun at the same time.
    fn agrees_with(&self, session: &Namesake) -> bool {
        let known = (session.began || session.seconds > 0).then_some(session.started_at);
        let drift = SignedDuration::from_secs((self.usage.seconds.max(session.seconds) / DRIFT).into());
        let tolerance = TOLERANCE + drift;
        match (self.beginning(), known) {
            (Some(one), Some(other)) => within(one, other, tolerance),
            (Some(beginning), None) => {
                plus(session.started_at, tolerance) >= beginning && within(beginning, session.started_at, SILENCE)
            }
            (None, Some(beginning)) => {
                plus(self.at, tolerance) >= beginning && self.at <= plus(session.heard_at, SILENCE)
            }
            (None, None) => self.at <= plus(session.heard_at, SILENCE) && session.started_at <= plus(self.at, SILENCE),
        }
    }
}

fn plus(time: Timestamp, duration: SignedDuration) -> Timestamp {
    time.checked_add(duration).unwrap_or(Timestamp::MAX)
}

fn within(one: Timestamp, other: Timestamp, distance: SignedDuration) -> bool {
    one <= plus(other, distance) && other <= plus(one, distance)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Claims, Nas, Usage};
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
            usage: Usage { seconds, ..Usage::default() },
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

    /// The records of each session, when they arrive in this order and a store keeps them.
    fn sessions(records: &[SessionRecord]) -> Vec<Vec<usize>> {
        let owner = CustomerId::from_bits(1);
        let (mut kept, mut members): (Vec<Namesake>, Vec<Vec<usize>>) = (Vec::new(), Vec::new());
        for (number, record) in records.iter().enumerate() {
            let (started_at, ended_at) = (record.started_at(), record.ended_at());
            let seconds = record.usage.seconds;
            if let Some(run) = record.session_among(Some(owner), &kept).map(|session| session.run as usize) {
                let session = &mut kept[run];
                session.started_at = session.started_at.min(started_at);
                session.heard_at = session.heard_at.max(record.at);
                session.ended_at = session.ended_at.or(ended_at);
                session.seconds = session.seconds.max(seconds);
                session.began |= record.began;
                members[run].push(number);
            } else {
                let (run, began) = (u32::try_from(kept.len()).unwrap(), record.began);
                kept.push(Namesake {
                    run,
                    customer_id: owner,
                    calling_station: record.calling_station.clone(),
                    started_at,
                    heard_at: record.at,
                    ended_at,
                    seconds,
                    began,
                });
                members.push(vec![number]);
            }
        }
        members
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
            heard_at,
            ended_at: None,
            seconds: 60,
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
        assert_eq!(strange.session_among(Some(ada), &sessions), Some(&session), "it says whose it is");
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
            heard_at,
            ended_at: Some(heard_at),
            seconds: u32::MAX,
            began: false,
        };
        let widest = [session(Timestamp::MIN, Timestamp::MAX)];
        for time in [Timestamp::MIN, at(0), Timestamp::MAX] {
            for seconds in [0, u32::MAX] {
                let _ = record(time, seconds).session_among(None, &widest);
            }
        }
    }
}
