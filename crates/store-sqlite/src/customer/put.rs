//! A PUT: change the customer with this id.

use domain::customer::{PutCustomer, Refusal, decide_put};
use domain::ports::{Outcome, PasswordSealer, Written};
use sqlx::SqliteConnection;

use super::batch::Failure;
use super::{exists_anywhere, find, surroundings, write};

pub(super) async fn carry_out(
    db: &mut SqliteConnection,
    sealer: &dyn PasswordSealer,
    put: &PutCustomer,
) -> Result<Written, Failure> {
    let scene = surroundings::read(db, put.organization_id, put.location_id, put.id).await?;
    let Some(before) = find::find(db, sealer, put.organization_id, put.id).await? else {
        let foreign = exists_anywhere(db, put.id).await?;
        return Err(if foreign { Refusal::ForeignCustomer } else { Refusal::UnknownCustomer }.into());
    };
    let customer = decide_put(put, &before, scene.surroundings)?;
    write::update(db, &before, &customer).await?;
    Ok(Written { customer, outcome: Outcome::Updated })
}
