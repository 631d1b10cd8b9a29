//! Writing what a wave decided.

use domain::batch::{Update, Wave};
use domain::customer::Customer;
use domain::customer_fields;
use domain::history::Call;
use domain::ports::{PasswordSealer, SealOwner};
use domain::value::{CustomerId, StoredText};
use sqlx::PgConnection;
use sqlx::postgres::PgBindIterExt;
use store_json::{DeviceJson, DocumentJson, PoliciesJson, ProcessingDataJson};

use super::columns::{COPY, INSERT, INSERTED, UPDATE};
use super::read::Versions;
use super::{erase, key, read, receipt};
use crate::arguments::Arguments;
use crate::copy::{Day, Jsonb, MANY, Rows, is_conflict};
use crate::error::Failure;
use crate::json::Json;
use crate::row::{bucket, uuid};
use crate::time::Time;
use crate::{forwarding, history};

/// Writes it, and new customers by COPY when they are many and that may be, which is where no username was asked for: customers first, then the keys that they give
/// up, then those that they take, then receipts, what is told of it, and who waits to be sent elsewhere.
///
/// # Errors
/// [`Failure::Lost`] when others wrote something that it rests on.
pub(super) async fn write(
    db: &mut PgConnection,
    sealer: &dyn PasswordSealer,
    versions: &Versions,
    wave: &mut Wave,
    copies: bool,
) -> Result<(), Failure> {
    let created = in_order(wave.created.iter().filter_map(|at| Row::created(wave, *at)));
    let updated = in_order(wave.updated.iter().filter_map(|update| Row::updated(wave, update, versions)));
    let erased = in_order(wave.erased.iter().filter_map(|at| Row::erased(wave, *at, versions)));
    let written = created.iter().chain(&updated).chain(&erased);
    let buckets = read::buckets(written.map(|row| row.customer.organization_id));
    let copies = copies && created.len() >= MANY;
    if copies {
        copied(&created, sealer)?.copy(db, COPY.as_str()).await.map_err(taken)?;
    } else if !created.is_empty() {
        let insert = sqlx::query_with(INSERT.as_str(), for_insert(&buckets, &created, sealer).finish()?);
        expect(insert.execute(&mut *db).await?.rows_affected(), &created)?;
    }
    if !updated.is_empty() {
        let update = sqlx::query_with(UPDATE.as_str(), for_update(&buckets, &updated).finish()?);
        expect(update.execute(&mut *db).await?.rows_affected(), &updated)?;
    }
    if !erased.is_empty() {
        erase::erase(db, &buckets, &erased).await?;
    }
    let (mut released, keys) = (std::mem::take(&mut wave.released), std::mem::take(&mut wave.taken));
    for lost in &wave.lost {
        released.extend(key::find_lost(db, lost).await?);
    }
    let receipts = std::mem::take(&mut wave.receipts);
    if !released.is_empty() {
        key::release(db, &buckets, released).await?;
    }
    if !keys.is_empty() {
        key::take(db, &buckets, keys).await?;
    }
    if !receipts.is_empty() {
        receipt::write(db, &buckets, receipts).await?;
    }
    let (creations, events): (Vec<_>, Vec<_>) =
        wave.events.iter().partition(|event| copies && event.call == Call::Create);
    if !creations.is_empty() {
        history::tell_creations(db, &creations).await?;
    }
    if !events.is_empty() {
        history::tell(db, &buckets, &events).await?;
    }
    let mut waiting = std::mem::take(&mut wave.waiting);
    if !waiting.is_empty() {
        waiting.sort_unstable();
        forwarding::wait(db, &buckets, &waiting).await?;
    }
    Ok(())
}

/// A customer to write.
pub(super) struct Row<'w> {
    pub(super) customer: &'w Customer,
    /// What a change rests on: the version that was read, and the customer that must not be there.
    pub(super) rests_on: (i64, Option<CustomerId>),
}

impl<'w> Row<'w> {
    /// The new customer in this answer.
    pub(super) fn created(wave: &'w Wave, answer: usize) -> Option<Self> {
        let customer = &wave.answers.get(answer)?.as_ref().ok()?.customer;
        Some(Self { customer, rests_on: (0, None) })
    }

    /// The customer of an update.
    pub(super) fn updated(wave: &'w Wave, update: &Update, versions: &Versions) -> Option<Self> {
        let row = Self::erased(wave, update.answer, versions)?;
        Some(Self { rests_on: (row.rests_on.0, update.unless), ..row })
    }

    /// The customer of an erasure.
    fn erased(wave: &'w Wave, answer: usize, versions: &Versions) -> Option<Self> {
        let row = Self::created(wave, answer)?;
        let version = versions.get(&(row.customer.organization_id, row.customer.id))?;
        Some(Self { rests_on: (*version, None), ..row })
    }
}

/// In an order that all transactions share.
fn in_order<'w>(rows: impl Iterator<Item = Row<'w>>) -> Vec<Row<'w>> {
    let mut rows: Vec<_> = rows.collect();
    rows.sort_unstable_by_key(|row| (row.customer.organization_id, row.customer.id));
    rows
}

