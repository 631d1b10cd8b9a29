//! Consent as it stands on the wire.

use std::collections::BTreeMap;

use domain::InvalidValue;
use domain::customer::{Patch, PolicyChanges};
use domain::value::PolicyName;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::member::Member;
use super::{Reader, schema};

/// The object that may hold an organization's own policies.
const CUSTOMS: &str = "customs";

/// What a person accepted. A value that does not clearly say yes says no.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = policies)]
pub(crate) struct PoliciesBody {
    /// The privacy policy. Without it no customer is created.
    #[schema(value_type = Option<schema::Flag>)]
    privacy: Member,
    /// The terms of use. Without them no customer is created.
    #[schema(value_type = Option<schema::Flag>)]
    terms_of_use: Member,
    /// To be of age.
    #[schema(value_type = Option<schema::Flag>)]
    minimum_age_verification: Member,
    /// To receive marketing.
    #[schema(value_type = Option<schema::Flag>)]
    mktg_communications: Member,
    /// Any policy of the organization's own: a member `customs.NAME`, or `NAME` within an object `customs`.
    #[serde(rename = "customs.*")]
    #[schema(value_type = Option<schema::Flag>)]
    custom_any: Member,
    #[serde(flatten)]
    #[schema(ignore)]
    others: BTreeMap<String, Member>,
}

impl PoliciesBody {
    pub(super) fn changes(&self, reader: &mut Reader) -> PolicyChanges {
        PolicyChanges {
            privacy: reader.consent("policies.privacy", &self.privacy),
            terms_of_use: reader.consent("policies.termsOfUse", &self.terms_of_use),
            minimum_age_verification: reader.consent("policies.minimumAgeVerification", &self.minimum_age_verification),
            mktg_communications: reader.consent("policies.mktgCommunications", &self.mktg_communications),
            customs_cleared: self.others.get(CUSTOMS).is_some_and(|member| member.0 == Some(Value::Null)),
            customs: self.customs(reader),
        }
    }

    /// The custom policies, however they are named. Flat names come first; one that stands in the object too is refused.
    fn customs(&self, reader: &mut Reader) -> BTreeMap<PolicyName, Patch<bool>> {
        let mut customs = BTreeMap::new();
        add(&mut customs, "*", &self.custom_any, reader);
        for (name, member) in &self.others {
            if let Some(name) = name.strip_prefix("customs.") {
                add(&mut customs, name, member, reader);
            }
        }
        if let Some(Patch::Set(nested)) =
            self.others.get(CUSTOMS).map(|member| reader.object("policies.customs", member))
        {
            for (name, value) in nested {
                add(&mut customs, &name, &Member(Some(value)), reader);
            }
        }
        customs
    }
}

fn add(customs: &mut BTreeMap<PolicyName, Patch<bool>>, name: &str, member: &Member, reader: &mut Reader) {
    let path = format!("policies.customs.{}", name.replace('\0', "\u{FFFD}"));
    let consent = reader.consent(&path, member);
    let (Patch::Set(name), true) = (reader.accept(&path, PolicyName::parse(name)), member.0.is_some()) else { return };
    if customs.insert(name, consent).is_some() {
        reader.note(InvalidValue::invalid("must not be given twice").at(path));
    }
}
