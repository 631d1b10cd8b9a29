//! The parameters of a list.

use std::collections::{BTreeMap, BTreeSet};

use domain::customer::{Key, KeyKind, Patch};
use domain::list::{Filter, PageQuery, PageSize, Place, Span};
use domain::value::{
    Email, LocationId, OrganizationId, PhoneNumber, PhoneNumberRule, PolicyName, ShortText, Source, Username, visible,
};
use domain::{InvalidValue, ViolationCode, limits};
use jiff::civil::{Date, date};
use jiff::fmt::temporal::Pieces;
use jiff::{RoundMode, Timestamp, TimestampRound, Unit};
use serde_json::Value;

use super::sid;
use crate::ApiError;
use crate::wire::{Member, Params, Reader, whole_number};

/// The names of the parameters that stay the same from page to page, except those that begin with [`CUSTOM`].
const NAMES: [&str; 22] = [
    "ageVerification",
    "createdFrom",
    "createdTo",
    "email",
    "emailVerified",
    "extId",
    "extProp1",
    "extProp2",
    "hasEmail",
    "hasPhone",
    "locations",
    "mktgCommunications",
    "modifiedFrom",
    "modifiedTo",
    "phone",
    "phoneNumber",
    "phoneVerified",
    "signupMethod",
    "size",
    "sortBy",
    "sortReverse",
    "username",
];
/// The parameters that identify a customer. One without a value is refused: a program whose variable is empty expects
/// no customer, and would get all of them.
const NAMING: [&str; 7] = ["email", "extId", "extProp1", "extProp2", "phone", "phoneNumber", "username"];
/// Filters of the published API that are not supported. Without a value they are ignored.
const NOT_OFFERED: [&str; 2] = ["search", "segments"];
/// Prefixes of names that clients and proxies add for their own purposes.
const IGNORED: [&str; 2] = ["_", "utm_"];
/// The prefix of the name of one of the organization's own policies.
const CUSTOM: &str = "customOptin.";
/// The start of the year 1, in seconds. Stores need not support earlier times.
const YEAR_ONE: i64 = -62_135_596_800;
/// The first day of which jiff cannot represent every instant.
const LAST_DAYS: Date = date(9999, 12, 30);

/// A scroll through a list: its current position, and the parameters that stay the same from page to page.
#[derive(Clone, PartialEq)]
pub(super) struct Scroll {
    start: Place,
    reverse: bool,
    size: PageSize,
    filter: Filter,
}

/// A request for a page, with the parameters that the scroll began with.
pub(super) struct Asked {
    pub(super) query: PageQuery,
    pub(super) began: Params,
}

impl Asked {
    /// Begins a scroll, or continues the one of the `sid`.
    pub(super) fn read(organization_id: OrganizationId, params: &Params, today: Date) -> Result<Self, ApiError> {
        let mut reader = Reader::empty(today);
        refuse_strangers(params, &mut reader);
        let given: Params =
            params.iter().filter(|(name, _)| NAMES.contains(name) || name.starts_with(CUSTOM)).collect();
        let (place, began) = match params.get("sid") {
            None => (None, given),
            Some(sid) => match reader.accept("sid", sid::read(organization_id, sid)).into_value() {
                Some((place, began)) => {
                    compare(&began, &given, &mut reader);
                    (Some(place), began)
                }
                None => (None, given),
            },
        };
        let Scroll { start, reverse, size, filter } = Scroll::read(&began, &mut reader);
        let query = PageQuery { organization_id, place: place.unwrap_or(start), reverse, filter, size };
        reader.finish(|| Some(Self { query, began }))
    }
}

/// Refuses unknown and empty filters: ignoring one would list customers that were not asked for.
fn refuse_strangers(params: &Params, reader: &mut Reader) {
    for (name, value) in params.all() {
        let name = name.as_str();
        let is_known = NAMES.contains(&name) || name == "sid" || name.starts_with(CUSTOM);
        if NAMING.contains(&name) && value.is_empty() {
            reader.note(InvalidValue::new(ViolationCode::Required, "must have a value").at(name));
        } else if NOT_OFFERED.contains(&name) {
            if !value.is_empty() {
                reader.note(InvalidValue::new(ViolationCode::Unknown, "is not offered").at(name));
            }
        } else if !is_known && !IGNORED.iter().any(|start| name.starts_with(start)) {
            let message = format!("is no parameter of this list; there are sid, {} and {CUSTOM}NAME", NAMES.join(", "));
            reader.note(InvalidValue::new(ViolationCode::Unknown, message).at(name));
        }
    }
}

/// A continued scroll need not repeat the parameters. Repeated ones have to mean the same as at the beginning.
fn compare(began: &Params, given: &Params, reader: &mut Reader) {
    let scroll = Scroll::read(began, reader);
    for (name, value) in given.iter() {
        if Scroll::read(&began.with(name, value), reader) != scroll {
            reader.note(InvalidValue::invalid("must be the same as on the first page").at(name));
        }
    }
}

impl Scroll {
    /// Reads the parameters. Invalid ones are noted, and count as absent.
    fn read(params: &Params, reader: &mut Reader) -> Self {
        let reverse = flag(params, "sortReverse", reader).unwrap_or(false);
        let size = params.get("size").map(|text| reader.accept("size", whole_number(text).and_then(PageSize::new)));
        let start = params.get("sortBy").map(|text| reader.accept("sortBy", order(text)));
        Self {
            start: start.and_then(Patch::into_value).unwrap_or(Place::Created(None)),
            reverse,
            size: size.and_then(Patch::into_value).unwrap_or_default(),
            filter: filter(params, reader),
        }
    }
}

