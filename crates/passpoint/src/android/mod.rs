//! Android's Wi-Fi configuration file, for version 11 and newer.

mod message;
mod subscription;

use crate::{Credentials, Document, Provider};
use message::Part;

/// The file for Android, which installs it when the person taps a link to it. It must be served over HTTPS and without
/// a file name. Installing it replaces an earlier one of the same domain.
pub fn android(provider: &Provider, credentials: &Credentials) -> Document {
    let subscription = subscription::document(provider, credentials);
    let mut parts = vec![Part { media_type: "application/x-passpoint-profile", content: &subscription }];
    let authority = provider.authority.iter();
    parts.extend(authority.map(|it| Part { media_type: "application/x-x509-ca-cert", content: it.der() }));
    Document {
        media_type: "application/x-wifi-config",
        transfer_encoding: Some(message::ENCODING),
        file_name: None,
        body: message::lines(message::multipart(&parts).as_bytes()).into_bytes(),
    }
}
