//! Locations.

use crate::limits;
use crate::ports::CorruptRow;
use crate::value::{Country, Latitude, List, LocationId, Longitude, Name, ShortText, Tag, TimeZone, ZipCode};

/// The tags of a location.
pub type Tags = List<Tag, { limits::TAGS }>;

/// A venue of an organization.
#[derive(Debug, Clone, PartialEq)]
pub struct Location {
    /// Its id.
    pub id: LocationId,
    /// What it is called.
    pub name: Name,
    /// Where it is on the globe.
    pub position: Option<Position>,
    /// The time zone that it is in.
    pub time_zone: Option<TimeZone>,
    /// Its id in an outside system.
    pub external_id: Option<ShortText>,
    /// Words by which it is found.
    pub tags: Tags,
    /// Where the post finds it.
    pub address: Address,
}

impl Location {
    /// A location of which nothing else is known.
    pub fn new(id: LocationId, name: Name) -> Self {
        Self {
            id,
            name,
            position: None,
            time_zone: None,
            external_id: None,
            tags: Tags::default(),
            address: Address::default(),
        }
    }
}

/// A place on the globe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// In degrees, north of the equator.
    pub latitude: Latitude,
    /// In degrees, east of Greenwich.
    pub longitude: Longitude,
}

/// Where the post finds a location.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// The street and the number.
    pub address: Option<ShortText>,
    /// The city.
    pub city: Option<ShortText>,
    /// The state or province.
    pub state: Option<ShortText>,
    /// The postal code.
    pub zip: Option<ZipCode>,
    /// The country.
    pub country: Option<Country>,
}

/// Which locations to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationQuery {
    /// Those that have at least one of these tags; all, when there is none.
    pub tags: Tags,
    /// In the order of their ids, from this one on.
    pub from: LocationId,
    /// So many at most.
    pub limit: u16,
}

/// Some of an organization's locations, in the order of their ids.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LocationPage {
    /// The locations, readable or not.
    pub locations: Vec<Result<Location, CorruptRow>>,
    /// From where the list goes on, if it does.
    pub next: Option<LocationId>,
}

impl LocationPage {
    /// Of the locations that a query leads to, up to one more than it asks for.
    pub fn of(locations: Vec<(LocationId, Result<Location, CorruptRow>)>, limit: u16) -> Self {
        let next = locations.get(usize::from(limit)).map(|(id, _)| *id);
        let locations = locations.into_iter().take(limit.into()).map(|(_, location)| location).collect();
        Self { locations, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_more_than_asked_for_begins_the_next_page() {
        let location = |number| Ok(Location::new(LocationId::from_bits(number), Name::parse("Lobby").unwrap()));
        let row = |number| (LocationId::from_bits(number), location(number));
        let page = |count| LocationPage::of((1..=count).map(row).collect(), 2);
        assert_eq!(page(2), LocationPage { locations: vec![location(1), location(2)], next: None });
        let next = Some(LocationId::from_bits(3));
        assert_eq!(page(3), LocationPage { locations: vec![location(1), location(2)], next });
    }
}
