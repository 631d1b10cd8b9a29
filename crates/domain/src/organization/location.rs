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
    /// Its name.
    pub name: Name,
    /// Its geographic position.
    pub position: Option<Position>,
    /// Its time zone.
    pub time_zone: Option<TimeZone>,
    /// Its id in an external system.
    pub external_id: Option<ShortText>,
    /// Words to find it by.
    pub tags: Tags,
    /// Its postal address.
    pub address: Address,
}

impl Location {
    /// A location with only a name.
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

/// A geographic position.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// In degrees, north of the equator.
    pub latitude: Latitude,
    /// In degrees, east of Greenwich.
    pub longitude: Longitude,
}

/// The postal address of a location.
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

/// A query for locations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationQuery {
    /// Selects locations with at least one of these tags; all locations if there are no tags.
    pub tags: Tags,
    /// The first id, in the order of ids.
    pub from: LocationId,
    /// The maximum number of locations.
    pub limit: u16,
}

/// Some of an organization's locations, in the order of their ids.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LocationPage {
    /// The locations, readable or not.
    pub locations: Vec<Result<Location, CorruptRow>>,
    /// The id from which the list continues, if it does.
    pub next: Option<LocationId>,
}

impl LocationPage {
    /// A page from the locations that match a query, up to one more than it asks for.
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
