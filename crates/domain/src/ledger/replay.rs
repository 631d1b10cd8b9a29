//! The facts to replay after a restore.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::Timestamp;

use super::{Author, Entry, Fact};
use crate::access::ClientKey;
use crate::value::{CustomerId, LedgerEntryId, OrganizationId, ServiceId};

/// The current state according to the ledgers. Replaying it a second time changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Replay {
    /// Erased customers with the service that requested it, in the order of their ids.
    pub erased: BTreeMap<(OrganizationId, CustomerId), ServiceId>,
    /// The last known lock of customers that are not erased.
    pub locks: BTreeMap<(OrganizationId, CustomerId), Lock>,
    /// Revoked services by their client keys, with the time of the first revocation, in the order of the entries.
    pub revoked: Vec<(ClientKey, Timestamp)>,
}

/// The last known lock of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lock {
    /// Whether the customer is locked.
    pub locked: bool,
    /// Who set or lifted the lock.
    pub by: ServiceId,
}

/// Represents administrators and rules in histories, which name services.
const NO_SERVICE: ServiceId = ServiceId::from_bits(0);

impl Replay {
    /// Merges ledgers, one per instance. The entries of one ledger keep their order, whatever their times; between
    /// ledgers the time decides.
    pub fn of(ledgers: Vec<Vec<Entry>>) -> Self {
        let void: HashSet<LedgerEntryId> = ledgers
            .iter()
            .flatten()
            .filter_map(|entry| if let Fact::Void { entry } = entry.fact { Some(entry) } else { None })
            .collect();
        let mut replay = Self::default();
        let mut revoked = BTreeSet::new();
        for entry in merge(ledgers) {
            if void.contains(&entry.id) {
                continue;
            }
            let by = if let Author::Service(id) = entry.by { id } else { NO_SERVICE };
            match entry.fact {
                Fact::Erased { organization_id, customer_id } => {
                    replay.erased.entry((organization_id, customer_id)).or_insert(by);
                }
                Fact::Locked { organization_id, customer_id, locked } => {
                    replay.locks.insert((organization_id, customer_id), Lock { locked, by });
                }
                Fact::Revoked { client_key } => {
                    if revoked.insert(client_key.as_str().to_owned()) {
                        replay.revoked.push((client_key, entry.at));
                    }
                }
                Fact::Void { .. } => {}
            }
        }
        let erased = &replay.erased;
        replay.locks.retain(|customer, _| !erased.contains_key(customer));
        replay
    }
}

/// Repeatedly takes the next entry of the ledger whose next entry is the oldest.
fn merge(ledgers: Vec<Vec<Entry>>) -> impl Iterator<Item = Entry> {
    let mut ledgers: Vec<_> = ledgers.into_iter().map(|ledger| ledger.into_iter().peekable()).collect();
    std::iter::from_fn(move || {
        let next = ledgers.iter_mut().enumerate().filter_map(|(at, ledger)| Some((ledger.peek()?.at, at))).min()?.1;
        ledgers[next].next()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORGANIZATION: OrganizationId = OrganizationId::from_bits(1);
    const SERVICE: ServiceId = ServiceId::from_bits(9);

    fn customer(number: u128) -> (OrganizationId, CustomerId) {
        (ORGANIZATION, CustomerId::from_bits(number))
    }

    fn entry(id: u128, second: i64, fact: Fact) -> Entry {
        let at = Timestamp::from_second(second).unwrap();
        Entry { id: LedgerEntryId::from_bits(id), at, by: Author::Service(SERVICE), fact }
    }

    fn erased(number: u128) -> Fact {
        Fact::Erased { organization_id: ORGANIZATION, customer_id: CustomerId::from_bits(number) }
    }

    fn locked(number: u128, locked: bool) -> Fact {
        Fact::Locked { organization_id: ORGANIZATION, customer_id: CustomerId::from_bits(number), locked }
    }

    fn key(digit: char) -> ClientKey {
        ClientKey::parse(&format!("ck-0000000{digit}-0000-0000-0000-000000000000")).unwrap()
    }

    #[test]
    fn what_is_void_does_not_count() {
        let void = Fact::Void { entry: LedgerEntryId::from_bits(1) };
        let replay = Replay::of(vec![vec![entry(1, 1, erased(5)), entry(2, 1, erased(6)), entry(3, 2, void)]]);
        assert_eq!(replay.erased.into_keys().collect::<Vec<_>>(), [customer(6)]);
    }

    #[test]
    fn the_last_lock_counts_and_an_erased_customer_has_none() {
        let replay = Replay::of(vec![vec![
            entry(1, 9, locked(5, true)),
            // The clock was set back. The order within a ledger is that of the events.
            entry(2, 3, locked(5, false)),
            entry(3, 4, locked(6, true)),
            entry(4, 5, locked(7, true)),
            entry(5, 6, erased(7)),
        ]]);
        let locks: Vec<_> = replay.locks.iter().map(|(customer, lock)| (*customer, lock.locked)).collect();
        assert_eq!(locks, [(customer(5), false), (customer(6), true)]);
        assert_eq!(replay.locks[&customer(6)].by, SERVICE);
    }

    #[test]
    fn ledgers_of_several_instances_are_merged_by_time() {
        let one = vec![entry(1, 1, locked(5, true)), entry(2, 5, locked(6, false))];
        let other = vec![entry(3, 2, locked(5, false)), entry(4, 3, locked(6, true))];
        for ledgers in [vec![one.clone(), other.clone()], vec![other, one]] {
            let replay = Replay::of(ledgers);
            assert!(!replay.locks[&customer(5)].locked);
            assert!(!replay.locks[&customer(6)].locked);
        }
    }

    #[test]
    fn the_first_revocation_counts() {
        let revoked = |id, second, digit| entry(id, second, Fact::Revoked { client_key: key(digit) });
        let replay = Replay::of(vec![vec![revoked(1, 1, 'a'), revoked(2, 2, 'b'), revoked(3, 3, 'a')]]);
        let at = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(replay.revoked, [(key('a'), at(1)), (key('b'), at(2))]);
    }

    #[test]
    fn an_administrator_is_no_service() {
        let by_hand = Entry { by: Author::Administration, ..entry(1, 1, erased(5)) };
        assert_eq!(Replay::of(vec![vec![by_hand]]).erased[&customer(5)], NO_SERVICE);
    }
}
