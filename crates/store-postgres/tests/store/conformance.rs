//! The store keeps every promise of the ports.

use std::sync::Arc;

use store_suite::{Bad, Damage, Damager, Stores};

use crate::support::Place;

async fn open() -> Stores {
    let place = Arc::new(Place::new());
    let store = place.open().await.unwrap();
    Stores::of(Arc::new(store), place.clone()).with_damager(place)
}

#[async_trait::async_trait]
impl Damager for Place {
    async fn damage(&self, damage: Damage) {
        let Damage { table, column, key, id, value } = damage;
        let value = match value {
            Bad::Text(text) => text,
            Bad::Time => "infinity",
        };
        let id = uuid::Uuid::from_bytes(id);
        let updated = self.psql(&format!("UPDATE {table} SET {column} = '{value}' WHERE {key} = '{id}' RETURNING 1"));
        assert!(!updated.is_empty(), "{table} has no such row");
    }
}

store_suite::conformance!(open);

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_is_met_once() {
    store_suite::crowd::is_met_once(&open().await).await;
}
