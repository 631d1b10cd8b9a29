//! Compares the customers of both sides.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::common::stored;
use crate::fixture::{Home, Registry, digits, rows};

/// All customers of an organization, with the stored data that has the same meaning on both sides, by the value that
/// identifies a customer there: the external id, or our id. No server may be running.
pub(super) async fn everybody(home: &Home, organization: &str) -> BTreeMap<String, Value> {
    let (id, of) = (digits(home, "id"), digits(home, "organization_id"));
    let ids = rows(home, &format!("SELECT {id} FROM customer WHERE {of} = '{organization}'")).await.concat();
    let registry = Registry::open(home).await;
    let mut everybody = BTreeMap::new();
    for id in ids {
        let mut customer = stored::as_sent(&registry.customer(organization, &id).await);
        let members = customer.as_object_mut().unwrap();
        for own in ["organizationId", "locationId"] {
            members.remove(own);
        }
        let known_by = members.remove("extId").map_or(id, |known| known.as_str().unwrap().to_owned());
        let twice = everybody.insert(known_by, customer);
        assert_eq!(twice, None);
    }
    registry.close().await;
    everybody
}

/// Fails with the first difference: all of them would be many lines.
pub(super) fn assert_same(here: &BTreeMap<String, Value>, there: &BTreeMap<String, Value>) {
    for (known_by, customer) in here {
        assert_eq!(there.get(known_by), Some(customer), "{known_by}");
    }
    for known_by in there.keys() {
        assert!(here.contains_key(known_by), "{known_by} is there alone");
    }
}
