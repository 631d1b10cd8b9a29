//! The store of apps' installations.

use async_trait::async_trait;

use super::{CustomerError, StoreError};
use crate::customer::{Installation, ReportInstallation};
use crate::value::{CustomerId, OrganizationId};

/// Stores what apps report about the devices that they are installed on.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait InstallationStore: Send + Sync {
    /// Carries out the decision of [`crate::customer::decide_report`] on the customer's installations and its history.
    /// Concurrent reports each see what the others wrote. A repeated report has no further effect. An unreadable
    /// installation counts as absent: a report of it MUST replace it, and a report of another one MUST leave it.
    ///
    /// # Errors
    /// MUST be [`CustomerError::ForeignCustomer`] if the customer belongs to another organization, and
    /// [`CustomerError::UnknownCustomer`] if it belongs to none. Nothing was written.
    async fn report(&self, report: ReportInstallation) -> Result<(), CustomerError>;

    /// The customer's installations, in the order of their ids. Unreadable ones are omitted and logged.
    ///
    /// # Errors
    /// The store failed.
    async fn installations(
        &self,
        organization_id: OrganizationId,
        customer_id: CustomerId,
    ) -> Result<Vec<Installation>, StoreError>;
}
