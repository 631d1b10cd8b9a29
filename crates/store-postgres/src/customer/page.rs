//! Pages of customers.
//!
//! A page is a part of an index. Where only some customers are wanted, it is found out first how far that part goes. What
//! comes or goes before it is read makes it longer or shorter, but nobody in it is passed over.

use std::sync::LazyLock;

use async_trait::async_trait;
use domain::list::{Filter, Page, PageQuery, Part, Place};
use domain::ports::{CustomerLists, StoreError};
use domain::value::{CustomerId, PolicyName, Username};
use sqlx::postgres::{PgBindIterExt, PgRow};
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use super::contact;
use crate::PostgresStore;
use crate::arguments::Arguments;
use crate::error::Failure;
use crate::row::{bucket, uuid};
use crate::store::repeat;
use crate::time::Time;

/// What a filter says, from `$6` on. Policies are compared as JSON, since what is no boolean would fail the statement.
const FILTER: &str = "
    ($6::boolean IS NULL OR (c.email IS NOT NULL) = $6)
    AND ($7::boolean IS NULL OR coalesce(c.email_verified, false) = $7)
    AND ($8::boolean IS NULL OR (c.phone_number IS NOT NULL) = $8)
    AND ($9::boolean IS NULL OR coalesce(c.phone_verified, false) = $9)
    AND ($10::text[] IS NULL OR c.source = ANY($10))
    AND ($11::uuid[] IS NULL OR c.location_id = ANY($11))
    AND ($12::timestamptz IS NULL OR c.created_at >= $12)
    AND ($13::timestamptz IS NULL OR c.created_at <= $13)
    AND ($14::timestamptz IS NULL OR c.modified_at >= $14)
    AND ($15::timestamptz IS NULL OR c.modified_at <= $15)
    AND ($16::boolean IS NULL OR coalesce(c.policies->'mktg_communications' = 'true', false) = $16)
    AND ($17::boolean IS NULL OR coalesce(c.policies->'minimum_age_verification' = 'true', false) = $17)
    AND NOT EXISTS (SELECT FROM unnest($18::text[], $19::boolean[]) AS f(name, accepted)
                    WHERE coalesce(c.policies->'customs'->f.name = 'true', false) <> f.accepted)";

/// Those who have every value that is named: `$20` and `$21` are the keys, `$22` is the username, `$23` how many there are.
/// They are found first, and then their rows one by one: LATERAL and OFFSET leave the planner no other way, whatever it
/// believes of the tables.
const HOLDERS: &str = "
    WITH held AS MATERIALIZED (
        SELECT h.id FROM (SELECT o.customer_id AS id
                          FROM unnest($20::smallint[], $21::text[]) AS q(kind, value)
                          CROSS JOIN LATERAL (
                              SELECT k.customer_id FROM customer_key k
                              WHERE k.bucket = $1 AND k.organization_id = $2 AND k.kind = q.kind AND k.value = q.value
                              OFFSET 0) o
                          UNION ALL
                          SELECT n.id FROM customer n
                          WHERE n.username = $22 AND n.organization_id::text = $2::text
                                AND n.bucket = ANY(ARRAY[$1::smallint]::numeric[])) h
        GROUP BY h.id HAVING count(*) = $23)";

/// The statements of one order.
struct Order {
    /// The customers: `$5` of them at most.
    rows: String,
    /// The same of those who have the values that are named.
    named: String,
    /// The last place that is looked at: the one that `$5` come before.
    edge: String,
}

/// By id and by username, each forwards and backwards. `$1` and `$2` are bucket and organization, `$3` and `$4` the ends
/// of the part: both always, since the planner takes what is open on one side for a large part of the table.
static ORDERS: LazyLock<[[Order; 2]; 2]> =
    LazyLock::new(|| [("c.id", ""), ("c.username COLLATE \"C\"", "AND c.username <> ''")].map(both_ways));

fn both_ways((key, condition): (&str, &str)) -> [Order; 2] {
    [(">", "<=", ""), ("<", ">=", "DESC")].map(|(behind, up_to, direction)| {
        let part = format!(
            "FROM customer c
             WHERE c.bucket = $1 AND c.organization_id = $2 AND {key} {behind} $3 AND {key} {up_to} $4 {condition}"
        );
        let order = format!("ORDER BY {key} {direction}");
        Order {
            rows: format!("SELECT {} {part} AND {FILTER} {order} LIMIT $5", contact::COLUMNS),
            named: format!(
                "{HOLDERS} SELECT {} FROM held JOIN LATERAL (
                     SELECT * FROM customer d WHERE d.bucket = $1 AND d.organization_id = $2 AND d.id = held.id OFFSET 0) c
                 ON {key} {behind} $3 AND {key} {up_to} $4 AND {FILTER} {order} LIMIT $5",
                contact::COLUMNS
            ),
            edge: format!("SELECT c.id, c.username {part} {order} LIMIT 1 OFFSET $5"),
        }
    })
}

