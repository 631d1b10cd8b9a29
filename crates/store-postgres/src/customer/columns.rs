//! The columns of a customer, and the statements that have all of them.
//!
//! Rows come and go as arrays, one for each column, that `unnest` puts side by side. Text is the form in which dates and
//! JSON travel: not every engine takes arrays of JSON.
//!
//! A table that grows is restricted to the buckets of the batch as `numeric`: so Citus sees where the rows are, and
//! PostgreSQL does not take the bucket alone for a way to them. Without statistics it would, and read whole buckets. For
//! the same reason rank 0 is asked for as something that follows from a row of the batch: `0 * q.kind`.

use std::fmt::Write;
use std::sync::LazyLock;

/// A column, the type in which a statement takes it, and what makes that the column's own.
struct Column {
    name: &'static str,
    array: &'static str,
    cast: &'static str,
}

const fn column(name: &'static str, array: &'static str) -> Column {
    Column { name, array, cast: "" }
}

const fn cast(name: &'static str, cast: &'static str) -> Column {
    Column { name, array: "text[]", cast }
}

/// Where a row is.
const PLACE: [Column; 3] =
    [column("bucket", "smallint[]"), column("organization_id", "uuid[]"), column("id", "uuid[]")];

/// What can change of it, in the order in which [`super::write`] binds it.
const CHANGING: [Column; 28] = [
    column("location_id", "uuid[]"),
    column("locked", "boolean[]"),
    column("modified_at", "timestamptz[]"),
    column("hotspot_id", "text[]"),
    column("first_name", "text[]"),
    column("last_name", "text[]"),
    column("phone_number", "text[]"),
    column("phone_verified", "boolean[]"),
    column("email", "text[]"),
    column("email_verified", "boolean[]"),
    column("gender", "text[]"),
    // The array becomes one of dates, not each text of a row: that Citus does not do in an UPDATE.
    Column { name: "birth_date", array: "text[]::date[]", cast: "::date" },
    column("language", "text[]"),
    column("country", "text[]"),
    column("zip_code", "text[]"),
    column("company_name", "text[]"),
    column("civil_status", "text[]"),
    column("double_optin", "text[]"),
    column("picture", "text[]"),
    column("profile_id", "text[]"),
    column("ext_id", "text[]"),
    column("ext_prop1", "text[]"),
    column("ext_prop2", "text[]"),
    cast("custom", "::jsonb"),
    cast("policies", "::jsonb"),
    cast("document", "::jsonb"),
    cast("processing_data", "::jsonb"),
    cast("device", "::jsonb"),
];

/// What is fixed at creation.
const FIXED: [Column; 4] = [
    column("source", "text[]"),
    column("username", "text[]"),
    column("password", "bytea[]"),
    column("created_at", "timestamptz[]"),
];

/// The customer that must not be there.
const UNLESS: [Column; 1] = [column("unless", "uuid[]")];

/// `$1` is the buckets of the batch; each array after it is a column, in the order of [`PLACE`], [`CHANGING`], [`FIXED`].
/// The organization's row has the bucket that counts.
pub(super) static INSERT: LazyLock<String> = LazyLock::new(|| {
    let all = || PLACE.iter().chain(&CHANGING).chain(&FIXED);
    format!(
        "INSERT INTO customer AS c (bucket, organization_id, id, {names})
         SELECT o.bucket, o.id, q.id, {values}
         FROM {rows}
         JOIN organization o ON o.bucket = q.bucket AND o.id = q.organization_id
         WHERE o.bucket = ANY($1)",
        names = join(CHANGING.iter().chain(&FIXED), |column| column.name.to_owned()),
        values = join(CHANGING.iter().chain(&FIXED), |column| format!("q.{}{}", column.name, column.cast)),
        rows = unnest(all()),
    )
});

/// `$1` is the buckets of the batch; each array after it is a column, in the order of [`PLACE`], [`CHANGING`], [`UNLESS`].
pub(super) static UPDATE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "UPDATE customer AS c SET version = c.version + 1, {values}
         FROM {rows}
         WHERE c.bucket = q.bucket AND c.organization_id = q.organization_id AND c.id = q.id AND c.bucket = ANY($1::numeric[])
           AND NOT EXISTS (SELECT FROM customer u WHERE u.bucket = q.bucket AND u.organization_id = q.organization_id
                           AND u.id = q.unless AND u.bucket = ANY($1::numeric[]))",
        values = join(CHANGING.iter(), |column| format!("{name} = q.{name}{}", column.cast, name = column.name)),
        rows = unnest(PLACE.iter().chain(&CHANGING).chain(&UNLESS)),
    )
});

/// [`INSERT`] and, in the same statement, the keys of the customer, all of which it must own: arrays of kind and value come
/// last. Counts the customers, of which there is none when there is no organization. Fails when somebody has a key.
pub(super) static CREATE: LazyLock<String> = LazyLock::new(|| {
    let kinds = 2 + PLACE.len() + CHANGING.len() + FIXED.len();
    format!(
        "WITH created AS ({} RETURNING c.bucket, c.organization_id, c.id),
         owning AS (
             INSERT INTO customer_key AS k (bucket, organization_id, kind, value, rank, customer_id)
             SELECT n.bucket, n.organization_id, q.kind, q.value, 0, n.id
             FROM created n CROSS JOIN unnest(${kinds}::smallint[], ${values}::text[]) AS q(kind, value))
         SELECT count(*) FROM created",
        *INSERT,
        values = kinds + 1,
    )
});

