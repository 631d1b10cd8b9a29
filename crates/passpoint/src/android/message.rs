//! The MIME message around the parts. Android compares the names and values of its headers case-sensitively.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// The encoding of the message and of each part.
pub(super) const ENCODING: &str = "base64";
/// No line of base64 starts with the hyphens that precede the boundary.
const BOUNDARY: &str = "passpoint";
/// Bytes per line of base64: MIME allows 76 characters.
const BYTES_OF_A_LINE: usize = 57;

/// One file in the message.
pub(super) struct Part<'a> {
    pub(super) media_type: &'static str,
    pub(super) content: &'a [u8],
}

/// The parts as one MIME message.
pub(super) fn multipart(parts: &[Part<'_>]) -> String {
    let mut message = headers(&format!("multipart/mixed; boundary={BOUNDARY}"));
    for part in parts {
        message += &format!("--{BOUNDARY}\n{}{}", headers(part.media_type), lines(part.content));
    }
    message + &format!("--{BOUNDARY}--\n")
}

/// The headers and the blank line after them.
fn headers(media_type: &str) -> String {
    format!("Content-Type: {media_type}\nContent-Transfer-Encoding: {ENCODING}\n\n")
}

/// Base64 in lines of the length that MIME allows.
pub(super) fn lines(content: &[u8]) -> String {
    content.chunks(BYTES_OF_A_LINE).map(|line| BASE64_STANDARD.encode(line) + "\n").collect()
}