/// A username or an id that somebody has by now, although both were drawn by chance.
fn taken(error: sqlx::Error) -> Failure {
    if is_conflict(&error) { Failure::Lost } else { error.into() }
}

/// A row that was not inserted has no organization, or its username or id is somebody's by now. A row that was not updated or deleted has changed or is gone, or its command was
/// carried out before.
pub(super) fn expect(written: u64, rows: &[Row<'_>]) -> Result<(), Failure> {
    if written == rows.len() as u64 { Ok(()) } else { Err(Failure::Lost) }
}

/// The parameters of [`INSERT`].
pub(super) fn for_insert(buckets: &[i16], rows: &[Row<'_>], sealer: &dyn PasswordSealer) -> Arguments {
    arguments(buckets, rows)
        .add(rows.iter().map(|row| row.customer.source.as_str()).bind_iter())
        .add(rows.iter().map(|row| row.customer.username.as_str()).bind_iter())
        .add(rows.iter().map(|row| sealed(row.customer, sealer)).bind_iter())
        .add(rows.iter().map(|row| Time(row.customer.created_at)).bind_iter())
}

fn sealed(customer: &Customer, sealer: &dyn PasswordSealer) -> Vec<u8> {
    let owner = SealOwner { organization_id: customer.organization_id, customer_id: customer.id };
    sealer.seal(&customer.password, owner)
}

/// The parameters of [`UPDATE`].
pub(super) fn for_update(buckets: &[i16], rows: &[Row<'_>]) -> Arguments {
    arguments(buckets, rows)
        .add(rows.iter().map(|row| row.rests_on.0).bind_iter())
        .add(rows.iter().map(|row| row.rests_on.1.map(|id| uuid(id.to_bytes()))).bind_iter())
}

/// The columns that insert and update share, in their order, handed to the macro `$callback`: how a value travels, and the value
/// of the customer `$c`.
macro_rules! with_columns {
    (
        $callback:ident, $c:ident;
        $(#[$person_doc:meta])* person: $Person:ident, $PersonChanges:ident, $person_prefix:literal {
            $($(#[$doc:meta])* $field:ident: $type:ident, $name:literal, $history:tt;)*
        }
        $($groups:tt)*
    ) => {
        $callback! {
            $c:
            plain bucket($c.organization_id),
            plain uuid($c.organization_id.to_bytes()),
            plain uuid($c.id.to_bytes()),
            plain uuid($c.location_id.to_bytes()),
            plain $c.locked,
            plain Time($c.modified_at),
            $($type $c.profile.person.$field,)*
            json $c.profile.custom.members(),
            json PoliciesJson::of(&$c.profile.policies),
            json DocumentJson::of(&$c.profile.document),
            json ProcessingDataJson::of(&$c.profile.processing_data),
            json DeviceJson::of(&$c.profile.device),
        }
    };
}

/// A value in an array: those of arrays of text become what they are in the statement.
macro_rules! in_array {
    (plain $value:expr) => {
        $value
    };
    (Flag $value:expr) => {
        $value
    };
    (BirthDate $value:expr) => {
        $value.map(|date| date.to_string())
    };
    (json $value:expr) => {
        Json($value)
    };
    ($text:ident $value:expr) => {
        $value.as_ref().map(StoredText::as_text)
    };
}

/// A value of the column's own type.
macro_rules! in_row {
    (plain $value:expr) => {
        $value
    };
    (Flag $value:expr) => {
        $value
    };
    (BirthDate $value:expr) => {
        $value.map(|date| Day(date.date()))
    };
    (json $value:expr) => {
        Jsonb($value)
    };
    ($text:ident $value:expr) => {
        $value.as_ref().map(StoredText::as_text)
    };
}

/// The buckets, and then the columns that both statements share, in their order.
fn arguments(buckets: &[i16], rows: &[Row<'_>]) -> Arguments {
    macro_rules! columns {
        ($c:ident: $($kind:ident $column:expr),* $(,)?) => {
            Arguments::new().add(buckets)$(.add(rows.iter().map(of(|$c| in_array!($kind $column))).bind_iter()))*
        };
    }
    customer_fields!(with_columns columns, c;)
}

/// The rows of [`COPY`].
fn copied(rows: &[Row<'_>], sealer: &dyn PasswordSealer) -> Result<Rows, sqlx::Error> {
    let mut copied = Rows::of(INSERTED as i16);
    for row in rows {
        let c = row.customer;
        copied.begin();
        macro_rules! columns {
            ($c:ident: $($kind:ident $column:expr),* $(,)?) => {
                $(copied.add(in_row!($kind $column))?;)*
            };
        }
        customer_fields!(with_columns columns, c;);
        copied.add(c.source.as_str())?;
        copied.add(c.username.as_str())?;
        copied.add(sealed(c, sealer))?;
        copied.add(Time(c.created_at))?;
    }
    Ok(copied)
}

/// One column of a row, as the iterator over references wants it.
fn of<'w, T>(column: impl Fn(&'w Customer) -> T) -> impl Fn(&Row<'w>) -> T {
    move |row| column(row.customer)
}
