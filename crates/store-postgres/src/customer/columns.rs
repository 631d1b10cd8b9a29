//! The columns of a customer, and the statements that have all of them.
//!
//! Rows come and go as arrays, one for each column, that `unnest` puts side by side. Text is the form in which dates and
//! JSON travel: not every engine takes arrays of JSON.
//!
//! What the server knows of its tables may be wrong for long: a plan that was made when they were empty, and had been
//! vacuumed, stays while they grow. So each statement leaves it one way to the rows, by their keys:
//!
//! - A table is restricted to the buckets of the batch as `numeric`: so Citus sees where the rows are, and PostgreSQL does not
//!   take the bucket alone for a way to them.
//! - The first column of an index is compared with a row of the batch as `ANY(ARRAY[q.bucket])`. With `=` the order of the
//!   whole index would be worth something to a merge join, and so would reading all of it.
//! - No other index has a column that the statement asks for.
//! - Rank 0 is asked for as something that follows from a row of the batch: `0 * q.kind`.

use std::fmt::Write;
use std::sync::LazyLock;

use domain::customer_fields;

use crate::history;

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

/// The column of a value of this type.
macro_rules! column_of {
    (Flag $name:expr) => {
        column($name, "boolean[]")
    };
    (BirthDate $name:expr) => {
        // The array becomes one of dates, not each text of a row: that Citus does not do in an UPDATE.
        Column { name: $name, array: "text[]::date[]", cast: "::date" }
    };
    ($type:ident $name:expr) => {
        column($name, "text[]")
    };
}

