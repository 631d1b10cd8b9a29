//! Pages, and the position of a scroll through them.

use super::{Contact, Filter};
use crate::ports::CorruptRow;
use crate::value::{CustomerId, OrganizationId};
use crate::{InvalidValue, limits};

/// The position of a scroll, which determines its order.
///
/// Only values that a customer never changes serve as an order, so that changes cause no customer to be missed or
/// repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the order of ids, which is that of creation: after this customer, or at the start.
    Created(Option<CustomerId>),
    /// In the order of the usernames' bytes: after these bytes, or at the start. Stored bytes need not be a valid
    /// username.
    Username(Option<Vec<u8>>),
}

/// The maximum number of customers per page: 1 to 10,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSize(u16);

/// The query for a page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageQuery {
    /// The organization of the customers.
    pub organization_id: OrganizationId,
    /// The position after which the page begins.
    pub place: Place,
    /// Whether the order is reversed.
    pub reverse: bool,
    /// The selection.
    pub filter: Filter,
    /// The size of the page.
    pub size: PageSize,
}

/// The range of an order from which a page is read: after `near`, up to `far`, whichever of them is greater.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "documented above")]
pub enum Part {
    /// Of the order of ids.
    Created { near: CustomerId, far: CustomerId },
    /// Of the order of usernames, as bytes. An open end is a text that cannot be a username.
    Username { near: Vec<u8>, far: Vec<u8> },
}

/// Some customers, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The customers, readable or not.
    pub rows: Vec<Row>,
    /// The position of the next page; `None` at the end.
    pub next: Option<Place>,
}

/// A customer in a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The position from which the list continues after the customer.
    pub place: Place,
    /// The customer, or the unreadable row.
    pub contact: Result<Contact, CorruptRow>,
}

impl Page {
    /// The readable customers.
    pub fn into_contacts(self) -> impl Iterator<Item = Contact> {
        self.rows.into_iter().filter_map(|row| row.contact.ok())
    }

    /// The unreadable rows.
    pub fn unreadable(&self) -> impl Iterator<Item = &CorruptRow> {
        self.rows.iter().filter_map(|row| row.contact.as_ref().err())
    }
}

/// Before every id and every username: no id has only zero bits, and no username is empty.
const LOWEST: (CustomerId, &str) = (CustomerId::from_bits(0), "");
/// After every id and every username: a username has at most 63 bytes, and this one 64.
const HIGHEST: (CustomerId, &str) = (CustomerId::from_bits(u128::MAX), HIGHEST_TEXT);
const HIGHEST_TEXT: &str = concat!(
    "\u{10ffff}\u{10ffff}\u{10ffff}\u{10ffff}\u{10ffff}\u{10ffff}\u{10ffff}\u{10ffff}",
    "\u{10ffff}\u{10ffff}\u{10ffff}\u{10ffff}\u{10ffff}\u{10ffff}\u{10ffff}\u{10ffff}",
);

impl PageSize {
    /// The size of a page.
    ///
    /// # Errors
    /// Zero, or over 10,000.
    pub fn new(size: u32) -> Result<Self, InvalidValue> {
        let size = u16::try_from(size).ok().filter(|size| (1..=limits::PAGE).contains(size));
        let refused = || InvalidValue::invalid(format!("must be from 1 to {}", limits::PAGE));
        size.map(Self).ok_or_else(refused)
    }

    /// The number.
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl Default for PageSize {
    /// 100.
    fn default() -> Self {
        Self(100)
    }
}

impl PageQuery {
    /// The number of customers that a store reads: one more than the page has, to show whether there are more.
    pub fn wanted(&self) -> usize {
        usize::from(self.size.0) + 1
    }

    /// The maximum number of customers that a store examines if there is a filter.
    pub fn looked_at(&self) -> u16 {
        self.size.0.max(limits::PIECE_LOOKED_AT)
    }

    /// The range to search for the page: up to this position, or to the end of the list.
    pub fn part(&self, edge: Option<&Place>) -> Part {
        let (first, last) = if self.reverse { (HIGHEST, LOWEST) } else { (LOWEST, HIGHEST) };
        match (&self.place, edge) {
            (Place::Created(near), edge) => Part::Created {
                near: near.unwrap_or(first.0),
                far: if let Some(Place::Created(Some(far))) = edge { *far } else { last.0 },
            },
            (Place::Username(near), edge) => Part::Username {
                near: near.as_deref().unwrap_or(first.1.as_bytes()).to_owned(),
                far: if let Some(Place::Username(Some(far))) = edge { far } else { last.1.as_bytes() }.to_owned(),
            },
        }
    }

    /// The page, from the customers that a store found in the order of the list, up to [`PageQuery::wanted`] of them,
    /// and from the position up to which it searched, unless that is the end.
    pub fn page(&self, mut rows: Vec<Row>, edge: Option<Place>) -> Page {
        if rows.len() < self.wanted() {
            return Page { rows, next: edge };
        }
        rows.truncate(self.size.0.into());
        let next = rows.last().map(|last| last.place.clone());
        Page { rows, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Username;

    fn query(place: Place, reverse: bool) -> PageQuery {
        let organization_id = OrganizationId::from_bits(1);
        PageQuery { organization_id, place, reverse, filter: Filter::default(), size: PageSize::default() }
    }

    #[test]
    fn every_username_is_within_the_ends() {
        let Part::Username { near, far } = query(Place::Username(None), false).part(None) else { unreachable!() };
        for name in [" a".to_owned(), "\u{10ffff}".repeat(15), "\u{10ffff}".repeat(15) + "\u{ffff}"] {
            let name = Username::parse(&name).unwrap();
            assert!(*near < *name.as_str().as_bytes() && *name.as_str().as_bytes() < *far, "{name:?}");
        }
    }

    #[test]
    fn a_part_goes_from_the_place_to_the_edge() {
        let (one, two) = (CustomerId::from_bits(1), CustomerId::from_bits(2));
        let (lowest, highest) = (LOWEST.0, HIGHEST.0);
        for (place, reverse, edge, near, far) in [
            (None, false, None, lowest, highest),
            (None, true, None, highest, lowest),
            (Some(one), false, Some(two), one, two),
            (Some(two), true, Some(one), two, one),
            (Some(one), false, None, one, highest),
        ] {
            let edge = edge.map(|edge| Place::Created(Some(edge)));
            let part = query(Place::Created(place), reverse).part(edge.as_ref());
            assert_eq!(part, Part::Created { near, far });
        }
    }

    #[test]
    fn sizes_have_limits() {
        for size in [1, 100, 10_000] {
            assert_eq!(u32::from(PageSize::new(size).unwrap().number()), size);
        }
        for size in [0, 10_001, 65_537, u32::MAX] {
            assert!(PageSize::new(size).is_err(), "{size}");
        }
    }
}
