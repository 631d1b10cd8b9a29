//! Pages of customers.
//!
//! A page is a part of an index. Where only some customers are wanted, it is found out first how far that part goes. What
//! comes or goes before it is read makes it longer or shorter, but nobody in it is passed over.

use async_trait::async_trait;
use domain::list::{Filter, Page, PageQuery, Part, Place};
use domain::ports::{CustomerLists, StoreError};
use domain::value::{CustomerId, Source, Username};
use jiff::Timestamp;
use serde_json::{Value, json};
use sqlx::{Row, SqliteConnection};

use super::columns::{CONTACT_JSON, ContactColumns};
use super::contact;
use super::script::Script;
use crate::SqliteStore;
use crate::error::store_error;

/// What a filter says, from `?6` on. Policies that are no JSON would fail the statement: they count as never asked for.
const FILTER: &str = "
    (?6 IS NULL OR (c.email IS NOT NULL) = ?6)
    AND (?7 IS NULL OR coalesce(c.email_verified, 0) = ?7)
    AND (?8 IS NULL OR (c.phone_number IS NOT NULL) = ?8)
    AND (?9 IS NULL OR coalesce(c.phone_verified, 0) = ?9)
    AND (?10 IS NULL OR c.source IN (SELECT value FROM json_each(?10)))
    AND (?11 IS NULL OR c.location_id IN (SELECT unhex(value) FROM json_each(?11)))
    AND (?12 IS NULL OR c.created_at >= ?12)
    AND (?13 IS NULL OR c.created_at <= ?13)
    AND (?14 IS NULL OR c.modified_at >= ?14)
    AND (?15 IS NULL OR c.modified_at <= ?15)
    AND (?16 IS NULL OR coalesce(iif(json_valid(c.policies), c.policies, '{}') ->> 'mktg_communications', 0) = ?16)
    AND (?17 IS NULL
         OR coalesce(iif(json_valid(c.policies), c.policies, '{}') ->> 'minimum_age_verification', 0) = ?17)
    AND NOT EXISTS (SELECT 1 FROM json_each(?18) f
                    WHERE coalesce((SELECT p.value
                                    FROM json_each(iif(json_valid(c.policies), c.policies, '{}'), '$.customs') p
                                    WHERE p.key = f.key), 0)
                          <> f.value)";

/// Those who have every value that is named: `?19` are the keys, `?20` is the username, `?21` how many there are.
const HOLDERS: &str = "
    (SELECT id FROM (SELECT k.customer_id AS id FROM json_each(?19) q CROSS JOIN customer_key k
                     WHERE k.bucket = ?1 AND k.organization_id = ?2 AND k.kind = q.value ->> 0 AND k.value = q.value ->> 1
                     UNION ALL
                     SELECT n.id FROM customer n WHERE n.bucket = ?1 AND n.organization_id = ?2 AND n.username = ?20)
     GROUP BY id HAVING count(*) = ?21) held CROSS JOIN";

#[async_trait]
impl CustomerLists for SqliteStore {
    async fn page(&self, query: &PageQuery) -> Result<Page, StoreError> {
        let mut db = self.readers.acquire().await.map_err(store_error)?;
        let edge = if query.filter.is_open() || query.filter.named() > 0 {
            None
        } else {
            edge(&mut db, query).await.map_err(store_error)?
        };
        let row = rows(query, edge.as_ref()).map_err(store_error)?.fetch_one(&mut db).await.map_err(store_error)?;
        let json: &[u8] = row.try_get(0).map_err(store_error)?;
        let rows: Vec<ContactColumns<'_>> =
            serde_json::from_slice(json).map_err(|error| StoreError::Internal(error.into()))?;
        let rows: Result<_, StoreError> = rows.iter().map(|row| contact::restore_row(row, query)).collect();
        Ok(query.page(rows?, edge))
    }
}

