//! A POST: create, or update the customer whom the request's values find.

use domain::customer::{Customer, Decision, Hit, Key, KeyKind, PostCustomer, Refusal, decide_post};
use domain::ports::{CorruptRow, Outcome, PasswordSealer, StoreError, Written};
use domain::value::CustomerId;
use sqlx::SqliteConnection;

use super::batch::Failure;
use super::{find, key, surroundings, write};

pub(super) async fn carry_out(
    db: &mut SqliteConnection,
    sealer: &dyn PasswordSealer,
    post: &PostCustomer,
) -> Result<Written, Failure> {
    let scene = surroundings::read(db, post.organization_id, post.location_id, post.fresh.id).await?;
    if scene.customer_exists {
        // The same command was written before, and its answer was lost.
        let customer = expect(db, sealer, post, post.fresh.id).await?;
        return Ok(Written { customer, outcome: Outcome::Created });
    }
    let owners = owners(db, sealer, post).await?;
    let hits: Vec<_> = owners.iter().map(|(kind, customer)| Hit { kind: *kind, customer }).collect();
    match decide_post(post, &hits, scene.surroundings)? {
        Decision::Create(customer) => create(db, sealer, *customer).await,
        Decision::Update(after) => {
            let before = owners.iter().map(|(_, customer)| customer).find(|before| before.id == after.id);
            let before =
                before.ok_or_else(|| StoreError::Internal("an update of a customer that was not met".into()))?;
            write::update(db, before, &after).await?;
            Ok(Written { customer: *after, outcome: Outcome::Updated })
        }
    }
}

async fn create(
    db: &mut SqliteConnection,
    sealer: &dyn PasswordSealer,
    customer: Customer,
) -> Result<Written, Failure> {
    // The only refusal that a write decides: it has to be the first of the command.
    if !write::insert(db, sealer, &customer).await? {
        return Err(Refusal::UsernameTaken.into());
    }
    key::take(db, &customer, &customer.keys()).await?;
    Ok(Written { customer, outcome: Outcome::Created })
}

/// The owners of the values that the request names for deduplication, in its order.
async fn owners(
    db: &mut SqliteConnection,
    sealer: &dyn PasswordSealer,
    post: &PostCustomer,
) -> Result<Vec<(KeyKind, Customer)>, Failure> {
    let keys: Vec<Key> = post.deduplicate.keys(&post.changes);
    let mut owners: Vec<(KeyKind, Customer)> = Vec::new();
    for (kind, id) in key::owners(db, post.organization_id, &keys).await? {
        let known = owners.iter().find(|(_, customer)| customer.id == id).map(|(_, customer)| customer.clone());
        let customer = match known {
            Some(customer) => customer,
            None => expect(db, sealer, post, id).await?,
        };
        owners.push((kind, customer));
    }
    Ok(owners)
}

/// A customer that has to be there.
async fn expect(
    db: &mut SqliteConnection,
    sealer: &dyn PasswordSealer,
    post: &PostCustomer,
    id: CustomerId,
) -> Result<Customer, Failure> {
    let customer = find::find(db, sealer, post.organization_id, id).await?;
    Ok(customer.ok_or_else(|| CorruptRow { table: "customer_key", column: "customer_id", id: id.to_string() })?)
}