/// Only orders by immutable values that have an index are supported.
fn order(text: &str) -> Result<Place, InvalidValue> {
    match text {
        "created" | "created_absolute" => Ok(Place::Created(None)),
        "username" => Ok(Place::Username(None)),
        _ => Err(InvalidValue::invalid("sorting is offered by: created, created_absolute, username")),
    }
}

fn filter(params: &Params, reader: &mut Reader) -> Filter {
    let mut filter = Filter {
        has_email: flag(params, "hasEmail", reader),
        email_verified: flag(params, "emailVerified", reader),
        has_phone: flag(params, "hasPhone", reader),
        phone_verified: flag(params, "phoneVerified", reader),
        sources: list(params, "signupMethod", reader, usize::MAX, Source::parse),
        locations: list(params, "locations", reader, limits::FILTER_LOCATIONS, LocationId::parse),
        created: span(params, ["createdFrom", "createdTo"], reader),
        modified: span(params, ["modifiedFrom", "modifiedTo"], reader),
        mktg_communications: flag(params, "mktgCommunications", reader),
        minimum_age_verification: flag(params, "ageVerification", reader),
        customs: BTreeMap::new(),
        keys: keys(params, reader),
        username: value(params, "username", reader, Username::parse),
    };
    for (parameter, _) in params.iter() {
        let Some(name) = parameter.strip_prefix(CUSTOM) else { continue };
        let name = reader.accept(parameter, PolicyName::parse(name)).into_value();
        filter.customs.extend(name.zip(flag(params, parameter, reader)));
    }
    if filter.customs.len() > limits::CUSTOM_POLICIES {
        let error = InvalidValue::too_long(limits::CUSTOM_POLICIES, "custom policies");
        reader.note(error.at(format!("{CUSTOM}*")));
    }
    filter
}

/// The keys by which customers are found, in their normalized form.
fn keys(params: &Params, reader: &mut Reader) -> BTreeSet<Key> {
    let email = value(params, "email", reader, Email::parse).map(|email| email.key().to_owned());
    let mut keys: Vec<_> = vec![(KeyKind::Email, email)];
    for name in ["phone", "phoneNumber"] {
        // Independent of the organization's current rule: a customer may have a number that was accepted earlier.
        let number = value(params, name, reader, |text| PhoneNumber::parse_by(text, PhoneNumberRule::Possible));
        let number = number.map(|number| number.as_str().to_owned());
        keys.push((KeyKind::PhoneNumber, number));
    }
    for kind in [KeyKind::ExtId, KeyKind::ExtProp1, KeyKind::ExtProp2] {
        let text = value(params, kind.as_str(), reader, ShortText::parse).map(|text| text.as_str().to_owned());
        keys.push((kind, text));
    }
    keys.into_iter().filter_map(|(kind, value)| Some(Key { kind, value: value? })).collect()
}

fn value<T>(params: &Params, name: &str, reader: &mut Reader, parse: fn(&str) -> Result<T, InvalidValue>) -> Option<T> {
    params.get(name).and_then(|text| reader.accept(name, parse(text)).into_value())
}

fn flag(params: &Params, name: &str, reader: &mut Reader) -> Option<bool> {
    let text = params.get(name)?;
    reader.flag(name, &Member(Some(Value::from(text)))).into_value()
}

/// Words separated by commas. `None` if there is no word.
fn list<T: Ord>(
    params: &Params,
    name: &str,
    reader: &mut Reader,
    most: usize,
    parse: fn(&str) -> Result<T, InvalidValue>,
) -> Option<BTreeSet<T>> {
    let words = params.get(name)?.split(',').filter(|word| !word.is_empty());
    let items: Result<BTreeSet<T>, _> = words.map(parse).collect();
    let items = items
        .and_then(|items| if items.len() > most { Err(InvalidValue::too_long(most, "of them")) } else { Ok(items) });
    reader.accept(name, items).into_value().filter(|items| !items.is_empty())
}

/// A span of times, which are compared to the millisecond, as they are stored.
fn span(params: &Params, [from, to]: [&str; 2], reader: &mut Reader) -> Span {
    let mut end = |name: &str, mode| {
        let text = params.get(name)?;
        reader.accept(name, moment(text, mode)).into_value()
    };
    Span { from: end(from, RoundMode::Ceil), to: end(to, RoundMode::Floor) }
}

fn moment(text: &str, mode: RoundMode) -> Result<Timestamp, InvalidValue> {
    let refused = || InvalidValue::invalid("must be a time such as 2019-07-31T22:23:24Z");
    let text = &*visible(text);
    let time: Timestamp = text.parse().ok().or_else(|| last_day(text)).ok_or_else(refused)?;
    let round = |mode| time.round(TimestampRound::new().smallest(Unit::Millisecond).mode(mode));
    // No time follows the last millisecond.
    let time = round(mode).or_else(|_| round(RoundMode::Floor)).ok();
    time.filter(|time| time.as_second() >= YEAR_ONE).ok_or_else(refused)
}

/// The last day of the year 9999, which programs use for "no end". jiff has instants only up to the hour at which that
/// day begins in the easternmost zone.
fn last_day(text: &str) -> Option<Timestamp> {
    let pieces = Pieces::parse(text).ok()?;
    let is_complete = pieces.time().is_some() && pieces.offset().is_some();
    (is_complete && pieces.date() >= LAST_DAYS).then_some(Timestamp::MAX)
}
