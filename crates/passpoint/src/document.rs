//! A finished file.

use std::fmt;

/// A file for a device, with the headers to serve it with. It holds the customer's password, except where a function
/// that creates one says otherwise; `Debug` does not show its bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    /// `Content-Type`.
    pub media_type: &'static str,
    /// `Content-Transfer-Encoding`, if there is one.
    pub transfer_encoding: Option<&'static str>,
    /// The name for `Content-Disposition`. If `None`, that header must not be sent.
    pub file_name: Option<&'static str>,
    /// The bytes.
    pub body: Vec<u8>,
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { media_type, transfer_encoding, file_name, body } = self;
        f.debug_struct("Document")
            .field("media_type", media_type)
            .field("transfer_encoding", transfer_encoding)
            .field("file_name", file_name)
            .field("bytes", &body.len())
            .finish_non_exhaustive()
    }
}
