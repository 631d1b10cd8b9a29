//! An organization of a case's own.

use std::net::Ipv4Addr;
use std::sync::Arc;

use domain::access::{NewService, Role, Scopes};
use domain::customer::{
    Customer, Deduplication, EraseCustomer, Evidence, Fresh, InstallationChanges, Patch, PostCustomer, ProfileChanges,
    PutCustomer, Refusal, ReportInstallation,
};
use domain::forwarding::{Account, ClientSecret, Identity};
use domain::organization::{Location, Organization, OrganizationSettings, PolicyList};
use domain::ports::{Clock, Command, CommandError, Cut, IdSource, NewOrganization, Outcome, Written, random_text};
use domain::session::{Claims, Nas, SessionRecord, Usage};
use domain::token::{CustomerToken, NewToken, TokenHits};
use domain::value::{
    Attribute, CustomerId, EventId, LocationId, NetworkSessionId, OrganizationId, Password, ServiceId, Source,
    Username, WebUrl,
};

use crate::Stores;
use crate::ambient::{TestClock, TestIds, TestSecrets};
use crate::edit::{accepted, text};

/// An organization that only one case uses, and its requests.
pub struct Venue<'s> {
    /// The store.
    pub stores: &'s Stores,
    /// What time it is there.
    pub clock: TestClock,
    /// Its id.
    pub id: OrganizationId,
    /// Its only location.
    pub location_id: LocationId,
    /// The service that asks there.
    pub service_id: ServiceId,
}

impl<'s> Venue<'s> {
    /// Adds an organization.
    pub async fn open(stores: &'s Stores) -> Self {
        let clock = TestClock::default();
        let new = Self::new_organization(&clock);
        let (id, location_id) = (new.organization.id, new.location.id);
        stores.organizations.add(new).await.unwrap();
        Self { stores, clock, id, location_id, service_id: ServiceId::from_bits(TestIds.next()) }
    }

    /// Adds an organization whose commands can share a batch with this one's.
    pub async fn open_beside(&self) -> Self {
        loop {
            let new = Self::new_organization(&self.clock);
            let (id, location_id) = (new.organization.id, new.location.id);
            if self.stores.customers.batching().cut == Cut::Anywhere || id.bucket() == self.id.bucket() {
                self.stores.organizations.add(new).await.unwrap();
                let (clock, service_id) = (TestClock::default(), ServiceId::from_bits(TestIds.next()));
                return Self { stores: self.stores, clock, id, location_id, service_id };
            }
        }
    }

    /// An organization to add.
    pub fn new_organization(clock: &TestClock) -> NewOrganization {
        let location = Location::new(LocationId::from_bits(TestIds.next()), text("Lobby"));
        let organization = Organization {
            id: OrganizationId::from_bits(TestIds.next()),
            name: text("Grand Hotel"),
            default_location_id: location.id,
            settings: OrganizationSettings::default(),
            created_at: clock.now(),
        };
        NewOrganization { organization, location }
    }

    /// A POST that creates: both policies accepted, nothing else said.
    pub fn post(&self) -> PostCustomer {
        PostCustomer {
            organization_id: self.id,
            deduplicate: Deduplication::default(),
            source: Source::Api,
            location_id: None,
            username: None,
            password: None,
            lock: None,
            changes: ProfileChanges { policies: Patch::Set(accepted()), ..ProfileChanges::default() },
            by: self.service_id,
            role: Role::OrganizationManager,
            evidence: Evidence::default(),
            asked: PolicyList::default(),
            fresh: self.fresh(),
            claim_id: self.event_id(),
            repeatable: None,
        }
    }

    /// An account of the organization elsewhere, which is not set up yet.
    pub fn account(&self) -> Account {
        Account {
            organization_id: self.id,
            url: WebUrl::parse("https://api.example.org").unwrap(),
            client_key: text("key"),
            client_secret: ClientSecret::parse("geheim").unwrap(),
            remote_organization: text("b5a3"),
            identity: Identity::ExtId,
            set_up_at: self.clock.now(),
        }
    }

    fn fresh(&self) -> Fresh {
        Fresh {
            id: CustomerId::from_bits(TestIds.next()),
            username: Username::parse(&random_text(&TestSecrets, 16)).unwrap(),
            password: Password::parse(&random_text(&TestSecrets, 16)).unwrap(),
            at: self.clock.now(),
        }
    }

