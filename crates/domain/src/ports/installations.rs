//! Where the installations of customers' apps are kept.

use async_trait::async_trait;

use super::{CustomerError, StoreError};
use crate::customer::{Installation, ReportInstallation};
use crate::value::{CustomerId, OrganizationId};

/// Keeps what apps tell of the devices that they are installed on.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait InstallationStore: Send + Sync {
    /// Carries out what [`crate::customer::decide_report`] says of the customer's installations and its history. Of reports that come at
    /// the same time each sees what the others wrote. To report twice is the same as once. An installation that cannot be
    /// read counts as absent: a report of it MUST replace it, and a report of another one MUST leave it.
    ///
    /// # Errors
    /// MUST be [`CustomerError::ForeignCustomer`] when the customer belongs to another organization, and
    /// [`CustomerError::UnknownCustomer`] when it belongs to none. Nothing was written.
    async fn report(&self, report: ReportInstallation) -> Result<(), CustomerError>;

    /// What is stored of the customer, in the order of the installations' ids. One that cannot be read is left out, and
    /// written to the log.
    ///
    /// # Errors
    /// The store failed.
    async fn installations(
        &self,
        organization_id: OrganizationId,
        customer_id: CustomerId,
    ) -> Result<Vec<Installation>, StoreError>;
}
