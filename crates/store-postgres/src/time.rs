//! `timestamptz`.

use jiff::Timestamp;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, PgValueRef};
use sqlx::{Decode, Encode, Postgres, Type};

/// 2000-01-01 UTC, from which PostgreSQL counts, in microseconds from 1970-01-01 UTC.
const EPOCH: i64 = 946_684_800_000_000;
/// Of `timestamptz` and of arrays of it, as in the table `pg_type`. They never change.
const OID: Oid = Oid(1184);
const ARRAY_OID: Oid = Oid(1185);

/// A time as PostgreSQL keeps it: a number of microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Time(pub(crate) Timestamp);

impl Type<Postgres> for Time {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(OID)
    }
}

impl PgHasArrayType for Time {
    fn array_type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(ARRAY_OID)
    }
}

impl Encode<'_, Postgres> for Time {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Postgres>::encode(self.0.as_microsecond() - EPOCH, buffer)
    }
}

impl Decode<'_, Postgres> for Time {
    /// Every value here is fetched by a prepared statement, and so comes in binary form.
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        let microseconds: i64 = Decode::<Postgres>::decode(value)?;
        Ok(Self(Timestamp::from_microsecond(microseconds.saturating_add(EPOCH))?))
    }
}

#[cfg(test)]
mod tests {
    use postgres_cluster::{Database, test_server};
    use sqlx::{Connection, PgConnection};

    use super::*;

    #[tokio::test]
    async fn comes_back_to_the_millisecond() {
        let database = Database::create(&test_server()).unwrap();
        let mut db = PgConnection::connect(&database.url()).await.unwrap();
        let earliest: Timestamp = "-004712-01-01T00:00:00Z".parse().unwrap();
        let latest = 253_402_207_200_000;
        let mut times = vec![Time(earliest)];
        for millisecond in [-2_208_988_800_000, -1, 0, 1, 946_684_799_999, 946_684_800_000, 1_717_228_800_123, latest] {
            times.push(Time(Timestamp::from_millisecond(millisecond).unwrap()));
        }
        for time in &times {
            let back: Time = sqlx::query_scalar("SELECT $1").bind(time).fetch_one(&mut db).await.unwrap();
            assert_eq!(back, *time);
        }
        let back: Vec<Time> = sqlx::query_scalar("SELECT unnest($1)").bind(&times).fetch_all(&mut db).await.unwrap();
        assert_eq!(back, times);
    }

    #[tokio::test]
    async fn is_the_time_that_the_server_means() {
        let database = Database::create(&test_server()).unwrap();
        let mut db = PgConnection::connect(&database.url()).await.unwrap();
        let time = Time(Timestamp::from_millisecond(1_717_228_800_123).unwrap());
        let text: String = sqlx::query_scalar("SELECT $1::text").bind(time).fetch_one(&mut db).await.unwrap();
        assert_eq!(text, "2024-06-01 08:00:00.123+00");
        for beyond in ["infinity", "-infinity", "10000-01-01"] {
            let read = sqlx::query_scalar::<_, Time>("SELECT $1::text::timestamptz").bind(beyond);
            assert!(read.fetch_one(&mut db).await.is_err(), "{beyond}");
        }
    }
}
