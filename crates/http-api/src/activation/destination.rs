//! The address that a person continues to after setting up a device.

use domain::value::WebUrl;
use url::Url;

/// A web address that the page shows as a link and never redirects to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Destination {
    /// The address as browsers write it.
    pub(crate) address: String,
    /// The host; an international name is in its ASCII form, so that it cannot be mistaken for another one.
    pub(crate) host: String,
}

impl Destination {
    /// Parses the address; `None` for anything that is not plainly an http or https address.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let plain = WebUrl::parse(text).ok().filter(|plain| plain.as_str() == text)?;
        let url = Url::parse(plain.as_str()).ok()?;
        let host = url.host_str()?;
        let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        Some(Self { address: url.into(), host })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_the_one_that_browsers_go_to() {
        for (text, address, host) in [
            ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d", "example.org"),
            ("http://EXAMPLE.org:8080", "http://example.org:8080/", "example.org:8080"),
            ("https://example.org:443/", "https://example.org/", "example.org"),
            ("https://ex\u{430}mple.org/", "https://xn--exmple-4nf.org/", "xn--exmple-4nf.org"),
            ("http://[::1]/", "http://[::1]/", "[::1]"),
            ("http://0x7f.1/", "http://127.0.0.1/", "127.0.0.1"),
        ] {
            let expected = Destination { address: address.to_owned(), host: host.to_owned() };
            assert_eq!(Destination::parse(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn nothing_else_is_a_destination() {
        for text in [
            "",
            "/path",
            "//example.org/",
            "example.org",
            "javascript:alert(1)",
            "JavaScript://example.org/%0aalert(1)",
            "data:text/html,<script>alert(1)</script>",
            "ftp://example.org/",
            "intent://example.org/",
            "https:example.org",
            "https:/example.org",
            "https:\\\\example.org",
            "https://user@example.org/",
            "https://user:secret@example.org/",
            "https://example.org\\@evil.example/",
            "https://exam\nple.org/",
            "https://example.org/\n",
            " https://example.org/",
            "https://example.org/\r\nLocation: https://evil.example/",
            "https://example.org/\"onmouseover=\"alert(1)",
            &format!("https://example.org/{}", "a".repeat(2048)),
        ] {
            assert_eq!(Destination::parse(text), None, "{text}");
        }
    }
}
