//! An entry as a line of JSON. It holds ids, a time and an author, and no personal data.

use domain::Timestamp;
use domain::access::ClientKey;
use domain::ledger::{Author, Entry, Fact};
use domain::value::{CustomerId, LedgerEntryId, Name, OrganizationId, ServiceId};
use serde::{Deserialize, Serialize};

/// The members of a line. Each kind of entry has those that it needs.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Line {
    id: String,
    time: String,
    kind: Kind,
    /// `service:` and its id, `administration`, or `rule:` and its name.
    by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    organization_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    customer_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_key: Option<String>,
    /// The entry that this one withdraws.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    of: Option<String>,
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "camelCase")]
enum Kind {
    Erase,
    Lock,
    Unlock,
    Revoke,
    Void,
}

const ADMINISTRATION: &str = "administration";
const SERVICE: &str = "service:";
const RULE: &str = "rule:";

/// The entry as a line, without the line feed.
pub(crate) fn render(entry: &Entry) -> Result<String, serde_json::Error> {
    let mut line = Line {
        id: entry.id.to_string(),
        time: format!("{:.3}", entry.at),
        kind: Kind::Void,
        by: match &entry.by {
            Author::Service(id) => format!("{SERVICE}{id}"),
            Author::Administration => ADMINISTRATION.to_owned(),
            Author::Rule(name) => format!("{RULE}{}", name.as_str()),
        },
        organization_id: None,
        customer_id: None,
        client_key: None,
        of: None,
    };
    match &entry.fact {
        Fact::Erased { organization_id, customer_id } => {
            line.kind = Kind::Erase;
            line.organization_id = Some(organization_id.to_string());
            line.customer_id = Some(customer_id.to_string());
        }
        Fact::Locked { organization_id, customer_id, locked } => {
            line.kind = if *locked { Kind::Lock } else { Kind::Unlock };
            line.organization_id = Some(organization_id.to_string());
            line.customer_id = Some(customer_id.to_string());
        }
        Fact::Revoked { client_key } => {
            line.kind = Kind::Revoke;
            line.client_key = Some(client_key.as_str().to_owned());
        }
        Fact::Void { entry } => line.of = Some(entry.to_string()),
    }
    serde_json::to_string(&line)
}

/// Parses a line; `None` if this version does not know the entry.
pub(crate) fn parse(text: &[u8]) -> Option<Entry> {
    let line: Line = serde_json::from_slice(text).ok()?;
    let customer = || {
        let organization_id = OrganizationId::parse(line.organization_id.as_deref()?).ok()?;
        Some((organization_id, CustomerId::parse(line.customer_id.as_deref()?).ok()?))
    };
    let lock = |locked| {
        let (organization_id, customer_id) = customer()?;
        Some(Fact::Locked { organization_id, customer_id, locked })
    };
    let fact = match line.kind {
        Kind::Erase => {
            let (organization_id, customer_id) = customer()?;
            Fact::Erased { organization_id, customer_id }
        }
        Kind::Lock => lock(true)?,
        Kind::Unlock => lock(false)?,
        Kind::Revoke => Fact::Revoked { client_key: ClientKey::parse(line.client_key.as_deref()?).ok()? },
        Kind::Void => Fact::Void { entry: LedgerEntryId::parse(line.of.as_deref()?).ok()? },
    };
    Some(Entry {
        id: LedgerEntryId::parse(&line.id).ok()?,
        at: line.time.parse::<Timestamp>().ok()?,
        by: author(&line.by)?,
        fact,
    })
}

fn author(text: &str) -> Option<Author> {
    if text == ADMINISTRATION {
        return Some(Author::Administration);
    }
    match text.strip_prefix(SERVICE) {
        Some(id) => ServiceId::parse(id).ok().map(Author::Service),
        None => Name::parse(text.strip_prefix(RULE)?).ok().map(Author::Rule),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(by: Author, fact: Fact) -> Entry {
        let at = Timestamp::from_millisecond(1_711_620_930_007).unwrap();
        Entry { id: LedgerEntryId::from_bits(1), at, by, fact }
    }

    #[test]
    fn every_entry_comes_back() {
        let (organization_id, customer_id) = (OrganizationId::from_bits(2), CustomerId::from_bits(3));
        let client_key = ClientKey::parse("ck-0197f2c8-d0a0-7c53-b0d1-f1f4b0c7a003").unwrap();
        let service = Author::Service(ServiceId::from_bits(4));
        for (by, fact) in [
            (service.clone(), Fact::Erased { organization_id, customer_id }),
            (Author::Rule(Name::parse("two years").unwrap()), Fact::Erased { organization_id, customer_id }),
            (service.clone(), Fact::Locked { organization_id, customer_id, locked: true }),
            (service.clone(), Fact::Locked { organization_id, customer_id, locked: false }),
            (Author::Administration, Fact::Revoked { client_key }),
            (service, Fact::Void { entry: LedgerEntryId::from_bits(9) }),
        ] {
            let entry = entry(by, fact);
            let line = render(&entry).unwrap();
            assert!(!line.contains('\n'), "{line}");
            assert_eq!(parse(line.as_bytes()), Some(entry), "{line}");
        }
    }

    #[test]
    fn the_form_is_pinned() {
        let (organization_id, customer_id) = (OrganizationId::from_bits(2), CustomerId::from_bits(3));
        let by = Author::Service(ServiceId::from_bits(4));
        let line = render(&entry(by, Fact::Erased { organization_id, customer_id })).unwrap();
        assert_eq!(
            line,
            r#"{"id":"00000000000000000000000000000001","time":"2024-03-28T10:15:30.007Z","kind":"erase","by":"service:00000000000000000000000000000004","organizationId":"00000000000000000000000000000002","customerId":"00000000000000000000000000000003"}"#
        );
    }

    #[test]
    fn half_a_line_and_a_line_of_a_newer_version_are_none() {
        let by = Author::Administration;
        let line = render(&entry(by, Fact::Void { entry: LedgerEntryId::from_bits(9) })).unwrap();
        for end in 0..line.len() {
            assert_eq!(parse(&line.as_bytes()[..end]), None, "{}", &line[..end]);
        }
        assert_eq!(parse(line.replace("void", "merge").as_bytes()), None);
        assert_eq!(parse(line.replace("}", r#","into":"1"}"#).as_bytes()), None);
    }
}