#[async_trait]
impl CustomerLists for PostgresStore {
    async fn page(&self, query: &PageQuery) -> Result<Page, StoreError> {
        let read: Result<_, StoreError> = repeat!(self, |db| read(db, query));
        let (rows, edge) = read?;
        let rows: Result<_, StoreError> = rows.iter().map(|row| contact::restore_row(row, &query.place)).collect();
        Ok(query.page(rows?, edge))
    }
}

/// The customers, and the place up to which was looked if that is not the end.
async fn read(db: &mut PgConnection, query: &PageQuery) -> Result<(Vec<PgRow>, Option<Place>), Failure> {
    let [by_id, by_username] = &*ORDERS;
    let order = if matches!(query.place, Place::Created(_)) { by_id } else { by_username };
    let order = &order[usize::from(query.reverse)];
    let named = query.filter.named() > 0;
    let edge = if query.filter.is_open() || named { None } else { edge(db, query, order).await? };
    let arguments = part(query, edge.as_ref()).add(query.wanted() as i64);
    let arguments = filter(arguments, &query.filter);
    if named {
        let arguments = names(arguments, &query.filter).finish()?;
        return Ok((sqlx::query_with(order.named.as_str(), arguments).fetch_all(db).await?, None));
    }
    let arguments = arguments.finish()?;
    Ok((sqlx::query_with(order.rows.as_str(), arguments).fetch_all(db).await?, edge))
}

async fn edge(db: &mut PgConnection, query: &PageQuery, order: &'static Order) -> Result<Option<Place>, Failure> {
    let arguments = part(query, None).add(i64::from(query.looked_at()) - 1).finish()?;
    let row = sqlx::query_with(order.edge.as_str(), arguments).fetch_optional(db).await?;
    let place = |row: PgRow| -> Result<Place, sqlx::Error> {
        Ok(match query.place {
            Place::Created(_) => {
                Place::Created(Some(CustomerId::from_bytes(*row.try_get::<Uuid, _>("id")?.as_bytes())))
            }
            Place::Username(_) => Place::Username(Some(row.try_get::<String, _>("username")?.into_bytes())),
        })
    };
    Ok(row.map(place).transpose()?)
}

/// `$1` to `$4`.
fn part(query: &PageQuery, edge: Option<&Place>) -> Arguments {
    let organization_id = query.organization_id;
    let arguments = Arguments::new().add(bucket(organization_id)).add(uuid(organization_id.to_bytes()));
    match query.part(edge) {
        Part::Created { near, far } => arguments.add(uuid(near.to_bytes())).add(uuid(far.to_bytes())),
        Part::Username { near, far } => arguments.add(text(&near)).add(text(&far)),
    }
}

/// A place among usernames, which here are all UTF-8.
fn text(place: &[u8]) -> String {
    String::from_utf8_lossy(place).into_owned()
}

/// `$6` to `$19`.
fn filter(arguments: Arguments, filter: &Filter) -> Arguments {
    let sources: Option<Vec<&str>> =
        filter.sources.as_ref().map(|sources| sources.iter().map(|source| source.as_str()).collect());
    let locations: Option<Vec<Uuid>> =
        filter.locations.as_ref().map(|ids| ids.iter().map(|id| uuid(id.to_bytes())).collect());
    arguments
        .add(filter.has_email)
        .add(filter.email_verified)
        .add(filter.has_phone)
        .add(filter.phone_verified)
        .add(sources)
        .add(locations)
        .add(filter.created.from.map(Time))
        .add(filter.created.to.map(Time))
        .add(filter.modified.from.map(Time))
        .add(filter.modified.to.map(Time))
        .add(filter.mktg_communications)
        .add(filter.minimum_age_verification)
        .add(filter.customs.keys().map(PolicyName::as_str).bind_iter())
        .add(filter.customs.values().copied().bind_iter())
}

/// `$20` to `$23`.
fn names(arguments: Arguments, filter: &Filter) -> Arguments {
    arguments
        .add(filter.keys.iter().map(|key| key.kind.number()).bind_iter())
        .add(filter.keys.iter().map(|key| key.value.as_str()).bind_iter())
        .add(filter.username.as_ref().map(Username::as_str))
        .add(filter.named() as i64)
}
