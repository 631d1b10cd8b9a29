//! A profile with every field, and one with the widest values.

use std::collections::BTreeMap;

use domain::customer::{
    DeviceChanges, DocumentChanges, Patch, PersonChanges, PolicyChanges, ProcessingDataChanges, ProfileChanges,
};
use domain::value::{
    BirthDate, CivilStatus, Country, CustomChanges, DoubleOptin, Email, Flag, Gender, Language, PhoneNumber,
    PolicyName, Text,
};
use domain::{customer_fields, limits};
use jiff::civil::Date;
use serde_json::{Map, Value, json};

/// A value for a field, from its name and number.
trait Sample: Sized {
    fn sample(name: &str, number: u8) -> Self;
}

/// What the name says, which no other field of its section says: `member 1` for `member_id`.
impl<const MAX: usize> Sample for Text<MAX> {
    fn sample(name: &str, _: u8) -> Self {
        let said = ["_id", "_number"].iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name);
        Self::parse(&format!("{} 1", said.replace('_', " "))).unwrap()
    }
}

macro_rules! samples {
    ($($type:ty, |$name:ident, $number:ident| $value:expr;)*) => {
        $(impl Sample for $type {
            fn sample($name: &str, $number: u8) -> Self {
                $value
            }
        })*
    };
}

samples! {
    Flag, |_name, number| number.is_multiple_of(2);
    PhoneNumber, |_name, number| Self::parse(&format!("+3933312345{number:02}")).unwrap();
    Email, |name, _number| Self::parse(&format!("{name}@Example.org")).unwrap();
    Gender, |_name, _number| Self::Other;
    BirthDate, |_name, number| Self::parse(&format!("19{:02}-03-16", number % 100), Date::MAX).unwrap();
    Language, |_name, number| Self::parse(["de", "fr", "it"][usize::from(number % 3)]).unwrap();
    Country, |_name, number| Self::parse(["DE", "FR", "IT", "GB-ENG"][usize::from(number % 4)]).unwrap();
    CivilStatus, |_name, _number| Self::Lady;
    DoubleOptin, |_name, _number| Self::ConfirmWaiting;
}

/// Declares the changes that set and that clear every field of the list.
macro_rules! sections {
    (
        $(#[$person_doc:meta])* person: $Person:ident, $PersonChanges:ident, $person_prefix:literal {
            $($(#[$doc:meta])* $field:ident: $type:ident, $name:literal, [$variant:ident = $number:literal, $who:ident];)*
        }
        $(
            $(#[$group_doc:meta])* $group:ident: $Group:ident, $Changes:ident, $prefix:literal {
                $(
                    $(#[$member_doc:meta])* $member:ident: $member_type:ident, $member_name:literal,
                    [$grouped:ident = $member_number:literal];
                )*
            }
        )*
    ) => {
        /// Sets every field of the list.
        fn sets() -> ProfileChanges {
            ProfileChanges {
                person: $PersonChanges { $($field: Patch::Set(Sample::sample(stringify!($field), $number)),)* },
                $($group: Patch::Set($Changes {
                    $($member: Patch::Set(Sample::sample(stringify!($member), $member_number)),)*
                }),)*
                ..ProfileChanges::default()
            }
        }

        fn clears_person() -> ProfileChanges {
            ProfileChanges { person: $PersonChanges { $($field: Patch::Clear,)* }, ..ProfileChanges::default() }
        }

        /// Clears every member of every group of the list.
        fn clears_members() -> ProfileChanges {
            ProfileChanges {
                $($group: Patch::Set($Changes { $($member: Patch::Clear,)* }),)*
                ..clears_person()
            }
        }
    };
}

customer_fields!(sections);

/// Sets every field. Each value is another one, so that none can be read from the wrong place.
pub fn every_field() -> ProfileChanges {
    let mut changes = ProfileChanges {
        custom: custom(&json!({"tier": "gold", "visits": 7, "tags": ["a", {"b": null}], "ratio": 0.1})),
        policies: Patch::Set(policies()),
        ..sets()
    };
    // Values that tests know.
    let person = &mut changes.person;
    person.first_name = text("Mario");
    person.last_name = text("Rossi");
    person.hotspot_id = text("hotspot 1");
    person.phone_number = Patch::Set(PhoneNumber::parse("+393331234567").unwrap());
    person.phone_verified = Patch::Set(true);
    person.email = Patch::Set(Email::parse("Mario.Rossi@Example.org").unwrap());
    person.birth_date = Patch::Set(BirthDate::parse("1975-03-16", Date::MAX).unwrap());
    person.language = Patch::Set(Language::parse("it").unwrap());
    person.zip_code = text("20121");
    person.company_name = text("Rossi & Sons \"Ltd\"");
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
        ..clears_members()
    }
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
