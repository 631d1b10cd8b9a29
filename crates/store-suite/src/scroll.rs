//! Ways through a list.

use domain::list::{Contact, Filter, Page, PageQuery, PageSize, Place};
use domain::value::OrganizationId;

use crate::{Stores, Venue};

/// From the start, in the order of creation.
pub const BY_ID: Place = Place::Created(None);
/// From the start, in the order of usernames.
pub const BY_USERNAME: Place = Place::Username(None);

/// A list, from a place on.
#[derive(Clone)]
#[expect(missing_docs, reason = "each is named after what it is of a query")]
pub struct Scroll<'s> {
    pub stores: &'s Stores,
    pub organization_id: OrganizationId,
    pub start: Place,
    pub reverse: bool,
    pub filter: Filter,
    pub size: usize,
}

impl<'s> Scroll<'s> {
    /// Everybody of the venue's, in pages of 100.
    pub fn of(venue: &Venue<'s>, start: Place) -> Self {
        let (stores, organization_id) = (venue.stores, venue.id);
        Self { stores, organization_id, start, reverse: false, filter: Filter::default(), size: 100 }
    }

    /// What asks for the next page.
    pub fn query(&self) -> PageQuery {
        PageQuery {
            organization_id: self.organization_id,
            place: self.start.clone(),
            reverse: self.reverse,
            filter: self.filter.clone(),
            size: PageSize::new(u32::try_from(self.size).unwrap()).unwrap(),
        }
    }

    /// The next page.
    pub async fn page(&self) -> Page {
        let page = self.stores.lists.page(&self.query()).await.unwrap();
        assert!(page.rows.len() <= self.size, "a page is no larger than was asked for");
        page
    }

    /// Every page, the last one included.
    pub async fn pages(&self) -> Vec<Vec<Contact>> {
        let (mut pages, mut scroll) = (Vec::new(), self.clone());
        loop {
            let page = scroll.page().await;
            let next = page.next.clone();
            pages.push(page.into_contacts().collect());
            match next {
                Some(next) => scroll.start = next,
                None => return pages,
            }
        }
    }

    /// Everybody.
    pub async fn all(&self) -> Vec<Contact> {
        self.pages().await.concat()
    }
}