macro_rules! changing {
    (
        $(#[$person_doc:meta])* person: $Person:ident, $PersonChanges:ident, $person_prefix:literal {
            $($(#[$doc:meta])* $field:ident: $type:ident, $name:literal, $history:tt;)*
        }
        $($(#[$group_doc:meta])* $group:ident: $Group:ident, $Changes:ident, $prefix:literal { $($member:tt)* })*
    ) => {
        &[
            column("location_id", "uuid[]"),
            column("locked", "boolean[]"),
            column("modified_at", "timestamptz[]"),
            $(column_of!($type stringify!($field)),)*
            cast("custom", "::jsonb"),
            cast("policies", "::jsonb"),
            $(cast(stringify!($group), "::jsonb"),)*
        ]
    };
}

/// What can change of it, in the order in which [`super::write`] binds it.
const CHANGING: &[Column] = customer_fields!(changing);

/// What is fixed at creation.
const FIXED: [Column; 4] = [
    column("source", "text[]"),
    column("username", "text[]"),
    column("password", "bytea[]"),
    column("created_at", "timestamptz[]"),
];

/// The version that was read, and the customer that must not have been created.
const CONDITIONS: [Column; 2] = [column("version", "bigint[]"), column("unless", "uuid[]")];

/// `$1` is the buckets of the batch; each array after it is a column, in the order of [`PLACE`], [`CHANGING`], [`FIXED`].
/// The organization's row has the bucket that counts. Who is there already is left out, and not an error: the server would log
/// that with the username.
pub(super) static INSERT: LazyLock<String> = LazyLock::new(|| {
    let all = || PLACE.iter().chain(CHANGING).chain(&FIXED);
    format!(
        "INSERT INTO customer AS c (bucket, organization_id, id, {names})
         SELECT o.bucket, o.id, q.id, {values}
         FROM {rows}
         JOIN organization o ON o.bucket = ANY(ARRAY[q.bucket]) AND o.id = q.organization_id
         WHERE o.bucket = ANY($1::numeric[])
         ON CONFLICT DO NOTHING",
        names = join(CHANGING.iter().chain(&FIXED), |column| column.name.to_owned()),
        values = join(CHANGING.iter().chain(&FIXED), |column| format!("q.{}{}", column.name, column.cast)),
        rows = unnest(all()),
    )
});

/// The columns of [`INSERT`], in their order.
pub(super) const INSERTED: usize = PLACE.len() + CHANGING.len() + FIXED.len();

/// Takes rows of the same columns, each as it is. Nobody but the sender makes sure of the organization.
pub(super) static COPY: LazyLock<String> = LazyLock::new(|| {
    let names = join(PLACE.iter().chain(CHANGING).chain(&FIXED), |column| column.name.to_owned());
    format!("COPY customer ({names}) FROM STDIN (FORMAT binary)")
});

/// `$1` is the buckets of the batch; each array after it is a column, in the order of [`PLACE`], [`CHANGING`],
/// [`CONDITIONS`]. The version stands for a lock: whoever wrote in between has counted it up.
pub(super) static UPDATE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "UPDATE customer AS c SET version = c.version + 1, {values}
         FROM {rows}
         WHERE c.bucket = ANY(ARRAY[q.bucket]) AND c.organization_id = q.organization_id AND c.id = q.id AND c.bucket = ANY($1::numeric[])
           AND c.version = q.version
           AND NOT EXISTS (SELECT FROM customer_history h
                           WHERE h.bucket = ANY(ARRAY[q.bucket]) AND h.organization_id = q.organization_id
                             AND h.customer_id = q.unless AND h.id = q.unless AND h.bucket = ANY($1::numeric[]))",
        values = join(CHANGING.iter(), |column| format!("{name} = q.{name}{}", column.cast, name = column.name)),
        rows = unnest(PLACE.iter().chain(CHANGING).chain(&CONDITIONS)),
    )
});

/// [`INSERT`] and, in the same statement, the keys of the customer, all of which it must own: arrays of kind and value
/// follow; and then the parameters of [`history::add_event`]. Counts the customers, of which there is none when there is no
/// organization, and none when the username or the id is somebody's. Fails when somebody has a key: with an error of a value
/// ([`QUICKER`]), since that of a key would have the server log the phone number.
pub(super) static CREATE: LazyLock<String> = LazyLock::new(|| {
    let kinds = 2 + PLACE.len() + CHANGING.len() + FIXED.len();
    format!(
        "WITH created AS ({} RETURNING c.bucket, c.organization_id, c.id),
         owning AS (
             INSERT INTO customer_key AS k (bucket, organization_id, kind, value, rank, customer_id)
             SELECT n.bucket, n.organization_id, q.kind, q.value, 0, n.id
             FROM created n CROSS JOIN unnest(${kinds}::smallint[], ${values}::text[]) AS q(kind, value)
             ON CONFLICT DO NOTHING
             RETURNING k.kind),
         told AS ({} ON CONFLICT DO NOTHING RETURNING h.id)
         SELECT (CASE WHEN (SELECT count(*) FROM created) = 0 THEN '0'
                      WHEN (SELECT count(*) FROM owning) = cardinality(${kinds}::smallint[])
                       AND (SELECT count(*) FROM told) = 1 THEN '1'
                      ELSE 'another transaction was quicker' END)::bigint",
        *INSERT,
        history::telling("created", kinds + 2),
        values = kinds + 1,
    )
});

/// The error of [`CREATE`] when another transaction was quicker: a text that is no number.
pub(super) const QUICKER: &str = "22P02";

/// [`UPDATE`] and, in the same statement, what is told of it: the parameters of [`history::add_event`] come last. Counts the
/// customers.
pub(super) static CHANGE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "WITH changed AS ({} RETURNING c.bucket, c.organization_id, c.id),
         told AS ({} ON CONFLICT DO NOTHING)
         SELECT count(*) FROM changed",
        *UPDATE,
        history::telling("changed", 2 + PLACE.len() + CHANGING.len() + CONDITIONS.len()),
    )
});

/// What is read of a customer `c`.
pub(super) static SELECTED: LazyLock<String> = LazyLock::new(|| {
    let text = |column: &Column| match column.cast {
        "" => format!("c.{}", column.name),
        _ => format!("c.{name}::text AS {name}", name = column.name),
    };
    format!("c.version, {}", join(PLACE[1..].iter().chain(CHANGING).chain(&FIXED), text))
});

