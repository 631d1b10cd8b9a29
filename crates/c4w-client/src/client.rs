//! The operations of the API.

use async_trait::async_trait;
use serde_json::{Map, Value};

use crate::Error;
use crate::wire::{
    CustomerHistory, CustomerPage, CustomerSessions, CustomerToken, NewCustomerResponse, ServiceInfo, StoredCustomer,
    TokenOwner,
};

/// The members of a customer to create or to change, by their names on the wire. A [`crate::wire::NewCustomer`] can be
/// turned into one too, but cannot distinguish null, which clears, from absent.
pub type Body = Map<String, Value>;

/// The terms of a creation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Creation {
    /// The names of the values that identify the customer, such as `email`. If empty, a customer is always created.
    pub deduplicate: Vec<String>,
    /// Identifies the request when it is repeated. Only Guestbook supports it.
    pub idempotency_key: Option<String>,
}

/// A page of a list or a history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The maximum number of entries; the server's default if `None`.
    pub size: Option<u16>,
    /// The `sid` of the previous page.
    pub sid: Option<String>,
}

/// The terms of a token. `None` stands for the server's default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TokenTerms {
    /// Lifetime in seconds.
    pub expires_in: Option<u32>,
    /// How often it can be used.
    pub hits: Option<u32>,
}

/// The API for a service that is logged in.
///
/// # Errors
/// Every call fails with an [`Error`] by meaning. [`Error::Unauthorized`] means that logging in again did not help.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Client: Send + Sync {
    /// The session's service, with its rights and its organizations.
    async fn service(&self) -> Result<ServiceInfo, Error>;

    /// `POST /v3/customers`: creates a customer, or updates an existing one. It is repeated only if that cannot create
    /// a second customer: with an Idempotency-Key, or if one of the values to deduplicate by is present.
    async fn create_customer(&self, customer: &Body, how: &Creation) -> Result<NewCustomerResponse, Error>;

    /// `PUT /v3/customers/{cid}`: changes a customer. Absent members stay, null clears.
    async fn update_customer(&self, id: &str, changes: &Body) -> Result<NewCustomerResponse, Error>;

    /// `GET /v3/customers/{cid}`: the customer as stored. Guestbook only.
    async fn customer(&self, id: &str) -> Result<StoredCustomer, Error>;

    /// `GET /v2/customers/organizations/{org}/exist`: whether one customer has all of these values, by their names.
    async fn customer_exists(&self, organization: &str, values: &[(String, String)]) -> Result<bool, Error>;

    /// `DELETE /v3/customers/{cid}`: erases a customer. Guestbook only. It is not repeated if its response is lost.
    async fn erase_customer(&self, id: &str) -> Result<(), Error>;

    /// `GET /v3/customers/{cid}/history`: the changes to a customer. Guestbook only.
    async fn customer_history(&self, id: &str, page: &Page) -> Result<CustomerHistory, Error>;

    /// `GET /v3/customers/{cid}/sessions`: a customer's network sessions, the latest first. Guestbook only.
    async fn customer_sessions(&self, id: &str, page: &Page) -> Result<CustomerSessions, Error>;

    /// `GET /v2/customers/organizations/{org}`: a page of an organization's customers, the oldest first; all of them,
    /// or those that these parameters of the list select, such as `email`.
    async fn customers(
        &self,
        organization: &str,
        filters: &[(&'static str, String)],
        page: &Page,
    ) -> Result<CustomerPage, Error>;

    /// `GET /v2/customers/{cid}/token`: issues a temporary token.
    async fn issue_token(&self, id: &str, terms: &TokenTerms) -> Result<CustomerToken, Error>;

    /// `GET /v2/customers/tokens/{token}`: the customer of a token.
    async fn token_owner(&self, token: &str) -> Result<TokenOwner, Error>;
}
