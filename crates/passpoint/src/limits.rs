//! Every bound, in one place. Where systems differ, the tightest one holds.

/// The name that a device shows for the network (Android; Windows takes as many characters).
pub const FRIENDLY_NAME_BYTES: usize = 255;
/// What access points call the network (IEEE 802.11, 9.4.2.2).
pub const SSID_BYTES: usize = 32;
/// A domain, a realm or a server's name (RFC 1035, 3.1, as text; Android's bound of a realm).
pub const HOST_NAME_BYTES: usize = 253;
/// A part of it between dots (RFC 1035, 2.3.4).
pub const HOST_LABEL_BYTES: usize = 63;
/// Names of RADIUS servers: enough for any provider, and a file stays small.
pub const SERVER_NAMES: usize = 32;
/// Android takes no longer list of roaming consortiums.
pub const ROAMING_CONSORTIUMS: usize = 36;
/// A username (Android).
pub const USERNAME_BYTES: usize = 63;
/// A password: Android takes 255 bytes of its base64 form, which are 252 for this many and 256 for one more.
pub const PASSWORD_BYTES: usize = 189;
/// A customer's id.
pub const CUSTOMER_ID_BYTES: usize = 255;
/// An address in a QR code: a longer one has more modules than a camera tells apart on a screen.
pub const ADDRESS_BYTES: usize = 1_000;
