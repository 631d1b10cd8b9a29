//! Whom a token or a grant belongs to, and why a person may have nothing of it.

use std::sync::Arc;

use domain::customer::Customer;
use domain::organization::Organization;
use domain::ports::StoreError;
use domain::value::{CustomerId, FriendlyName, OrganizationId};

use crate::files::{Login, NoFile};
use crate::{Api, ApiError};

/// A customer who can be given a file.
pub(crate) struct Guest {
    pub(crate) organization: Arc<Organization>,
    pub(crate) customer: Customer,
    pub(crate) login: Login,
}

/// Why there is nothing to be had.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The token or grant is unknown, expired or used up, or its customer is gone: all alike.
    Dead,
    /// The time of a grant is over, and its token still works at this address.
    Expired(Arc<Organization>, String),
    /// The customer is locked.
    Locked(Arc<Organization>),
    /// The organization has no Passpoint, or not all that it takes.
    NotSetUp(Arc<Organization>),
    /// No device can hold the customer's login.
    Unfit(Arc<Organization>),
    /// Something failed.
    Failed(ApiError),
}

impl Guest {
    pub(crate) async fn find(
        api: &Api,
        organization_id: OrganizationId,
        customer_id: CustomerId,
        network: Option<&FriendlyName>,
    ) -> Result<Self, Stop> {
        let organization = api.settings.of(organization_id).await?;
        let customer = api.ports.customers.find(organization_id, customer_id).await?.ok_or(Stop::Dead)?;
        if customer.locked {
            return Err(Stop::Locked(organization));
        }
        match Login::of(&organization, &customer, network) {
            Ok(login) => Ok(Self { organization, customer, login }),
            Err(cause) => Err(Stop::without_file(&organization, &cause)),
        }
    }
}

impl Stop {
    /// A person can do nothing about it, so the log tells what is to be mended.
    pub(crate) fn without_file(organization: &Arc<Organization>, cause: &NoFile) -> Self {
        let organization_id = organization.id;
        let told = |faults: &[passpoint::Error]| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        match cause {
            NoFile::NotSetUp(faults) => {
                tracing::warn!(%organization_id, faults = told(faults), "an organization has no complete Passpoint settings");
                Self::NotSetUp(organization.clone())
            }
            NoFile::Unfit(faults) => {
                tracing::warn!(%organization_id, faults = told(faults), "a customer's login fits no device");
                Self::Unfit(organization.clone())
            }
        }
    }
}

impl From<ApiError> for Stop {
    fn from(error: ApiError) -> Self {
        match error {
            // The organization of a token is gone, or its customer.
            ApiError::Forbidden(_) | ApiError::NotFound(_) => Self::Dead,
            error => Self::Failed(error),
        }
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// For programs.
impl From<Stop> for ApiError {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Dead | Stop::Expired(..) => Self::NotFound("The token is unknown, expired or used up."),
            Stop::Locked(_) => Self::CustomerLocked,
            Stop::NotSetUp(_) => Self::NotFound("The organization has no complete Passpoint settings."),
            Stop::Unfit(_) => Self::NotFound("No device can hold the customer's login."),
            Stop::Failed(error) => error,
        }
    }
}
