//! Every bound of the registry, in one place. Text is counted in characters unless a name says bytes.

/// First and last name, company, and other short texts.
pub const SHORT_TEXT: usize = 255;
/// A postal code.
pub const ZIP_CODE: usize = 32;
/// A picture: an address, or a small image as a data URL.
pub const PICTURE: usize = 65_536;
/// The local part, `@` and the domain (RFC 5321, 4.5.3.1).
pub const EMAIL: usize = 254;
/// Android and RADIUS take no longer user name.
pub const USERNAME_BYTES: usize = 63;
/// The longest password that a RADIUS PAP request carries (RFC 2865, 5.2).
pub const PASSWORD_BYTES: usize = 128;
/// Members of `custom`, counted after a merge.
pub const CUSTOM_MEMBERS: usize = 100;
/// A member's name in `custom`.
pub const CUSTOM_NAME: usize = 128;
/// `custom` as JSON text, after a merge.
pub const CUSTOM_BYTES: usize = 16_384;
/// Arrays and objects within each other in `custom`, the outermost counted.
pub const CUSTOM_DEPTH: usize = 8;
/// Custom policies of one customer, counted after a merge.
pub const CUSTOM_POLICIES: usize = 50;
/// A custom policy's name.
pub const POLICY_NAME: usize = 64;
/// The name of an organization, location or service.
pub const NAME: usize = 255;
/// A birth date is not before this year.
pub const BIRTH_YEAR_FIRST: i16 = 1900;
/// The key of a request that may be repeated.
pub const IDEMPOTENCY_KEY: usize = 255;
/// For so many hours, at least, a repeated request is known.
pub const RECEIPT_HOURS: i64 = 24;
/// Life of a token in seconds, at most: 30 days.
pub const TOKEN_LIFE_SECONDS: u32 = 30 * 24 * 60 * 60;
/// Uses of a token, at most, when they are counted at all.
pub const TOKEN_HITS: u32 = 1_000_000;
/// Customers of a page, at most.
pub const PAGE_CUSTOMERS: u16 = 10_000;
/// Customers that are looked at for a page, at most: not less than a page can have.
pub const PAGE_LOOKED_AT: u16 = 10_000;
/// Locations that a filter can name.
pub const FILTER_LOCATIONS: usize = 100;
