//! The time up to which data can be purged, although a clock may be wrong.
//!
//! A clock that is ahead for a while makes everything look expired. Data purged then are missing once the clock is
//! right again: a JWT that was ended would be accepted, an idempotent creation would be carried out twice. So
//! housekeeping does not rely on the clock alone. It keeps a time of its own, which is recorded in the database. That
//! time follows the clock, but at most at twice the speed of the processes' monotonic clocks; so it catches up after
//! downtime, and a clock that jumps ahead for an hour moves it by at most an hour more. All data are kept for twice as
//! long as they are needed: within that bound nothing is purged too early. The time never goes back. Only a clock that
//! ran for [`BELIEVED_AFTER`] without a jump is trusted unconditionally.
//!
//! A clock that is behind writes times that look old. When one was detected, nothing is purged until the data written
//! then have been kept for the longest time that any data are kept.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// A clock that ran for this long without a jump is trusted. No purged data are needed for this long.
pub const BELIEVED_AFTER: Duration = Duration::from_secs(48 * 60 * 60);
/// For this long nothing is purged after a clock jumped or was behind, by the time of housekeeping.
const QUIET: SignedDuration = SignedDuration::from_hours(96);
/// Clocks of two instances differ by less, and adjustments of a clock that is synchronized over the network are
/// smaller.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(2);

/// The state of housekeeping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// The time of housekeeping. It is behind the real time, or ahead of it for no longer than a clock was.
    pub time: Timestamp,
    /// Nothing is purged before the time of housekeeping reaches this time.
    pub quiet_until: Timestamp,
}

/// The observations of this process's clock.
#[derive(Debug, Clone, Copy)]
pub struct Watch {
    /// The time of housekeeping at the last pass of this process.
    anchor: Timestamp,
    /// When that pass was, by the monotonic clock.
    anchored: Duration,
    /// Since when the clock has not jumped, by the monotonic clock.
    steady_since: Duration,
    /// The last reading of the clock and of the monotonic clock.
    last: (Timestamp, Duration),
    /// Whether the clock has jumped since the last record.
    jumped: bool,
}

impl Reached {
    /// The initial state of a registry that has none recorded: the last known write, or without one, the clock's time.
    pub fn at_first(now: Timestamp, written_at: Option<Timestamp>) -> Self {
        let time = written_at.map_or(now, |written_at| written_at.min(now));
        Self { time, quiet_until: time }
    }

    /// The time up to which expired data can be purged; `None` if nothing can.
    pub fn horizon(self) -> Option<Timestamp> {
        (self.time >= self.quiet_until).then_some(self.time)
    }
}

impl Watch {
    /// Starts observing a clock. `monotonic` counts from any moment that is fixed for the life of the process.
    pub const fn begin(reached: Reached, now: Timestamp, monotonic: Duration) -> Self {
        Self {
            anchor: reached.time,
            anchored: monotonic,
            steady_since: monotonic,
            last: (now, monotonic),
            jumped: false,
        }
    }

    /// Observes the clock. Returns how far it jumped, if it did.
    pub fn look(&mut self, now: Timestamp, monotonic: Duration) -> Option<SignedDuration> {
        let (last, looked) = std::mem::replace(&mut self.last, (now, monotonic));
        let passed = SignedDuration::try_from(monotonic.saturating_sub(looked)).unwrap_or(SignedDuration::MAX);
        let jump = now.duration_since(last).saturating_sub(passed);
        if jump.abs() <= TOLERANCE {
            return None;
        }
        self.steady_since = monotonic;
        self.jumped = true;
        Some(jump)
    }

    /// Returns the state to record, given the recorded one, as of the last observation. A jump counts until
    /// [`Self::recorded`] is called.
    pub fn reach(&mut self, recorded: Reached) -> Reached {
        let (now, monotonic) = self.last;
        let believed = monotonic.saturating_sub(self.steady_since) >= BELIEVED_AFTER;
        let behind = later(now, TOLERANCE) < recorded.time;
        let time = match (believed, behind) {
            (true, true) => now,
            (true, false) => recorded.time.max(now),
            (false, _) => recorded.time.max(now.min(self.bound(monotonic))),
        };
        let quiet_until = match (believed && behind, self.jumped || behind) {
            (true, _) => later(time, QUIET),
            (false, true) => recorded.quiet_until.max(later(time, QUIET)),
            (false, false) => recorded.quiet_until,
        };
        (self.anchor, self.anchored) = (time, monotonic);
        Reached { time, quiet_until }
    }

    /// Must be called once the result of [`Self::reach`] has been recorded.
    pub const fn recorded(&mut self) {
        self.jumped = false;
    }

    /// The latest possible time of housekeeping by now.
    fn bound(&self, monotonic: Duration) -> Timestamp {
        let passed = SignedDuration::try_from(monotonic.saturating_sub(self.anchored)).unwrap_or(SignedDuration::MAX);
        later(self.anchor, passed.saturating_mul(2))
    }
}

