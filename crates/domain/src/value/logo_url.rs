//! Logos.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::WebUrl;
use super::visible::visible;
use crate::{InvalidValue, limits};

/// The prefixes of the accepted data URLs.
const EMBEDDED: [&str; 4] =
    ["data:image/png;base64,", "data:image/jpeg;base64,", "data:image/webp;base64,", "data:image/svg+xml;base64,"];

/// Where a logo is: a web address, or the image itself as a data URL of at most 65,536 bytes. Kept as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LogoUrl(String);

impl LogoUrl {
    /// Parses an address.
    ///
    /// # Errors
    /// Neither of them, or too long.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let text = &*visible(text);
        if !text.starts_with("data:") {
            return WebUrl::parse(text).map(|url| Self(url.as_str().to_owned()));
        }
        if text.len() > limits::LOGO_BYTES {
            return Err(InvalidValue::too_long(limits::LOGO_BYTES, "bytes"));
        }
        let image = EMBEDDED.iter().find_map(|start| text.strip_prefix(start));
        if image.is_some_and(|image| STANDARD.decode(image).is_ok_and(|image| !image.is_empty())) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidValue::invalid("must be an http or https address, or a PNG, JPEG, WebP or SVG image in base64"))
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ViolationCode;

    #[test]
    fn is_on_the_web_or_in_the_address() {
        for url in
            ["https://example.org/logo.svg", "data:image/png;base64,iVBORw0KGgo=", "data:image/svg+xml;base64,PHN2Zy8+"]
        {
            assert_eq!(LogoUrl::parse(url).unwrap().as_str(), url);
        }
        for url in [
            "",
            "logo.svg",
            "data:",
            "data:image/png;base64,",
            "data:image/png;base64,\"onload=",
            "data:image/png,x",
            "data:text/html;base64,PHN2Zy8+",
            "DATA:image/png;base64,iVBORw0KGgo=",
            "https://user:secret@example.org/logo.svg",
        ] {
            assert_eq!(LogoUrl::parse(url).unwrap_err().code, ViolationCode::Invalid, "{url:?}");
        }
        for url in [
            format!("https://example.org/{}", "a".repeat(2048)),
            format!("data:image/png;base64,{}", "A".repeat(65_536)),
        ] {
            assert_eq!(LogoUrl::parse(&url).unwrap_err().code, ViolationCode::TooLong);
        }
    }
}
