//! A profile with every field, and one with the widest values.

use std::collections::BTreeMap;

use domain::customer::{DeviceChanges, DocumentChanges, Patch, PolicyChanges, ProcessingDataChanges, ProfileChanges};
use domain::limits;
use domain::value::{
    BirthDate, CivilStatus, Country, CustomChanges, DoubleOptin, Email, Gender, Language, PhoneNumber, PolicyName, Text,
};
use jiff::civil::Date;
use serde_json::{Map, Value, json};

/// Sets every field. Each value is another one, so that none can be read from the wrong place.
pub fn every_field() -> ProfileChanges {
    let mut changes = ProfileChanges {
        custom: custom(&json!({"tier": "gold", "visits": 7, "tags": ["a", {"b": null}], "ratio": 0.1})),
        policies: Patch::Set(policies()),
        document: Patch::Set(document()),
        processing_data: Patch::Set(ProcessingDataChanges {
            profiling: Patch::Set(true),
            processing_personal_data: Patch::Set(false),
        }),
        device: Patch::Set(device()),
        ..ProfileChanges::default()
    };
    let person = &mut changes.person;
    person.hotspot_id = text("hotspot 1");
    person.first_name = text("Mario");
    person.last_name = text("Rossi");
    person.phone_number = Patch::Set(PhoneNumber::parse("+393331234567").unwrap());
    person.phone_verified = Patch::Set(true);
    person.email = Patch::Set(Email::parse("Mario.Rossi@Example.org").unwrap());
    person.email_verified = Patch::Set(false);
    person.gender = Patch::Set(Gender::Other);
    person.birth_date = Patch::Set(BirthDate::parse("1975-03-16", Date::MAX).unwrap());
    person.language = Patch::Set(Language::parse("it").unwrap());
    person.country = Patch::Set(Country::parse("GB-ENG").unwrap());
    person.zip_code = text("20121");
    person.company_name = text("Rossi & Sons \"Ltd\"");
    person.civil_status = Patch::Set(CivilStatus::Lady);
    person.double_optin = Patch::Set(DoubleOptin::ConfirmWaiting);
    person.picture = text("https://example.org/mario.png");
    person.profile_id = text("plan 1");
    person.ext_id = text("ext 1");
    person.ext_prop1 = text("prop 1");
    person.ext_prop2 = text("prop 2");
    changes
}

/// Values that fill their limits, in characters of several bytes.
pub fn widest() -> ProfileChanges {
    let members: Map<String, Value> =
        (0..limits::CUSTOM_MEMBERS).map(|n| (format!("{n} \"ö\"\n"), json!([u64::MAX, -1, 1e-7, "😀"]))).collect();
    let customs = (0..limits::CUSTOM_POLICIES).map(|n| (policy(&format!("{n:0>64}")), Patch::Set(n % 2 == 0)));
    let mut changes = ProfileChanges {
        custom: custom(&Value::Object(members)),
        policies: Patch::Set(PolicyChanges { customs_cleared: false, customs: customs.collect(), ..policies() }),
        device: Patch::Set(DeviceChanges {
            guid: text(&"😀".repeat(limits::SHORT_TEXT)), ..DeviceChanges::default()
        }),
        ..ProfileChanges::default()
    };
    let person = &mut changes.person;
    person.first_name = text(&"ß".repeat(limits::SHORT_TEXT));
    person.last_name = text(" 'O''Neill'; -- %_\\ \t");
    person.email = Patch::Set(Email::parse("o'neill@bücher.example").unwrap());
    person.ext_id = text(&"\u{10ffff}".repeat(limits::SHORT_TEXT));
    person.zip_code = text(&"9".repeat(limits::ZIP_CODE));
    person.picture = text(&"ä".repeat(limits::PICTURE));
    person.birth_date = Patch::Set(BirthDate::parse("1900-01-01", Date::MAX).unwrap());
    changes
}

/// Clears every field, each group as a whole.
pub fn clears() -> ProfileChanges {
    ProfileChanges {
        custom: Patch::Clear,
        policies: Patch::Clear,
        document: Patch::Clear,
        processing_data: Patch::Clear,
        device: Patch::Clear,
        ..clears_person()
    }
}