fn later(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3600;
    const DAY: i64 = 24 * HOUR;
    const NOW: i64 = 1_711_620_930;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// A process whose clock differs from the real time by `offset` seconds.
    struct Process {
        watch: Watch,
        recorded: Reached,
        real: i64,
        started: i64,
        offset: i64,
    }

    impl Process {
        fn start(recorded: Reached, real: i64, offset: i64) -> Self {
            let watch = Watch::begin(recorded, at(real + offset), Duration::ZERO);
            let mut process = Self { watch, recorded, real, started: real, offset };
            process.pass();
            process
        }

        fn pass(&mut self) {
            let monotonic = Duration::from_secs((self.real - self.started).unsigned_abs());
            self.watch.look(at(self.real + self.offset), monotonic);
            self.recorded = self.watch.reach(self.recorded);
            self.watch.recorded();
        }

        /// Lets time pass, with an observation every ten minutes.
        fn run(&mut self, seconds: i64) {
            for _ in 0..seconds / 600 {
                self.real += 600;
                self.pass();
            }
        }
    }

    fn in_step() -> Reached {
        Reached::at_first(at(NOW), None)
    }

    #[test]
    fn follows_a_right_clock() {
        let mut process = Process::start(in_step(), NOW, 0);
        process.run(DAY);
        assert_eq!(process.recorded.horizon(), Some(at(NOW + DAY)));
    }

    #[test]
    fn a_clock_that_is_ahead_at_the_start_moves_it_no_further_than_it_was_wrong_for() {
        let mut process = Process::start(in_step(), NOW, 365 * DAY);
        assert_eq!(process.recorded.time, at(NOW));
        process.run(2 * HOUR);
        assert_eq!(process.recorded.time, at(NOW + 4 * HOUR));
        // Restarted with the right clock.
        let mut process = Process::start(process.recorded, NOW + 2 * HOUR, 0);
        process.run(HOUR);
        assert_eq!(process.recorded.time, at(NOW + 4 * HOUR), "and it never goes back");
    }

    #[test]
    fn a_jump_stops_all_forgetting_for_a_while() {
        for jump in [400 * DAY, -400 * DAY] {
            let mut process = Process::start(in_step(), NOW, 0);
            process.run(HOUR);
            process.offset = jump;
            process.run(HOUR);
            assert_eq!(process.recorded.horizon(), None, "{jump}");
            process.offset = 0;
            process.run(48 * HOUR);
            assert_eq!(process.recorded.horizon(), None, "{jump}");
            process.run(100 * HOUR);
            assert_eq!(process.recorded.horizon(), Some(at(process.real)), "{jump}");
        }
    }

    #[test]
    fn a_jump_that_could_not_be_recorded_counts_until_it_is() {
        let mut process = Process::start(in_step(), NOW, 0);
        process.watch.look(at(NOW + DAY), Duration::from_secs(1));
        for _ in 0..2 {
            assert_eq!(process.watch.reach(process.recorded).horizon(), None);
        }
        process.real += 2;
        process.pass();
        assert_eq!(process.recorded.horizon(), None, "the jump back counts as well");
        let quiet_until = process.recorded.quiet_until;
        process.run(HOUR);
        assert_eq!(process.recorded.quiet_until, quiet_until, "what was recorded counts once");
    }

    #[test]
    fn a_clock_that_is_behind_at_the_start_stops_all_forgetting() {
        let mut process = Process::start(in_step(), NOW, -30 * DAY);
        assert_eq!(process.recorded.horizon(), None);
        process.run(HOUR);
        assert_eq!(process.recorded.time, at(NOW));
        let mut process = Process::start(process.recorded, NOW + HOUR, 0);
        process.run(47 * HOUR);
        assert_eq!(process.recorded.horizon(), None, "what was written then is kept for two days");
        process.run(50 * HOUR);
        assert!(process.recorded.horizon().is_some());
    }

    #[test]
    fn a_clock_that_runs_on_is_believed() {
        let mut process = Process::start(in_step(), NOW, 365 * DAY);
        process.run(48 * HOUR);
        assert_eq!(process.recorded.horizon(), Some(at(NOW + 367 * DAY)));
    }

    #[test]
    fn a_clock_that_was_believed_in_vain_is_given_up() {
        let mut process = Process::start(in_step(), NOW, 365 * DAY);
        process.run(49 * HOUR);
        let mut process = Process::start(process.recorded, process.real, 0);
        process.run(47 * HOUR);
        assert_eq!(process.recorded.horizon(), None);
        process.run(2 * HOUR);
        assert_eq!(process.recorded.time, at(process.real));
        assert_eq!(process.recorded.horizon(), None);
        process.run(96 * HOUR);
        assert_eq!(process.recorded.horizon(), Some(at(process.real)));
    }

    #[test]
    fn downtime_is_caught_up_at_twice_the_speed() {
        let mut process = Process::start(in_step(), NOW + 10 * HOUR, 0);
        process.run(5 * HOUR);
        assert_eq!(process.recorded.horizon(), Some(at(NOW + 10 * HOUR)));
        process.run(5 * HOUR);
        assert_eq!(process.recorded.horizon(), Some(at(NOW + 20 * HOUR)));
    }

    #[test]
    fn a_clock_that_the_network_sets_does_not_jump() {
        let mut watch = Watch::begin(in_step(), at(NOW), Duration::ZERO);
        assert_eq!(watch.look(at(NOW + 660), Duration::from_secs(600)), None);
        let jump = watch.look(at(NOW + 660 + 900), Duration::from_secs(1200));
        assert_eq!(jump, Some(SignedDuration::from_secs(300)));
    }

    #[test]
    fn several_instances_do_not_add_up() {
        let mut recorded = in_step();
        let mut watches = [Watch::begin(recorded, at(NOW + 365 * DAY), Duration::ZERO); 5];
        for tick in 1..=6 {
            for watch in &mut watches {
                watch.look(at(NOW + 365 * DAY + tick * 600), Duration::from_secs(tick.unsigned_abs() * 600));
                recorded = watch.reach(recorded);
            }
        }
        assert_eq!(recorded.time, at(NOW + 2 * HOUR));
    }

    #[test]
    fn begins_at_the_last_known_write() {
        assert_eq!(Reached::at_first(at(NOW), Some(at(NOW - DAY))).time, at(NOW - DAY));
        assert_eq!(Reached::at_first(at(NOW), Some(at(NOW + DAY))).time, at(NOW), "the clock was ahead then");
    }
}
