//! A location as it stands on the wire.

use domain::customer::Patch;
use domain::organization::{Address, Location, Position};
use domain::value::{
    Country, Latitude, LocationId, Longitude, Name, OrganizationId, ShortText, Tag, TimeZone, ZipCode,
};
use domain::{InvalidValue, ViolationCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Reader;
use super::member::Member;
use super::settings::texts;

/// A location to create. Members that are not known are ignored: `locationProfileId`, `welcomePortalId`, `loginProfileId` and
/// `organizationPlanId`, which Cloud4Wi needs, mean nothing here.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = newLocation)]
pub(crate) struct LocationBody {
    /// What it is called.
    #[schema(value_type = String, max_length = 255, example = "Grand Hotel Milano")]
    name: Member,
    /// Degrees north of the equator. Only together with `lng`.
    #[schema(value_type = Option<f64>, minimum = -90, maximum = 90, example = 45.4642)]
    lat: Member,
    /// Degrees east of Greenwich. Only together with `lat`.
    #[schema(value_type = Option<f64>, minimum = -180, maximum = 180, example = 9.19)]
    lng: Member,
    /// The name of a time zone of the IANA.
    #[schema(value_type = Option<String>, max_length = 64, example = "Europe/Rome")]
    timezone: Member,
    /// Its id in an outside system.
    #[schema(value_type = Option<String>, max_length = 255, example = "shop-7")]
    external_id: Member,
    /// Words by which it is found, each of at most 64 characters and without a comma.
    #[schema(value_type = Option<Vec<String>>, max_items = 50, example = json!(["hotel"]))]
    tags: Member,
    /// Where the post finds it.
    #[schema(value_type = Option<AddressBody>)]
    address: Member,
}

/// An address.
#[derive(Deserialize, ToSchema)]
#[schema(as = newAddress)]
pub(crate) struct AddressBody {
    /// The street and the number.
    #[schema(value_type = Option<String>, max_length = 255, example = "Piazza del Duomo 1")]
    address: Member,
    /// The city.
    #[schema(value_type = Option<String>, max_length = 255, example = "Milano")]
    city: Member,
    /// The state or province.
    #[schema(value_type = Option<String>, max_length = 255, example = "MI")]
    state: Member,
    /// The postal code.
    #[schema(value_type = Option<String>, max_length = 32, example = "20121")]
    zip: Member,
    /// The country, as for customers.
    #[schema(value_type = Option<String>, example = "IT")]
    country: Member,
}

/// A location.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = location)]
pub(crate) struct LocationAnswer {
    /// Its id.
    id: String,
    /// What it is called.
    name: String,
    /// The organization's id.
    organization_id: String,
    /// The same, as Cloud4Wi spells it.
    #[serde(rename = "organziationId")]
    organziation_id: String,
    /// Degrees north of the equator.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    lat: Option<f64>,
    /// Degrees east of Greenwich.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    lng: Option<f64>,
    /// The name of its time zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    timezone: Option<String>,
    /// Its id in an outside system.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    external_id: Option<String>,
    /// Words by which it is found.
    tags: Vec<String>,
    /// Where the post finds it.
    address: AddressAnswer,
}

/// An address.
#[derive(Serialize, ToSchema)]
#[schema(as = address)]
struct AddressAnswer {
    /// The street and the number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    address: Option<String>,
    /// The city.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    city: Option<String>,
    /// The state or province.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    state: Option<String>,
    /// The postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    zip: Option<String>,
    /// The country.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    country: Option<String>,
}

impl LocationBody {
    /// The location with this id. What is wrong goes to the reader.
    pub(crate) fn location(&self, id: LocationId, reader: &mut Reader) -> Option<Location> {
        let name = reader.text("name", &self.name, Name::parse);
        reader.require("name", &name);
        let position = self.position(reader);
        let time_zone = reader.text("timezone", &self.timezone, TimeZone::parse).into_value();
        let external_id = reader.text("externalId", &self.external_id, ShortText::parse).into_value();
        let tags = texts("tags", &self.tags, Tag::parse, reader).into_value().unwrap_or_default();
        let address = reader.group("address", &self.address).map(|body: AddressBody| body.address(reader));
        let address = address.into_value().unwrap_or_default();
        Some(Location { id, name: name.into_value()?, position, time_zone, external_id, tags, address })
    }

    /// Half a position is a mistake.
    fn position(&self, reader: &mut Reader) -> Option<Position> {
        let latitude = reader.decimal("lat", &self.lat, Latitude::new);
        let longitude = reader.decimal("lng", &self.lng, Longitude::new);
        let absent = |member: &Member| member.0.as_ref().is_none_or(serde_json::Value::is_null);
        let missing = match (absent(&self.lat), absent(&self.lng)) {
            (true, false) => Some("lat"),
            (false, true) => Some("lng"),
            _ => None,
        };
        if let Some(path) = missing {
            reader.note(InvalidValue::new(ViolationCode::Required, "is required with the other one").at(path));
        }
        match (latitude, longitude) {
            (Patch::Set(latitude), Patch::Set(longitude)) => Some(Position { latitude, longitude }),
            _ => None,
        }
    }
}

impl AddressBody {
    fn address(&self, reader: &mut Reader) -> Address {
        Address {
            address: reader.text("address.address", &self.address, ShortText::parse).into_value(),
            city: reader.text("address.city", &self.city, ShortText::parse).into_value(),
            state: reader.text("address.state", &self.state, ShortText::parse).into_value(),
            zip: reader.text("address.zip", &self.zip, ZipCode::parse).into_value(),
            country: reader.text("address.country", &self.country, Country::parse).into_value(),
        }
    }
}

impl LocationAnswer {
    /// The location of this organization.
    pub(crate) fn of(organization_id: OrganizationId, location: &Location) -> Self {
        Self {
            id: location.id.to_string(),
            name: location.name.as_str().to_owned(),
            organization_id: organization_id.to_string(),
            organziation_id: organization_id.to_string(),
            lat: location.position.map(|position| position.latitude.number()),
            lng: location.position.map(|position| position.longitude.number()),
            timezone: location.time_zone.as_ref().map(|zone| zone.as_str().to_owned()),
            external_id: location.external_id.as_ref().map(|id| id.as_str().to_owned()),
            tags: location.tags.iter().map(|tag| tag.as_str().to_owned()).collect(),
            address: AddressAnswer::of(&location.address),
        }
    }
}

impl AddressAnswer {
    fn of(Address { address, city, state, zip, country }: &Address) -> Self {
        let text = |text: &Option<ShortText>| text.as_ref().map(|text| text.as_str().to_owned());
        Self {
            address: text(address),
            city: text(city),
            state: text(state),
            zip: zip.as_ref().map(|zip| zip.as_str().to_owned()),
            country: country.as_ref().map(|country| country.as_str().to_owned()),
        }
    }
}
