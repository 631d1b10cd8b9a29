//! The fields that a history tells of.

use crate::InvalidValue;
use crate::customer::{InstallationFacts, Profile};

/// Declares the fields, each with the number of its bit, which never changes, and its path on the wire; and how one state is
/// compared with another, field by field.
macro_rules! fields {
    (
        customer { $($own:ident = $own_number:literal, $own_path:literal;)* }
        profile { $($known:ident = $known_number:literal, $known_path:literal, $($known_value:ident).+;)* }
        installation { $($told:ident = $told_number:literal, $told_path:literal, $told_value:ident;)* }
    ) => {
        /// A field of a customer, or of the installations of its app.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "each is named after its path")]
        pub enum Field {
            $($own = $own_number,)*
            $($known = $known_number,)*
            $($told = $told_number,)*
        }

        impl Field {
            /// Every field, in the order of the numbers.
            pub const ALL: &[Self] = &[$(Self::$own,)* $(Self::$known,)* $(Self::$told,)*];

            /// Where it stands on the wire.
            pub const fn path(self) -> &'static str {
                match self {
                    $(Self::$own => $own_path,)*
                    $(Self::$known => $known_path,)*
                    $(Self::$told => $told_path,)*
                }
            }
        }

        impl Field {
            /// The fields of a customer that a column of the table `customer` holds: one, or those of a group.
            pub(super) fn of_column(column: &str) -> impl Iterator<Item = Self> {
                const COLUMNS: &[(Field, &str)] = &[
                    (Field::LocationId, "location_id"),
                    (Field::Lock, "locked"),
                    $((Field::$known, stringify!($($known_value).+)),)*
                ];
                // Those of a person have a column each, any other group is one.
                let holds = move |name: &str| {
                    let mut parts = name.split('.').map(str::trim).skip_while(|part| *part == "person");
                    parts.next() == Some(column)
                };
                COLUMNS.iter().filter(move |(_, name)| holds(name)).map(|(field, _)| *field)
            }
        }

        impl Fields {
            /// Those that differ.
            pub(super) fn of_profiles(before: &Profile, after: &Profile) -> Self {
                let mut fields = Self::default();
                $(if before.$($known_value).+ != after.$($known_value).+ { fields.insert(Field::$known); })*
                fields
            }

            /// Those that differ.
            pub(super) fn of_installations(before: &InstallationFacts, after: &InstallationFacts) -> Self {
                let mut fields = Self::default();
                $(if before.$told_value != after.$told_value { fields.insert(Field::$told); })*
                fields
            }
        }
    };
}

fields! {
    customer {
        Source = 0, "source";
        Username = 1, "username";
        Password = 2, "password";
        LocationId = 3, "locationId";
        Lock = 4, "lock";
    }
    profile {
        HotspotId = 5, "hotspotId", person.hotspot_id;
        FirstName = 6, "firstName", person.first_name;
        LastName = 7, "lastName", person.last_name;
        PhoneNumber = 8, "phoneNumber", person.phone_number;
        PhoneVerified = 9, "phoneVerified", person.phone_verified;
        Email = 10, "email", person.email;
        EmailVerified = 11, "emailVerified", person.email_verified;
        Gender = 12, "gender", person.gender;
        BirthDate = 13, "birthDate", person.birth_date;
        Language = 14, "language", person.language;
        Country = 15, "country", person.country;
        ZipCode = 16, "zipCode", person.zip_code;
        CompanyName = 17, "companyName", person.company_name;
        CivilStatus = 18, "civilStatus", person.civil_status;
        DoubleOptin = 19, "doubleOptin", person.double_optin;
        Picture = 20, "picture", person.picture;
        ProfileId = 21, "profileId", person.profile_id;
        ExtId = 22, "extId", person.ext_id;
        ExtProp1 = 23, "extProp1", person.ext_prop1;
        ExtProp2 = 24, "extProp2", person.ext_prop2;
        Custom = 25, "custom", custom;
        Privacy = 26, "policies.privacy", policies.privacy;
        TermsOfUse = 27, "policies.termsOfUse", policies.terms_of_use;
        MinimumAgeVerification = 28, "policies.minimumAgeVerification", policies.minimum_age_verification;
        MktgCommunications = 29, "policies.mktgCommunications", policies.mktg_communications;
        CustomPolicies = 30, "policies.customs", policies.customs;
        DocumentMemberId = 31, "document.memberId", document.member_id;
        DocumentNumber = 32, "document.number", document.number;
        DocumentPassportNumber = 33, "document.passportNumber", document.passport_number;
        DocumentPersonalId = 34, "document.personalId", document.personal_id;
        DocumentType = 35, "document.type", document.kind;
        Profiling = 36, "processingData.profiling", processing_data.profiling;
        ProcessingPersonalData = 37, "processingData.processingPersonalData", processing_data.processing_personal_data;
        DeviceSource = 38, "device.source", device.source;
        DeviceBundle = 39, "device.bundle", device.bundle;
        DeviceVendorId = 40, "device.vendorId", device.vendor_id;
        DeviceAdvId = 41, "device.advId", device.adv_id;
        DeviceInstallId = 42, "device.installId", device.install_id;
        DeviceOs = 43, "device.os", device.os;
        DeviceDevice = 44, "device.device", device.device;
        DeviceCreated = 45, "device.created", device.created;
        DeviceGuid = 46, "device.guid", device.guid;
        DeviceModified = 47, "device.modified", device.modified;
        DeviceLastSeen = 48, "device.lastSeen", device.last_seen;
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

/// A set of fields.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Fields(u64);

impl Fields {
    /// The set that was stored as these bits.
    ///
    /// # Errors
    /// A bit is no field's.
    pub fn from_bits(bits: i64) -> Result<Self, InvalidValue> {
        let known: Self = Field::ALL.iter().copied().collect();
        let bits = bits.cast_unsigned();
        if bits & !known.0 == 0 { Ok(Self(bits)) } else { Err(InvalidValue::invalid("is no set of fields")) }
    }

    /// A bit for each field, by its number. Never negative.
    pub const fn bits(self) -> i64 {
        self.0.cast_signed()
    }

    /// None at all.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether it is among them.
    pub const fn contains(self, field: Field) -> bool {
        self.0 >> (field as u64) & 1 == 1
    }

    /// In the order of their numbers.
    pub fn iter(self) -> impl Iterator<Item = Field> {
        Field::ALL.iter().copied().filter(move |field| self.contains(*field))
    }

    pub(super) fn insert(&mut self, field: Field) {
        self.0 |= 1 << (field as u64);
    }
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

    /// Rows are stored under these numbers.
    #[test]
    fn numbers_are_pinned() {
        let numbers: Vec<_> = Field::ALL.iter().map(|field| *field as u64).collect();
        assert_eq!(numbers, Vec::from_iter(0..60));
        assert_eq!(Field::Email.path(), "email");
        assert_eq!((Field::Email as u64, Field::DeviceGuid as u64, Field::DevicesBundle as u64), (10, 46, 49));
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
            assert_eq!(Fields::from_bits(fields.bits()).unwrap(), fields);
        }
        for bits in [-1, i64::MIN, 1 << 60] {
            assert!(Fields::from_bits(bits).is_err(), "{bits}");
        }
    }
}
