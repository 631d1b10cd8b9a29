//! Scopes.

use std::collections::BTreeSet;

use super::Role;
use crate::InvalidValue;

/// A right that a service can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Reads all data of the organization.
    OrganizationRead,
    /// Writes all data of the organization.
    OrganizationWrite,
    /// Reads customers.
    CustomerRead,
    /// Writes customers.
    CustomerWrite,
    /// Reads the organization's settings.
    OrganizationSettingsRead,
    /// Writes the organization's settings.
    OrganizationSettingsWrite,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 6] = [
        Self::OrganizationRead,
        Self::OrganizationWrite,
        Self::CustomerRead,
        Self::CustomerWrite,
        Self::OrganizationSettingsRead,
        Self::OrganizationSettingsWrite,
    ];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OrganizationRead => "organization_read",
            Self::OrganizationWrite => "organization_write",
            Self::CustomerRead => "customer_read",
            Self::CustomerWrite => "customer_write",
            Self::OrganizationSettingsRead => "organization_settings_read",
            Self::OrganizationSettingsWrite => "organization_settings_write",
        }
    }

    /// The wider scope that contains this one.
    const fn contained_in(self) -> Option<Self> {
        match self {
            Self::CustomerRead | Self::OrganizationSettingsRead => Some(Self::OrganizationRead),
            Self::CustomerWrite | Self::OrganizationSettingsWrite => Some(Self::OrganizationWrite),
            Self::OrganizationRead | Self::OrganizationWrite => None,
        }
    }
}

/// The scopes of a service.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// Parses names separated by commas.
    ///
    /// # Errors
    /// An unknown name.
    pub fn parse(list: &str) -> Result<Self, InvalidValue> {
        let scope = |name| {
            Scope::ALL.into_iter().find(|scope| scope.as_str() == name).ok_or_else(|| {
                InvalidValue::invalid(format!(
                    "must be a comma-separated list of: {}",
                    Scope::ALL.map(Scope::as_str).join(" ")
                ))
            })
        };
        list.split(',').map(str::trim).filter(|name| !name.is_empty()).map(scope).collect::<Result<_, _>>().map(Self)
    }

    /// The default scopes of a service with this role.
    pub fn usual(role: Role) -> Self {
        Self(BTreeSet::from_iter(match role {
            Role::OrganizationManager => vec![Scope::OrganizationRead, Scope::OrganizationWrite],
            Role::LocationManager => vec![Scope::OrganizationRead],
            Role::PublicApp => vec![Scope::CustomerRead, Scope::CustomerWrite, Scope::OrganizationSettingsRead],
            Role::Radius => vec![],
        }))
    }

    /// Whether they contain the scope, or a wider one that contains it.
    pub fn allow(&self, scope: Scope) -> bool {
        self.0.contains(&scope) || scope.contained_in().is_some_and(|wider| self.0.contains(&wider))
    }
}

/// The names, separated by commas.
impl std::fmt::Display for Scopes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.0.iter().map(|scope| scope.as_str()).collect();
        f.write_str(&names.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wider_scope_contains_the_narrower() {
        let allowed = |list: &str| {
            let scopes = Scopes::parse(list).unwrap();
            Scope::ALL.map(|scope| scopes.allow(scope))
        };
        assert_eq!(allowed("organization_read"), [true, false, true, false, true, false]);
        assert_eq!(allowed("organization_write"), [false, true, false, true, false, true]);
        assert_eq!(allowed("customer_read"), [false, false, true, false, false, false]);
        assert_eq!(allowed(""), [false; 6]);
    }

    #[test]
    fn prints_what_it_parses() {
        let scopes = Scopes::parse("customer_write, organization_read").unwrap();
        assert_eq!(scopes.to_string(), "organization_read,customer_write");
        assert_eq!(Scopes::parse(&scopes.to_string()).unwrap(), scopes);
        assert!(Scopes::parse("customer_delete").is_err());
    }
}
