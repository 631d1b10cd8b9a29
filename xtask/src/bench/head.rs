//! The head of a response.

use crate::shell::Failure;

const END: &[u8] = b"\r\n\r\n";

/// The relevant parts of a head.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) status: u16,
    /// Bytes of the head.
    pub(crate) length: usize,
    /// Bytes of the body.
    pub(crate) body: usize,
}

impl Head {
    /// Parses the received bytes; `None` if the head is incomplete.
    pub(crate) fn read(bytes: &[u8]) -> Result<Option<Self>, Failure> {
        let Some(end) = bytes.windows(END.len()).position(|window| window == END) else { return Ok(None) };
        let text = std::str::from_utf8(&bytes[..end])?;
        let mut lines = text.split("\r\n");
        let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok());
        let mut fields = lines.filter_map(|line| line.split_once(':'));
        let body = fields.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        let body = body.and_then(|(_, value)| value.trim().parse().ok());
        match status.zip(body) {
            Some((status, body)) => Ok(Some(Self { status, length: end + END.len(), body })),
            None => Err(format!("an answer has an unexpected head: {text}").into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_status_and_length() {
        let answer = b"HTTP/1.1 404 Not Found\r\nx: y\r\nContent-Length: 2\r\n\r\n{}";
        for part in 0..answer.len() - 2 {
            assert_eq!(Head::read(&answer[..part]).unwrap(), None);
        }
        assert_eq!(Head::read(answer).unwrap(), Some(Head { status: 404, length: answer.len() - 2, body: 2 }));
    }

    #[test]
    fn what_it_does_not_know_is_a_failure() {
        for head in
            ["HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\n", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"]
        {
            assert!(Head::read(head.as_bytes()).is_err(), "{head}");
        }
    }
}
