//! Which role and scope may call what, and that no organization sees another.

use domain::access::{Role, Scope};
use serde_json::json;

use crate::common::bodies;
use crate::fixture::{Answer, Caller, Registry};

/// The operations with the status that they answer when they are allowed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Call {
    Create,
    Update,
    Lock,
    Read,
    Exist,
    Check,
    List,
    Issue,
    LookUp,
}

const CALLS: [Call; 9] = [
    Call::Create,
    Call::Update,
    Call::Lock,
    Call::Read,
    Call::Exist,
    Call::Check,
    Call::List,
    Call::Issue,
    Call::LookUp,
];

async fn call(caller: &Caller, call: Call, organization: &str, customer: &str, token: &str) -> Answer {
    match call {
        Call::Create => caller.post("/v3/customers", &bodies::least(organization)).await,
        Call::Update => caller.put(customer, &json!({"firstName": "Ada"})).await,
        Call::Lock => caller.put(customer, &json!({"lock": true})).await,
        Call::Read => caller.get(&format!("/v3/customers/{customer}")).await,
        Call::Exist => caller.get(&format!("/v2/customers/organizations/{organization}/exist?cid={customer}")).await,
        Call::Check => {
            let body = json!({"organizationId": organization, "username": "ada", "password": "geheim"});
            caller.post("/v3/customers/credential/check", &body).await
        }
        Call::List => caller.get(&format!("/v2/customers/organizations/{organization}")).await,
        Call::Issue => caller.get(&format!("/v2/customers/{customer}/token")).await,
        Call::LookUp => caller.get(&format!("/v2/customers/tokens/{token}")).await,
    }
}

/// What the documentation promises: the calls that a role may make, and the scopes of which one is needed.
fn promised(role: Role, scope: Scope) -> Vec<Call> {
    let by_role = match role {
        Role::OrganizationManager => CALLS.to_vec(),
        Role::PublicApp => vec![Call::Create, Call::Update, Call::Exist, Call::Check],
        Role::LocationManager | Role::Radius => vec![],
    };
    let by_scope = match scope {
        Scope::OrganizationWrite | Scope::CustomerWrite => vec![Call::Create, Call::Update, Call::Lock],
        Scope::OrganizationRead | Scope::CustomerRead => {
            vec![Call::Read, Call::Exist, Call::Check, Call::List, Call::Issue, Call::LookUp]
        }
        Scope::OrganizationSettingsRead | Scope::OrganizationSettingsWrite => vec![],
    };
    by_role.into_iter().filter(|call| by_scope.contains(call)).collect()
}

#[tokio::test]
async fn role_and_scope_decide_every_call() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let customer = manager.create("", json!({})).await;
    let issued = manager.get(&format!("/v2/customers/{customer}/token")).await.ok();
    let token = issued["token"].as_str().unwrap();
    for role in Role::ALL {
        for scope in Scope::ALL {
            let caller = registry.login_as(&registry.organization, role, scope.as_str()).await;
            for operation in CALLS {
                let answer = call(&caller, operation, &registry.organization, &customer, token).await;
                if promised(role, scope).contains(&operation) {
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
    let manager = registry.manager().await;
    let customer = manager.create("", json!({"firstName": "Ada"})).await;
    let issued = manager.get(&format!("/v2/customers/{customer}/token")).await.ok();
    let stranger = registry.stranger().await;
    for operation in CALLS {
        let answer =
            call(&stranger, operation, &registry.organization, &customer, issued["token"].as_str().unwrap()).await;
        answer.error(403, "forbidden");
        for secret in [&registry.organization, &registry.location, &customer, "Ada"] {
            assert!(!answer.text.contains(secret), "{operation:?}: {}", answer.text);
        }
    }
    assert_eq!(registry.stored(&customer).await.profile.person.first_name.unwrap().as_str(), "Ada");
}

#[tokio::test]
async fn an_organization_that_is_not_the_services_own_is_403_before_anything_else() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    for organization in ["0".repeat(32), "nonsense".to_owned(), registry.organization.to_uppercase()] {
        let body = json!({"organizationId": organization, "source": "?", "email": "?"});
        manager.post("/v3/customers", &body).await.error(403, "forbidden");
    }
}
