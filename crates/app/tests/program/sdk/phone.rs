//! A phone with Cloud4Wi's iOS SDK in its app: its calls, and the responses that it accepts.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

use super::answers;
use crate::fixture::{Answer, Client, Keys, Server};

/// The SDK's error for a failed call.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SdkError {
    /// 401 or 403, even after a new login.
    Refused,
    /// A status other than 200 and 201.
    Status(u16),
    /// The customer's name or password is wrong.
    Credentials,
}

/// The app on its phone.
pub(crate) struct Phone {
    server: Client,
    keys: Keys,
    session: Option<Client>,
    /// The service's id, from the token.
    service: String,
    organization: Option<String>,
    /// The number of its logins.
    pub(crate) logins: usize,
    /// Whether its session has always ended when it needs it.
    pub(crate) unlucky: bool,
}

impl Phone {
    pub(crate) fn new(server: &Server, keys: Keys) -> Self {
        let server = server.anybody();
        Self { server, keys, session: None, service: String::new(), organization: None, logins: 0, unlucky: false }
    }

    /// Ends the session without the phone's knowledge.
    async fn lose_session(&self) {
        let session = self.session.as_ref().unwrap();
        let ended = session.send(session.request(Method::POST, "/v1/sts/logout")).await;
        assert_eq!(ended.status, 200);
    }

    /// Creates the customer, or finds it by these names.
    pub(crate) async fn create_customer(&mut self, customer: &Value, names: &str) -> Result<Value, SdkError> {
        // The headers of the first creation are built before the organization is known.
        let known = self.organization.clone();
        if known.is_none() {
            let id = self.service_id().await;
            let service = self.get(&format!("/v1/sts/services/{id}")).await?;
            self.organization = Some(answers::service(&service.json(), &self.service));
        }
        let settings = self.settings().await?;
        let mut body = customer.clone();
        body["organizationId"] = json!(self.organization);
        body["locationId"] = settings["defaultLocationId"].clone();
        let query = if names.is_empty() { String::new() } else { format!("?deduplicate={names}") };
        let call = Call::new(Method::POST, format!("/v3/customers{query}")).with(&body).of(known);
        let created = self.call(call).await?.json();
        answers::created(&created);
        Ok(created)
    }

    pub(crate) async fn update_customer(&mut self, id: &str, changes: &Value) -> Result<(), SdkError> {
        let call = Call::new(Method::PUT, format!("/v3/customers/{id}")).with(changes);
        self.call(call.of(self.organization.clone())).await.map(drop)
    }

