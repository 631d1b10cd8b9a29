//! Whether the database answers.

use async_trait::async_trait;
use domain::ports::{Readiness, StoreError};

use crate::PostgresStore;
use crate::attempt::in_time;
use crate::error::store_error;
use crate::transaction::insist;

#[async_trait]
impl Readiness for PostgresStore {
    /// Without a second try: whoever asks wants to know how it is now. It writes, so that a server that takes no writes, or whose
    /// commits wait for a standby, is not ready. One question that waits is enough to know.
    async fn check(&self) -> Result<(), StoreError> {
        if self.writers.are_stuck() {
            return Err(StoreError::Unavailable("commits take too long, as if a synchronous standby were away".into()));
        }
        let check = async {
            let mut lease = self.lease().await?;
            let done = in_time(insist(&mut lease)).await;
            lease.end(&done);
            done
        };
        check.await.map_err(store_error)
    }
}
