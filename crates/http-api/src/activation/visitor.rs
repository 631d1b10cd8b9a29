//! What the browser reports about its visitor.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use domain::value::FileKind;

use super::language::negotiate;
use super::messages::Language;

/// The header in which newer browsers report their system (User-Agent Client Hints).
pub(crate) const PLATFORM_HINT: HeaderName = HeaderName::from_static("sec-ch-ua-platform");

/// The visitor of the page.
#[derive(Clone, Copy)]
pub(crate) struct Visitor {
    /// The visitor's language.
    pub(crate) language: &'static Language,
    /// The visitor's device.
    pub(crate) device: Device,
}

/// The device that displays the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Device {
    /// The kind of file for the device, if it can be set up.
    pub(crate) kind: Option<FileKind>,
    /// Whether it is a desktop, whose owner may also have a phone. An iPad counts as one, because it reports that it is
    /// a Mac.
    pub(crate) on_desk: bool,
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self { language: negotiate(&parts.headers), device: Device::of(&parts.headers) })
    }
}

impl Device {
    fn of(headers: &HeaderMap) -> Self {
        let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let hinted = Self::hinted(text(&PLATFORM_HINT).trim_matches('"'));
        hinted.unwrap_or_else(|| Self::from_agent(text(&header::USER_AGENT)))
    }

    fn hinted(platform: &str) -> Option<Self> {
        let (kind, on_desk) = match platform {
            "Android" => (Some(FileKind::Android), false),
            "iOS" => (Some(FileKind::Apple), false),
            "macOS" => (Some(FileKind::Apple), true),
            "Windows" => (Some(FileKind::Windows), true),
            "Linux" => (Some(FileKind::Linux), true),
            "Chrome OS" | "Chromium OS" => (None, true),
            _ => return None,
        };
        Some(Self { kind, on_desk })
    }

    /// Selects by the first word found. Windows phones also reported that they were Android; there is no file for them.
    fn from_agent(agent: &str) -> Self {
        let words = [
            ("Windows Phone", None, false),
            ("Android", Some(FileKind::Android), false),
            ("iPhone", Some(FileKind::Apple), false),
            ("iPad", Some(FileKind::Apple), false),
            ("iPod", Some(FileKind::Apple), false),
            ("Macintosh", Some(FileKind::Apple), true),
            ("Windows NT", Some(FileKind::Windows), true),
            ("CrOS", None, true),
            ("Linux", Some(FileKind::Linux), true),
        ];
        let found = words.into_iter().find(|(word, ..)| agent.contains(word));
        found.map_or(Self { kind: None, on_desk: true }, |(_, kind, on_desk)| Self { kind, on_desk })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(agent: &str, hint: Option<&str>) -> (Option<FileKind>, bool) {
        let mut headers = HeaderMap::from_iter([(header::USER_AGENT, agent.parse().unwrap())]);
        headers.extend(hint.map(|hint| (PLATFORM_HINT, hint.parse().unwrap())));
        let Device { kind, on_desk } = Device::of(&headers);
        (kind, on_desk)
    }

    #[test]
    fn browsers_tell_their_system() {
        let (apple, android, windows) = (Some(FileKind::Apple), Some(FileKind::Android), Some(FileKind::Windows));
        for (agent, expected) in [
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1",
                (apple, false),
            ),
            ("Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) AppleWebKit/605.1.15", (apple, false)),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15", (apple, true)),
            ("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/120 Mobile", (android, false)),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120", (windows, true)),
            ("Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950)", (None, false)),
            ("Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/124.0", (Some(FileKind::Linux), true)),
            ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0)", (None, true)),
            ("curl/8.5.0", (None, true)),
            ("", (None, true)),
        ] {
            assert_eq!(device(agent, None), expected, "{agent}");
        }
    }

    #[test]
    fn a_hint_counts_more_and_an_unknown_one_nothing() {
        let linux = "Mozilla/5.0 (X11; Linux x86_64)";
        assert_eq!(device(linux, Some("\"Android\"")), (Some(FileKind::Android), false));
        assert_eq!(device(linux, Some("\"Windows\"")), (Some(FileKind::Windows), true));
        assert_eq!(device("iPhone", Some("\"macOS\"")), (Some(FileKind::Apple), true));
        assert_eq!(device("Android", Some("\"Linux\"")), (Some(FileKind::Linux), true));
        assert_eq!(device(linux, Some("\"Chrome OS\"")), (None, true));
        assert_eq!(device("Android", Some("\"Unknown\"")), (Some(FileKind::Android), false));
        assert_eq!(device("Android", Some("")), (Some(FileKind::Android), false));
    }
}
