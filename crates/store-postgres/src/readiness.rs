//! Whether the database answers.

use async_trait::async_trait;
use domain::ports::{Readiness, StoreError};
use sqlx::PgConnection;

use crate::PostgresStore;
use crate::error::{Failure, store_error};

#[async_trait]
impl Readiness for PostgresStore {
    /// Without a second try: whoever asks wants to know how it is now.
    async fn check(&self) -> Result<(), StoreError> {
        let check = async {
            let mut connection = self.pool.acquire().await?;
            let done = crate::attempt::in_time(check(&mut connection)).await;
            crate::store::give_back(connection, &done);
            done
        };
        check.await.map_err(store_error)
    }
}

/// A standby reads but does not write. FOR UPDATE is refused there.
async fn check(db: &mut PgConnection) -> Result<(), Failure> {
    sqlx::query("SELECT only_row FROM key_check FOR KEY SHARE").execute(db).await?;
    Ok(())
}
