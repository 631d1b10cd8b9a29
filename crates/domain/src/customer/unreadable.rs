//! A stored customer who cannot be read, and how a PUT repairs one.

use jiff::Timestamp;

use super::patch::ByName;
use super::{Customer, KeyKind, Patch, Profile, ProfileChanges, PutCustomer};
use crate::access::Role;
use crate::ports::CorruptRow;
use crate::value::{CustomerId, LocationId, OrganizationId, Password, Source, Username};

/// A stored customer of whom some columns hold no value of the domain.
#[derive(Debug, Clone, PartialEq)]
pub struct Unreadable {
    /// The row, with the first of the columns.
    pub row: CorruptRow,
    /// Every column that cannot be read, under its name in the table.
    columns: Vec<&'static str>,
    /// The customer, with stand-ins for those columns. `None`: nothing of it is there.
    rest: Option<Box<Customer>>,
}

impl Customer {
    /// A customer of whom nothing has been read yet: every value is a stand-in, or absent. A store replaces what it can
    /// read; where a stand-in is left, the customer is [`Unreadable`].
    pub fn unread(organization_id: OrganizationId, id: CustomerId) -> Self {
        Self {
            id,
            organization_id,
            location_id: LocationId::from_bits(0),
            source: Source::Api,
            username: Username::stand_in(),
            password: Password::stand_in(),
            locked: true,
            profile: Profile::default(),
            created_at: Timestamp::UNIX_EPOCH,
            modified_at: Timestamp::UNIX_EPOCH,
        }
    }

    /// The customer, if a store could read every column of it.
    ///
    /// # Errors
    /// Some columns of the table `customer` could not be read, and the customer has stand-ins for them.
    pub fn read(self, unread: Vec<&'static str>) -> Result<Self, Unreadable> {
        match unread.first() {
            None => Ok(self),
            Some(column) => Err(Unreadable {
                row: CorruptRow { table: "customer", column, id: self.id.to_string() },
                columns: unread,
                rest: Some(Box::new(self)),
            }),
        }
    }
}

impl Unreadable {
    /// The columns that cannot be read.
    pub fn columns(&self) -> &[&'static str] {
        &self.columns
    }

    /// The customer with stand-ins, which an erasure needs nothing but the id of.
    pub(crate) fn rest(&self) -> Option<&Customer> {
        self.rest.as_deref()
    }

    /// The customer for a PUT that gives every unreadable column a new value: its stand-ins do not outlive the PUT. Not for
    /// that of a public app, which may not change everything that it sends.
    ///
    /// # Errors
    /// The row, with the first column that would still not be readable.
    pub(crate) fn repaired_by(&self, put: &PutCustomer) -> Result<&Customer, CorruptRow> {
        let left = self.columns.iter().find(|column| !put.writes(column));
        match (left, self.rest()) {
            (None, Some(rest)) if put.role != Role::PublicApp => Ok(rest),
            (left, _) => Err(CorruptRow { column: left.copied().unwrap_or(self.row.column), ..self.row.clone() }),
        }
    }

    /// The kinds of keys that the customer may have without the row telling which.
    pub(crate) fn lost_keys(&self) -> impl Iterator<Item = KeyKind> {
        let kind = |column: &&'static str| match *column {
            "phone_number" => Some(KeyKind::PhoneNumber),
            "email" => Some(KeyKind::Email),
            "ext_id" => Some(KeyKind::ExtId),
            "ext_prop1" => Some(KeyKind::ExtProp1),
            "ext_prop2" => Some(KeyKind::ExtProp2),
            "device" => Some(KeyKind::Guid),
            _ => None,
        };
        self.columns.iter().filter_map(kind)
    }
}

impl From<CorruptRow> for Unreadable {
    /// A row that says nothing of its customer.
    fn from(row: CorruptRow) -> Self {
        Self { columns: vec![row.column], row, rest: None }
    }
}

impl PutCustomer {
    /// Whether the PUT gives this column of the table `customer` a new value, whatever it holds.
    fn writes(&self, column: &str) -> bool {
        match column {
            "location_id" => self.location_id.is_some(),
            "locked" => self.lock.is_some(),
            "modified_at" => true,
            column => self.changes.writes(column),
        }
    }
}

impl ProfileChanges {
    /// Whether the column gets a new value. The columns of single values have their names; each group is one column.
    fn writes(&self, column: &str) -> bool {
        match column {
            "custom" => self.custom != Patch::Keep,
            "policies" => self.policies != Patch::Keep,
            "document" => self.document != Patch::Keep,
            "processing_data" => self.processing_data != Patch::Keep,
            "device" => self.device != Patch::Keep,
            column => self.person.writes(column),
        }
    }
}
