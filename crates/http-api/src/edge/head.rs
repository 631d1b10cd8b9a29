//! The rules for a request head: one that a proxy in front of the service could interpret differently is refused, and
//! so is a long one.
//!
//! httparse accepts what many servers accept: lines that end without a carriage return, no host or several, two lengths
//! of one body. The length is checked here, so that proxies and the service agree on where the next head begins.

use axum::http::uri::{Authority, Scheme, Uri};

/// The maximum length of a head in bytes: SDKs send less than 2 kB, and browsers with long cookies of other services on
/// the same host some 16 kB.
pub(super) const HEAD_BYTES: usize = 64 * 1024;
/// The maximum number of header lines; SDKs and browsers send about 20.
const HEADERS: usize = 100;

/// A reason to refuse a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeadFault {
    /// It is ambiguous or invalid.
    Unclear(&'static str),
    /// It is too long, or has too many lines.
    TooLong,
}

const NOT_HTTP: HeadFault = HeadFault::Unclear("The head is not one of HTTP/1.1.");
const LINE_END: HeadFault = HeadFault::Unclear("Lines of the head must end with CR and LF, and have neither inside.");
const NO_HOST: HeadFault = HeadFault::Unclear("The head must have a Host.");
const TWO_HOSTS: HeadFault = HeadFault::Unclear("The head must not have more than one Host.");
const NOT_A_HOST: HeadFault = HeadFault::Unclear("The Host must be a name or an address, with a port or without.");
const ANOTHER_HOST: HeadFault = HeadFault::Unclear("The address and the Host must name the same host.");
const NOT_A_PATH: HeadFault = HeadFault::Unclear("The address must be a path, or begin with http:// or https://.");
const NOT_CHUNKED: HeadFault = HeadFault::Unclear("The only Transfer-Encoding that is taken is chunked, once.");
const NOT_A_LENGTH: HeadFault = HeadFault::Unclear("The head must have at most one Content-Length, in digits.");
const TWO_LENGTHS: HeadFault = HeadFault::Unclear("The head must not have both Content-Length and Transfer-Encoding.");

/// How the length of a request's body is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// By a number of bytes.
    Length(u64),
    /// By its chunks.
    Chunked,
}

/// Returns where the head at the start of these bytes ends, if it is complete; `searched` of them were checked before.
///
/// # Errors
/// The bytes cannot become a valid head.
pub(super) fn end(bytes: &[u8], searched: usize) -> Result<Option<usize>, HeadFault> {
    for at in searched..bytes.len() {
        let (byte, before) = (bytes[at], at.checked_sub(1).map(|before| bytes[before]));
        if (byte == b'\n') != (before == Some(b'\r')) {
            return Err(LINE_END);
        }
        if byte == b'\n' && bytes[..=at].ends_with(b"\r\n\r\n") {
            return if at < HEAD_BYTES { Ok(Some(at + 1)) } else { Err(HeadFault::TooLong) };
        }
    }
    if bytes.len() < HEAD_BYTES { Ok(None) } else { Err(HeadFault::TooLong) }
}

/// Checks the host of a complete head, and returns the framing of its body.
///
/// # Errors
/// The host or the length is ambiguous.
pub(super) fn check(bytes: &[u8]) -> Result<Framing, HeadFault> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut head = httparse::Request::new(&mut headers);
    match head.parse(bytes) {
        Ok(httparse::Status::Complete(_)) => {}
        Ok(httparse::Status::Partial) => return Err(NOT_HTTP),
        Err(httparse::Error::TooManyHeaders) => return Err(HeadFault::TooLong),
        Err(_) => return Err(NOT_HTTP),
    }
    let is_1_1 = head.version == Some(1);
    let host = host(head.headers, is_1_1)?;
    if head.method != Some("CONNECT") {
        target(head.path.unwrap_or_default(), host.as_ref())?;
    }
    framing(head.headers, is_1_1)
}

fn all<'a>(headers: &'a [httparse::Header<'_>], name: &'static str) -> impl Iterator<Item = &'a [u8]> {
    headers.iter().filter(move |header| header.name.eq_ignore_ascii_case(name)).map(|header| header.value.trim_ascii())
}

