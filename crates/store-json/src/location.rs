//! What is known of a location besides its name.

use domain::InvalidValue;
use domain::organization::{Address, Location, Position, Tags};
use domain::value::{Country, Latitude, LocationId, Longitude, Name, ShortText, Tag, Text, TimeZone, ZipCode};
use serde::{Deserialize, Serialize};

/// A [`Location`] without its id and its name, as it is stored.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocationJson {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    position: Option<[f64; 2]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    time_zone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<AddressJson>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AddressJson {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    city: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    zip: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    country: Option<String>,
}

impl LocationJson {
    /// The stored form.
    pub fn of(location: &Location) -> Self {
        let position = |at: Position| [at.latitude.number(), at.longitude.number()];
        Self {
            position: location.position.map(position),
            time_zone: location.time_zone.as_ref().map(|zone| zone.as_str().to_owned()),
            external_id: owned(location.external_id.as_ref()),
            tags: location.tags.iter().map(|tag| tag.as_str().to_owned()).collect(),
            address: (location.address != Address::default()).then(|| AddressJson::of(&location.address)),
        }
    }

    /// What was stored for the location with this id and name.
    ///
    /// # Errors
    /// It is no value of the domain.
    pub fn restore(self, id: LocationId, name: Name) -> Result<Location, InvalidValue> {
        let tags = self.tags.iter().map(|tag| Tag::restore(tag)).collect::<Result<_, _>>()?;
        Ok(Location {
            id,
            name,
            position: self.position.map(position).transpose()?,
            time_zone: self.time_zone.as_deref().map(TimeZone::parse).transpose()?,
            external_id: self.external_id.as_deref().map(ShortText::restore).transpose()?,
            tags: Tags::new(tags)?,
            address: self.address.map(AddressJson::restore).transpose()?.unwrap_or_default(),
        })
    }
}

impl AddressJson {
    fn of(Address { address, city, state, zip, country }: &Address) -> Self {
        Self {
            address: owned(address.as_ref()),
            city: owned(city.as_ref()),
            state: owned(state.as_ref()),
            zip: owned(zip.as_ref()),
            country: country.as_ref().map(|country| country.as_str().to_owned()),
        }
    }

    fn restore(self) -> Result<Address, InvalidValue> {
        let text = |text: Option<String>| text.as_deref().map(ShortText::restore).transpose();
        Ok(Address {
            address: text(self.address)?,
            city: text(self.city)?,
            state: text(self.state)?,
            zip: self.zip.as_deref().map(ZipCode::restore).transpose()?,
            country: self.country.as_deref().map(Country::parse).transpose()?,
        })
    }
}

fn position([latitude, longitude]: [f64; 2]) -> Result<Position, InvalidValue> {
    Ok(Position { latitude: Latitude::new(latitude)?, longitude: Longitude::new(longitude)? })
}

fn owned<const MAX: usize>(text: Option<&Text<MAX>>) -> Option<String> {
    text.map(|text| text.as_str().to_owned())
}
