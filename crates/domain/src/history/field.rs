//! The fields that a history tells of.

use crate::customer::{InstallationFacts, Profile};
use crate::{InvalidValue, customer_fields};

/// Declares the fields: those that are named here, and those of the list. Each has the number of its bit, which never changes,
/// and its path on the wire. Compares one state with another, field by field.
macro_rules! fields {
    (
        {
            customer { $($own:ident = $own_number:literal, $own_path:literal, $own_column:literal;)* }
            profile { $($part:ident = $part_number:literal, $part_path:literal, $column:ident $(.$member:ident)?;)* }
            installation { $($fact:ident = $fact_number:literal, $fact_path:literal, $fact_value:ident;)* }
        }
        $(#[$person_doc:meta])* person: $Person:ident, $PersonChanges:ident, $person_prefix:literal {
            $($(#[$doc:meta])* $value:ident: $type:ident, $name:literal, [$single:ident = $single_number:literal, $who:ident];)*
        }
        $(
            $(#[$group_doc:meta])* $group:ident: $Group:ident, $Changes:ident, $prefix:literal {
                $(
                    $(#[$member_doc:meta])* $group_member:ident: $member_type:ident, $member_name:literal,
                    [$grouped:ident = $grouped_number:literal];
                )*
            }
        )*
    ) => {
        /// A field of a customer, or of the installations of its app.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        #[expect(missing_docs, reason = "each is named after its path")]
        pub enum Field {
            $($own = $own_number,)*
            $($single = $single_number,)*
            $($part = $part_number,)*
            $($($grouped = $grouped_number,)*)*
            $($fact = $fact_number,)*
        }

        impl Field {
            /// Every field, in the order in which a history names them.
            pub const ALL: &[Self] = &[
                $(Self::$own,)* $(Self::$single,)* $(Self::$part,)* $($(Self::$grouped,)*)* $(Self::$fact,)*
            ];

            /// Where it stands on the wire.
            pub const fn path(self) -> &'static str {
                match self {
                    $(Self::$own => $own_path,)*
                    $(Self::$single => $name,)*
                    $(Self::$part => $part_path,)*
                    $($(Self::$grouped => concat!($prefix, $member_name),)*)*
                    $(Self::$fact => $fact_path,)*
                }
            }

            /// The fields of a customer that a column of the table `customer` holds: one, or those of a group.
            pub(super) fn of_column(column: &str) -> impl Iterator<Item = Self> {
                const COLUMNS: &[(Field, &str)] = &[
                    $((Field::$own, $own_column),)*
                    $((Field::$single, stringify!($value)),)*
                    $((Field::$part, stringify!($column)),)*
                    $($((Field::$grouped, stringify!($group)),)*)*
                ];
                COLUMNS.iter().filter(move |(_, holding)| *holding == column).map(|(field, _)| *field)
            }
        }

        impl Fields {
            /// Those that differ.
            pub(super) fn of_profiles(before: &Profile, after: &Profile) -> Self {
                let mut fields = Self::default();
                $(if before.person.$value != after.person.$value { fields.insert(Field::$single); })*
                $(if before.$column$(.$member)? != after.$column$(.$member)? { fields.insert(Field::$part); })*
                $($(if before.$group.$group_member != after.$group.$group_member { fields.insert(Field::$grouped); })*)*
                fields
            }

            /// Those that differ.
            pub(super) fn of_installations(before: &InstallationFacts, after: &InstallationFacts) -> Self {
                let mut fields = Self::default();
                $(if before.$fact_value != after.$fact_value { fields.insert(Field::$fact); })*
                fields
            }
        }
    };
}

customer_fields! {
    fields {
        customer {
            Source = 0, "source", "source";
            Username = 1, "username", "username";
            Password = 2, "password", "password";
            LocationId = 3, "locationId", "location_id";
            Lock = 4, "lock", "locked";
        }
        profile {
            Custom = 25, "custom", custom;
            Privacy = 26, "policies.privacy", policies.privacy;
            TermsOfUse = 27, "policies.termsOfUse", policies.terms_of_use;
            MinimumAgeVerification = 28, "policies.minimumAgeVerification", policies.minimum_age_verification;
            MktgCommunications = 29, "policies.mktgCommunications", policies.mktg_communications;
            CustomPolicies = 30, "policies.customs", policies.customs;
        }
        installation {
            DevicesBundle = 49, "devices.bundle", bundle;
            DevicesVendorId = 50, "devices.vendorId", vendor_id;
            DevicesAdvId = 51, "devices.advId", adv_id;
            DevicesOs = 52, "devices.os", os;
            DevicesOsVersion = 53, "devices.osVersion", os_version;
            DevicesDevice = 54, "devices.device", device;
            DevicesCreated = 55, "devices.created", created;
            DevicesPushToken = 56, "devices.pushToken", push_token;
            DevicesGuid = 57, "devices.guid", guid;
            DevicesPasspoint = 58, "devices.pp_installed", passpoint_installed;
            DevicesWpa2Enterprise = 59, "devices.wpa2ent_installed", wpa2_enterprise_installed;
        }
    }
}

/// A set of fields: a bit for each, by its number.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Fields([u64; WORDS]);

/// Numbers up to 255, one for each value that a [`Field`] can have.
const WORDS: usize = 256 / u64::BITS as usize;

/// No field has this number: its bit would be the sign of the column that has the bits below.
const SIGN: u8 = 63;

// A column of a store has the first word, and no field may be lost with its sign.
const _: () = {
    let mut at = 0;
    while at < Field::ALL.len() {
        assert!(Field::ALL[at] as u8 != SIGN, "63 is not a field's number");
        at += 1;
    }
};

impl Fields {
    /// The set that was stored as these two columns.
    ///
    /// # Errors
    /// A bit is no field's.
    pub fn restore(bits: i64, more: Option<&[u8]>) -> Result<Self, InvalidValue> {
        let unknown = || InvalidValue::invalid("is no set of fields");
        let mut set = Self::default();
        let (first, others) = set.0.split_at_mut(1);
        first[0] = bits.cast_unsigned();
        for (index, byte) in more.into_iter().flatten().enumerate() {
            let word = others.get_mut(index / size_of::<u64>()).ok_or_else(unknown)?;
            *word |= u64::from(*byte) << (index % size_of::<u64>() * 8);
        }
        let known: Self = Field::ALL.iter().copied().collect();
        let is_known = set.0.iter().zip(known.0).all(|(bits, known)| bits & !known == 0);
        if is_known { Ok(set) } else { Err(unknown()) }
    }

    /// The first column that stores the set: fields with numbers up to 62. Never negative.
    pub const fn bits(self) -> i64 {
        self.0[0].cast_signed()
    }

    /// The second column that stores the set: fields with numbers from 64 on, eight in each byte, the lowest first. `None` when
    /// the set has none of them, so the column is NULL in nearly every row.
    pub fn more(self) -> Option<Vec<u8>> {
        let last = self.0[1..].iter().rposition(|word| *word != 0)? + 1;
        let mut bytes: Vec<u8> = self.0[1..=last].iter().flat_map(|word| word.to_le_bytes()).collect();
        while bytes.last() == Some(&0) {
            bytes.pop();
        }
        Some(bytes)
    }

    /// None at all.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// Whether it is among them.
    pub const fn contains(self, field: Field) -> bool {
        let (word, bit) = place(field);
        self.0[word] >> bit & 1 == 1
    }

    /// In the order of [`Field::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Field> {
        Field::ALL.iter().copied().filter(move |field| self.contains(*field))
    }

    pub(super) const fn insert(&mut self, field: Field) {
        let (word, bit) = place(field);
        self.0[word] |= 1 << bit;
    }
}

/// The word that has the field's bit, and which bit of the word it is.
const fn place(field: Field) -> (usize, u32) {
    let number = field as u32;
    ((number / u64::BITS) as usize, number % u64::BITS)
}

impl FromIterator<Field> for Fields {
    fn from_iter<I: IntoIterator<Item = Field>>(fields: I) -> Self {
        let mut set = Self::default();
        fields.into_iter().for_each(|field| set.insert(field));
        set
    }
}

impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter().map(Field::path)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows are stored under these numbers. A new field gets a number of its own.
    #[test]
    fn numbers_are_pinned() {
        let mut numbers: Vec<_> = Field::ALL.iter().map(|field| *field as u64).collect();
        numbers.sort_unstable();
        assert_eq!(numbers[..60], Vec::from_iter(0..60));
        assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
        assert_eq!(Field::Email.path(), "email");
        assert_eq!((Field::Email as u64, Field::DeviceGuid as u64, Field::DevicesBundle as u64), (10, 46, 49));
    }

    #[test]
    fn no_two_fields_have_one_path() {
        let paths: std::collections::BTreeSet<_> = Field::ALL.iter().map(|field| field.path()).collect();
        assert_eq!(paths.len(), Field::ALL.len());
    }

    #[test]
    fn a_column_holds_a_field_or_a_group() {
        let of = |column| Field::of_column(column).map(Field::path).collect::<Vec<_>>();
        assert_eq!(of("phone_number"), ["phoneNumber"]);
        assert_eq!(of("locked"), ["lock"]);
        assert_eq!(of("custom"), ["custom"]);
        assert_eq!(of("processing_data"), ["processingData.profiling", "processingData.processingPersonalData"]);
        assert_eq!(of("modified_at"), [""; 0]);
    }

    #[test]
    fn bits_come_back() {
        let every: Fields = Field::ALL.iter().copied().collect();
        for fields in [Fields::default(), Fields::from_iter([Field::Source, Field::DevicesGuid]), every] {
            assert!(fields.bits() >= 0);
            assert_eq!(Fields::restore(fields.bits(), fields.more().as_deref()).unwrap(), fields);
        }
        for bits in [-1, i64::MIN, 1 << 62] {
            assert!(Fields::restore(bits, None).is_err(), "{bits}");
        }
        for more in [&[0, 0x80][..], &[0; 25]] {
            assert!(Fields::restore(0, Some(more)).is_err(), "{more:?}");
        }
        assert_eq!(Fields::restore(1, Some(&[0])), Ok(Fields::from_iter([Field::Source])));
    }

    /// Fields that are still to come have room: as if they were known.
    #[test]
    fn numbers_up_to_255_have_a_place() {
        for number in (64..=255_usize).chain(0..63) {
            let mut set = Fields::default();
            set.0[number / 64] = 1 << (number % 64);
            assert!(set.bits() >= 0, "{number}");
            match set.more() {
                None => assert!(number < 63, "{number}"),
                Some(more) => assert_eq!((more.len(), more.last()), (number / 8 - 7, Some(&(1 << (number % 8))))),
            }
        }
    }
}
