//! Services: the programs that use the registry.

use jiff::Timestamp;

use super::{Operation, Role, Scopes};
use crate::InvalidValue;
use crate::ports::{IdSource, SecretSource, random_text};
use crate::token::SecretHash;
use crate::value::{Name, OrganizationId, ServiceId};

/// The number of characters of a secret: 5 bits each, so 160 bits.
const SECRET_CHARACTERS: usize = 32;

/// A program with a client key. It belongs to one organization and has no access to any other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its id.
    pub id: ServiceId,
    /// The only organization whose data it may access.
    pub organization_id: OrganizationId,
    /// The public half of its credentials.
    pub client_key: ClientKey,
    /// What it is called.
    pub name: Name,
    /// The kind of program.
    pub role: Role,
    /// The rights that it has.
    pub scopes: Scopes,
    /// When it was created, to the millisecond.
    pub created_at: Timestamp,
    /// When it was revoked. From then on it may do nothing.
    pub revoked_at: Option<Timestamp>,
}

impl Service {
    /// Whether its role and scopes permit the operation on its own organization.
    pub fn may(&self, operation: Operation) -> bool {
        self.revoked_at.is_none() && operation.roles().contains(&self.role) && self.scopes.allow(operation.scope())
    }

    /// Whether it may read customers' credentials and report network sessions. That requires no scope: it is the
    /// purpose of the role, and only services of this role have a bearer secret.
    pub fn is_radius_server(&self) -> bool {
        self.revoked_at.is_none() && self.role == Role::Radius
    }
}

/// The public half of a service's credentials: `ck-` and a UUID.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClientKey(String);

impl ClientKey {
    /// Parses a client key.
    ///
    /// # Errors
    /// Not `ck-` followed by the 36 characters of a UUID in lower case.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let is_uuid = |uuid: &str| {
            uuid.len() == 36
                && uuid.bytes().enumerate().all(|(at, byte)| match at {
                    8 | 13 | 18 | 23 => byte == b'-',
                    _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
                })
        };
        if text.strip_prefix("ck-").is_some_and(is_uuid) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidValue::invalid("is not a client key"))
        }
    }

    /// A new key.
    fn generate(ids: &dyn IdSource) -> Self {
        let hex = format!("{:032x}", ids.next());
        Self(format!("ck-{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]))
    }

    /// The key's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A random secret of a service, shown once and then stored as a hash. `Debug` does not show it.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    fn generate(secrets: &dyn SecretSource) -> Self {
        Self(random_text(secrets, SECRET_CHARACTERS))
    }

    /// The secret's text, for its owner only.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The hash that a store keeps.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(&self.0)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// A service to store, with the secrets that are shown to its owner only once.
#[derive(Debug, Clone)]
pub struct NewService {
    /// The service.
    pub service: Service,
    /// The secret half of its credentials.
    pub client_secret: Secret,
    /// The secret that a RADIUS server sends with every request.
    pub bearer: Option<Secret>,
}

impl NewService {
    /// Generates keys and secrets for a new service.
    pub fn generate(
        organization_id: OrganizationId,
        name: Name,
        role: Role,
        scopes: Scopes,
        at: Timestamp,
        ids: &dyn IdSource,
        secrets: &dyn SecretSource,
    ) -> Self {
        let service = Service {
            id: ServiceId::from_bits(ids.next()),
            organization_id,
            client_key: ClientKey::generate(ids),
            name,
            role,
            scopes,
            created_at: at,
            revoked_at: None,
        };
        Self {
            service,
            client_secret: Secret::generate(secrets),
            bearer: (role == Role::Radius).then(|| Secret::generate(secrets)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(role: Role, scopes: &str) -> Service {
        Service {
            id: ServiceId::from_bits(1),
            organization_id: OrganizationId::from_bits(2),
            client_key: ClientKey::parse("ck-00000000-0000-0000-0000-000000000000").unwrap(),
            name: Name::parse("test").unwrap(),
            role,
            scopes: Scopes::parse(scopes).unwrap(),
            created_at: Timestamp::UNIX_EPOCH,
            revoked_at: None,
        }
    }

    #[test]
    fn role_and_scope_are_both_needed() {
        use Operation::*;
        let allowed = |role, scopes: &str| -> Vec<_> {
            let service = service(role, scopes);
            Operation::ALL.into_iter().filter(|operation| service.may(*operation)).collect()
        };
        let all = "organization_read,organization_write";
        assert_eq!(allowed(Role::OrganizationManager, all), Operation::ALL);
        assert_eq!(allowed(Role::OrganizationManager, "organization_settings_read"), [ReadAppSettings, ReadSettings]);
        assert_eq!(
            allowed(Role::OrganizationManager, "customer_read"),
            [
                ReadCustomer,
                SeekCustomer,
                CheckCredential,
                ReadHistory,
                ReadSessions,
                ListCustomers,
                IssueToken,
                LookUpToken
            ]
        );
        assert_eq!(
            allowed(Role::OrganizationManager, "customer_write"),
            [CreateCustomer, CreateCustomers, UpdateCustomer, LockCustomer, EraseCustomer, ReportDevice]
        );
        assert_eq!(
            allowed(Role::PublicApp, all),
            [CreateCustomer, UpdateCustomer, SeekCustomer, CheckCredential, ReportDevice, ReadAppSettings]
        );
        assert_eq!(allowed(Role::PublicApp, "organization_settings_read"), [ReadAppSettings]);
        assert_eq!(allowed(Role::LocationManager, all), [ReadLocations]);
        assert_eq!(allowed(Role::Radius, all), []);
    }

    #[test]
    fn logins_are_the_radius_servers() {
        for role in Role::ALL {
            assert_eq!(service(role, "organization_read,organization_write").is_radius_server(), role == Role::Radius);
        }
        let revoked = Service { revoked_at: Some(Timestamp::UNIX_EPOCH), ..service(Role::Radius, "") };
        assert!(!revoked.is_radius_server());
    }

    #[test]
    fn a_revoked_service_may_nothing() {
        let revoked = Service {
            revoked_at: Some(Timestamp::UNIX_EPOCH),
            ..service(Role::OrganizationManager, "organization_read,organization_write")
        };
        assert!(Operation::ALL.into_iter().all(|operation| !revoked.may(operation)));
    }

    #[test]
    fn client_keys_have_one_form() {
        for text in [
            "",
            "ck-",
            "00000000-0000-0000-0000-000000000000",
            "ck-00000000-0000-0000-0000-00000000000G",
            "ck-000000000000000000000000000000000000",
        ] {
            assert!(ClientKey::parse(text).is_err(), "{text:?}");
        }
    }
}