fn framing(headers: &[httparse::Header<'_>], is_1_1: bool) -> Result<Framing, HeadFault> {
    let (mut lengths, mut encodings) = (all(headers, "content-length"), all(headers, "transfer-encoding"));
    match (lengths.next(), encodings.next()) {
        (None, None) => Ok(Framing::Length(0)),
        (Some(_), Some(_)) => Err(TWO_LENGTHS),
        (Some(length), None) => {
            let digits = !length.is_empty() && length.iter().all(u8::is_ascii_digit) && lengths.next().is_none();
            let length = str::from_utf8(length).ok().filter(|_| digits).and_then(|length| length.parse().ok());
            length.map(Framing::Length).ok_or(NOT_A_LENGTH)
        }
        (None, Some(encoding)) => {
            let chunked = is_1_1 && encoding.eq_ignore_ascii_case(b"chunked") && encodings.next().is_none();
            if chunked { Ok(Framing::Chunked) } else { Err(NOT_CHUNKED) }
        }
    }
}

/// RFC 9112, 3.2: exactly one host with HTTP/1.1, and at most one before.
fn host(headers: &[httparse::Header<'_>], is_1_1: bool) -> Result<Option<Authority>, HeadFault> {
    let mut hosts = all(headers, "host");
    let Some(host) = hosts.next() else { return if is_1_1 { Err(NO_HOST) } else { Ok(None) } };
    if hosts.next().is_some() {
        return Err(TWO_HOSTS);
    }
    authority(host).map(Some).ok_or(NOT_A_HOST)
}

fn authority(value: &[u8]) -> Option<Authority> {
    let authority = Authority::try_from(value).ok()?;
    let port = authority.as_str().strip_prefix(authority.host())?;
    let port_is_fine = port.is_empty() || port == ":" || authority.port_u16().is_some();
    // RFC 3986 permits a comma in a name, but no real name has one: it comes from two lines that a proxy joined.
    let is_one = !authority.host().is_empty() && !authority.host().contains(',');
    (is_one && port_is_fine).then_some(authority)
}

/// A target that contains a host must contain that of `Host`. By RFC 9112, 3.2.2 the target takes precedence, which not
/// every proxy implements.
fn target(target: &str, host: Option<&Authority>) -> Result<(), HeadFault> {
    if target.starts_with('/') || target == "*" {
        return Ok(());
    }
    let uri: Uri = target.parse().map_err(|_| NOT_A_PATH)?;
    let usual_port = match uri.scheme() {
        Some(scheme) if *scheme == Scheme::HTTP => 80,
        Some(scheme) if *scheme == Scheme::HTTPS => 443,
        _ => return Err(NOT_A_PATH),
    };
    let named = uri.authority().filter(|named| !named.as_str().contains('@')).ok_or(ANOTHER_HOST)?;
    let port = |authority: &Authority| authority.port_u16().unwrap_or(usual_port);
    let same = |host: &Authority| host.host().eq_ignore_ascii_case(named.host()) && port(host) == port(named);
    if host.is_none_or(same) { Ok(()) } else { Err(ANOTHER_HOST) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(start: &str, lines: &[&str]) -> Result<Framing, HeadFault> {
        let text = format!("{start}\r\n{}\r\n", lines.iter().map(|line| format!("{line}\r\n")).collect::<String>());
        assert_eq!(end(text.as_bytes(), 0), Ok(Some(text.len())));
        check(text.as_bytes())
    }

    #[test]
    fn a_head_ends_with_an_empty_line_and_lines_end_in_one_way() {
        assert_eq!(end(b"GET / HTTP/1.1\r\nHost: a\r\n\r\nrest", 0), Ok(Some(27)));
        assert_eq!(end(b"GET / HTTP/1.1\r\nHost: a\r\n\r", 0), Ok(None));
        assert_eq!(end(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 26), Ok(Some(27)));
        for text in
            ["GET / HTTP/1.1\n", "GET / HTTP/1.1\r\nHost: a\n", "GET / HTTP/1.1\r\nX: a\rb", "\n", "GET /\r\r\n"]
        {
            assert_eq!(end(text.as_bytes(), 0), Err(LINE_END), "{text:?}");
        }
        assert_eq!(end(&[b'x'; HEAD_BYTES - 1], 0), Ok(None));
        assert_eq!(end(&[b'x'; HEAD_BYTES], 0), Err(HeadFault::TooLong));
    }

    #[test]
    fn what_is_not_http_is_refused() {
        for start in ["GET /", "GET / HTTP/2.0", "GET  / HTTP/1.1", " GET / HTTP/1.1", "GET /\u{1} HTTP/1.1", "hello"] {
            assert_eq!(checked(start, &["Host: a"]), Err(NOT_HTTP), "{start}");
        }
        for line in ["Host : a", "X: \0", "no colon", ": empty", " X: folded", "X\u{1}: a"] {
            assert_eq!(checked("GET / HTTP/1.1", &["Host: a", line]), Err(NOT_HTTP), "{line:?}");
        }
        let many: Vec<_> = std::iter::once("Host: a").chain(std::iter::repeat_n("X: y", HEADERS)).collect();
        assert_eq!(checked("GET / HTTP/1.1", &many), Err(HeadFault::TooLong));
        assert_eq!(checked("GET / HTTP/1.1", &many[..HEADERS]), Ok(Framing::Length(0)));
    }

    #[test]
    fn there_is_exactly_one_host_and_it_is_one() {
        let with = |host: &str| checked("GET / HTTP/1.1", &[&format!("Host: {host}")]).map(drop);
        for host in
            ["example.org", "example.org:8080", "127.0.0.1:1", "[::1]", "[::1]:80", "EXAMPLE.org", "a_b.example"]
        {
            assert_eq!(with(host), Ok(()), "{host}");
        }
        for host in
            ["", "a b", "a,b", "user@a", "a/b", "http://a", ":80", "a:b", "a:99999", "a:1:2", "ä", "[::1", "a?b"]
        {
            assert_eq!(with(host), Err(NOT_A_HOST), "{host}");
        }
        assert_eq!(checked("GET / HTTP/1.1", &[]), Err(NO_HOST));
        assert_eq!(checked("GET / HTTP/1.1", &["Host: a", "hOST: a"]), Err(TWO_HOSTS));
        assert_eq!(checked("GET / HTTP/1.0", &[]), Ok(Framing::Length(0)));
        assert_eq!(checked("GET / HTTP/1.0", &["Host: a", "Host: b"]), Err(TWO_HOSTS));
    }

    #[test]
    fn an_address_with_a_host_names_the_same_one() {
        let with =
            |uri: &str, host: &str| checked(&format!("GET {uri} HTTP/1.1"), &[&format!("Host: {host}")]).map(drop);
        for (uri, host) in [
            ("http://example.org/", "example.org"),
            ("http://example.org/", "EXAMPLE.org:80"),
            ("https://example.org:443/", "example.org"),
            ("http://example.org:8080/a?b", "example.org:8080"),
            ("/http://example.com/", "example.org"),
            ("*", "example.org"),
        ] {
            assert_eq!(with(uri, host), Ok(()), "{uri} {host}");
        }
        for (uri, host) in [
            ("http://example.org/", "example.com"),
            ("http://example.org/", "example.org:443"),
            ("http://example.org:81/", "example.org"),
            ("http://user@example.org/", "example.org"),
        ] {
            assert_eq!(with(uri, host), Err(ANOTHER_HOST), "{uri} {host}");
        }
        for uri in ["ftp://example.org/", "example.org", "v3/customers", "?a"] {
            assert_eq!(with(uri, "example.org"), Err(NOT_A_PATH), "{uri}");
        }
    }

    #[test]
    fn the_length_of_a_body_is_told_in_one_way() {
        let with = |lines: &[&str]| checked("POST / HTTP/1.1", &[&["Host: a"], lines].concat());
        assert_eq!(with(&["Content-Length: 12"]), Ok(Framing::Length(12)));
        assert_eq!(with(&["Transfer-Encoding: Chunked"]), Ok(Framing::Chunked));
        for length in ["", "+1", "-1", "1, 1", "0x1", "1 1", "99999999999999999999"] {
            assert_eq!(with(&[&format!("Content-Length: {length}")]), Err(NOT_A_LENGTH), "{length}");
        }
        assert_eq!(with(&["Content-Length: 1", "Content-Length: 1"]), Err(NOT_A_LENGTH));
        for other in ["", "gzip, chunked", "chunked, chunked", "identity", "chunked;q=1", "xchunked"] {
            assert_eq!(with(&[&format!("Transfer-Encoding: {other}")]), Err(NOT_CHUNKED), "{other}");
        }
        assert_eq!(with(&["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"]), Err(NOT_CHUNKED));
        assert_eq!(with(&["Transfer-Encoding: chunked", "Content-Length: 1"]), Err(TWO_LENGTHS));
        assert_eq!(with(&["Content-Length: 1", "Transfer-Encoding: chunked"]), Err(TWO_LENGTHS));
        let old = checked("POST / HTTP/1.0", &["Transfer-Encoding: chunked"]);
        assert_eq!(old, Err(NOT_CHUNKED));
    }
}
