//! The places of sessions.

use std::net::IpAddr;

use crate::value::Attribute;
use crate::{InvalidValue, ViolationCode};

/// A network access server: an access point, or a controller of several of them.
///
/// Both of its names together identify it. Many access points have one NAS-Identifier for a whole model, and several
/// controllers may share one address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Nas {
    identifier: Option<Attribute>,
    address: Option<IpAddr>,
}

impl Nas {
    /// The NAS with these names.
    ///
    /// # Errors
    /// Neither is given; RFC 2866, 4.1 requires one of them in every record.
    pub fn new(identifier: Option<Attribute>, address: Option<IpAddr>) -> Result<Self, InvalidValue> {
        if identifier.is_none() && address.is_none() {
            return Err(InvalidValue::new(ViolationCode::Required, "is required unless there is an address"));
        }
        Ok(Self { identifier, address })
    }

    /// NAS-Identifier.
    pub const fn identifier(&self) -> Option<&Attribute> {
        self.identifier.as_ref()
    }

    /// NAS-IP-Address, or NAS-IPv6-Address.
    pub const fn address(&self) -> Option<IpAddr> {
        self.address
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn has_one_name_at_least() {
        let (name, address) = (Attribute::parse("ap-lobby").unwrap(), IpAddr::from(Ipv4Addr::LOCALHOST));
        assert!(Nas::new(Some(name.clone()), None).is_ok() && Nas::new(None, Some(address)).is_ok());
        assert_ne!(Nas::new(Some(name.clone()), None), Nas::new(Some(name), Some(address)));
        assert_eq!(Nas::new(None, None).unwrap_err().code, ViolationCode::Required);
    }
}
