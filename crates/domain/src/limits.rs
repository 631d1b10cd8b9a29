//! All bounds of the registry. Text is counted in characters unless a name says bytes.

/// First and last name, company, and other short texts.
pub const SHORT_TEXT: usize = 255;
/// A postal code.
pub const ZIP_CODE: usize = 32;
/// A picture: an address, or a small image as a data URL.
pub const PICTURE: usize = 65_536;
/// The local part, `@` and the domain (RFC 5321, 4.5.3.1).
pub const EMAIL: usize = 254;
/// Digits of a telephone number with its country code (ITU-T E.164, 6.2.1).
pub const PHONE_NUMBER_DIGITS: usize = 15;
/// Digits of a telephone number that an older version accepted: a country code, and what its library accepted as
/// national.
pub const STORED_PHONE_NUMBER_DIGITS: usize = 20;
/// A language tag. BCP 47 (RFC 5646, 4.4.1) sets no bound; devices send up to some forty bytes.
pub const LANGUAGE_TAG_BYTES: usize = 255;
/// A username (the maximum of Android and RADIUS).
pub const USERNAME_BYTES: usize = 63;
/// The longest password that a RADIUS PAP request can carry (RFC 2865, 5.2).
pub const PASSWORD_BYTES: usize = 128;
/// Members of `custom`, counted after a merge.
pub const CUSTOM_MEMBERS: usize = 100;
/// A member's name in `custom`.
pub const CUSTOM_NAME: usize = 128;
/// `custom` as JSON text, after a merge.
pub const CUSTOM_BYTES: usize = 16_384;
/// Nesting depth of arrays and objects in `custom`, including the outermost.
pub const CUSTOM_DEPTH: usize = 8;
/// Custom policies of one customer, counted after a merge.
pub const CUSTOM_POLICIES: usize = 50;
/// A custom policy's name.
pub const POLICY_NAME: usize = 64;
/// Installations of the organization's app that are kept per customer.
pub const INSTALLATIONS: usize = 20;
/// An address for push messages; Google permits 4 KiB.
pub const PUSH_TOKEN: usize = 4096;
/// The name of an organization, location or service.
pub const NAME: usize = 255;
/// The earliest year of a birth date.
pub const BIRTH_YEAR_FIRST: i16 = 1900;
/// An idempotency key.
pub const IDEMPOTENCY_KEY: usize = 255;
/// The minimum time for which an idempotency record is valid, in hours.
pub const RECEIPT_HOURS: i64 = 24;
/// The time for which an idempotency record is kept, in hours: twice as long, so that a wrong clock shortens it to no
/// less than [`RECEIPT_HOURS`] (see `housekeeping`).
pub const RECEIPT_KEPT_HOURS: i64 = 2 * RECEIPT_HOURS;
/// The lifetime of a login session, in hours.
pub const SESSION_HOURS: i64 = 24;
/// The time for which an ended session is kept after its expiry, in hours: as long as its lifetime, for the same
/// reason.
pub const ENDED_SESSION_KEPT_HOURS: i64 = SESSION_HOURS;
/// The time for which a token is kept after its expiry, in hours, for the same reason.
pub const TOKEN_KEPT_HOURS: i64 = 24;
/// The maximum difference between clocks of instances, in seconds. A session that expires later than one that begins
/// now was issued by a wrong clock.
pub const CLOCK_SKEW_SECONDS: i64 = 5 * 60;
/// The maximum lifetime of a token in seconds: 30 days.
pub const TOKEN_LIFE_SECONDS: u32 = 30 * 24 * 60 * 60;
/// The maximum number of uses of a token, if they are limited.
pub const TOKEN_HITS: u32 = 1_000_000;
/// The time after a fetch that used a hit of a token in which further fetches use none, in seconds: a lost response can
/// be fetched again.
pub const REDEMPTION_SECONDS: i64 = 60;
/// The time in which a requested profile can be fetched, as often as devices need to, in seconds.
pub const GRANT_SECONDS: i64 = 15 * 60;
/// Policies that an organization lists: the four known ones and its own.
pub const POLICIES: usize = CUSTOM_POLICIES + 4;
/// A web address.
pub const URL_BYTES: usize = 2048;
/// A host name or a realm (RFC 1035, 2.3.4, without the last dot).
pub const HOST_NAME_BYTES: usize = 253;
/// The name of a network on devices (Android's maximum).
pub const FRIENDLY_NAME_BYTES: usize = 255;
/// An SSID (IEEE 802.11, 9.4.2.2).
pub const SSID_BYTES: usize = 32;
/// Names in the certificates of an organization's RADIUS servers.
pub const SERVER_NAMES: usize = 16;
/// Roaming consortiums of an organization (Android's maximum).
pub const ROAMING_CONSORTIUMS: usize = 36;
/// A certificate in PEM form.
pub const CERTIFICATE_BYTES: usize = 16_384;
/// The style sheet of an organization's activation page, which has to stay small.
pub const CSS_BYTES: usize = 16_384;
/// An attribute's text in a RADIUS packet (RFC 2865, 5).
pub const ATTRIBUTE_BYTES: usize = 253;
/// Sessions of one name and place that a record is compared with: an access point that restarts its counter at each
/// loss of power has no more of them within the day for which records may be late.
pub const NAMESAKES: u16 = 32;
/// A logo that is in its own address: an image of 48 kB. The page that shows it stays below 100 kB.
pub const LOGO_BYTES: usize = 65_536;
/// Tags of a location.
pub const TAGS: usize = 50;
/// A tag.
pub const TAG: usize = 64;
/// The name of a time zone; the longest one has half of that.
pub const TIME_ZONE_BYTES: usize = 64;
/// Customers per batch request.
pub const BATCH_ROWS: u64 = 100_000;
/// The maximum number of entries per page.
pub const PAGE: u16 = 10_000;
/// The maximum number of customers examined for a page, which is not less than a page can have.
pub const PAGE_LOOKED_AT: u16 = 10_000;
/// The maximum number of customers that a store examines in one call, unless a larger page is requested: pages are
/// assembled from pieces, so that no list keeps a connection for long.
pub const PIECE_LOOKED_AT: u16 = 200;
/// Locations that a filter can name.
pub const FILTER_LOCATIONS: usize = 100;
/// The secret of an upstream account.
pub const CLIENT_SECRET_BYTES: usize = 255;
/// For how long sending a customer is retried before it becomes a dead letter, in seconds: three days.
pub const FORWARDING_SECONDS: u64 = 3 * 24 * 60 * 60;
/// The maximum pause before the next attempt, in seconds.
pub const FORWARDING_PAUSE_SECONDS: u64 = 10 * 60;
/// A customer that is due further in the future than this, in seconds, is due at once: no pause and no lease is that
/// long, so a clock was wrong when it was recorded.
pub const FORWARDING_DUE_SECONDS: i64 = 60 * 60;
