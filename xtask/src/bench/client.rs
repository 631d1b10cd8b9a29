//! One connection to the server, and what is asked on it.

use std::net::SocketAddr;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use crate::shell::Failure;

/// A request.
pub(crate) struct Ask {
    pub(crate) method: Method,
    pub(crate) path: String,
    /// JSON, or nothing.
    pub(crate) body: Option<Value>,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
}

/// A connection that stays open.
pub(crate) struct Connection(SendRequest<Full<Bytes>>);

impl Ask {
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self { method: Method::GET, path: path.into(), body: None }
    }

    pub(crate) fn post(path: impl Into<String>, body: Value) -> Self {
        Self { method: Method::POST, path: path.into(), body: Some(body) }
    }

    /// The request as it is sent.
    pub(crate) fn request(&self, bearer: &str) -> Result<Request<Full<Bytes>>, Failure> {
        let body = self.body.as_ref().map(Value::to_string).unwrap_or_default();
        let request = Request::builder().method(&self.method).uri(&self.path).header(header::HOST, "localhost");
        let request = request.header(header::AUTHORIZATION, format!("Bearer {bearer}"));
        Ok(request.header(header::CONTENT_TYPE, "application/json").body(Full::from(body))?)
    }
}

impl Answer {
    /// What the answer says, if it is a success.
    pub(crate) fn json(&self) -> Result<Value, Failure> {
        if self.status == StatusCode::OK {
            return Ok(serde_json::from_slice(&self.body)?);
        }
        Err(format!("answered {}: {}", self.status, String::from_utf8_lossy(&self.body)).into())
    }
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // Its error is also the error of the request that it breaks.
        tokio::spawn(connection);
        Ok(Self(sender))
    }

    /// Sends the request, and returns when the whole answer is here.
    pub(crate) async fn send(&mut self, request: Request<Full<Bytes>>) -> Result<Answer, Failure> {
        self.0.ready().await?;
        let (parts, body) = self.0.send_request(request).await?.into_parts();
        Ok(Answer { status: parts.status, body: body.collect().await?.to_bytes() })
    }

    /// Asks, and takes nothing but a success.
    pub(crate) async fn ask(&mut self, ask: &Ask, bearer: &str) -> Result<Value, Failure> {
        self.send(ask.request(bearer)?).await?.json()
    }
}
