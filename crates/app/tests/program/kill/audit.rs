//! What must hold in the database, whenever the server was killed.

use std::collections::{BTreeSet, HashMap};

use domain::customer::Customer;
use serde_json::Value;

use super::writers::Write;
use crate::common::stored;
use crate::fixture::{Home, Registry, read_only};

/// The file is whole; every key leads to a customer; every value has one owner.
pub(crate) async fn audit_tables(home: &Home) {
    let db = read_only(home).await;
    let integrity: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&db).await.unwrap();
    assert_eq!(integrity, "ok");
    for rule in [
        "SELECT count(*) FROM customer_key k WHERE NOT EXISTS (
             SELECT 1 FROM customer c
             WHERE (c.bucket, c.organization_id, c.id) = (k.bucket, k.organization_id, k.customer_id))",
        "SELECT count(*) FROM (
             SELECT 1 FROM customer_key GROUP BY bucket, organization_id, kind, value HAVING sum(rank = 0) <> 1)",
    ] {
        let broken: i64 = sqlx::query_scalar(rule).fetch_one(&db).await.unwrap();
        assert_eq!(broken, 0, "{rule}");
    }
    db.close().await;
}

/// What was acknowledged is there: the customers of the writes from `new` on, and those that all upserts share.
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

/// All were answered with one customer, and no acknowledged one was undone by an earlier one.
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

/// The customer has everything that the write sent.
fn assert_holds(customer: &Customer, write: &Write, organization: &str) {
    let (stored, sent) = (stored::as_sent(customer), write.body(organization));
    let Value::Object(sent) = sent else { panic!("{sent}") };
    for (name, value) in sent {
        assert_eq!(stored[&name], value, "{name} of {}", write.mark());
    }
}

/// Every customer has the keys that follow from its row, and no other.
pub(crate) async fn audit_keys(home: &Home, organization: &str) {
    let db = read_only(home).await;
    let customers: Vec<String> =
        sqlx::query_scalar("SELECT lower(hex(id)) FROM customer").fetch_all(&db).await.unwrap();
    let rows: Vec<(String, i16, String)> =
        sqlx::query_as("SELECT lower(hex(customer_id)), kind, value FROM customer_key").fetch_all(&db).await.unwrap();
    db.close().await;
    let mut keys: HashMap<String, BTreeSet<(i16, String)>> = HashMap::new();
    for (id, kind, value) in rows {
        assert!(keys.entry(id).or_default().insert((kind, value)), "a key is there twice");
    }
    let registry = Registry::open(home).await;
    for id in customers {
        let customer = registry.customer(organization, &id).await;
        let expected: BTreeSet<_> = customer.keys().into_iter().map(|key| (key.kind.number(), key.value)).collect();
        assert_eq!(keys.remove(&id).unwrap_or_default(), expected, "{id}");
    }
    registry.close().await;
}
