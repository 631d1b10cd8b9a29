//! How the page looks, and what it may load: nothing that is not in it.

use std::sync::LazyLock;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::organization::{ActivationSettings, Organization};
use domain::value::{Color, LogoUrl};
use sha2::{Digest, Sha256};
use url::Url;

/// What every page has.
pub(crate) const STYLE: &str = include_str!("../../templates/activate/style.css");
static STYLE_HASH: LazyLock<String> = LazyLock::new(|| hash(STYLE));

/// Of text on a colour (WCAG 2, 1.4.3), and of a thing beside another one (1.4.11).
const OF_THINGS: f64 = 3.0;

/// Name, logo and style of an organization. The default one is nobody's.
#[derive(Default)]
pub(crate) struct Look {
    pub(crate) name: Option<String>,
    /// An address that does not lead away from the page.
    pub(crate) logo: Option<String>,
    /// A style sheet that comes after the common one, as browsers read it.
    pub(crate) style: Option<String>,
}

impl Look {
    /// Of the organization, on a page at the public address of the service.
    pub(crate) fn of(organization: &Organization, public_url: &str) -> Self {
        let ActivationSettings { logo_url, color, css } = &organization.settings.activation;
        let logo = logo_url.as_ref().map(LogoUrl::as_str);
        let color = color.as_ref().map(colors).unwrap_or_default();
        // HTML has no other line breaks: what is hashed has to be what browsers read.
        let css = css.as_ref().map_or_else(String::new, |css| css.as_str().replace("\r\n", "\n").replace('\r', "\n"));
        Self {
            name: Some(organization.name.as_str().to_owned()),
            logo: logo.filter(|logo| is_within(logo, public_url)).map(str::to_owned),
            style: Some(color + &css).filter(|style| !style.is_empty()),
        }
    }

    /// What a browser lets the page do, whatever an organization's style sheet says: styles are the ones with these
    /// hashes, images are in the page or beside it, and there is nothing else.
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

/// The image is in its address, or comes from where the page does: nobody else learns who looks at it.
fn is_within(logo: &str, public_url: &str) -> bool {
    let origin = |url| Url::parse(url).map(|url| url.origin());
    logo.starts_with("data:") || matches!((origin(logo), origin(public_url)), (Ok(logo), Ok(page)) if logo == page)
}

/// The colour of what can be pressed, text that can be read on it, and an edge that shows where it ends on white.
fn colors(color: &Color) -> String {
    let luminance = luminance(color.as_str());
    let (on_white, on_black) = (contrast(luminance, 1.0), contrast(luminance, 0.0));
    let text = if on_white >= on_black { "#fff" } else { "#000" };
    let edge = if on_white >= OF_THINGS { color.as_str() } else { "#6b7280" };
    format!(":root{{--accent:{};--on-accent:{text};--edge:{edge}}}\n", color.as_str())
}

/// From 0 to 1 (WCAG 2, relative luminance), of `#` and six digits.
fn luminance(color: &str) -> f64 {
    let channel = |at: usize| {
        let digits = color.get(at..at + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let value = f64::from(digits.unwrap_or_default()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

/// From 1 to 21.
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
