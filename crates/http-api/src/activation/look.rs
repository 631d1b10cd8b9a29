//! The look of the page, and its content security policy: it may load nothing that it does not contain.

use std::sync::LazyLock;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::organization::{ActivationSettings, Organization};
use domain::value::{Color, LogoUrl};
use sha2::{Digest, Sha256};
use url::Url;

/// The style sheet of every page.
pub(crate) const STYLE: &str = include_str!("../../templates/activate/style.css");
static STYLE_HASH: LazyLock<String> = LazyLock::new(|| hash(STYLE));

/// The minimum contrast of a component with its surroundings (WCAG 2, 1.4.11).
const OF_THINGS: f64 = 3.0;

/// Name, logo and style of an organization. The default look belongs to no organization.
#[derive(Default)]
pub(crate) struct Look {
    pub(crate) name: Option<String>,
    /// An address of an image within the page or from the page's own origin.
    pub(crate) logo: Option<String>,
    /// The organization's style sheet, which follows the common one, as browsers read it.
    pub(crate) style: Option<String>,
}

impl Look {
    /// The look of the organization, for a page at the service's public address.
    pub(crate) fn of(organization: &Organization, public_url: &str) -> Self {
        let ActivationSettings { logo_url, color, css } = &organization.settings.activation;
        let logo = logo_url.as_ref().map(LogoUrl::as_str);
        let color = color.as_ref().map(colors).unwrap_or_default();
        // HTML normalizes line breaks, and the hash has to cover what browsers read.
        let css = css.as_ref().map_or_else(String::new, |css| css.as_str().replace("\r\n", "\n").replace('\r', "\n"));
        Self {
            name: Some(organization.name.as_str().to_owned()),
            logo: logo.filter(|logo| is_within(logo, public_url)).map(str::to_owned),
            style: Some(color + &css).filter(|style| !style.is_empty()),
        }
    }

    /// The content security policy. Whatever an organization's style sheet contains, the browser applies only styles
    /// with these hashes, loads only images that are in the page or from its origin, and permits nothing else.
    pub(crate) fn content_security_policy(&self) -> String {
        let own = self.style.as_deref().map(|style| format!(" {}", hash(style))).unwrap_or_default();
        format!(
            "default-src 'none'; style-src {}{own}; img-src 'self' data:; form-action 'self'; base-uri 'none'; \
             frame-ancestors 'none'",
            *STYLE_HASH
        )
    }
}

fn hash(style: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(style)))
}

/// Whether the image is in its address, or comes from the page's own origin, so that no third party learns who views
/// the page.
fn is_within(logo: &str, public_url: &str) -> bool {
    let origin = |url| Url::parse(url).map(|url| url.origin());
    logo.starts_with("data:") || matches!((origin(logo), origin(public_url)), (Ok(logo), Ok(page)) if logo == page)
}

/// The colour of buttons, a colour of text that is readable on it, and of an edge that is visible on white.
fn colors(color: &Color) -> String {
    let luminance = luminance(color.as_str());
    let (on_white, on_black) = (contrast(luminance, 1.0), contrast(luminance, 0.0));
    let text = if on_white >= on_black { "#fff" } else { "#000" };
    let edge = if on_white >= OF_THINGS { color.as_str() } else { "#6b7280" };
    format!(":root{{--accent:{};--on-accent:{text};--edge:{edge}}}\n", color.as_str())
}

/// The relative luminance (WCAG 2) of a colour, given as `#` and six digits: from 0 to 1.
fn luminance(color: &str) -> f64 {
    let channel = |at: usize| {
        let digits = color.get(at..at + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let value = f64::from(digits.unwrap_or_default()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

/// The contrast ratio, from 1 to 21.
fn contrast(one: f64, other: f64) -> f64 {
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_can_be_read_on_every_colour() {
        for (color, text, edge) in [
            ("#000000", "#fff", "#000000"),
            ("#ffffff", "#000", "#6b7280"),
            ("#1a2b3c", "#fff", "#1a2b3c"),
            ("#ffee00", "#000", "#6b7280"),
            ("#777777", "#000", "#777777"),
        ] {
            let expected = format!(":root{{--accent:{color};--on-accent:{text};--edge:{edge}}}\n");
            assert_eq!(colors(&Color::parse(color).unwrap()), expected);
        }
        for step in 0..=255_u8 {
            let luminance = luminance(&format!("#{step:02x}{step:02x}{step:02x}"));
            assert!(contrast(luminance, 1.0).max(contrast(luminance, 0.0)) >= 4.5, "{step}");
        }
    }

    #[test]
    fn a_logo_is_shown_when_it_is_in_the_page_or_beside_it() {
        let page = "https://wifi.example.org/guestbook";
        for logo in
            ["data:image/png;base64,AAAA", "https://wifi.example.org/logo.png", "https://WIFI.example.org:443/l"]
        {
            assert!(is_within(logo, page), "{logo}");
        }
        for logo in [
            "https://example.org/logo.png",
            "http://wifi.example.org/logo.png",
            "https://wifi.example.org:8443/logo.png",
            "https://wifi.example.org.evil.example/logo.png",
        ] {
            assert!(!is_within(logo, page), "{logo}");
        }
    }
}
