//! Evidence by an app of the device that it runs on.

use axum::http::HeaderMap;
use domain::customer::{DeviceChanges, Patch};
use domain::value::ShortText;

/// The header in which the mobile SDKs send the app's installation id with every call.
const INSTALL_ID: &str = "sdk-install-id";

/// The app's installation id in the headers.
pub(crate) fn install_id(headers: &HeaderMap) -> Option<ShortText> {
    headers.get(INSTALL_ID)?.to_str().ok().and_then(|id| ShortText::parse(id).ok())
}

/// The installation ids in the headers and of the device in the body.
pub(crate) fn install_ids(headers: &HeaderMap, device: &Patch<DeviceChanges>) -> Vec<ShortText> {
    let sent = device.value().and_then(|device| device.install_id.value()).cloned();
    install_id(headers).into_iter().chain(sent).collect()
}
