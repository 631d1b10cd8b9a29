//! The `sid`, which continues a scroll.
//!
//! It is self-contained, so it is valid on every instance, also after a restart, and never expires: it contains the
//! current position of the scroll, and the parameters that it began with. It grants no right that its holder does not
//! have anyway, so it is not secret. A checksum detects one that was truncated, changed, or issued to another
//! organization.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::InvalidValue;
use domain::list::Place;
use domain::value::{CustomerId, OrganizationId, Username};
use sha2::{Digest, Sha256};

use crate::wire::Params;

/// Bytes of the checksum.
const CHECK: usize = 8;

/// The `sid` of a scroll with these parameters at this position.
pub(super) fn write(organization_id: OrganizationId, place: &Place, began: &Params) -> String {
    let (order, behind) = match place {
        Place::Created(behind) => ('c', behind.map(|id| id.to_string())),
        Place::Username(None) => ('u', None),
        Place::Username(Some(name)) => match std::str::from_utf8(name) {
            Ok(name) if Username::parse(name).is_ok() => ('u', Some(name.to_owned())),
            // The position follows a customer whose name cannot be read.
            _ => ('x', Some(URL_SAFE_NO_PAD.encode(name))),
        },
    };
    let text = format!("{order}{}\n{}", behind.unwrap_or_default(), began.write());
    let mut bytes = check(organization_id, &text).to_vec();
    bytes.extend_from_slice(text.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads a `sid` that [`write`] wrote for this organization.
pub(super) fn read(organization_id: OrganizationId, sid: &str) -> Result<(Place, Params), InvalidValue> {
    opened(organization_id, sid).ok_or_else(|| InvalidValue::invalid("is not one that this organization was given"))
}

fn opened(organization_id: OrganizationId, sid: &str) -> Option<(Place, Params)> {
    let bytes = URL_SAFE_NO_PAD.decode(sid).ok()?;
    let (given, text) = bytes.split_first_chunk::<CHECK>()?;
    let text = std::str::from_utf8(text).ok()?;
    if *given != check(organization_id, text) {
        return None;
    }
    let (place, began) = text.split_once('\n')?;
    let place = match place.split_at_checked(1)? {
        ("c", id) => Place::Created(Some(CustomerId::parse(id).ok()?)),
        ("u", name) => Place::Username(Some(Username::restore(name).ok()?.as_str().as_bytes().to_vec())),
        ("x", name) => Place::Username(Some(URL_SAFE_NO_PAD.decode(name).ok()?)),
        _ => return None,
    };
    Some((place, Params::read(began).ok()?))
}

fn check(organization_id: OrganizationId, text: &str) -> [u8; CHECK] {
    let digest = Sha256::new().chain_update(organization_id.to_bytes()).chain_update(text).finalize();
    std::array::from_fn(|at| digest[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORGANIZATION: OrganizationId = OrganizationId::from_bits(7);

    fn places() -> [Place; 4] {
        let name = |bytes: &[u8]| Place::Username(Some(bytes.to_vec()));
        let created = Place::Created(Some(CustomerId::from_bits(9)));
        [created, name("mario & 'ö'".as_bytes()), name(b"unreadable\n"), name(b"\xff")]
    }

    #[test]
    fn holds_place_and_parameters() {
        let began = Params::from_iter([("size", "7"), ("customOptin.a&b", "true")]);
        for place in places() {
            let sid = write(ORGANIZATION, &place, &began);
            assert!(sid.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')), "{sid}");
            let (read_place, read_began) = read(ORGANIZATION, &sid).unwrap_or_else(|_| unreachable!());
            assert_eq!((read_place, read_began.write()), (place, began.write()));
        }
    }

    #[test]
    fn any_other_text_is_none() {
        for place in places() {
            let sid = write(ORGANIZATION, &place, &Params::from_iter([("size", "7")]));
            assert!(read(OrganizationId::from_bits(8), &sid).is_err());
            for at in 0..sid.len() {
                assert!(read(ORGANIZATION, &sid[..at]).is_err(), "cut off at {at}");
                let mut other = sid.clone().into_bytes();
                other[at] = if other[at] == b'A' { b'B' } else { b'A' };
                assert!(read(ORGANIZATION, &String::from_utf8_lossy(&other)).is_err(), "changed at {at}");
            }
        }
        for text in ["", "=", "é", "AAAAAAAAAAAAAAAA", &"A".repeat(10_000)] {
            assert!(read(ORGANIZATION, text).is_err(), "{text}");
        }
    }
}
