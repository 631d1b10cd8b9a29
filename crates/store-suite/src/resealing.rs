//! Sealing anew with another key. It takes one database, opened with one sealer after the other, and so is no case of the
//! list.

use std::collections::BTreeMap;

use domain::customer::Customer;
use domain::forwarding::Account;
use domain::value::OrganizationId;

use crate::{Stores, TestSealer, Venue};

/// A store with another current key seals everything anew, in parts, and then does without the old key.
pub async fn everything_is_sealed_anew(open: impl AsyncFn(TestSealer) -> Stores) {
    let old = TestSealer::default();
    let (organization_id, account, customers) = fill(&open(old).await).await;
    reseal(&open(old.rotated_to(1)).await).await;
    let stores = open(TestSealer::with_key(1)).await;
    for customer in customers {
        let id = customer.id;
        let found = stores.customers.find(organization_id, id).await.unwrap();
        assert_eq!(found, Some(customer), "nothing else has changed");
    }
    assert_eq!(stores.forwarding.accounts().await.unwrap(), [Ok(account)]);
}

async fn fill(stores: &Stores) -> (OrganizationId, Account, Vec<Customer>) {
    let venue = Venue::open(stores).await;
    let mut customers = Vec::new();
    for _ in 0..7 {
        customers.push(venue.create(venue.post()).await);
    }
    let account = venue.account();
    assert!(stores.forwarding.set_up_account(&account).await.unwrap());
    (venue.id, account, customers)
}

async fn reseal(stores: &Stores) {
    let part = stores.keys.reseal(None, 3).await.unwrap();
    assert_eq!((part.resealed, part.unreadable, part.next.is_some()), (3, 0, true));
    assert_eq!(count(stores, 9).await, BTreeMap::from([(0, 4), (1, 3)]), "it ended in the middle");
    // It begins anew, and finds what is done.
    let (mut resealed, mut after) = (0, None);
    loop {
        let part = stores.keys.reseal(after, 3).await.unwrap();
        resealed += part.resealed;
        after = part.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(resealed, 4);
    assert_eq!(count(stores, 9).await, BTreeMap::from([(1, 7)]));
    let others = stores.keys.reseal_others().await.unwrap();
    assert_eq!((others.resealed, others.unreadable), (2, 0), "the account, and the database's own");
    assert_eq!(stores.keys.reseal_others().await.unwrap().resealed, 0);
    assert_eq!(stores.keys.count_other_seals().await.unwrap(), BTreeMap::from([(1, 2)]));
}

/// All of the customers' seals, in parts.
pub(crate) async fn count(stores: &Stores, limit: u16) -> BTreeMap<u32, u64> {
    let (mut seals, mut after) = (BTreeMap::new(), None);
    loop {
        let counted = stores.keys.count_seals(after, limit).await.unwrap();
        for (number, count) in counted.seals {
            *seals.entry(number).or_default() += count;
        }
        after = counted.next;
        if after.is_none() {
            return seals;
        }
    }
}