    /// Whether there is a customer with this value, which is inserted into the address unchanged.
    pub(crate) async fn exists(&mut self, name: &str, value: &str) -> Result<bool, SdkError> {
        let organization = self.organization.as_deref().unwrap();
        match self.get(&format!("/v2/customers/organizations/{organization}/exist?{name}={value}")).await {
            Ok(_) => Ok(true),
            Err(SdkError::Status(404)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The id and the external id of the customer with these credentials. Also reports the device to the server.
    pub(crate) async fn customer_info(&mut self, name: &str, password: &str) -> Result<(String, Value), SdkError> {
        let body = json!({"username": name, "password": password, "organizationId": self.organization});
        let call = Call::new(Method::POST, "/v3/customers/credential/check".to_owned()).with(&body);
        let checked = self.call(call.of(self.organization.clone())).await?.json();
        if !answers::checked(&checked) {
            return Err(SdkError::Credentials);
        }
        let id = checked["id"].as_str().unwrap().to_owned();
        let call = Call::new(Method::POST, format!("/v3/customers/{id}/devices")).with(&metadata());
        self.call(call.of(self.organization.clone())).await?;
        self.report_device(&id).await?;
        Ok((id, checked["extId"].clone()))
    }

    /// Reports the app's state on this phone to the server.
    pub(crate) async fn report_device(&mut self, id: &str) -> Result<(), SdkError> {
        let call = Call::new(Method::POST, format!("/v3/customers/{id}/devices")).with(&state());
        // As in the SDK: after a new login the other body is sent.
        self.call(Call { again: Some(metadata()), ..call }.of(self.organization.clone())).await.map(drop)
    }

    /// The data that the phone needs for a profile.
    pub(crate) async fn settings(&mut self) -> Result<Value, SdkError> {
        let organization = self.organization.as_deref().unwrap();
        let path = format!("/v4/organizations/{organization}/devices/ios_com.example.wifiapp/settings");
        let settings = self.get(&path).await?.json();
        answers::settings(&settings);
        Ok(settings)
    }

    /// Names of policies.
    pub(crate) async fn policies(&mut self) -> Result<Vec<String>, SdkError> {
        let organization = self.organization.as_deref().unwrap();
        let policies = self.get(&format!("/v1/organizations/{organization}/policies")).await?.json();
        Ok(answers::policies(&policies))
    }

    async fn get(&mut self, path: &str) -> Result<Answer, SdkError> {
        self.call(Call::new(Method::GET, path.to_owned()).of(self.organization.clone())).await
    }

    /// The service's id, which requires a login.
    async fn service_id(&mut self) -> String {
        if self.session.is_none() {
            self.login().await;
        }
        self.service.clone()
    }

    async fn login(&mut self) {
        let keys = json!({"clientKey": self.keys.client_key, "clientSecret": self.keys.client_secret});
        let login =
            send(&self.server, &Call::new(Method::POST, "/v1/sts/login/services".to_owned()), Some(&keys)).await;
        let mut session = self.server.clone();
        session.enter(&login);
        self.service = issuer(login.json()["token"].as_str().unwrap());
        self.session = Some(session);
        self.logins += 1;
    }

    /// Logs in again, once, if its session turns out to have ended.
    async fn call(&mut self, call: Call) -> Result<Answer, SdkError> {
        let held = self.session.is_some();
        if !held {
            self.login().await;
        } else if self.unlucky {
            self.lose_session().await;
        }
        let mut answer = send(self.session.as_ref().unwrap(), &call, call.body.as_ref()).await;
        if held && matches!(answer.status, 401 | 403) {
            self.login().await;
            let body = call.again.as_ref().or(call.body.as_ref());
            answer = send(self.session.as_ref().unwrap(), &call, body).await;
        }
        match answer.status {
            200 | 201 => Ok(answer),
            401 | 403 => Err(SdkError::Refused),
            other => Err(SdkError::Status(other)),
        }
    }
}

struct Call {
    method: Method,
    path: String,
    body: Option<Value>,
    /// The body for a repetition.
    again: Option<Value>,
    organization: Option<String>,
}

impl Call {
    const fn new(method: Method, path: String) -> Self {
        Self { method, path, body: None, again: None, organization: None }
    }

    fn with(self, body: &Value) -> Self {
        Self { body: Some(body.clone()), ..self }
    }

    fn of(self, organization: Option<String>) -> Self {
        Self { organization, ..self }
    }
}

/// Sends it with the headers of the SDK, and JSON in Apple's format.
async fn send(session: &Client, call: &Call, body: Option<&Value>) -> Answer {
    let mut request = session.request(call.method.clone(), &call.path);
    for (name, value) in HEADERS {
        request = request.header(name, value);
    }
    if let Some(organization) = &call.organization {
        request = request.header("C4W-WiFi-SDK-Organization-Id", organization);
    }
    if let Some(body) = body {
        request = request.header("content-type", "application/json").body(body.to_string().replace('/', r"\/"));
    }
    let answer = session.send(request).await;
    assert_eq!(answer.url.path(), call.path.split('?').next().unwrap(), "not redirected");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(!answer.headers.contains_key("set-cookie"));
    answer
}

const HEADERS: [(&str, &str); 6] = [
    ("SDK-Install-Id", "0B7F6C0A-2F0F-4E53-9F4B-6D0C3E5B8A11"),
    ("C4W-WiFi-SDK-OS-Version", "16.6"),
    ("C4W-WiFi-SDK-Device", "iPhone14,5"),
    ("C4W-WiFi-SDK-OS", "ios"),
    ("C4W-WiFi-SDK-Version", "1.7.0"),
    ("C4W-WiFi-SDK-Bundle-Id", "com.example.wifiapp"),
];

/// The description of the device.
pub(crate) fn metadata() -> Value {
    json!({
        "installId": "0B7F6C0A-2F0F-4E53-9F4B-6D0C3E5B8A11", "bundle": "com.example.wifiapp", "vendorId": "V-1",
        "advId": "V-1", "os": "ios", "osVersion": "16.6", "device": "iPhone14,5", "created": "2024-03-28T10:15+0000",
    })
}

/// The app's state on it.
fn state() -> Value {
    json!({
        "installId": "0B7F6C0A-2F0F-4E53-9F4B-6D0C3E5B8A11", "os": "ios", "bundle": "com.example.wifiapp",
        "lastSeen": "2024-03-28T10:15:30Z", "pushToken": "push-token-1", "pp_installed": 0, "wpa2ent_installed": 0,
    })
}

/// The service in a token. The SDK's decoder supports only the standard alphabet, and requires padding.
fn issuer(token: &str) -> String {
    let parts: Vec<_> = token.split('.').collect();
    assert_eq!(parts.len(), 3, "parts of a token");
    assert!(parts[..2].iter().all(|part| !part.contains(['-', '_'])), "letters that its decoder does not know");
    let decode = |part: &str| {
        let padded = format!("{part}{}", "=".repeat((4 - part.len() % 4) % 4));
        serde_json::from_slice::<Value>(&STANDARD.decode(padded).unwrap()).unwrap()
    };
    assert!(decode(parts[0]).is_object());
    decode(parts[1])["iss"].as_str().unwrap().to_owned()
}
