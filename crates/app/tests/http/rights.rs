//! Which role and scope permit which operation, and that organizations are isolated.

use domain::access::{Role, Scope};
use serde_json::json;

use crate::common::bodies;
use crate::fixture::{Answer, Caller, Registry};

/// The operations.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Call {
    Create,
    Batch,
    Update,
    Lock,
    Read,
    Exist,
    Check,
    Report,
    History,
    Sessions,
    List,
    Issue,
    LookUp,
    Policies,
    DeviceSettings,
    Settings,
    Configure,
    Locations,
    Location,
    AddLocation,
    Erase,
}

const MANAGER: &[Role] = &[Role::OrganizationManager];
const APP: &[Role] = &[Role::OrganizationManager, Role::PublicApp];
const VENUE: &[Role] = &[Role::OrganizationManager, Role::LocationManager];
/// The documented rights: the roles that permit an operation, and the scopes, one of which is required.
const TABLE: &[(Call, &[Role], &[Scope])] = &[
    (Call::Create, APP, &[Scope::OrganizationWrite, Scope::CustomerWrite]),
    (Call::Batch, MANAGER, &[Scope::OrganizationWrite, Scope::CustomerWrite]),
    (Call::Update, APP, &[Scope::OrganizationWrite, Scope::CustomerWrite]),
    (Call::Lock, MANAGER, &[Scope::OrganizationWrite, Scope::CustomerWrite]),
    (Call::Read, MANAGER, &[Scope::OrganizationRead, Scope::CustomerRead]),
    (Call::Exist, APP, &[Scope::OrganizationRead, Scope::CustomerRead]),
    (Call::Check, APP, &[Scope::OrganizationRead, Scope::CustomerRead]),
    (Call::Report, APP, &[Scope::OrganizationWrite, Scope::CustomerWrite]),
    (Call::History, MANAGER, &[Scope::OrganizationRead, Scope::CustomerRead]),
    (Call::Sessions, MANAGER, &[Scope::OrganizationRead, Scope::CustomerRead]),
    (Call::List, MANAGER, &[Scope::OrganizationRead, Scope::CustomerRead]),
    (Call::Issue, MANAGER, &[Scope::OrganizationRead, Scope::CustomerRead]),
    (Call::LookUp, MANAGER, &[Scope::OrganizationRead, Scope::CustomerRead]),
    (Call::Policies, APP, &[Scope::OrganizationRead, Scope::OrganizationSettingsRead]),
    (Call::DeviceSettings, APP, &[Scope::OrganizationRead, Scope::OrganizationSettingsRead]),
    (Call::Settings, MANAGER, &[Scope::OrganizationRead, Scope::OrganizationSettingsRead]),
    (Call::Configure, MANAGER, &[Scope::OrganizationWrite, Scope::OrganizationSettingsWrite]),
    (Call::Locations, VENUE, &[Scope::OrganizationRead]),
    (Call::Location, VENUE, &[Scope::OrganizationRead]),
    (Call::AddLocation, MANAGER, &[Scope::OrganizationWrite]),
    // Last, since it erases the customer.
    (Call::Erase, MANAGER, &[Scope::OrganizationWrite, Scope::CustomerWrite]),
];

/// The objects of the operations.
struct Target {
    organization: String,
    location: String,
    customer: String,
    token: String,
}

impl Target {
    /// One object of each kind in the registry's organization.
    async fn of(registry: &Registry) -> Self {
        let manager = registry.manager().await;
        let customer = manager.create("", json!({"firstName": "Ada"})).await;
        let issued = manager.get(&format!("/v2/customers/{customer}/token")).await.ok();
        let token = issued["token"].as_str().unwrap().to_owned();
        Self { organization: registry.organization.clone(), location: registry.location.clone(), customer, token }
    }

