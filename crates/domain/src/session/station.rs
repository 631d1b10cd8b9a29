//! Names of devices.

use crate::value::Attribute;

/// Whether both name one device. A hardware address is the same in whatever form it is written, as bare octets too.
pub(super) fn is_same_station(one: &Attribute, other: &Attribute) -> bool {
    one == other || hardware_address(one).is_some_and(|address| hardware_address(other) == Some(address))
}

/// The digits of a hardware address, without what separates them, in lower case.
fn hardware_address(station: &Attribute) -> Option<String> {
    const DIGITS: usize = 12;
    let text = station.as_str().trim();
    let written = text.strip_prefix("0x").unwrap_or(text).chars().filter(|c| !matches!(c, '-' | ':' | '.'));
    let digits: String = written.map(|c| c.to_ascii_lowercase()).collect();
    (digits.len() == DIGITS && digits.bytes().all(|digit| digit.is_ascii_hexdigit())).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hardware_address_has_many_forms() {
        let same = |one: &str, other: &str| {
            is_same_station(&Attribute::parse(one).unwrap(), &Attribute::parse(other).unwrap())
        };
        for form in ["02-00-00-00-00-0A", "02:00:00:00:00:0a", "0200.0000.000a", "02000000000A", "0x02000000000a"] {
            assert!(same("02-00-00-00-00-0A", form), "{form}");
        }
        for other in ["02-00-00-00-00-0B", "02-00-00-00-00", "02-00-00-00-00-0A-00", "10.0.0.1"] {
            assert!(!same("02-00-00-00-00-0A", other), "{other}");
            assert!(same(other, other), "{other}");
        }
        assert!(!same("ada", "Ada"), "what is not an address is compared as it is");
    }
}