/// [`UPDATE`] of customers that have not changed since their version, which comes last.
pub(super) static UPDATE_SAME: LazyLock<String> = LazyLock::new(|| {
    let version = 2 + PLACE.len() + CHANGING.len() + UNLESS.len();
    format!("{} AND c.version = ${version}", *UPDATE)
});

/// What is read of a customer `c`.
static SELECTED: LazyLock<String> = LazyLock::new(|| {
    let text = |column: &Column| match column.cast {
        "" => format!("c.{}", column.name),
        _ => format!("c.{name}::text AS {name}", name = column.name),
    };
    join(PLACE[1..].iter().chain(&CHANGING).chain(&FIXED), text)
});

/// `$1` to `$3`: bucket, organization, id.
pub(super) static FIND: LazyLock<String> = LazyLock::new(|| {
    format!("SELECT {} FROM customer c WHERE c.bucket = $1 AND c.organization_id = $2 AND c.id = $3", *SELECTED)
});

/// The same with the version.
pub(super) static FIND_VERSION: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT c.version, {} FROM customer c WHERE c.bucket = $1 AND c.organization_id = $2 AND c.id = $3",
        *SELECTED
    )
});

/// What one request needs, in one row or more: the organization `$1`, `$2` with a location `$3`, and beside it who is met.
fn one(met: &str) -> String {
    format!(
        "SELECT o.default_location_id, l.id AS known_location_id, m.*
         FROM organization o
         LEFT JOIN location l ON l.bucket = o.bucket AND l.organization_id = o.id AND l.id = $3
         LEFT JOIN ({met}) AS m ON true
         WHERE o.bucket = $1 AND o.id = $2"
    )
}

/// From `$4` on, arrays of bucket, organization, kind and value: the owners of the keys, each with its key.
pub(super) static ONE_BY_KEYS: LazyLock<String> = LazyLock::new(|| {
    one(&format!(
        "SELECT k.kind AS key_kind, k.value AS key_value, c.version, {}
         FROM unnest($4::smallint[], $5::uuid[], $6::smallint[], $7::text[]) AS q(bucket, organization_id, kind, value)
         JOIN customer_key k ON k.bucket = q.bucket AND k.organization_id = q.organization_id
              AND k.kind = q.kind AND k.value = q.value AND k.rank = 0 * q.kind
         JOIN customer c ON c.bucket = k.bucket AND c.organization_id = k.organization_id AND c.id = k.customer_id",
        *SELECTED
    ))
});

/// `$4` is the id of a customer.
pub(super) static ONE_BY_ID: LazyLock<String> = LazyLock::new(|| {
    one(&format!(
        "SELECT c.version, {}
         FROM customer c
         WHERE c.bucket = $1 AND c.organization_id = $2 AND c.id = $4",
        *SELECTED
    ))
});

/// `$1` is the buckets of the batch; then arrays of bucket, organization, kind and value. Rank 0 owns the value. The
/// customers are locked as they are now, in an order that all transactions share.
pub(super) static OWNERS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT k.kind AS key_kind, k.value AS key_value, {}
         FROM unnest($2::smallint[], $3::uuid[], $4::smallint[], $5::text[]) AS q(bucket, organization_id, kind, value)
         JOIN customer_key k ON k.bucket = q.bucket AND k.organization_id = q.organization_id
              AND k.kind = q.kind AND k.value = q.value AND k.rank = 0 * q.kind
         JOIN customer c ON c.bucket = k.bucket AND c.organization_id = k.organization_id AND c.id = k.customer_id
         WHERE k.bucket = ANY($1::numeric[]) AND c.bucket = ANY($1::numeric[])
         ORDER BY c.organization_id, c.id
         FOR UPDATE OF c",
        *SELECTED
    )
});

/// `$1` is the buckets of the batch; then arrays of bucket, organization and id.
pub(super) static CUSTOMERS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {}
         FROM unnest($2::smallint[], $3::uuid[], $4::uuid[]) AS q(bucket, organization_id, id)
         JOIN customer c ON c.bucket = q.bucket AND c.organization_id = q.organization_id AND c.id = q.id
         WHERE c.bucket = ANY($1::numeric[])
         ORDER BY c.organization_id, c.id
         FOR UPDATE OF c",
        *SELECTED
    )
});

/// The arrays from `$2` on, as rows `q`.
fn unnest<'a>(columns: impl Iterator<Item = &'a Column> + Clone) -> String {
    let mut arrays = String::new();
    for (number, column) in (2..).zip(columns.clone()) {
        // Writing to a String cannot fail.
        let _ = write!(arrays, "{}${number}::{}", if number == 2 { "" } else { ", " }, column.array);
    }
    format!("unnest({arrays}) AS q({})", join(columns, |column| column.name.to_owned()))
}

fn join<'a>(columns: impl Iterator<Item = &'a Column>, form: impl Fn(&Column) -> String) -> String {
    columns.map(form).collect::<Vec<_>>().join(", ")
}