    /// A PUT that changes nothing yet.
    pub fn put(&self, id: CustomerId) -> PutCustomer {
        PutCustomer {
            organization_id: self.id,
            id,
            location_id: None,
            lock: None,
            changes: ProfileChanges::default(),
            by: self.service_id,
            role: Role::OrganizationManager,
            evidence: Evidence::default(),
            event_id: self.event_id(),
            claim_id: self.event_id(),
            at: self.clock.now(),
        }
    }

    /// An erasure.
    pub fn erase(&self, id: CustomerId) -> EraseCustomer {
        EraseCustomer {
            organization_id: self.id,
            id,
            by: self.service_id,
            event_id: self.event_id(),
            at: self.clock.now(),
        }
    }

    fn event_id(&self) -> EventId {
        EventId::from_bits(TestIds.next())
    }

    /// Writes one command.
    pub async fn write(&self, command: impl IntoCommand) -> Result<Written, CommandError> {
        let mut answers = self.stores.customers.write(vec![command.into_command()]).await.unwrap();
        assert_eq!(answers.len(), 1, "one command has one answer");
        answers.remove(0)
    }

    /// Writes a POST that creates.
    pub async fn create(&self, post: PostCustomer) -> Customer {
        let written = self.write(post).await.unwrap();
        assert_eq!(written.outcome, Outcome::Created);
        written.customer
    }

    /// Writes a command that updates.
    pub async fn update(&self, command: impl IntoCommand) -> Customer {
        let written = self.write(command).await.unwrap();
        assert_eq!(written.outcome, Outcome::Updated);
        written.customer
    }

    /// Writes a command that is refused.
    pub async fn refusal(&self, command: impl IntoCommand) -> Refusal {
        match self.write(command).await {
            Err(CommandError::Refused(refusal)) => refusal,
            other => panic!("not refused: {other:?}"),
        }
    }

    /// The customer as it is stored.
    pub async fn find(&self, id: CustomerId) -> Option<Customer> {
        self.stores.customers.find(self.id, id).await.unwrap()
    }

    /// A token for the customer, and what is stored of it.
    pub fn token(&self, customer_id: CustomerId, seconds: i64, hits: Option<u32>) -> (CustomerToken, NewToken) {
        let token = CustomerToken::generate(self.id, &TestSecrets);
        let new = NewToken {
            organization_id: self.id,
            customer_id,
            hash: token.hash(),
            expires_at: self.clock.now() + jiff::SignedDuration::from_secs(seconds),
            hits: hits.map(|hits| TokenHits::new(hits).unwrap()),
        };
        (token, new)
    }

    /// A report that tells nothing yet of the installation.
    pub fn report(&self, customer_id: CustomerId, id: &str) -> ReportInstallation {
        ReportInstallation {
            organization_id: self.id,
            customer_id,
            id: text(id),
            changes: InstallationChanges::default(),
            attaches: true,
            by: self.service_id,
            event_id: self.event_id(),
            at: self.clock.now(),
        }
    }

    /// A record that the session goes on which has this name at the only access point. It tells nothing else yet, not even
    /// whose it is.
    pub fn session_record(&self, acct_session_id: &str) -> SessionRecord {
        SessionRecord {
            organization_id: self.id,
            nas: access_point("ap-lobby"),
            acct_session_id: Attribute::parse(acct_session_id).unwrap(),
            id: NetworkSessionId::from_bits(TestIds.next()),
            claims: Claims::default(),
            calling_station: None,
            called_station: None,
            framed_address: None,
            at: self.clock.now(),
            dated: false,
            usage: Usage::default(),
            gigawords: false,
            began: false,
            ended: false,
            terminate_cause: None,
        }
    }

    /// A service to add.
    pub fn service(&self, role: Role) -> NewService {
        let scopes = Scopes::usual(role);
        NewService::generate(self.id, text("Till"), role, scopes, self.clock.now(), &TestIds, &TestSecrets)
    }
}

/// An access point with this name.
pub fn access_point(identifier: &str) -> Nas {
    Nas::new(Some(Attribute::parse(identifier).unwrap()), Some(Ipv4Addr::new(10, 0, 0, 1).into())).unwrap()
}

/// A request as a command.
pub trait IntoCommand {
    /// The command.
    fn into_command(self) -> Command;
}

impl IntoCommand for PostCustomer {
    fn into_command(self) -> Command {
        Command::Post(Arc::new(self))
    }
}

impl IntoCommand for PutCustomer {
    fn into_command(self) -> Command {
        Command::Put(Arc::new(self))
    }
}

impl IntoCommand for EraseCustomer {
    fn into_command(self) -> Command {
        Command::Erase(self)
    }
}
