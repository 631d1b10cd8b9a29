//! The MIME message as Android parses it: case-sensitively, and refusing unknown parts.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

const PARTS: [&str; 3] = ["application/x-passpoint-profile", "application/x-x509-ca-cert", "application/x-pkcs12"];

/// A file in the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// `Content-Type`.
    pub media_type: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Decodes base64 with or without line breaks.
///
/// # Errors
/// It is not base64.
pub fn decode(text: &str) -> Result<Vec<u8>, String> {
    let letters: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    BASE64_STANDARD.decode(letters).map_err(|error| format!("base64: {error}"))
}

/// The parts of the message whose base64 form is the body.
///
/// # Errors
/// The reason why Android would refuse it.
pub fn parse(body: &[u8]) -> Result<Vec<Part>, String> {
    let body = str::from_utf8(body).map_err(|_| "the body is not text")?;
    let message = String::from_utf8(decode(body)?).map_err(|_| "the message is not text")?;
    let mut lines = message.lines();
    let head = Headers::read(&mut lines)?;
    let (kind, boundary) = head.content_type.split_once("; ").ok_or("no parameter in Content-Type")?;
    let boundary = boundary.strip_prefix("boundary=").filter(|it| !it.is_empty()).ok_or("no boundary")?;
    if kind != "multipart/mixed" {
        return Err(format!("type of the message: {kind}"));
    }
    let (start, end) = (format!("--{boundary}"), format!("--{boundary}--"));
    lines.find(|line| *line == start).ok_or("no first boundary")?;
    let mut parts = Vec::new();
    loop {
        let head = Headers::read(&mut lines)?;
        if !PARTS.contains(&head.content_type.as_str()) {
            return Err(format!("type of a part: {}", head.content_type));
        }
        let mut content = String::new();
        let boundary = loop {
            let line = lines.next().ok_or("the message ends before its last boundary")?;
            if line == start || line == end {
                break line;
            }
            content += line;
        };
        parts.push(Part { media_type: head.content_type, content: decode(&content)? });
        if boundary == end {
            return Ok(parts);
        }
    }
}

struct Headers {
    content_type: String,
}

impl Headers {
    /// Reads up to the blank line. Both headers are required; others are ignored.
    fn read<'a>(lines: &mut impl Iterator<Item = &'a str>) -> Result<Self, String> {
        let (mut content_type, mut encoding) = (None, None);
        for line in lines.take_while(|line| !line.trim().is_empty()) {
            let (name, value) = line.split_once(':').ok_or_else(|| format!("no header: {line}"))?;
            match name {
                "Content-Type" => content_type = Some(value.trim().to_owned()),
                "Content-Transfer-Encoding" => encoding = Some(value.trim()),
                other if other.starts_with(char::is_whitespace) => {
                    return Err(format!("blank before a header: {line}"));
                }
                _ => {}
            }
        }
        match (content_type, encoding) {
            (None, _) => Err("no Content-Type".to_owned()),
            (Some(content_type), Some("base64")) => Ok(Self { content_type }),
            (Some(_), other) => Err(format!("encoding: {other:?}")),
        }
    }
}