/// The customers, as one JSON array.
fn rows(query: &PageQuery, edge: Option<&Place>) -> Result<Script, sqlx::Error> {
    let mut script = Script::default();
    script.push("SELECT json_group_array(");
    script.push(CONTACT_JSON);
    script.push(") FROM (SELECT c.*");
    push_part(&mut script, query, query.filter.named() > 0);
    script.push(" AND ");
    script.push(FILTER);
    push_order(&mut script, query);
    script.push(" LIMIT ?5) c");
    bind_part(&mut script, query, edge)?;
    script.bind(query.wanted() as i64)?;
    bind_filter(&mut script, &query.filter)?;
    if query.filter.named() > 0 {
        bind_named(&mut script, &query.filter)?;
    }
    Ok(script)
}

/// The last place that is looked at, if that is not the end.
async fn edge(db: &mut SqliteConnection, query: &PageQuery) -> Result<Option<Place>, sqlx::Error> {
    let row = select_edge(query)?.fetch_optional(db).await?;
    row.map(|row| match query.place {
        Place::Created(_) => {
            let place = contact::place(row.try_get(0)?, query.reverse);
            Ok(Place::Created(Some(place.ok_or_else(|| sqlx::Error::Decode("not an id".into()))?)))
        }
        Place::Username(_) => Ok(Place::Username(Some(row.try_get(0)?))),
    })
    .transpose()
}

fn select_edge(query: &PageQuery) -> Result<Script, sqlx::Error> {
    let mut script = Script::default();
    script.push(match query.place {
        Place::Created(_) => "SELECT lower(hex(c.id))",
        Place::Username(_) => "SELECT CAST(c.username AS BLOB)",
    });
    push_part(&mut script, query, false);
    push_order(&mut script, query);
    script.push(" LIMIT 1 OFFSET ?5");
    bind_part(&mut script, query, None)?;
    script.bind(i64::from(query.looked_at()) - 1)?;
    Ok(script)
}

/// What the list is ordered by.
const fn key(query: &PageQuery) -> &'static str {
    match query.place {
        Place::Created(_) => "c.id",
        Place::Username(_) => "c.username",
    }
}

/// `?1` and `?2` are bucket and organization, `?3` and `?4` the ends of the part. CROSS JOIN keeps the order in which tables
/// are searched: first those who have the values that are named. Usernames travel as bytes, since what is stored need not be
/// UTF-8.
fn push_part(script: &mut Script, query: &PageQuery, named: bool) {
    let (key, (behind, up_to)) = (key(query), if query.reverse { ("<", ">=") } else { (">", "<=") });
    let (holders, among) = if named { (HOLDERS, "c.id = held.id AND") } else { ("", "") };
    let [near, far] = match query.place {
        Place::Created(_) => ["?3", "?4"],
        Place::Username(_) => ["CAST(?3 AS TEXT)", "CAST(?4 AS TEXT)"],
    };
    script.push(&format!(
        " FROM {holders} customer c
          WHERE c.bucket = ?1 AND c.organization_id = ?2 AND {among} {key} {behind} {near} AND {key} {up_to} {far}"
    ));
}

fn push_order(script: &mut Script, query: &PageQuery) {
    script.push(&format!(" ORDER BY {}{}", key(query), if query.reverse { " DESC" } else { "" }));
}

/// `?1` to `?4`.
fn bind_part(script: &mut Script, query: &PageQuery, edge: Option<&Place>) -> Result<(), sqlx::Error> {
    script.bind_home(query.organization_id)?;
    match query.part(edge) {
        Part::Created { near, far } => {
            bind_end(script, near)?;
            bind_end(script, far)
        }
        Part::Username { near, far } => {
            script.bind(near)?;
            script.bind(far)
        }
    }
}

/// An end of a part by ids. The lowest one is a text, since SQLite orders every text before every blob, also before a
/// damaged id that is too short.
fn bind_end(script: &mut Script, id: CustomerId) -> Result<(), sqlx::Error> {
    if id == CustomerId::from_bits(0) { script.bind_text("") } else { script.bind(id.to_bytes().to_vec()) }
}

