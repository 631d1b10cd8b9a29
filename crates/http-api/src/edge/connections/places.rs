//! The places of a listener's connections, and which connection is closed for a new one.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::metrics::ListenerMetrics;
use super::origin::Origin;
use super::{ConnectionBounds, ConnectionHandle, ConnectionMetrics, End, Seat};

/// The maximum number of connections that are closing. Each still has a file descriptor, so no more connections are
/// accepted at this number.
pub(super) const CLOSING: usize = 64;
/// Percentages of the limit: a warning is logged at the first, and the next one only after falling below the second.
const WARN: usize = 80;
const CALM: usize = 70;

/// The result of admitting a connection.
#[derive(Debug)]
pub(in crate::edge) enum Admission {
    /// The connection has a place.
    Seated(Seat),
    /// Its address has the maximum number of connections, and all of them are busy.
    Refused,
    /// Busy connections take all places: wait for [`Places::freed`].
    Full,
}

/// The places of the connections of one listener.
#[derive(Debug)]
pub(in crate::edge) struct Places {
    listener: &'static str,
    bounds: ConnectionBounds,
    metrics: ListenerMetrics,
    taken: Mutex<Taken>,
    freed: Notify,
}

/// The state of a connection.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// Whether a request is being read or answered.
    pub(super) in_request: bool,
    /// Whether a response waits for the client to read it.
    pub(super) blocked: bool,
    /// Whether the request waits for its body.
    pub(super) gives_way: bool,
    /// Whether it was asked to close.
    closing: bool,
    /// Since when it has been idle, as an increasing number.
    idle: Option<u64>,
}

#[derive(Debug)]
struct Entry {
    connection: Arc<ConnectionHandle>,
    origin: Option<Origin>,
    standing: Standing,
}

/// The connections of one address.
#[derive(Debug, Default)]
struct Address {
    open: usize,
    idle: BTreeMap<u64, u64>,
}

#[derive(Debug, Default)]
struct Taken {
    entries: HashMap<u64, Entry>,
    addresses: HashMap<Origin, Address>,
    /// Ids of idle connections, the longest idle one first.
    idle: BTreeMap<u64, u64>,
    closing: usize,
    /// The last number given to a connection or a time.
    number: u64,
    warned: bool,
}

impl Places {
    pub(in crate::edge) fn new(
        listener: &'static str,
        bounds: ConnectionBounds,
        metrics: &ConnectionMetrics,
    ) -> Arc<Self> {
        let metrics = metrics.of(listener, bounds.open);
        Arc::new(Self { listener, bounds, metrics, taken: Mutex::default(), freed: Notify::new() })
    }

    pub(in crate::edge) fn bounds(&self) -> &ConnectionBounds {
        &self.bounds
    }

    /// Returns a place for a connection from this address. If there is none, the longest idle connection of the
    /// address, or of all, is closed for it.
    pub(in crate::edge) fn enter(self: &Arc<Self>, peer: IpAddr) -> Admission {
        let origin = Origin::of(peer, &self.bounds);
        let mut taken = self.lock();
        if taken.closing >= CLOSING {
            return Admission::Full;
        }
        let address = origin.and_then(|origin| taken.addresses.get(&origin));
        if let Some(address) = address.filter(|address| address.open >= self.bounds.per_address) {
            let Some(oldest) = address.idle.first_key_value().map(|(_, id)| *id) else {
                self.metrics.closed(End::Refused);
                return Admission::Refused;
            };
            taken.ask_to_close(oldest, End::GaveWay);
        }
        if taken.open() >= self.bounds.open && !taken.close_longest_idle(End::GaveWay) {
            return Admission::Full;
        }
        let connection = taken.seat(origin, self);
        self.stand(&mut taken);
        Admission::Seated(Seat::new(connection))
    }

    /// Waits until a place may have become free since the last call.
    pub(in crate::edge) async fn freed(&self) {
        self.freed.notified().await;
    }

    /// Handles a failed accept, mostly for lack of file descriptors: closes the longest idle connection to free one.
    pub(in crate::edge) fn accept_failed(&self) {
        self.metrics.failed();
        let mut taken = self.lock();
        taken.close_longest_idle(End::GaveWay);
        self.stand(&mut taken);
    }

    /// Closes all connections without a request in progress, because the server stops.
    pub(in crate::edge) fn close_idle(&self) {
        self.close(|standing| !standing.in_request && !standing.blocked);
    }

    /// Also closes connections that wait for their client in the middle of a request or of a response, because the
    /// server has been stopping for long enough.
    pub(in crate::edge) fn close_waiting(&self) {
        self.close(|standing| !standing.in_request || standing.gives_way || standing.blocked);
    }

    fn close(&self, ends: impl Fn(&Standing) -> bool) {
        let mut taken = self.lock();
        let ending = taken.entries.iter().filter(|(_, entry)| !entry.standing.closing && ends(&entry.standing));
        for id in ending.map(|(id, _)| *id).collect::<Vec<_>>() {
            taken.ask_to_close(id, End::Stop);
        }
        self.stand(&mut taken);
    }

