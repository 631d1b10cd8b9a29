//! Every bound of the registry, in one place. Text is counted in characters unless a name says bytes.

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
/// Digits of a telephone number that an older version accepted: a country code, and what its library took for national.
pub const STORED_PHONE_NUMBER_DIGITS: usize = 20;
/// A language tag. BCP 47 (RFC 5646, 4.4.1) sets no bound; phones send up to some forty.
pub const LANGUAGE_TAG_BYTES: usize = 255;
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
/// Installations of the organization's app that are kept of one customer.
pub const INSTALLATIONS: usize = 20;
/// An address for push messages; Google allows for 4 KiB.
pub const PUSH_TOKEN: usize = 4096;
/// The name of an organization, location or service.
pub const NAME: usize = 255;
/// A birth date is not before this year.
pub const BIRTH_YEAR_FIRST: i16 = 1900;
/// The key of a request that may be repeated.
pub const IDEMPOTENCY_KEY: usize = 255;
/// For so many hours, at least, a repeated request is known.
pub const RECEIPT_HOURS: i64 = 24;
/// For so many hours what makes it known is kept: twice as long, so that a wrong clock shortens it to no less than
/// [`RECEIPT_HOURS`] (see `housekeeping`).
pub const RECEIPT_KEPT_HOURS: i64 = 2 * RECEIPT_HOURS;
/// A login is valid for so many hours.
pub const SESSION_HOURS: i64 = 24;
/// For so many hours after its end a login that was ended is remembered: as long as it was valid, for the same reason.
pub const ENDED_SESSION_KEPT_HOURS: i64 = SESSION_HOURS;
/// For so many hours after its end a token is kept, for the same reason.
pub const TOKEN_KEPT_HOURS: i64 = 24;
/// Clocks of instances differ by so many seconds at most. A login that ends later than one that begins now was issued by a
/// wrong clock.
pub const CLOCK_SKEW_SECONDS: i64 = 5 * 60;
/// Life of a token in seconds, at most: 30 days.
pub const TOKEN_LIFE_SECONDS: u32 = 30 * 24 * 60 * 60;
/// Uses of a token, at most, when they are counted at all.
pub const TOKEN_HITS: u32 = 1_000_000;
/// For so many seconds after a fetch that used a hit of a token, another fetch uses none: what was lost on the way is
/// fetched again.
pub const REDEMPTION_SECONDS: i64 = 60;
/// For so many seconds a person can fetch the profile that was asked for, as often as devices need to.
pub const GRANT_SECONDS: i64 = 15 * 60;
/// Policies that an organization lists: the four known ones and its own.
pub const POLICIES: usize = CUSTOM_POLICIES + 4;
/// A web address.
pub const URL_BYTES: usize = 2048;
/// A host's or a realm's name (RFC 1035, 2.3.4, without the last dot).
pub const HOST_NAME_BYTES: usize = 253;
/// What phones call a network. Android takes no longer one.
pub const FRIENDLY_NAME_BYTES: usize = 255;
/// The name of a Wi-Fi (IEEE 802.11, 9.4.2.2).
pub const SSID_BYTES: usize = 32;
/// Names of certificates of an organization's RADIUS servers.
pub const SERVER_NAMES: usize = 16;
/// Roaming consortiums of an organization. Android takes no more.
pub const ROAMING_CONSORTIUMS: usize = 36;
/// A certificate in PEM form.
pub const CERTIFICATE_BYTES: usize = 16_384;
/// The style sheet of an organization's activation page, which is to stay small.
pub const CSS_BYTES: usize = 16_384;
/// An attribute's text in a RADIUS packet (RFC 2865, 5).
pub const ATTRIBUTE_BYTES: usize = 253;
/// Sessions with one name at one place that a record is compared with: an access point that counts from the start again at each
/// loss of power has no more of them within the day for which records may be late.
pub const NAMESAKES: u16 = 32;
/// A logo that is in its own address: an image of 48 kB. The page that shows it stays below 100 kB.
pub const LOGO_BYTES: usize = 65_536;
/// Tags of a location.
pub const TAGS: usize = 50;
/// A tag.
pub const TAG: usize = 64;
/// The name of a time zone; the longest has half of that.
pub const TIME_ZONE_BYTES: usize = 64;
/// Customers of a request that creates very many.
pub const BATCH_ROWS: u64 = 100_000;
/// Entries of a page, at most.
pub const PAGE: u16 = 10_000;
/// Customers that are looked at for a page, at most: not less than a page can have.
pub const PAGE_LOOKED_AT: u16 = 10_000;
/// Customers that a store looks at in one call, at most, unless a larger page is asked for: a page is put together from
/// pieces, so that no list keeps a connection for long.
pub const PIECE_LOOKED_AT: u16 = 200;
/// Locations that a filter can name.
pub const FILTER_LOCATIONS: usize = 100;
/// The secret of an account in an upstream.
pub const CLIENT_SECRET_BYTES: usize = 255;
/// For so many seconds an upstream is tried to be reached for a customer, before the customer is given up: three days.
pub const FORWARDING_SECONDS: u64 = 3 * 24 * 60 * 60;
/// No pause before the next try is longer.
pub const FORWARDING_PAUSE_SECONDS: u64 = 10 * 60;
/// A customer who is due further in the future is due at once: no pause and no lease is longer than that, so a clock was
/// wrong when it was recorded.
pub const FORWARDING_DUE_SECONDS: i64 = 60 * 60;
