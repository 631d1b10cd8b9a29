//! The origin of a connection.

use std::net::{IpAddr, Ipv6Addr};

use super::ConnectionBounds;

/// Length of the IPv6 prefix that identifies a subscriber, who can choose any address of a /64.
const SUBSCRIBER: u32 = 64;

/// An origin whose connections are counted: an IPv4 address or an IPv6 network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Origin(IpAddr);

impl Origin {
    /// The origin of a peer; `None` if its connections are not counted.
    pub(super) fn of(peer: IpAddr, bounds: &ConnectionBounds) -> Option<Self> {
        // A listener on [::] sees IPv4 addresses in their mapped form.
        let address = peer.to_canonical();
        if bounds.is_exempt(address) {
            return None;
        }
        Some(Self(match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(address) => {
                let network = address.to_bits() & (u128::MAX << (Ipv6Addr::BITS - SUBSCRIBER));
                IpAddr::V6(Ipv6Addr::from_bits(network))
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv4_address_and_an_ipv6_network_are_one_origin() {
        let bounds = ConnectionBounds { trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()], ..Default::default() };
        let of = |address: &str| Origin::of(address.parse().unwrap(), &bounds);
        assert_eq!(of("192.0.2.1"), of("::ffff:192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        for exempt in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "10.1.2.3", "::ffff:10.1.2.3"] {
            assert_eq!(of(exempt), None, "{exempt}");
        }
        let unbounded = ConnectionBounds { per_address: 0, ..Default::default() };
        assert_eq!(Origin::of("192.0.2.1".parse().unwrap(), &unbounded), None);
    }
}
