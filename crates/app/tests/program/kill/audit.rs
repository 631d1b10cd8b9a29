//! The invariants of the database after a kill.

use std::collections::{BTreeSet, HashMap};

use domain::customer::Customer;
use serde_json::Value;

use super::writers::Write;
use crate::common::stored;
use crate::fixture::{Home, Registry, digits, rows};

/// Checks that the file, if there is one, is intact; that every key leads to a customer; and that every value has one
/// owner.
pub(crate) async fn audit_tables(home: &Home) {
    if home.postgres().is_none() {
        assert_eq!(rows(home, "PRAGMA integrity_check").await, [["ok"]]);
    }
    for rule in [
        "SELECT kind || '|' || value FROM customer_key k WHERE NOT EXISTS (
             SELECT 1 FROM customer c
             WHERE (c.bucket, c.organization_id, c.id) = (k.bucket, k.organization_id, k.customer_id))",
        "SELECT kind || '|' || value FROM customer_key GROUP BY bucket, organization_id, kind, value
         HAVING sum(CASE WHEN rank = 0 THEN 1 ELSE 0 END) <> 1",
    ] {
        assert_eq!(rows(home, rule).await, [[""; 0]; 0], "{rule}");
    }
}

/// Checks the acknowledged writes from `new` on, and the customers that all upserts share.
pub(crate) async fn audit_writes(home: &Home, organization: &str, writes: &[Write], new: usize) {
    let registry = Registry::open(home).await;
    for write in writes[new..].iter().filter(|write| write.address().is_none()) {
        if let Some((_, id)) = &write.answered {
            assert_holds(&registry.customer(organization, id).await, write, organization);
        }
    }
    let mut upserts: HashMap<_, Vec<&Write>> = HashMap::new();
    for write in writes {
        if let Some(address) = write.address() {
            upserts.entry(address).or_default().push(write);
        }
    }
    for upserts in upserts.values() {
        audit_upserts(&registry, organization, upserts).await;
    }
    registry.close().await;
}

/// All were answered with one customer, and no acknowledged one was overwritten by an earlier one.
async fn audit_upserts(registry: &Registry, organization: &str, upserts: &[&Write]) {
    let answers = || upserts.iter().filter_map(|write| write.answered.as_ref());
    let ids: BTreeSet<_> = answers().map(|(_, id)| id).collect();
    let Some(id) = ids.first() else { return };
    assert_eq!(ids.len(), 1);
    let customer = registry.customer(organization, id).await;
    let mark = customer.profile.person.ext_prop2.as_ref().unwrap().as_str();
    let last = upserts.iter().find(|write| write.mark() == mark).unwrap();
    assert_holds(&customer, last, organization);
    if let Some((answered, _)) = last.answered {
        let later = upserts.iter().find(|write| write.begun > answered && write.answered.is_some());
        assert!(later.is_none(), "{} was acknowledged later than {mark}, and is lost", later.unwrap().mark());
    }
}

/// Checks that the customer has everything that the write sent.
fn assert_holds(customer: &Customer, write: &Write, organization: &str) {
    let (stored, sent) = (stored::as_sent(customer), write.body(organization));
    let Value::Object(sent) = sent else { panic!("{sent}") };
    for (name, value) in sent {
        assert_eq!(stored[&name], value, "{name} of {}", write.mark());
    }
}

/// Checks that every customer has exactly the keys of its row.
pub(crate) async fn audit_keys(home: &Home, organization: &str) {
    let customers = rows(home, &format!("SELECT {} FROM customer", digits(home, "id"))).await;
    let id = digits(home, "customer_id");
    let mut keys: HashMap<String, BTreeSet<(i16, String)>> = HashMap::new();
    for row in rows(home, &format!("SELECT {id} || '|' || kind || '|' || value FROM customer_key")).await {
        let [id, kind, value] = row.try_into().unwrap();
        assert!(keys.entry(id).or_default().insert((kind.parse().unwrap(), value)), "a key is there twice");
    }
    let registry = Registry::open(home).await;
    for id in customers.concat() {
        let customer = registry.customer(organization, &id).await;
        let expected: BTreeSet<_> = customer.keys().into_iter().map(|key| (key.kind.number(), key.value)).collect();
        assert_eq!(keys.remove(&id).unwrap_or_default(), expected, "{id}");
    }
    registry.close().await;
}