/// `?6` to `?18`.
fn bind_filter(script: &mut Script, filter: &Filter) -> Result<(), sqlx::Error> {
    for flag in [filter.has_email, filter.email_verified, filter.has_phone, filter.phone_verified] {
        script.bind(flag)?;
    }
    let sources = filter.sources.as_ref().map(|sources| sources.iter().copied().map(Source::as_str).collect::<Value>());
    script.bind(sources.map(|sources| sources.to_string()))?;
    let locations = filter.locations.as_ref().map(|ids| ids.iter().map(ToString::to_string).collect::<Value>());
    script.bind(locations.map(|locations| locations.to_string()))?;
    for time in [filter.created.from, filter.created.to, filter.modified.from, filter.modified.to] {
        script.bind(time.map(Timestamp::as_millisecond))?;
    }
    script.bind(filter.mktg_communications)?;
    script.bind(filter.minimum_age_verification)?;
    let customs = filter.customs.iter().map(|(name, accepted)| (name.as_str().to_owned(), Value::from(*accepted)));
    script.bind_json(&customs.collect::<Value>())
}

/// `?19` to `?21`.
fn bind_named(script: &mut Script, filter: &Filter) -> Result<(), sqlx::Error> {
    let keys = filter.keys.iter().map(|key| json!([key.kind.number(), key.value]));
    script.bind_json(&keys.collect::<Value>())?;
    script.bind_text(filter.username.as_ref().map(Username::as_str))?;
    script.bind(filter.named() as i64)
}

#[cfg(test)]
mod tests {
    use domain::customer::{Key, KeyKind};
    use domain::list::PageSize;
    use domain::value::OrganizationId;

    use super::*;

    /// In either direction, and with the most that a filter can say: the index has the order already.
    #[tokio::test]
    async fn a_page_is_a_part_of_an_index() {
        for (place, index, key) in [(Place::Created(None), 1, "id"), (Place::Username(None), 2, "username")] {
            for reverse in [false, true] {
                let (organization_id, size) = (OrganizationId::from_bits(1), PageSize::default());
                let filter = Filter { has_email: Some(true), ..Filter::default() };
                let query = PageQuery { organization_id, place: place.clone(), reverse, filter, size };
                let part = format!(
                    "sqlite_autoindex_customer_{index} (bucket=? AND organization_id=? AND {key}>? AND {key}<?)"
                );
                let (rows, edge) = (rows(&query, None).unwrap(), select_edge(&query).unwrap());
                for (statement, search) in [(rows, "USING INDEX"), (edge, "USING COVERING INDEX")] {
                    let plan = crate::open::plan(statement.sql()).await;
                    assert!(plan.contains(&format!("SEARCH c {search} {part}")), "{plan}");
                    assert!(!plan.contains("ORDER BY"), "nothing is sorted: {plan}");
                }
            }
        }
    }

    /// In whatever order: by the index of keys and that of usernames to the customers, one by one.
    #[tokio::test]
    async fn who_is_named_is_found_by_an_index() {
        let key = Key { kind: KeyKind::Email, value: "a@example.org".to_owned() };
        let filter = Filter { keys: [key].into(), username: Username::parse("ada").ok(), ..Filter::default() };
        for place in [Place::Created(None), Place::Username(None)] {
            let (organization_id, size) = (OrganizationId::from_bits(1), PageSize::default());
            let query = PageQuery { organization_id, place, reverse: false, filter: filter.clone(), size };
            let plan = crate::open::plan(rows(&query, None).unwrap().sql()).await;
            for search in [
                "SEARCH k USING PRIMARY KEY (bucket=? AND organization_id=? AND kind=? AND value=?)",
                "SEARCH n USING INDEX sqlite_autoindex_customer_2 (bucket=? AND organization_id=? AND username=?)",
                "SEARCH c USING INDEX sqlite_autoindex_customer_1 (bucket=? AND organization_id=? AND id=?)",
            ] {
                assert!(plan.contains(search), "{search}\n{plan}");
            }
        }
    }
}
