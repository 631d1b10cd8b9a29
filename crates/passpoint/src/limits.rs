//! All bounds of this crate. Where systems differ, the tightest bound applies.

/// The network's name on the device (Android; Windows accepts as many characters).
pub const FRIENDLY_NAME_BYTES: usize = 255;
/// The SSID (IEEE 802.11, 9.4.2.2).
pub const SSID_BYTES: usize = 32;
/// A domain, a realm or a server's name (RFC 1035, 3.1, as text; Android's bound of a realm).
pub const HOST_NAME_BYTES: usize = 253;
/// A label of a host name (RFC 1035, 2.3.4).
pub const HOST_LABEL_BYTES: usize = 63;
/// Names of RADIUS servers: enough for any provider, while the file stays small.
pub const SERVER_NAMES: usize = 32;
/// Android accepts at most this many roaming consortiums.
pub const ROAMING_CONSORTIUMS: usize = 36;
/// A username (Android).
pub const USERNAME_BYTES: usize = 63;
/// A password: Android accepts 255 bytes of base64, which are 252 for this many bytes and 256 for one more.
pub const PASSWORD_BYTES: usize = 189;
/// A customer's id.
pub const CUSTOMER_ID_BYTES: usize = 255;
/// An address in a QR code: a longer one has more modules than a camera can distinguish on a screen.
pub const ADDRESS_BYTES: usize = 1_000;
