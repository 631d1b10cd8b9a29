//! The MIME message around the parts. Android compares names and values of its headers letter by letter.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// Of the whole and of each part.
pub(super) const ENCODING: &str = "base64";
/// No line of base64 starts with the hyphens before it.
const BOUNDARY: &str = "passpoint";
/// Bytes that make a line of base64 of the length that MIME allows: 76 characters.
const BYTES_OF_A_LINE: usize = 57;

/// One file in the message.
pub(super) struct Part<'a> {
    pub(super) media_type: &'static str,
    pub(super) content: &'a [u8],
}

/// The parts as one message.
pub(super) fn multipart(parts: &[Part<'_>]) -> String {
    let mut message = headers(&format!("multipart/mixed; boundary={BOUNDARY}"));
    for part in parts {
        message += &format!("--{BOUNDARY}\n{}{}", headers(part.media_type), lines(part.content));
    }
    message + &format!("--{BOUNDARY}--\n")
}

/// With the blank line after them.
fn headers(media_type: &str) -> String {
    format!("Content-Type: {media_type}\nContent-Transfer-Encoding: {ENCODING}\n\n")
}

/// Base64 in lines as long as MIME allows.
pub(super) fn lines(content: &[u8]) -> String {
    content.chunks(BYTES_OF_A_LINE).map(|line| BASE64_STANDARD.encode(line) + "\n").collect()
}
