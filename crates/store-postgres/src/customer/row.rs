//! From a row to a customer.

use domain::customer::{Customer, Profile, Unreadable};
use domain::customer_fields;
use domain::ports::{PasswordSealer, SealOwner};
use domain::value::{self, Custom, CustomerId, LocationId, OrganizationId, Source, StoredText, Username};
use sqlx::postgres::PgRow;
use store_json::{DeviceJson, DocumentJson, PoliciesJson, ProcessingDataJson};

use crate::row::Columns;

/// Reads columns into a customer, and notes those that cannot be read: `read_into!(unread; place = value;)`.
macro_rules! read_into {
    ($unread:ident; $($place:expr => $value:expr;)*) => {
        $(match $value {
            Ok(value) => $place = value,
            Err(row) => $unread.push(row.column),
        })*
    };
}

/// The customer in a row of its table, with the password opened.
pub(super) fn restore(row: &PgRow, sealer: &dyn PasswordSealer) -> Result<Customer, Unreadable> {
    let columns = Columns::of(row, "customer");
    let id = CustomerId::from_bytes(columns.id("id")?);
    let organization_id = OrganizationId::from_bytes(columns.id("organization_id")?);
    let owner = SealOwner { organization_id, customer_id: id };
    let password =
        columns.get("password").and_then(|sealed| sealer.open(sealed, owner).map_err(|_| columns.corrupt("password")));
    let mut customer = Customer::unread(organization_id, id);
    let mut unread = Vec::new();
    read_into! {
        unread;
        customer.location_id => columns.id("location_id").map(LocationId::from_bytes);
        customer.source => columns.parse("source", Source::parse);
        customer.username => columns.parse("username", Username::restore);
        customer.password => password;
        customer.locked => columns.get("locked");
        customer.created_at => columns.time("created_at");
        customer.modified_at => columns.time("modified_at");
    }
    let profile = &mut customer.profile;
    read_person(&columns, profile, &mut unread);
    read_into! {
        unread;
        profile.custom => columns.document("custom", Custom::parse);
        profile.policies => columns.document("policies", PoliciesJson::restore);
        profile.document => columns.document("document", DocumentJson::restore);
        profile.processing_data => columns.document("processing_data", ProcessingDataJson::restore);
        profile.device => columns.document("device", DeviceJson::restore);
    }
    customer.read(unread)
}

/// The value of a column of this type.
macro_rules! optional {
    (Flag $columns:ident, $name:expr) => {
        $columns.get($name)
    };
    ($type:ident $columns:ident, $name:expr) => {
        $columns.parse_optional($name, value::$type::restore)
    };
}

/// Reads the single values.
macro_rules! read_person {
    (
        $columns:ident, $profile:ident, $unread:ident;
        $(#[$person_doc:meta])* person: $Person:ident, $PersonChanges:ident, $person_prefix:literal {
            $($(#[$doc:meta])* $field:ident: $type:ident, $name:literal, $history:tt;)*
        }
        $($groups:tt)*
    ) => {
        read_into! {
            $unread;
            $($profile.person.$field => optional!($type $columns, stringify!($field));)*
        }
    };
}

fn read_person(columns: &Columns<'_>, profile: &mut Profile, unread: &mut Vec<&'static str>) {
    customer_fields!(read_person columns, profile, unread;);
}
