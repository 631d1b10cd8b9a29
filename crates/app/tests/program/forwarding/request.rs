//! A request on its way through a proxy.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A received request.
pub(super) struct Request {
    /// The first line and the headers, without the empty line after them.
    head: String,
    body: Vec<u8>,
}

impl Request {
    /// The next request of a connection; `None` at its end.
    pub(super) async fn read(stream: &mut TcpStream) -> Option<Self> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.ok()?);
        }
        head.truncate(head.len() - 2);
        let mut request = Self { head: String::from_utf8(head).ok()?, body: Vec::new() };
        request.body = vec![0; request.header("content-length").map_or(0, |length| length.parse().unwrap())];
        stream.read_exact(&mut request.body).await.ok()?;
        Some(request)
    }

    /// The session of the request; a login has none.
    pub(super) fn session(&self) -> Option<&str> {
        self.header("authorization")
    }

    /// The complete response of a server. Each request has a separate connection to it, which ends with the response.
    pub(super) async fn carry_out(&self, server: &str) -> io::Result<Vec<u8>> {
        let mut server = TcpStream::connect(server).await?;
        let head = format!("{}connection: close\r\n\r\n", self.head);
        server.write_all(&[head.as_bytes(), &self.body].concat()).await?;
        let mut answer = Vec::new();
        server.read_to_end(&mut answer).await?;
        // The caller's connection stays open.
        Ok(String::from_utf8_lossy(&answer).replacen("connection: close\r\n", "", 1).into_bytes())
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}