    /// Changes the state of a connection; `false` if it was asked to close before.
    pub(super) fn change(&self, id: u64, change: impl FnOnce(&mut Standing)) -> bool {
        let mut taken = self.lock();
        let goes_on = taken.change(id, change);
        self.stand(&mut taken);
        drop(taken);
        self.freed.notify_one();
        goes_on
    }

    /// Removes a connection that ended.
    pub(super) fn leave(&self, connection: &ConnectionHandle) {
        let mut taken = self.lock();
        taken.remove(connection.id);
        self.stand(&mut taken);
        drop(taken);
        self.metrics.closed(connection.end());
        self.freed.notify_one();
    }

    /// Updates the gauges, and warns when the connections approach their limit.
    fn stand(&self, taken: &mut Taken) {
        let (open, limit) = (taken.open(), self.bounds.open);
        self.metrics.stand(open, taken.idle.len());
        if !taken.warned && open * 100 >= limit * WARN {
            taken.warned = true;
            let (listener, idle) = (self.listener, taken.idle.len());
            tracing::warn!(listener, open, idle, limit, "connections approach their limit");
        } else if open * 100 < limit * CALM {
            taken.warned = false;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    fn open(&self) -> usize {
        self.entries.len() - self.closing
    }

    fn next(&mut self) -> u64 {
        self.number += 1;
        self.number
    }

    fn seat(&mut self, origin: Option<Origin>, places: &Arc<Places>) -> Arc<ConnectionHandle> {
        let id = self.next();
        let connection = Arc::new(ConnectionHandle::new(id, places.clone()));
        let entry = Entry { connection: connection.clone(), origin, standing: Standing::default() };
        self.entries.insert(id, entry);
        if let Some(origin) = origin {
            self.addresses.entry(origin).or_default().open += 1;
        }
        self.change(id, |_| {});
        connection
    }

    fn change(&mut self, id: u64, change: impl FnOnce(&mut Standing)) -> bool {
        let next = self.number + 1;
        let Some(entry) = self.entries.get_mut(&id) else { return false };
        let standing = &mut entry.standing;
        if standing.closing {
            return false;
        }
        change(standing);
        let idle = !standing.blocked && (!standing.in_request || standing.gives_way);
        let address = entry.origin.and_then(|origin| self.addresses.get_mut(&origin));
        match (standing.idle, idle) {
            (None, true) => {
                self.number = next;
                standing.idle = Some(next);
                self.idle.insert(next, id);
                address.map(|address| address.idle.insert(next, id));
            }
            (Some(since), false) => {
                standing.idle = None;
                self.idle.remove(&since);
                address.map(|address| address.idle.remove(&since));
            }
            (None, false) | (Some(_), true) => {}
        }
        true
    }

    /// Closes the longest idle connection; `false` if none is idle.
    fn close_longest_idle(&mut self, end: End) -> bool {
        let longest = self.idle.first_key_value().map(|(_, id)| *id);
        longest.is_some_and(|id| self.ask_to_close(id, end))
    }

    fn ask_to_close(&mut self, id: u64, end: End) -> bool {
        let Some(entry) = self.entries.get_mut(&id) else { return false };
        entry.standing.closing = true;
        self.closing += 1;
        entry.connection.ask_to_close(end);
        let (origin, idle) = (entry.origin, entry.standing.idle.take());
        self.forget(origin, idle);
        true
    }

    fn remove(&mut self, id: u64) {
        let Some(entry) = self.entries.remove(&id) else { return };
        if entry.standing.closing {
            self.closing -= 1;
        } else {
            self.forget(entry.origin, entry.standing.idle);
        }
    }

    /// Stops counting a connection.
    fn forget(&mut self, origin: Option<Origin>, idle: Option<u64>) {
        if let Some(since) = idle {
            self.idle.remove(&since);
        }
        let Some(origin) = origin else { return };
        if let Some(address) = self.addresses.get_mut(&origin) {
            address.open -= 1;
            idle.map(|since| address.idle.remove(&since));
            if address.open == 0 {
                self.addresses.remove(&origin);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(open: usize, per_address: usize) -> (Arc<Places>, ConnectionMetrics) {
        let metrics = ConnectionMetrics::default();
        let bounds = ConnectionBounds { open, per_address, ..ConnectionBounds::default() };
        (Places::new("test", bounds, &metrics), metrics)
    }

    fn seated(places: &Arc<Places>, peer: &str) -> Seat {
        match places.enter(peer.parse().unwrap()) {
            Admission::Seated(seat) => seat,
            other => unreachable!("{other:?}"),
        }
    }

    fn was_asked_to_close(seat: &Seat) -> bool {
        seat.connection().end() != End::Done
    }

    #[test]
    fn the_longest_idle_connection_gives_way() {
        let (places, _) = places(3, 0);
        let [first, second, third] = ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map(|peer| seated(&places, peer));
        // The first one has been idle for less time than the second one, since it has had another request.
        drop(first.connection().begin());
        let _fourth = seated(&places, "192.0.2.4");
        assert_eq!([&first, &second, &third].map(was_asked_to_close), [false, true, false]);
        assert!(second.connection().begin().is_none(), "it takes no request any more");
    }

    #[test]
    fn a_connection_with_a_request_or_an_answer_under_way_does_not_give_way() {
        let (places, _) = places(2, 0);
        let [first, second] = ["192.0.2.1", "192.0.2.2"].map(|peer| seated(&places, peer));
        let turn = first.connection().begin().unwrap();
        second.connection().set_blocked(true);
        assert!(matches!(places.enter("192.0.2.3".parse().unwrap()), Admission::Full));
        drop(turn);
        let third = seated(&places, "192.0.2.3");
        let _turn = third.connection().begin().unwrap();
        assert_eq!([&first, &second].map(was_asked_to_close), [true, false]);
        second.connection().set_blocked(false);
        let _fourth = seated(&places, "192.0.2.4");
        assert!(was_asked_to_close(&second));
    }

    #[tokio::test]
    async fn a_request_that_waits_for_its_body_gives_way() {
        let (places, _) = places(1, 0);
        let first = seated(&places, "192.0.2.1");
        let _turn = first.connection().begin().unwrap();
        assert!(matches!(places.enter("192.0.2.2".parse().unwrap()), Admission::Full));
        let waiting = first.connection().giving_way(async {
            let second = seated(&places, "192.0.2.2");
            assert!(was_asked_to_close(&first));
            second
        });
        waiting.await;
    }

    #[tokio::test]
    async fn a_stop_lets_requests_end_whose_body_is_on_its_way() {
        let (places, _) = places(10, 0);
        let [idle, busy] = ["192.0.2.1", "192.0.2.2"].map(|peer| seated(&places, peer));
        let _turn = busy.connection().begin().unwrap();
        busy.connection().giving_way(async { places.close_idle() }).await;
        assert_eq!([&idle, &busy].map(was_asked_to_close), [true, false]);
    }

    #[tokio::test]
    async fn a_stop_does_not_wait_for_clients_for_long() {
        let (places, _) = places(10, 0);
        let [idle, half, unread, busy] =
            ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"].map(|peer| seated(&places, peer));
        let _turns = [&half, &unread, &busy].map(|seat| seat.connection().begin().unwrap());
        unread.connection().set_blocked(true);
        half.connection().giving_way(async { places.close_waiting() }).await;
        assert_eq!([&idle, &half, &unread, &busy].map(was_asked_to_close), [true, true, true, false]);
    }

    #[test]
    fn an_address_has_no_more_than_its_own_places() {
        let (places, _) = places(100, 2);
        let [first, second, other] = ["192.0.2.1", "192.0.2.1", "192.0.2.2"].map(|peer| seated(&places, peer));
        let third = seated(&places, "192.0.2.1");
        assert_eq!([&first, &second, &other].map(was_asked_to_close), [true, false, false]);
        let _turns = [second.connection().begin().unwrap(), third.connection().begin().unwrap()];
        assert!(matches!(places.enter("192.0.2.1".parse().unwrap()), Admission::Refused));
        let _another = seated(&places, "192.0.2.3");
        drop(second);
        let _fourth = seated(&places, "192.0.2.1");
        // The bound does not apply to this machine's own addresses.
        let _local: Vec<_> = (0..5).map(|_| seated(&places, "127.0.0.1")).collect();
    }

    #[test]
    fn no_more_are_accepted_while_many_have_not_ended_yet() {
        let (places, metrics) = places(CLOSING, 0);
        let mut seats: Vec<_> = (0..CLOSING * 2).map(|_| seated(&places, "192.0.2.1")).collect();
        assert!(matches!(places.enter("192.0.2.1".parse().unwrap()), Admission::Full));
        seats.remove(0);
        let _next = seated(&places, "192.0.2.1");
        let mut registry = prometheus_client::registry::Registry::default();
        metrics.register(&mut registry);
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
        for line in [
            "guestbook_connections_open{listener=\"test\"} 64",
            "guestbook_connections_idle{listener=\"test\"} 64",
            "guestbook_connections_limit{listener=\"test\"} 64",
            "guestbook_connections_closed_total{listener=\"test\",reason=\"gave_way\"} 1",
        ] {
            assert!(text.contains(&format!("{line}\n")), "{line}: {text}");
        }
    }

    #[test]
    fn everything_is_forgotten_of_a_connection_that_ended() {
        let (places, _) = places(10, 5);
        for _ in 0..3 {
            let seats: Vec<_> = (0..20).map(|_| seated(&places, "192.0.2.1")).collect();
            drop(seats);
        }
        let taken = places.lock();
        assert!(taken.entries.is_empty() && taken.addresses.is_empty() && taken.idle.is_empty());
        assert_eq!((taken.open(), taken.closing), (0, 0));
    }
}