/// Clears every single field, and every member of every group by its name.
pub fn clears_by_member() -> ProfileChanges {
    let removals = json!({"tier": null, "visits": null, "tags": null, "ratio": null});
    ProfileChanges {
        custom: custom(&removals),
        policies: Patch::Set(PolicyChanges {
            customs_cleared: false,
            privacy: Patch::Clear,
            terms_of_use: Patch::Clear,
            minimum_age_verification: Patch::Clear,
            mktg_communications: Patch::Clear,
            customs: BTreeMap::from([(policy("loyalty"), Patch::Clear), (policy("parking"), Patch::Clear)]),
        }),
        document: Patch::Set(DocumentChanges {
            member_id: Patch::Clear,
            number: Patch::Clear,
            passport_number: Patch::Clear,
            personal_id: Patch::Clear,
            kind: Patch::Clear,
        }),
        processing_data: Patch::Set(ProcessingDataChanges {
            profiling: Patch::Clear,
            processing_personal_data: Patch::Clear,
        }),
        device: Patch::Set(DeviceChanges {
            source: Patch::Clear,
            bundle: Patch::Clear,
            vendor_id: Patch::Clear,
            adv_id: Patch::Clear,
            install_id: Patch::Clear,
            os: Patch::Clear,
            device: Patch::Clear,
            created: Patch::Clear,
            guid: Patch::Clear,
            modified: Patch::Clear,
            last_seen: Patch::Clear,
        }),
        ..clears_person()
    }
}

fn clears_person() -> ProfileChanges {
    let mut changes = ProfileChanges::default();
    let person = &mut changes.person;
    person.hotspot_id = Patch::Clear;
    person.first_name = Patch::Clear;
    person.last_name = Patch::Clear;
    person.phone_number = Patch::Clear;
    person.phone_verified = Patch::Clear;
    person.email = Patch::Clear;
    person.email_verified = Patch::Clear;
    person.gender = Patch::Clear;
    person.birth_date = Patch::Clear;
    person.language = Patch::Clear;
    person.country = Patch::Clear;
    person.zip_code = Patch::Clear;
    person.company_name = Patch::Clear;
    person.civil_status = Patch::Clear;
    person.double_optin = Patch::Clear;
    person.picture = Patch::Clear;
    person.profile_id = Patch::Clear;
    person.ext_id = Patch::Clear;
    person.ext_prop1 = Patch::Clear;
    person.ext_prop2 = Patch::Clear;
    changes
}

fn policies() -> PolicyChanges {
    PolicyChanges {
        customs_cleared: false,
        privacy: Patch::Set(true),
        terms_of_use: Patch::Set(true),
        minimum_age_verification: Patch::Set(false),
        mktg_communications: Patch::Set(true),
        customs: BTreeMap::from([(policy("loyalty"), Patch::Set(true)), (policy("parking"), Patch::Set(false))]),
    }
}

fn document() -> DocumentChanges {
    DocumentChanges {
        member_id: text("member 1"),
        number: text("number 1"),
        passport_number: text("passport 1"),
        personal_id: text("personal 1"),
        kind: text("kind 1"),
    }
}

fn device() -> DeviceChanges {
    DeviceChanges {
        source: text("source 1"),
        bundle: text("bundle 1"),
        vendor_id: text("vendor 1"),
        adv_id: text("adv 1"),
        install_id: text("install 1"),
        os: text("os 1"),
        device: text("device 1"),
        created: text("created 1"),
        guid: text("guid 1"),
        modified: text("modified 1"),
        last_seen: text("last seen 1"),
    }
}

fn text<const MAX: usize>(text: &str) -> Patch<Text<MAX>> {
    Patch::Set(Text::parse(text).unwrap())
}

fn policy(name: &str) -> PolicyName {
    PolicyName::parse(name).unwrap()
}

fn custom(members: &Value) -> Patch<CustomChanges> {
    Patch::Set(CustomChanges::parse(members.as_object().unwrap().clone()).unwrap())
}

#[cfg(test)]
mod tests {
    use domain::customer::Profile;

    use super::*;

    /// A new field of the domain makes this fail until the samples have it, and so the stores.
    #[test]
    fn no_field_is_missing() {
        let every = every_field();
        assert!(!format!("{every:?}").contains("Keep"), "{every:#?}");
        let profile = every.merge(&Profile::default()).unwrap();
        assert!(!format!("{profile:?}").contains("None"), "{profile:#?}");
        for clears in [clears(), clears_by_member()] {
            assert!(!format!("{clears:?}").contains("Keep"), "{clears:#?}");
            assert_eq!(clears.merge(&profile).unwrap(), Profile::default());
        }
    }
}
