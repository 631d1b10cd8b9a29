//! Questions about customers that do not take the whole row.

use async_trait::async_trait;
use domain::customer::{Credential, Key};
use domain::ports::{CustomerDirectory, SealOwner, StoreError};
use domain::value::{CustomerId, OrganizationId, ShortText, Username};
use sqlx::Row;

use super::find::exists_anywhere;
use super::script::{Script, padded};
use crate::SqliteStore;
use crate::error::store_error;
use crate::row::Columns;

const CREDENTIAL: &str = "SELECT c.id, c.password, c.locked, c.ext_id FROM customer c
         WHERE c.bucket = ? AND c.organization_id = ? AND c.username = ?";

#[async_trait]
impl CustomerDirectory for SqliteStore {
    async fn credential(
        &self,
        organization_id: OrganizationId,
        username: &Username,
    ) -> Result<Option<Credential>, StoreError> {
        let row = sqlx::query(CREDENTIAL)
            .bind(organization_id.bucket().number())
            .bind(organization_id.to_bytes().to_vec())
            .bind(username.as_str().to_owned())
            .fetch_optional(&self.readers)
            .await
            .map_err(store_error)?;
        let Some(row) = row else {
            self.sealer.open_nothing();
            return Ok(None);
        };
        let columns = Columns::of(&row, "customer");
        let customer_id = CustomerId::from_bytes(columns.bytes("id")?);
        let password = self.sealer.open(columns.get("password")?, SealOwner { organization_id, customer_id });
        Ok(Some(Credential {
            customer_id,
            password: password.map_err(|_| columns.corrupt("password"))?,
            locked: columns.get("locked")?,
            // A login does not depend on it.
            ext_id: columns.parse_optional("ext_id", ShortText::restore).unwrap_or_default(),
        }))
    }

    async fn has_keys(&self, organization_id: OrganizationId, keys: &[Key]) -> Result<bool, StoreError> {
        let mut reader = self.readers.acquire().await.map_err(store_error)?;
        let script = share(organization_id, keys).map_err(store_error)?;
        let row = script.fetch_one(&mut reader).await.map_err(store_error)?;
        row.try_get(0).map_err(store_error)
    }

    async fn exists_anywhere(&self, id: CustomerId) -> Result<bool, StoreError> {
        let mut reader = self.readers.acquire().await.map_err(store_error)?;
        exists_anywhere(&mut reader, id).await.map_err(store_error)
    }
}

/// Whether one customer stands in the queues of all of these keys.
fn share(organization_id: OrganizationId, keys: &[Key]) -> Result<Script, sqlx::Error> {
    let mut script = Script::default();
    script.push("SELECT EXISTS (SELECT 1 FROM ");
    script.push_values(4, padded(keys.len()), keys, |script, key| {
        script.bind_home(organization_id)?;
        script.bind(key.kind.number())?;
        script.bind_text(&*key.value)
    })?;
    script.push(
        " v CROSS JOIN customer_key k
         WHERE k.bucket = v.column1 AND k.organization_id = v.column2 AND k.kind = v.column3 AND k.value = v.column4
         GROUP BY k.customer_id HAVING count(*) = ?)",
    );
    script.bind(keys.len() as i64)?;
    Ok(script)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn customers_are_found_by_their_keys() {
        let plan = crate::open::plan(CREDENTIAL).await;
        let search = "SEARCH c USING INDEX sqlite_autoindex_customer_2 (bucket=? AND organization_id=? AND username=?)";
        assert!(plan.contains(search), "{plan}");
        let plan = crate::open::plan(share(OrganizationId::from_bits(1), &[]).unwrap().sql()).await;
        let search = "SEARCH k USING PRIMARY KEY (bucket=? AND organization_id=? AND kind=? AND value=?)";
        assert!(plan.contains(search), "{plan}");
    }
}
