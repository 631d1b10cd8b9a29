//! The list of a customer's optional fields.
//!
//! Belongs here: everything that differs from field to field. Each consumer passes a macro of its own to [`customer_fields`] and
//! makes from the list whatever it needs: structs, columns, members. Does not belong here: fields with rules of their own
//! (source, username, password, location, lock, custom attributes, policies), which every consumer writes by hand.
//!
//! [`customer_fields`]: crate::customer_fields

/// Calls the macro `$callback` with the tokens `$args`, if there are any, and the list of a customer's optional fields.
///
/// The list has sections. The first one, `person`, has the single values of a profile; each of the others is a group, which is
/// an object on the wire and one JSON column in a store. A section has the name of its member in
/// [`Profile`](crate::customer::Profile), its type, the type of its changes, and what the paths of its fields begin with.
///
/// A field has:
/// - its documentation, which is also its description in the API's schema,
/// - its name in the domain, which is also its column, or its stored name within the JSON of its group. A new field of `person`
///   needs a migration of each store that adds the column: `TEXT`, or for a [`Flag`](crate::value::Flag) what the other flags
///   have;
/// - its type, a name in [`value`](crate::value),
/// - its name on the wire,
/// - in brackets, its variant of [`history::Field`](crate::history::Field), the variant's number, and in `person` who may
///   change it: `anyone` who found the customer, or only a caller that has `proven` to be trusted
///   ([`Evidence`](crate::customer::Evidence)).
///
/// A type other than [`Flag`](crate::value::Flag) and [`BirthDate`](crate::value::BirthDate) implements
/// [`StoredText`](crate::value::StoredText).
#[macro_export]
macro_rules! customer_fields {
    ($callback:ident $($args:tt)*) => {
        $callback! {
            $($args)*
            /// The single values of a profile.
            person: Person, PersonChanges, "" {
                /// The access point at which the customer signed up.
                hotspot_id: ShortText, "hotspotId", [HotspotId = 5, anyone];
                /// First name.
                first_name: ShortText, "firstName", [FirstName = 6, anyone];
                /// Last name.
                last_name: ShortText, "lastName", [LastName = 7, anyone];
                /// Telephone number.
                phone_number: PhoneNumber, "phoneNumber", [PhoneNumber = 8, proven];
                /// The number was proven to be the person's.
                phone_verified: Flag, "phoneVerified", [PhoneVerified = 9, proven];
                /// E-mail address.
                email: Email, "email", [Email = 10, proven];
                /// The address was proven to be the person's.
                email_verified: Flag, "emailVerified", [EmailVerified = 11, proven];
                /// Gender.
                gender: Gender, "gender", [Gender = 12, anyone];
                /// Birth date.
                birth_date: BirthDate, "birthDate", [BirthDate = 13, anyone];
                /// Language.
                language: Language, "language", [Language = 14, anyone];
                /// Country.
                country: Country, "country", [Country = 15, anyone];
                /// Postal code.
                zip_code: ZipCode, "zipCode", [ZipCode = 16, anyone];
                /// Company.
                company_name: ShortText, "companyName", [CompanyName = 17, anyone];
                /// Form of address.
                civil_status: CivilStatus, "civilStatus", [CivilStatus = 18, anyone];
                /// State of the double opt-in.
                double_optin: DoubleOptin, "doubleOptin", [DoubleOptin = 19, proven];
                /// A picture's address, or a small picture as a data URL.
                picture: Picture, "picture", [Picture = 20, anyone];
                /// The Internet plan.
                profile_id: ShortText, "profileId", [ProfileId = 21, proven];
                /// The customer's id in an outside system.
                ext_id: ShortText, "extId", [ExtId = 22, proven];
                /// The first property of an outside system.
                ext_prop1: ShortText, "extProp1", [ExtProp1 = 23, proven];
                /// The second property of an outside system.
                ext_prop2: ShortText, "extProp2", [ExtProp2 = 24, proven];
            }
            /// An identity document.
            document: Document, DocumentChanges, "document." {
                /// The number of a membership.
                member_id: ShortText, "memberId", [DocumentMemberId = 31];
                /// The document's number.
                number: ShortText, "number", [DocumentNumber = 32];
                /// The number of a passport.
                passport_number: ShortText, "passportNumber", [DocumentPassportNumber = 33];
                /// The number that a state gives a person.
                personal_id: ShortText, "personalId", [DocumentPersonalId = 34];
                /// The kind of document, in the organization's own words.
                kind: ShortText, "type", [DocumentType = 35];
            }
            /// What may be done with a person's data.
            processing_data: ProcessingData, ProcessingDataChanges, "processingData." {
                /// The person agrees to profiling.
                profiling: Flag, "profiling", [Profiling = 36];
                /// The person agrees to the processing of personal data.
                processing_personal_data: Flag, "processingPersonalData", [ProcessingPersonalData = 37];
            }
            /// The device with which a person signed up. Times are kept as the device writes them.
            device: Device, DeviceChanges, "device." {
                /// The program that reports the device.
                source: ShortText, "source", [DeviceSource = 38];
                /// The app's bundle id.
                bundle: ShortText, "bundle", [DeviceBundle = 39];
                /// The vendor's id of the device.
                vendor_id: ShortText, "vendorId", [DeviceVendorId = 40];
                /// The advertising id.
                adv_id: ShortText, "advId", [DeviceAdvId = 41];
                /// The id of the app's installation.
                install_id: ShortText, "installId", [DeviceInstallId = 42];
                /// The operating system.
                os: ShortText, "os", [DeviceOs = 43];
                /// The model.
                device: ShortText, "device", [DeviceDevice = 44];
                /// When the installation was first seen.
                created: ShortText, "created", [DeviceCreated = 45];
                /// The id by which `deduplicate=guid` finds the customer.
                guid: ShortText, "guid", [DeviceGuid = 46];
                /// When the device last changed.
                modified: ShortText, "modified", [DeviceModified = 47];
                /// When the device was last seen.
                last_seen: ShortText, "lastSeen", [DeviceLastSeen = 48];
            }
        }
    };
}
