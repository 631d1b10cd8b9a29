//! What can be asked of the API.

use async_trait::async_trait;
use serde_json::{Map, Value};

use crate::Error;
use crate::wire::{
    CustomerHistory, CustomerPage, CustomerSessions, CustomerToken, NewCustomerResponse, ServiceInfo, StoredCustomer,
    TokenOwner,
};

/// The members of a customer to create or to change, by their names on the wire. A [`crate::wire::NewCustomer`] makes one
/// too, but cannot tell null, which clears, from absent.
pub type Body = Map<String, Value>;

/// How a customer is created.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Creation {
    /// Names of the values that identify the customer, such as `email`. None: always create.
    pub deduplicate: Vec<String>,
    /// By which the request is known when it comes again. Only Guestbook heeds it.
    pub idempotency_key: Option<String>,
}

/// Which part of a list or a history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Entries, at most; the server's choice if `None`.
    pub size: Option<u16>,
    /// Where the page before ended: its `sid`.
    pub sid: Option<String>,
}

/// What a token is good for. `None`: the server's choice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TokenTerms {
    /// Life in seconds.
    pub expires_in: Option<u32>,
    /// How often it can be used.
    pub hits: Option<u32>,
}

/// The API, as a service that is logged in sees it.
///
/// # Errors
/// Every call fails with an [`Error`] that tells what it means. [`Error::Unauthorized`] means that logging in again did not
/// help.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Client: Send + Sync {
    /// Who this is: the service of the session, with its rights and its organizations.
    async fn service(&self) -> Result<ServiceInfo, Error>;

    /// `POST /v3/customers`: creates a customer, or updates the one that is found. It is repeated only when that can create
    /// no second one: with an Idempotency-Key, or when one of the values to deduplicate by is there.
    async fn create_customer(&self, customer: &Body, how: &Creation) -> Result<NewCustomerResponse, Error>;

    /// `PUT /v3/customers/{cid}`: changes a customer. Absent stays, null clears.
    async fn update_customer(&self, id: &str, changes: &Body) -> Result<NewCustomerResponse, Error>;

    /// `GET /v3/customers/{cid}`: everything that is stored. Guestbook only.
    async fn customer(&self, id: &str) -> Result<StoredCustomer, Error>;

    /// `GET /v2/customers/organizations/{org}/exist`: whether one customer has all of these values, by their names.
    async fn customer_exists(&self, organization: &str, values: &[(String, String)]) -> Result<bool, Error>;

    /// `DELETE /v3/customers/{cid}`: erases a customer. Guestbook only. It is not repeated when its answer is lost.
    async fn erase_customer(&self, id: &str) -> Result<(), Error>;

    /// `GET /v3/customers/{cid}/history`: what was done to a customer. Guestbook only.
    async fn customer_history(&self, id: &str, page: &Page) -> Result<CustomerHistory, Error>;

    /// `GET /v3/customers/{cid}/sessions`: when a customer was on the network, the latest first. Guestbook only.
    async fn customer_sessions(&self, id: &str, page: &Page) -> Result<CustomerSessions, Error>;

    /// `GET /v2/customers/organizations/{org}`: a page of an organization's customers, the oldest first: of all, or of those that
    /// these parameters of the list select, such as `email`.
    async fn customers(
        &self,
        organization: &str,
        filters: &[(&'static str, String)],
        page: &Page,
    ) -> Result<CustomerPage, Error>;

    /// `GET /v2/customers/{cid}/token`: a temporary token.
    async fn issue_token(&self, id: &str, terms: &TokenTerms) -> Result<CustomerToken, Error>;

    /// `GET /v2/customers/tokens/{token}`: whose it is.
    async fn token_owner(&self, token: &str) -> Result<TokenOwner, Error>;
}
