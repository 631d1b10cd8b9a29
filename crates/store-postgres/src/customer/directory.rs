//! Questions about customers that do not take the whole row.

use async_trait::async_trait;
use domain::customer::{Credential, Key};
use domain::ports::{CorruptRow, CustomerDirectory, SealOwner, StoreError};
use domain::value::{CustomerId, OrganizationId, ShortText, Username};
use sqlx::PgConnection;
use sqlx::postgres::{PgBindIterExt, PgRow};

use super::find::exists_anywhere;
use crate::PostgresStore;
use crate::arguments::Arguments;
use crate::error::Failure;
use crate::look_ups::Question;
use crate::row::{Columns, bucket, uuid};
use crate::store::repeat;

/// What the customer with a username logs in with.
#[derive(Clone)]
pub(crate) struct OfUsername {
    organization_id: OrganizationId,
    username: Username,
}

/// Whether somebody has a key.
#[derive(Clone)]
pub(crate) struct OfKey {
    organization_id: OrganizationId,
    key: Key,
}

/// A credential whose password is still sealed: who opens it is the caller, and not the one who asks for all.
pub(crate) struct Sealed {
    id: CustomerId,
    password: Vec<u8>,
    locked: bool,
    ext_id: Option<ShortText>,
}

#[async_trait]
impl CustomerDirectory for PostgresStore {
    async fn credential(
        &self,
        organization_id: OrganizationId,
        username: &Username,
    ) -> Result<Option<Credential>, StoreError> {
        let question = OfUsername { organization_id, username: username.clone() };
        let Some(sealed) = self.answer(&self.credentials, question).await? else {
            self.sealer.open_nothing();
            return Ok(None);
        };
        let Sealed { id: customer_id, password, locked, ext_id } = sealed;
        let password = self.sealer.open(&password, SealOwner { organization_id, customer_id });
        let password =
            password.map_err(|_| CorruptRow { table: "customer", column: "password", id: customer_id.to_string() })?;
        Ok(Some(Credential { customer_id, password, locked, ext_id }))
    }

    async fn has_keys(&self, organization_id: OrganizationId, keys: &[Key]) -> Result<bool, StoreError> {
        if let [key] = keys {
            let question = OfKey { organization_id, key: key.clone() };
            return Ok(self.answer(&self.keys, question).await?.is_some());
        }
        repeat!(self, |db| share(db, organization_id, keys))
    }

    async fn exists_anywhere(&self, id: CustomerId) -> Result<bool, StoreError> {
        repeat!(self, |db| async { Ok(!exists_anywhere(db, [id].into_iter()).await?.is_empty()) })
    }
}

impl Question for OfUsername {
    type Answer = Sealed;

    const STATEMENT: &'static str = "SELECT q.n, c.id, c.password, c.locked, c.ext_id
         FROM unnest($2::smallint[], $3::uuid[], $4::text[], $5::bigint[]) AS q(bucket, organization_id, username, n)
         JOIN customer c ON c.username = ANY(ARRAY[q.username]) AND c.organization_id::text = q.organization_id::text
         WHERE c.bucket = ANY($1::numeric[])";

    fn bucket(&self) -> i16 {
        bucket(self.organization_id)
    }

    fn bind(questions: &[Self], arguments: Arguments) -> Arguments {
        arguments
            .add(questions.iter().map(Self::bucket).bind_iter())
            .add(questions.iter().map(|question| uuid(question.organization_id.to_bytes())).bind_iter())
            .add(questions.iter().map(|question| question.username.as_str()).bind_iter())
    }

    fn restore(row: &PgRow) -> Result<Sealed, CorruptRow> {
        let columns = Columns::of(row, "customer");
        Ok(Sealed {
            id: CustomerId::from_bytes(columns.id("id")?),
            password: columns.get("password")?,
            locked: columns.get("locked")?,
            // A login does not depend on it.
            ext_id: columns.parse_optional("ext_id", ShortText::restore).unwrap_or_default(),
        })
    }
}

impl Question for OfKey {
    type Answer = ();

    /// As long as anybody has a key, somebody has its first rank.
    const STATEMENT: &'static str = "SELECT q.n
         FROM unnest($2::smallint[], $3::uuid[], $4::smallint[], $5::text[], $6::bigint[])
              AS q(bucket, organization_id, kind, value, n)
         JOIN customer_key k ON k.bucket = ANY(ARRAY[q.bucket]) AND k.organization_id = q.organization_id
              AND k.kind = q.kind AND k.value = q.value AND k.rank = 0 * q.kind
         WHERE k.bucket = ANY($1::numeric[])";

    fn bucket(&self) -> i16 {
        bucket(self.organization_id)
    }

    fn bind(questions: &[Self], arguments: Arguments) -> Arguments {
        arguments
            .add(questions.iter().map(Self::bucket).bind_iter())
            .add(questions.iter().map(|question| uuid(question.organization_id.to_bytes())).bind_iter())
            .add(questions.iter().map(|question| question.key.kind.number()).bind_iter())
            .add(questions.iter().map(|question| question.key.value.as_str()).bind_iter())
    }

    fn restore(_: &PgRow) -> Result<(), CorruptRow> {
        Ok(())
    }
}

/// Whether one customer stands in the queues of all of these keys.
async fn share(db: &mut PgConnection, organization_id: OrganizationId, keys: &[Key]) -> Result<bool, Failure> {
    let (bucket, organization_id) = (bucket(organization_id), uuid(organization_id.to_bytes()));
    let share = sqlx::query_scalar(
        "SELECT EXISTS (
             SELECT k.customer_id
             FROM unnest($2::smallint[], $3::uuid[], $4::smallint[], $5::text[]) AS q(bucket, organization_id, kind, value)
             JOIN customer_key k ON k.bucket = ANY(ARRAY[q.bucket]) AND k.organization_id = q.organization_id
                  AND k.kind = q.kind AND k.value = q.value
             WHERE k.bucket = ANY($1::numeric[])
             GROUP BY k.customer_id
             HAVING count(*) = cardinality($4::smallint[]))",
    );
    let share = share
        .bind([bucket])
        .bind(keys.iter().map(|_| bucket).bind_iter())
        .bind(keys.iter().map(|_| organization_id).bind_iter())
        .bind(keys.iter().map(|key| key.kind.number()).bind_iter())
        .bind(keys.iter().map(|key| key.value.as_str()).bind_iter());
    Ok(share.fetch_one(db).await?)
}
