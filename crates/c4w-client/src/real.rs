//! The client over HTTP.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Method, Url, redirect};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::batch::{self, BatchAnswers, BatchTerms};
use crate::exchange::exchange;
use crate::identity;
use crate::pace::Pace;
use crate::repeat::Repeats;
use crate::request::{Request, path, with_query};
use crate::session::{Session, Token};
use crate::wire::{
    CustomerHistory, CustomerPage, CustomerSessions, CustomerToken, NewCustomerResponse, ServiceInfo, StoredCustomer,
    TokenOwner,
};
use crate::{
    Body, Client, Creation, Credentials, Error, Page, Pauses, Problem, RealPauses, Secret, TokenTerms, tls, wire,
};

/// The settings of the client.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address of the API: `https://…`, without a path of its own.
    pub url: String,
    /// The credentials of the login.
    pub credentials: Credentials,
    /// The time limit for connecting.
    pub connect_time: Duration,
    /// The time limit for each attempt of a request, including its response.
    pub request_time: Duration,
    /// The maximum number of attempts.
    pub times: u32,
    /// The pause after the first attempt; it doubles with each further one.
    pub first_pause: Duration,
    /// The maximum pause. If a server asks for a longer one, the request fails.
    pub longest_pause: Duration,
    /// The maximum requests per second.
    pub rate: NonZeroU32,
}

/// A [`Client`] over HTTP. It reuses its connections, and logs in at its first call.
pub struct RealClient {
    http: reqwest::Client,
    url: String,
    credentials: Credentials,
    session: Session,
    repeats: Repeats,
    pace: Pace,
    pauses: Arc<dyn Pauses>,
}

impl Settings {
    /// 10 seconds to connect, 30 for a response, 5 attempts with pauses from 200 milliseconds to a minute, 1000
    /// requests a second.
    pub fn new(url: impl Into<String>, credentials: Credentials) -> Self {
        Self {
            url: url.into(),
            credentials,
            connect_time: Duration::from_secs(10),
            request_time: Duration::from_secs(30),
            times: 5,
            first_pause: Duration::from_millis(200),
            longest_pause: Duration::from_secs(60),
            rate: NonZeroU32::MIN.saturating_add(999),
        }
    }
}

impl RealClient {
    /// A client with these settings.
    ///
    /// # Errors
    /// [`Error::Setup`]: the address is invalid.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        Self::with_pauses(settings, Arc::new(RealPauses))
    }

    /// A client with other pauses.
    ///
    /// # Errors
    /// [`Error::Setup`]: the address is invalid.
    pub fn with_pauses(settings: Settings, pauses: Arc<dyn Pauses>) -> Result<Self, Error> {
        tls::provide_tls();
        let http = reqwest::Client::builder()
            .connect_timeout(settings.connect_time)
            .timeout(settings.request_time)
            // No address of the API redirects, and the session must not be sent elsewhere.
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| Error::Setup(format!("no connections can be made: {error}")))?;
        Ok(Self {
            http,
            url: base(&settings.url)?,
            credentials: settings.credentials,
            session: Session::default(),
            repeats: Repeats { times: settings.times, first: settings.first_pause, longest: settings.longest_pause },
            pace: Pace::new(settings.rate),
            pauses,
        })
    }

    /// Sends a batch of rows, each a line of JSON with its line feed (`POST /v3/customers/batch`, Guestbook only). It
    /// is not repeated here: the caller knows which rows have no answer yet.
    ///
    /// # Errors
    /// As for any other call.
    pub async fn send_batch(&self, terms: &BatchTerms, rows: Vec<u8>) -> Result<BatchAnswers, Error> {
        let token = self.token().await?;
        match batch::send(&self.http, &self.url, terms, rows.clone(), &token).await {
            Err(error) if error.is_of_the_session() => {
                let token = self.session.renewed(&token, self.login()).await?;
                batch::send(&self.http, &self.url, terms, rows, &token).await
            }
            sent => sent,
        }
    }

    /// Sends a request in the session, and once more in a new one if the session turns out to have ended.
    async fn call<T: DeserializeOwned>(&self, request: Request) -> Result<T, Error> {
        let token = self.token().await?;
        match self.send(&request, Some(&token)).await {
            Err(error) if error.is_of_the_session() => {
                let token = self.session.renewed(&token, self.login()).await?;
                self.send(&request, Some(&token)).await
            }
            answer => answer,
        }
    }

    /// Sends a request until it is answered or repeating it is useless.
    async fn send<T: DeserializeOwned>(&self, request: &Request, token: Option<&Secret>) -> Result<T, Error> {
        let mut sent = 0;
        loop {
            self.pace.keep(self.pauses.as_ref()).await;
            let error = match exchange(&self.http, &self.url, request, token).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            sent += 1;
            let pause = self.repeats.pause_after(sent, &error, request.harmless, self.pauses.as_ref());
            let Some(pause) = pause else { return Err(error) };
            self.pauses.pause(pause).await;
        }
    }

    async fn token(&self) -> Result<Token, Error> {
        self.session.current(self.login()).await
    }

    /// An additional session does no harm, so a login is repeated if its response is lost.
    async fn login(&self) -> Result<Secret, Error> {
        let Credentials { client_key, client_secret } = &self.credentials;
        let body = json!({"clientKey": client_key, "clientSecret": client_secret.reveal()}).to_string();
        let request = Request {
            method: Method::POST,
            path: "/v1/sts/login/services".to_owned(),
            body: Some(body.into_bytes()),
            idempotency_key: None,
            harmless: true,
        };
        let session: wire::Session = match self.send(&request, None).await {
            // A login needs no rights, so none can be missing.
            Err(Error::Forbidden(problem)) => return Err(Error::Unauthorized(problem)),
            answer => answer?,
        };
        session.token.ok_or_else(|| Error::Unexpected(Problem::unreadable(200, "a login without a token", None)))
    }
}

