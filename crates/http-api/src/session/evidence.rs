//! What an app shows of the device that it is on.

use axum::http::HeaderMap;
use domain::customer::{DeviceChanges, Patch};
use domain::value::ShortText;

/// The header in which the mobile SDKs send the id of the app's installation, with every call.
const INSTALL_ID: &str = "sdk-install-id";

/// The id of the app's installation in the headers.
pub(crate) fn install_id(headers: &HeaderMap) -> Option<ShortText> {
    headers.get(INSTALL_ID)?.to_str().ok().and_then(|id| ShortText::parse(id).ok())
}

/// The same, and that of the device in the body.
pub(crate) fn install_ids(headers: &HeaderMap, device: &Patch<DeviceChanges>) -> Vec<ShortText> {
    let sent = device.value().and_then(|device| device.install_id.value()).cloned();
    install_id(headers).into_iter().chain(sent).collect()
}