    async fn call(&self, caller: &Caller, call: Call) -> Answer {
        let Self { organization, location, customer, token } = self;
        let of_organization = |path: &str| format!("/v1/organizations/{organization}/{path}");
        match call {
            Call::Create => caller.post("/v3/customers", &bodies::least(organization)).await,
            Call::Batch => caller.batch_rows("", &[bodies::least(organization)]).await,
            Call::Update => caller.put(customer, &json!({"firstName": "Ada"})).await,
            Call::Lock => caller.put(customer, &json!({"lock": true})).await,
            Call::Read => caller.get(&format!("/v3/customers/{customer}")).await,
            Call::Exist => {
                caller.get(&format!("/v2/customers/organizations/{organization}/exist?cid={customer}")).await
            }
            Call::Check => {
                let body = json!({"organizationId": organization, "username": "ada", "password": "geheim"});
                caller.post("/v3/customers/credential/check", &body).await
            }
            Call::Issue => caller.get(&format!("/v2/customers/{customer}/token")).await,
            Call::LookUp => caller.get(&format!("/v2/customers/tokens/{token}")).await,
            Call::Policies => caller.get(&of_organization("policies")).await,
            Call::DeviceSettings => {
                caller.get(&format!("/v4/organizations/{organization}/devices/ios_org.example/settings")).await
            }
            Call::Settings => caller.get(&of_organization("settings")).await,
            Call::Configure => caller.json("PUT", &of_organization("settings"), "{}").await,
            Call::Locations => caller.get(&of_organization("locations")).await,
            Call::Location => caller.get(&format!("/v1/locations/{location}")).await,
            Call::AddLocation => caller.post(&of_organization("locations"), &json!({"name": "Roof"})).await,
            Call::Report => caller.post(&format!("/v3/customers/{customer}/devices"), &json!({"installId": "1"})).await,
            Call::History => caller.get(&format!("/v3/customers/{customer}/history")).await,
            Call::Sessions => caller.get(&format!("/v3/customers/{customer}/sessions")).await,
            Call::List => caller.get(&format!("/v2/customers/organizations/{organization}")).await,
            Call::Erase => caller.delete(customer).await,
        }
    }
}

#[tokio::test]
async fn role_and_scope_decide_every_call() {
    let registry = Registry::start().await;
    for role in Role::ALL {
        for scope in Scope::ALL {
            // A separate one, since it may be erased.
            let target = Target::of(&registry).await;
            let caller = registry.login_as(&registry.organization, role, scope.as_str()).await;
            for (call, roles, scopes) in TABLE {
                let answer = target.call(&caller, *call).await;
                if roles.contains(&role) && scopes.contains(&scope) {
                    answer.ok();
                } else {
                    answer.error(403, "forbidden");
                }
            }
        }
    }
}

#[tokio::test]
async fn another_organizations_data_is_403_and_no_byte_of_it() {
    let registry = Registry::start().await;
    let target = Target::of(&registry).await;
    let stranger = registry.stranger().await;
    for (call, ..) in TABLE {
        let answer = target.call(&stranger, *call).await;
        if *call == Call::Batch {
            // Its rows are authorized individually.
            assert_eq!(answer.ok()["code"], "forbidden");
            continue;
        }
        answer.error(403, "forbidden");
        for secret in [&target.organization, &target.location, &target.customer, "Ada"] {
            assert!(!answer.text.contains(secret), "{call:?}: {}", answer.text);
        }
    }
    assert_eq!(registry.stored(&target.customer).await.profile.person.first_name.unwrap().as_str(), "Ada");
}

/// An organization that does not exist is treated like a foreign one, so that no caller learns which ones exist.
/// Anything else is not found.
#[tokio::test]
async fn what_is_nowhere_tells_nothing_of_organizations() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let nothing = "0".repeat(32);
    let target = Target {
        organization: nothing.clone(),
        location: nothing.clone(),
        customer: nothing.clone(),
        token: "0".repeat(28),
    };
    for (call, ..) in TABLE {
        let answer = target.call(&manager, *call).await;
        match call {
            Call::Batch => {
                assert_eq!(answer.ok()["code"], "forbidden");
                continue;
            }
            Call::Update
            | Call::Lock
            | Call::Read
            | Call::Report
            | Call::History
            | Call::Sessions
            | Call::Issue
            | Call::LookUp
            | Call::Location
            | Call::Erase => answer.error(404, "not_found"),
            _ => answer.error(403, "forbidden"),
        };
    }
}

#[tokio::test]
async fn an_organization_that_is_not_the_services_own_is_403_before_anything_else() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    for organization in ["0".repeat(32), "nonsense".to_owned(), registry.organization.to_uppercase()] {
        let body = json!({"organizationId": organization, "source": "?", "email": "?"});
        manager.post("/v3/customers", &body).await.error(403, "forbidden");
        let settings = format!("/v1/organizations/{organization}/settings");
        manager.json("PUT", &settings, json!({"wpa2": 1}).to_string()).await.error(403, "forbidden");
    }
}
