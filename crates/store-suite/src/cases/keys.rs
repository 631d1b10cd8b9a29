//! Which keys the registry depends on.

use std::collections::BTreeMap;

use domain::ports::{Counted, SealingKey};

use crate::resealing::count;
use crate::{Stores, Venue};

/// The first one counts until another one is to replace it.
pub async fn a_signing_key_stays_until_it_is_replaced(stores: &Stores) {
    let (one, other) = ([1; 32], [2; 32]);
    assert_eq!(stores.keys.signing_key(one, false).await.unwrap(), one);
    assert_eq!(stores.keys.signing_key(other, false).await.unwrap(), one);
    assert_eq!(stores.keys.signing_key(other, true).await.unwrap(), other);
    assert_eq!(stores.keys.signing_key(one, false).await.unwrap(), other);
}

/// They are there until they are removed. A check stays, and who has served has.
pub async fn sealing_keys_are_remembered(stores: &Stores) {
    let key = |check: Option<&[u8]>, served| SealingKey { check: check.map(<[u8]>::to_vec), served };
    let add = async |number, key| stores.keys.add_sealing_key(number, key).await.unwrap();
    assert_eq!(stores.keys.sealing_keys().await.unwrap(), BTreeMap::new());
    add(7, key(None, false)).await;
    add(u32::MAX, key(Some(b"max"), true)).await;
    let expected = BTreeMap::from([(7, key(None, false)), (u32::MAX, key(Some(b"max"), true))]);
    assert_eq!(stores.keys.sealing_keys().await.unwrap(), expected);
    add(7, key(Some(b"seven"), true)).await;
    add(7, key(Some(b"other"), false)).await;
    add(u32::MAX, key(None, false)).await;
    let expected = BTreeMap::from([(7, key(Some(b"seven"), true)), (u32::MAX, key(Some(b"max"), true))]);
    assert_eq!(stores.keys.sealing_keys().await.unwrap(), expected);
    stores.keys.remove_sealing_key(7).await.unwrap();
    stores.keys.remove_sealing_key(7).await.unwrap();
    assert_eq!(stores.keys.sealing_keys().await.unwrap().into_keys().collect::<Vec<_>>(), [u32::MAX]);
}

/// Each seal is counted once, in whatever parts.
pub async fn seals_are_counted_in_parts(stores: &Stores) {
    assert_eq!(stores.keys.count_seals(None, 9).await.unwrap(), Counted::default());
    assert_eq!(stores.keys.count_other_seals().await.unwrap(), BTreeMap::from([(0, 1)]), "the database's own");
    for _ in 0..3 {
        let venue = Venue::open(stores).await;
        for _ in 0..3 {
            venue.create(venue.post()).await;
        }
        assert!(stores.forwarding.set_up_account(&venue.account()).await.unwrap());
    }
    for limit in [1, 2, 3, 9, 10] {
        assert_eq!(count(stores, limit).await, BTreeMap::from([(0, 9)]), "{limit}");
    }
    assert_eq!(stores.keys.count_other_seals().await.unwrap(), BTreeMap::from([(0, 4)]));
}
