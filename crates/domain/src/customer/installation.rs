//! The organization's app on the devices of a customer. On the wire these are the customer's devices.

use jiff::Timestamp;

use super::patch::{Changes, group};
use crate::history::Event;
use crate::limits;
use crate::value::{CustomerId, EventId, OrganizationId, PushToken, ServiceId, ShortText};

group! {
    /// What an installation tells of itself. Times are as the device wrote them, in whatever form its locale has.
    InstallationFacts,
    /// Changes of what an installation tells of itself.
    InstallationChanges,
    {
        /// The app's bundle id.
        bundle: ShortText,
        /// The vendor's id of the device.
        vendor_id: ShortText,
        /// The advertising id.
        adv_id: ShortText,
        /// The operating system.
        os: ShortText,
        /// The operating system's version.
        os_version: ShortText,
        /// The model.
        device: ShortText,
        /// When the app was installed.
        created: ShortText,
        /// When the app was last used.
        last_seen: ShortText,
        /// Where to send push messages.
        push_token: PushToken,
        /// The device's guid. It finds nobody: only the one that a customer was created with does.
        guid: ShortText,
        /// The Passpoint profile is installed.
        passpoint_installed: bool,
        /// The WPA2 Enterprise profile is installed.
        wpa2_enterprise_installed: bool,
    }
}

/// The organization's app on a device of a customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Installation {
    /// Made by the app when it is installed, and its key among those of the customer.
    pub id: ShortText,
    /// What it told so far.
    pub facts: InstallationFacts,
    /// When it last told anything, to the millisecond.
    pub reported_at: Timestamp,
}

/// A validated report of an installation.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportInstallation {
    /// The organization of the service that asks.
    pub organization_id: OrganizationId,
    /// Whose device it is.
    pub customer_id: CustomerId,
    /// The installation.
    pub id: ShortText,
    /// What it tells. Nulls count as absent.
    pub changes: InstallationChanges,
    /// Whether an installation is taken that the customer does not have yet: not that of a public app which did not prove to
    /// be the customer's own device.
    pub attaches: bool,
    /// The service that asks.
    pub by: ServiceId,
    /// The history has it under this id.
    pub event_id: EventId,
    /// The time of the request, to the millisecond.
    pub at: Timestamp,
}

/// What to write for a report.
#[derive(Debug, Clone, PartialEq)]
pub struct Reported {
    /// The installation as it is from now on; `None` when it is not taken.
    pub installation: Option<Installation>,
    /// The one that makes room for it.
    pub forgotten: Option<ShortText>,
    /// What the history tells of it, if that is anything.
    pub event: Option<Event>,
}

/// Decides a report on all installations that are stored of the customer. A customer has [`limits::INSTALLATIONS`] at
/// most: the one that was silent longest makes room, since an app that is installed again has a new id.
pub fn decide_report(report: &ReportInstallation, stored: &[Installation]) -> Reported {
    let known = stored.iter().find(|installation| installation.id == report.id);
    let before = known.map(|installation| &installation.facts);
    let mut facts = before.cloned().unwrap_or_default();
    report.changes.clone().without_clears().apply(&mut facts);
    let taken = known.is_some() || report.attaches;
    let full = taken && known.is_none() && stored.len() >= limits::INSTALLATIONS;
    let silent = stored.iter().min_by_key(|installation| (installation.reported_at, &installation.id));
    Reported {
        event: Event::of_report(report, before, &facts, taken),
        installation: taken.then(|| Installation { id: report.id.clone(), facts, reported_at: report.at }),
        forgotten: silent.filter(|_| full).map(|installation| installation.id.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::Patch;
    use crate::history::{Call, Field};

    fn text(text: &str) -> ShortText {
        ShortText::parse(text).unwrap()
    }

    fn report(id: &str, second: i64, changes: InstallationChanges) -> ReportInstallation {
        ReportInstallation {
            organization_id: OrganizationId::from_bits(1),
            customer_id: CustomerId::from_bits(2),
            id: text(id),
            changes,
            attaches: true,
            by: ServiceId::from_bits(3),
            event_id: EventId::from_bits(4),
            at: Timestamp::from_second(second).unwrap(),
        }
    }

    #[test]
    fn what_is_told_merges() {
        let first = InstallationChanges {
            os: Patch::Set(text("ios")),
            passpoint_installed: Patch::Set(false),
            ..InstallationChanges::default()
        };
        let first = decide_report(&report("a", 1, first), &[]).installation.unwrap();
        let second = InstallationChanges {
            os: Patch::Clear,
            device: Patch::Set(text("iPhone14,5")),
            passpoint_installed: Patch::Set(true),
            ..InstallationChanges::default()
        };
        let second = decide_report(&report("a", 2, second), std::slice::from_ref(&first));
        let facts = InstallationFacts {
            os: Some(text("ios")),
            device: Some(text("iPhone14,5")),
            passpoint_installed: Some(true),
            ..InstallationFacts::default()
        };
        let installation = second.installation.unwrap();
        assert_eq!((installation.facts, second.forgotten), (facts, None));
        assert_eq!(installation.reported_at, Timestamp::from_second(2).unwrap());
        let other = decide_report(&report("b", 3, InstallationChanges::default()), &[first]);
        assert_eq!(other.installation.unwrap().facts, InstallationFacts::default(), "each has its own");
    }

    #[test]
    fn the_most_silent_makes_room() {
        let number = |n: usize| n.to_string();
        let stored: Vec<_> = (0..limits::INSTALLATIONS)
            .map(|n| {
                // The seventh came first.
                let second = (n as i64 - 7).abs();
                let report = report(&number(n), second, InstallationChanges::default());
                decide_report(&report, &[]).installation.unwrap()
            })
            .collect();
        let known = decide_report(&report("0", 99, InstallationChanges::default()), &stored);
        assert_eq!(known.forgotten, None);
        let new = decide_report(&report("new", 99, InstallationChanges::default()), &stored);
        assert_eq!(new.forgotten, Some(text("7")));
        let last_place = decide_report(&report("new", 99, InstallationChanges::default()), &stored[1..]);
        assert_eq!(last_place.forgotten, None);
    }

    #[test]
    fn who_may_not_attach_reports_what_is_known_already() {
        let os = |name| InstallationChanges { os: Patch::Set(text(name)), ..InstallationChanges::default() };
        let known = decide_report(&report("a", 1, os("ios")), &[]).installation.unwrap();
        let stranger = |id, name| ReportInstallation { attaches: false, ..report(id, 2, os(name)) };
        let again = decide_report(&stranger("a", "android"), std::slice::from_ref(&known));
        assert_eq!(again.installation.unwrap().facts.os, Some(text("android")));
        assert_eq!(again.event.unwrap().call, Call::Device);
        let full: Vec<_> =
            (0..limits::INSTALLATIONS).map(|n| Installation { id: text(&n.to_string()), ..known.clone() }).collect();
        let claimed = decide_report(&stranger("b", "ios"), &full);
        assert_eq!((claimed.installation, claimed.forgotten), (None, None));
        let event = claimed.event.unwrap();
        assert_eq!((event.call, event.fields), (Call::Claim, [Field::DevicesOs].into_iter().collect()));
    }
}