/// `$1` to `$3`: bucket, organization, id.
pub(super) static FIND: LazyLock<String> = LazyLock::new(|| {
    format!("SELECT {} FROM customer c WHERE c.bucket = $1 AND c.organization_id = $2 AND c.id = $3", *SELECTED)
});

/// Customers `c` by their ids: arrays of bucket, organization and id, from this parameter on.
fn by_id(first: usize) -> String {
    format!(
        "SELECT {}
         FROM unnest(${first}::smallint[], ${}::uuid[], ${}::uuid[]) AS q(bucket, organization_id, id)
         JOIN customer c ON c.bucket = ANY(ARRAY[q.bucket]) AND c.organization_id = q.organization_id AND c.id = q.id
         WHERE c.bucket = ANY($1::numeric[])",
        *SELECTED,
        first + 1,
        first + 2,
    )
}

/// Customers `c` by keys that they own: arrays of bucket, organization, kind and value, from this parameter on. Each comes
/// once, with all of its keys among these. Rank 0 owns the value.
fn by_keys(first: usize) -> String {
    format!(
        "SELECT m.kinds, m.values, {}
         FROM (SELECT q.bucket, q.organization_id, k.customer_id, array_agg(k.kind) AS kinds, array_agg(k.value) AS values
               FROM unnest(${first}::smallint[], ${}::uuid[], ${}::smallint[], ${}::text[])
                    AS q(bucket, organization_id, kind, value)
               JOIN customer_key k ON k.bucket = ANY(ARRAY[q.bucket]) AND k.organization_id = q.organization_id
                    AND k.kind = q.kind AND k.value = q.value AND k.rank = 0 * q.kind
               WHERE k.bucket = ANY($1::numeric[])
               GROUP BY q.bucket, q.organization_id, k.customer_id) AS m
         JOIN customer c ON c.bucket = ANY(ARRAY[m.bucket]) AND c.organization_id = m.organization_id AND c.id = m.customer_id
         WHERE c.bucket = ANY($1::numeric[])",
        *SELECTED,
        first + 1,
        first + 2,
        first + 3,
    )
}

/// A statement that reads customers `c`, and the same that locks them as they are now, in an order that all transactions
/// share.
pub(super) struct Reading {
    plain: String,
    locking: String,
}

impl Reading {
    fn of(plain: String) -> Self {
        let locking = format!("{plain} ORDER BY c.organization_id, c.id FOR UPDATE OF c");
        Self { plain, locking }
    }

    pub(super) fn statement(&'static self, lock: bool) -> &'static str {
        if lock { &self.locking } else { &self.plain }
    }
}

/// `$1` is the buckets of the batch; then what [`by_keys`] takes.
pub(super) static OWNERS: LazyLock<Reading> = LazyLock::new(|| Reading::of(by_keys(2)));

/// `$1` is the buckets of the batch; then what [`by_id`] takes.
pub(super) static CUSTOMERS: LazyLock<Reading> = LazyLock::new(|| Reading::of(by_id(2)));

/// What one command needs, in one row or more: the organization `$2` in the buckets `$1`, with the location `$3`, and
/// beside it the customers that are read so.
fn one(read: &str) -> String {
    format!(
        "SELECT o.default_location_id, o.forwards,
                (SELECT l.id FROM location l
                 WHERE l.bucket = o.bucket AND l.organization_id = o.id AND l.id = $3) AS known_location_id,
                t.*
         FROM organization o
         LEFT JOIN ({read}) AS t ON true
         WHERE o.bucket = ANY($1) AND o.id = $2"
    )
}

/// After `$3` what [`by_keys`] takes.
pub(super) static ONE_BY_KEYS: LazyLock<String> = LazyLock::new(|| one(&by_keys(4)));

/// After `$3` what [`by_id`] takes.
pub(super) static ONE_BY_ID: LazyLock<String> = LazyLock::new(|| one(&by_id(4)));

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