#[async_trait]
impl Client for RealClient {
    async fn service(&self) -> Result<ServiceInfo, Error> {
        let token = self.token().await?;
        let id = identity::service_id(&token)
            .ok_or_else(|| Error::Unexpected(Problem::unreadable(200, "a session without a service", None)))?;
        self.call(Request::get(path(&["v1", "sts", "services", &id]))).await
    }

    async fn create_customer(&self, customer: &Body, how: &Creation) -> Result<NewCustomerResponse, Error> {
        self.call(Request::create(customer, how)).await
    }

    async fn update_customer(&self, id: &str, changes: &Body) -> Result<NewCustomerResponse, Error> {
        self.call(Request::put(path(&["v3", "customers", id]), changes)).await
    }

    async fn customer(&self, id: &str) -> Result<StoredCustomer, Error> {
        self.call(Request::get(path(&["v3", "customers", id]))).await
    }

    async fn customer_exists(&self, organization: &str, values: &[(String, String)]) -> Result<bool, Error> {
        let values = values.iter().map(|(name, value)| (name.as_str(), Some(value.clone())));
        let path = with_query(&path(&["v2", "customers", "organizations", organization, "exist"]), values);
        match self.call::<Value>(Request::get(path)).await {
            Ok(_) => Ok(true),
            Err(Error::NotFound(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn erase_customer(&self, id: &str) -> Result<(), Error> {
        self.call::<Value>(Request::delete(path(&["v3", "customers", id]))).await.map(|_| ())
    }

    async fn customer_history(&self, id: &str, page: &Page) -> Result<CustomerHistory, Error> {
        self.call(Request::get(with_page(&path(&["v3", "customers", id, "history"]), page))).await
    }

    async fn customer_sessions(&self, id: &str, page: &Page) -> Result<CustomerSessions, Error> {
        self.call(Request::get(with_page(&path(&["v3", "customers", id, "sessions"]), page))).await
    }

    async fn customers(
        &self,
        organization: &str,
        filters: &[(&'static str, String)],
        page: &Page,
    ) -> Result<CustomerPage, Error> {
        let filters = filters.iter().map(|(name, value)| (*name, Some(value.clone())));
        let query = page_query(page).into_iter().chain(filters);
        let path = with_query(&path(&["v2", "customers", "organizations", organization]), query);
        self.call(Request::get(path)).await
    }

    async fn issue_token(&self, id: &str, terms: &TokenTerms) -> Result<CustomerToken, Error> {
        let terms = [("expiresIn", terms.expires_in), ("hits", terms.hits)];
        let terms = terms.map(|(name, value)| (name, value.map(|value| value.to_string())));
        self.call(Request::get(with_query(&path(&["v2", "customers", id, "token"]), terms))).await
    }

    async fn token_owner(&self, token: &str) -> Result<TokenOwner, Error> {
        self.call(Request::get(path(&["v2", "customers", "tokens", token]))).await
    }
}

fn with_page(path: &str, page: &Page) -> String {
    with_query(path, page_query(page))
}

fn page_query(page: &Page) -> [(&'static str, Option<String>); 2] {
    [("size", page.size.map(|size| size.to_string())), ("sid", page.sid.clone())]
}

/// The address without its trailing slash, which the published one has.
fn base(url: &str) -> Result<String, Error> {
    let parsed = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    // User and query would become part of every request.
    let plain = |url: &Url| url.username().is_empty() && url.password().is_none() && url.query().is_none();
    match parsed.filter(plain) {
        Some(parsed) => Ok(parsed.as_str().trim_end_matches('/').to_owned()),
        None => Err(Error::Setup("the address must be http:// or https://, without user and query".to_owned())),
    }
}

/// Whether requests to this address cross a network unencrypted: `http`, and not to this machine itself.
///
/// They contain the client secret, bearer tokens and personal data. An invalid address is not reported here; its user
/// refuses it.
pub fn is_unencrypted(url: &str) -> bool {
    let is_local = |host: &str| match host.trim_matches(['[', ']']).parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    };
    Url::parse(url).is_ok_and(|url| url.scheme() == "http" && !url.host_str().is_some_and(is_local))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_is_encrypted_nowhere_but_needs_not_be_on_this_machine() {
        for url in
            ["http://guests.example.org", "HTTP://192.0.2.1:8080/", "http://[2001:db8::1]", "http://localhost.example"]
        {
            assert!(is_unencrypted(url), "{url}");
        }
        for url in [
            "https://guests.example.org",
            "http://127.0.0.1:8080",
            "http://[::1]/",
            "http://localhost:1",
            "http://a.localhost",
        ] {
            assert!(!is_unencrypted(url), "{url}");
        }
    }

    #[test]
    fn an_address_is_http_and_nothing_more() {
        assert_eq!(base("https://explore.cloud4wi.com/").unwrap(), "https://explore.cloud4wi.com");
        for odd in ["ftp://x", "explore.cloud4wi.com", "https://me:secret@x", "https://x?key=1", "http://"] {
            assert!(matches!(base(odd), Err(Error::Setup(_))), "{odd}");
        }
    }
}
