//! One connection to the server, and the requests on it.
//!
//! Each round trip takes processor time from the server under measurement. So the client supports only what this
//! server's responses need: HTTP/1.1, bodies with a `Content-Length`, one request at a time. Anything else is a
//! failure.

use std::io::Write;
use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::head::Head;
use crate::shell::Failure;

/// A request.
pub(crate) struct Ask {
    method: &'static str,
    path: String,
    content_type: &'static str,
    /// A body of this type, or empty.
    body: String,
}

/// A response.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
}

/// A persistent connection.
pub(crate) struct Connection {
    stream: TcpStream,
    // Reused from one request to the next.
    outgoing: Vec<u8>,
    incoming: Vec<u8>,
}

impl Ask {
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self { method: "GET", path: path.into(), content_type: "application/json", body: String::new() }
    }

    pub(crate) fn put(path: impl Into<String>, body: String) -> Self {
        Self { method: "PUT", path: path.into(), content_type: "application/json", body }
    }

    pub(crate) fn post(path: impl Into<String>, body: String) -> Self {
        Self { method: "POST", path: path.into(), content_type: "application/json", body }
    }

    /// A POST of a form.
    pub(crate) fn form(path: impl Into<String>, body: String) -> Self {
        Self { content_type: "application/x-www-form-urlencoded", ..Self::post(path, body) }
    }
}

impl Answer<'_> {
    /// The body of a successful response.
    pub(crate) fn success(&self) -> Result<&[u8], Failure> {
        match self.status {
            200 => Ok(self.body),
            status => Err(format!("answered {status}: {}", String::from_utf8_lossy(self.body)).into()),
        }
    }
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, outgoing: Vec::new(), incoming: Vec::new() })
    }

    /// Sends the request, and returns when the whole response has arrived.
    pub(crate) async fn send(&mut self, ask: &Ask, bearer: &str) -> Result<Answer<'_>, Failure> {
        let Ask { method, path, content_type, body } = ask;
        self.outgoing.clear();
        write!(
            self.outgoing,
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {bearer}\r\n\
             content-type: {content_type}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )?;
        self.stream.write_all(&self.outgoing).await?;
        self.incoming.clear();
        let head = self.receive().await?;
        Ok(Answer { status: head.status, body: &self.incoming[head.length..] })
    }

    /// Sends the request, and requires a successful response.
    pub(crate) async fn ask(&mut self, ask: &Ask, bearer: &str) -> Result<Value, Failure> {
        Ok(serde_json::from_slice(self.send(ask, bearer).await?.success()?)?)
    }

    async fn receive(&mut self) -> Result<Head, Failure> {
        let mut head = None;
        loop {
            if self.stream.read_buf(&mut self.incoming).await? == 0 {
                return Err("the server closed the connection".into());
            }
            if head.is_none() {
                head = Head::read(&self.incoming)?;
            }
            if let Some(head) = head.take_if(|head| self.incoming.len() >= head.length + head.body) {
                return Ok(head);
            }
        }
    }
}
