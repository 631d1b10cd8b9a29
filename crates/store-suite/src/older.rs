//! What a registry of an older version holds, and that it is read.
//!
//! Each store has a registry that the version with migration 17 left, as SQL: an organization, a customer that was created with
//! [`sample::every_field`](crate::sample::every_field) and changed, and one that was erased.

use domain::history::{Call, Event, Field, Fields};
use domain::value::{CustomerId, OrganizationId};

use crate::Stores;

/// The ids of what such a registry holds.
pub struct Older {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The customer that is there.
    pub customer_id: CustomerId,
    /// The customer that was erased.
    pub erased_id: CustomerId,
}

impl Older {
    /// Customers and their histories come back as they were, and nothing is unreadable.
    pub async fn assert_reads(&self, stores: &Stores) {
        let customer = stores.customers.find(self.organization_id, self.customer_id).await.unwrap().unwrap();
        let profile = &customer.profile;
        assert_eq!(profile.person.first_name.as_ref().unwrap().as_str(), "Mario");
        assert_eq!(profile.person.phone_number.as_ref().unwrap().as_str(), "+393331234567");
        assert_eq!(profile.person.email_verified, Some(false));
        assert_eq!(profile.person.birth_date.unwrap().to_string(), "1975-03-16");
        assert_eq!(profile.document.kind.as_ref().unwrap().as_str(), "kind 1");
        assert_eq!(profile.processing_data.profiling, Some(true));
        assert_eq!(profile.device.last_seen.as_ref().unwrap().as_str(), "last seen 1");

        // The fields that a customer had by then.
        let numbered =
            |from, to| Field::ALL.iter().copied().filter(|field| (from..=to).contains(&(*field as u8))).collect();
        let (created, changed): (Fields, Fields) = (numbered(0, 48), numbered(5, 48));
        let accepted = Fields::from_iter([Field::Privacy, Field::TermsOfUse, Field::MktgCommunications]);
        let events = self.history(stores, self.customer_id).await;
        let told: Vec<_> = events.iter().map(|event| (event.call, event.fields, event.accepted)).collect();
        assert_eq!(
            told,
            [
                (Call::Create, created, accepted),
                (Call::Update, changed, Fields::default()),
                (Call::Update, changed, accepted),
                (
                    Call::Device,
                    [Field::DevicesOs, Field::DevicesWpa2Enterprise].into_iter().collect(),
                    Fields::default()
                ),
                (Call::Claim, [Field::Email].into_iter().collect(), Fields::default()),
            ]
        );
        let events = self.history(stores, self.erased_id).await;
        let told: Vec<_> = events.iter().map(|event| (event.call, event.fields)).collect();
        assert_eq!(told, [(Call::Create, Fields::default()), (Call::Erase, Fields::default())]);
    }

    async fn history(&self, stores: &Stores, customer_id: CustomerId) -> Vec<Event> {
        let events = stores.histories.history(self.organization_id, customer_id, None, 100).await.unwrap();
        events.into_iter().map(Result::unwrap).collect()
    }
}
