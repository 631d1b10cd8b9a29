//! Sending one customer.

use super::{Account, Fault, Outcome, Parcel};
use crate::ports::{Clock, Upstream};

/// Sends a customer, and returns what to do with it. The fault, if there was one, shows whether other customers can be
/// sent at the moment.
pub async fn send(
    upstream: &dyn Upstream,
    account: &Account,
    parcel: &Parcel,
    clock: &dyn Clock,
) -> (Outcome, Option<Fault>) {
    match carry(upstream, account, parcel).await {
        Ok(done) => (done, None),
        Err(fault) => (parcel.waiting.attempt.after(&fault, clock.now()), Some(fault)),
    }
}

async fn carry(upstream: &dyn Upstream, account: &Account, parcel: &Parcel) -> Result<Outcome, Fault> {
    let waiting = &parcel.waiting;
    match (&parcel.customer, waiting.remote_id.clone()) {
        (Some(customer), known) => upstream.put(account, customer, known).await.map(|id| Outcome::Done(Some(id))),
        (None, Some(known)) => upstream.erase(account, &known).await.map(|()| Outcome::Done(None)),
        (None, None) if waiting.sent => Err(Fault::Refused(
            "the customer is erased here, and may be in the upstream under an id that is not known".to_owned(),
        )),
        (None, None) => Ok(Outcome::Done(None)),
    }
}
