//! Made from docs/openapi.json by `cargo xtask codegen`; not to be edited.

use super::{Flag, Number, Secret, Text};

/** The last line of the response, which counts the rows. A response without it is incomplete, and if its counts differ
 from the rows that the client sent and the answers that it read, some were lost on the way.*/
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct BatchEnd {
    /// Whether every row of the request has an answer. Otherwise the rows after the last answer were not carried out.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub complete: ::std::option::Option<Flag>,
    /// Rows that created a customer.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub created: ::std::option::Option<Number>,
    /// Rows that were refused.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub refused: ::std::option::Option<Number>,
    /// The number of answered rows.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub rows: ::std::option::Option<Number>,
    /// Rows that updated an existing customer.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub updated: ::std::option::Option<Number>,
}
/// The result of one row of a batch. Members without a value are absent.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct BatchRow {
    /// A stable code for programs, as in any other error.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub code: ::std::option::Option<Text>,
    /// The invalid fields.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub errors: ::std::option::Option<::std::vec::Vec<ErrorField>>,
    /// The customer's id, except for a new customer in a dry run.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<Text>,
    /// The line's number in the request; blank lines count.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub line: ::std::option::Option<Number>,
    /// One sentence for people.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub message: ::std::option::Option<Text>,
    /// `created` or `updated`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub outcome: ::std::option::Option<Text>,
    /// OK, or KO if nothing of the row was written.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<Text>,
}
/// A customer. Members without a value are absent; there is never a password.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct Contact {
    /// Birth date.
    #[serde(
        rename = "birthDate",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub birth_date: ::std::option::Option<Text>,
    /// The customer's id.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub cid: ::std::option::Option<Text>,
    /// Country.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub country: ::std::option::Option<Text>,
    /// When the customer was created.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub created: ::std::option::Option<Text>,
    /// E-mail address.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub email: ::std::option::Option<Text>,
    /// Whether the address was verified.
    #[serde(
        rename = "emailVerified",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub email_verified: ::std::option::Option<Flag>,
    /// Ids in external systems.
    #[serde(rename = "extId", skip_serializing_if = "::std::option::Option::is_none")]
    pub ext_id: ::std::option::Option<ContactExtId>,
    /// First name.
    #[serde(
        rename = "firstName",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub first_name: ::std::option::Option<Text>,
    /// Gender.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub gender: ::std::option::Option<Text>,
    /// Last name.
    #[serde(rename = "lastName", skip_serializing_if = "::std::option::Option::is_none")]
    pub last_name: ::std::option::Option<Text>,
    /// The location's id.
    #[serde(
        rename = "locationCid",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub location_cid: ::std::option::Option<Text>,
    /// Whether the customer is locked and cannot log in.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub locked: ::std::option::Option<Flag>,
    /// When the customer last changed.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub modified: ::std::option::Option<Text>,
    /// The organization's id.
    #[serde(
        rename = "organizationCid",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub organization_cid: ::std::option::Option<Text>,
    /// The person's national identification number: `document.personalId` of a creation.
    #[serde(
        rename = "personalId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub personal_id: ::std::option::Option<Text>,
    /// Telephone number in E.164 form: `phoneNumber` of a creation.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub phone: ::std::option::Option<Text>,
    /// Whether the number was verified.
    #[serde(
        rename = "phoneVerified",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub phone_verified: ::std::option::Option<Flag>,
    /// The person's answers to policies.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub policies: ::std::option::Option<::std::vec::Vec<ContactPolicy>>,
    /// The channel by which the customer came: `source` of a creation.
    #[serde(
        rename = "signupMethod",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub signup_method: ::std::option::Option<Text>,
    /// Form of address: `civilStatus` of a creation.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub title: ::std::option::Option<Text>,
    /// The name with which the customer logs in.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub username: ::std::option::Option<Text>,
    /// Postal code.
    #[serde(rename = "zipCode", skip_serializing_if = "::std::option::Option::is_none")]
    pub zip_code: ::std::option::Option<Text>,
}
/// Ids in external systems.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct ContactExtId {
    /// `extId` of a creation.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<Text>,
    /// `extProp1` of a creation.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prop1: ::std::option::Option<Text>,
    /// `extProp2` of a creation.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prop2: ::std::option::Option<Text>,
}
/// An answer to a policy.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct ContactPolicy {
    /// Whether it was accepted.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub accepted: ::std::option::Option<Flag>,
    /// `privacy`, `termsOfUse`, `ageVerification`, `mktgCommunications`, or `customs.NAME` for one of the organization's own.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub name: ::std::option::Option<Text>,
}
/// A person's consent to a policy.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct CustomerConsent {
    /// Whether it is accepted from then on.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub accepted: ::std::option::Option<Flag>,
    /// The policy, by its name in `policies`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub policy: ::std::option::Option<Text>,
    /// The time of the consent.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub time: ::std::option::Option<Text>,
}
/// A change to a customer.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct CustomerEvent {
    /** The kind of call: `create` (a POST that created it), `hit` (a POST that found it), `update`, `device`, `erase`,
 or `claim`: data of a public app that merely found the customer, which was not applied.*/
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub call: ::std::option::Option<Text>,
    /// The person's consents that changed, or that a claim would have changed.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub consents: ::std::option::Option<::std::vec::Vec<CustomerConsent>>,
    /// The paths of the fields that changed, or that a claim would have changed. Their values are not kept.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub fields: ::std::option::Option<::std::vec::Vec<Text>>,
    /// The event's id.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<Text>,
    /// The calling service.
    #[serde(
        rename = "serviceId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub service_id: ::std::option::Option<Text>,
    /// The time of the call.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub time: ::std::option::Option<Text>,
}
/// A page of a customer's history.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct CustomerHistory {
    /// The number of events on this page.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub count: ::std::option::Option<Number>,
    /// When the response was generated.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub generated: ::std::option::Option<Text>,
    /// The events, the oldest first.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub history: ::std::option::Option<::std::vec::Vec<CustomerEvent>>,
    /// Requests the next page. Absent from the last one.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub sid: ::std::option::Option<Text>,
    /// Always OK.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<Text>,
    /// The ids of events on this page that cannot be read; absent if there are none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub unreadable: ::std::option::Option<::std::vec::Vec<Text>>,
}
/// A page of customers.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct CustomerPage {
    /// The number of customers on this page.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub count: ::std::option::Option<Number>,
    /// The customers.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub customers: ::std::option::Option<::std::vec::Vec<Contact>>,
    /// When the response was generated.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub generated: ::std::option::Option<Text>,
    /// Requests the next page; absent from the last one.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub sid: ::std::option::Option<Text>,
    /// Always OK.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<Text>,
    /** The ids of customers on this page that cannot be read; absent if there are none. Each can be repaired by a PUT
 of the fields that its GET names, or erased. A member of Guestbook only.*/
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub unreadable: ::std::option::Option<::std::vec::Vec<Text>>,
}
/// A network session, in RADIUS terms.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct CustomerSession {
    /// The access point's id of the session.
    #[serde(
        rename = "acctSessionId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub acct_session_id: ::std::option::Option<Text>,
    /// The access point, mostly by its MAC address and the SSID.
    #[serde(
        rename = "calledStationId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub called_station_id: ::std::option::Option<Text>,
    /// The device, mostly by its MAC address.
    #[serde(
        rename = "callingStationId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub calling_station_id: ::std::option::Option<Text>,
    /// The duration in seconds so far.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub duration: ::std::option::Option<Number>,
    /// The end of the session. Absent while it goes on.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub ended: ::std::option::Option<Text>,
    /// The device's address on the network.
    #[serde(
        rename = "framedIpAddress",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub framed_ip_address: ::std::option::Option<Text>,
    /// The session's id.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<Text>,
    /// Bytes sent by the device.
    #[serde(
        rename = "inputOctets",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub input_octets: ::std::option::Option<Number>,
    /// The name of the access point or of its controller.
    #[serde(
        rename = "nasIdentifier",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub nas_identifier: ::std::option::Option<Text>,
    /// The address of the access point or of its controller.
    #[serde(
        rename = "nasIpAddress",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub nas_ip_address: ::std::option::Option<Text>,
    /// Bytes sent to the device.
    #[serde(
        rename = "outputOctets",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub output_octets: ::std::option::Option<Number>,
    /// The beginning of the session.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub started: ::std::option::Option<Text>,
    /// The reason of the end, if it was reported: `User-Request`, `Idle-Timeout` and so on.
    #[serde(
        rename = "terminateCause",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub terminate_cause: ::std::option::Option<Text>,
    /// The time of the last record.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub updated: ::std::option::Option<Text>,
}
/// A page of a customer's network sessions.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct CustomerSessions {
    /// The number of sessions on this page.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub count: ::std::option::Option<Number>,
    /// When the response was generated.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub generated: ::std::option::Option<Text>,
    /// The sessions, the most recently updated first.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub sessions: ::std::option::Option<::std::vec::Vec<CustomerSession>>,
    /// Requests the next page. Absent from the last one.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub sid: ::std::option::Option<Text>,
    /// Always OK.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<Text>,
    /// The ids of sessions on this page that cannot be read; absent if there are none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub unreadable: ::std::option::Option<::std::vec::Vec<Text>>,
}
/// A temporary token.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct CustomerToken {
    /// When it expires.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub expires: ::std::option::Option<Text>,
    /// When the response was generated.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub generated: ::std::option::Option<Text>,
    /// How often it can be used; absent if unlimited.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub hits: ::std::option::Option<Number>,
    /// Always OK.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<Text>,
    /// The token. It is returned only here.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub token: ::std::option::Option<Secret>,
}
/// The device with which a person signed up. Times are kept as the device writes them.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct Device {
    /// The advertising id.
    #[serde(rename = "advId", skip_serializing_if = "::std::option::Option::is_none")]
    pub adv_id: ::std::option::Option<Text>,
    /// The app's bundle id.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub bundle: ::std::option::Option<Text>,
    /// When the installation was first seen.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub created: ::std::option::Option<Text>,
    /// The model.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub device: ::std::option::Option<Text>,
    /// The id by which `deduplicate=guid` finds the customer.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub guid: ::std::option::Option<Text>,
    /// The id of the app's installation.
    #[serde(
        rename = "installId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub install_id: ::std::option::Option<Text>,
    /// When the device was last seen.
    #[serde(rename = "lastSeen", skip_serializing_if = "::std::option::Option::is_none")]
    pub last_seen: ::std::option::Option<Text>,
    /// When the device last changed.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub modified: ::std::option::Option<Text>,
    /// The operating system.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub os: ::std::option::Option<Text>,
    /// The program that reports the device.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub source: ::std::option::Option<Text>,
    /// The vendor's id of the device.
    #[serde(rename = "vendorId", skip_serializing_if = "::std::option::Option::is_none")]
    pub vendor_id: ::std::option::Option<Text>,
}
/// An identity document.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct Document {
    /// The number of a membership.
    #[serde(rename = "memberId", skip_serializing_if = "::std::option::Option::is_none")]
    pub member_id: ::std::option::Option<Text>,
    /// The document's number.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub number: ::std::option::Option<Text>,
    /// The number of a passport.
    #[serde(
        rename = "passportNumber",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub passport_number: ::std::option::Option<Text>,
    /// The number that a state gives a person.
    #[serde(
        rename = "personalId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub personal_id: ::std::option::Option<Text>,
    /// The kind of document, in the organization's own words.
    #[serde(rename = "type", skip_serializing_if = "::std::option::Option::is_none")]
    pub type_: ::std::option::Option<Text>,
}
/// What went wrong.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct Error {
    /// A stable word for programs.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub code: ::std::option::Option<Text>,
    /// Every field that is wrong; absent when no field is.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub errors: ::std::option::Option<::std::vec::Vec<ErrorField>>,
    /// When the answer was made.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub generated: ::std::option::Option<Text>,
    /// One sentence for people.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub message: ::std::option::Option<Text>,
    /// Always KO.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<Text>,
}
/// What is wrong with one field.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct ErrorField {
    /// A stable word for programs.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub code: ::std::option::Option<Text>,
    /// The path of the member, or the name of the parameter.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub field: ::std::option::Option<Text>,
    /// One sentence for people.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub message: ::std::option::Option<Text>,
}
/** A customer to create or to change. Members that are not known are ignored. Where a boolean is needed, its word and 1
 and 0 are accepted too; blank texts count as null.*/
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct NewCustomer {
    /// Birth date. From 1900 to today.
    #[serde(
        rename = "birthDate",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub birth_date: ::std::option::Option<Text>,
    /// Form of address. In any case.
    #[serde(
        rename = "civilStatus",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub civil_status: ::std::option::Option<Text>,
    /// Company.
    #[serde(
        rename = "companyName",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub company_name: ::std::option::Option<Text>,
    /// Country. An ISO 3166-1 code in any case: alpha-2, alpha-3 or numeric. `UK`, `EL` and `XK` are accepted too, and a subdivision in the form of ISO 3166-2.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub country: ::std::option::Option<Text>,
    /// Attributes of your own, kept as they are: at most 100 members, 16384 bytes, 8 levels. An update merges member by member and removes those that are null. A text that holds such an object is taken too.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub custom: ::std::option::Option<::serde_json::Value>,
    /// The device with which the person signed up. An update merges member by member.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub device: ::std::option::Option<Device>,
    /// An identity document. An update merges member by member.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub document: ::std::option::Option<Document>,
    /// State of the double opt-in. In any case.
    #[serde(
        rename = "doubleOptin",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub double_optin: ::std::option::Option<Text>,
    /// E-mail address.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub email: ::std::option::Option<Text>,
    /// The address was proven to be the person's.
    #[serde(
        rename = "emailVerified",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub email_verified: ::std::option::Option<Flag>,
    /// The customer's id in an outside system.
    #[serde(rename = "extId", skip_serializing_if = "::std::option::Option::is_none")]
    pub ext_id: ::std::option::Option<Text>,
    /// The first property of an outside system.
    #[serde(rename = "extProp1", skip_serializing_if = "::std::option::Option::is_none")]
    pub ext_prop1: ::std::option::Option<Text>,
    /// The second property of an outside system.
    #[serde(rename = "extProp2", skip_serializing_if = "::std::option::Option::is_none")]
    pub ext_prop2: ::std::option::Option<Text>,
    /// First name.
    #[serde(
        rename = "firstName",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub first_name: ::std::option::Option<Text>,
    /// Gender. `M`, `F` and `O` are accepted too, in any case.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub gender: ::std::option::Option<Text>,
    /// The access point at which the customer signed up.
    #[serde(
        rename = "hotspotId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub hotspot_id: ::std::option::Option<Text>,
    /// Language. A tag of BCP 47 in any case, `en` or `zh-Hant-TW`; also as POSIX writes it, `en_US`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub language: ::std::option::Option<Text>,
    /** What an answer says of a language beyond its code. Counts when `language` is absent, or is the code of the same
 language.*/
    #[serde(
        rename = "languageTag",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub language_tag: ::std::option::Option<Text>,
    /// Last name.
    #[serde(rename = "lastName", skip_serializing_if = "::std::option::Option::is_none")]
    pub last_name: ::std::option::Option<Text>,
    /// The location. The organization's default one if absent or null.
    #[serde(
        rename = "locationId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub location_id: ::std::option::Option<Text>,
    /** Whether the customer is kept from logging in. A creation locks unless this is false. Updates change it when sent;
 only an Organization Manager unlocks.*/
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub lock: ::std::option::Option<Flag>,
    /// The organization. Needed to create; has to be the service's own. Ignored by PUT.
    #[serde(
        rename = "organizationId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub organization_id: ::std::option::Option<Text>,
    /** The password to log in with, at most 128 bytes within the Basic Multilingual Plane. A random one if absent or
 blank. Ignored by updates.*/
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub password: ::std::option::Option<Secret>,
    /// Telephone number. With its country code; kept in E.164 form. The organization's settings say which ones are accepted.
    #[serde(
        rename = "phoneNumber",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub phone_number: ::std::option::Option<Text>,
    /// The number was proven to be the person's.
    #[serde(
        rename = "phoneVerified",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub phone_verified: ::std::option::Option<Flag>,
    /// A picture's address, or a small picture as a data URL.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub picture: ::std::option::Option<Text>,
    /// What the person accepted. An update merges member by member.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub policies: ::std::option::Option<::serde_json::Value>,
    /// What may be done with the person's data. An update merges member by member.
    #[serde(
        rename = "processingData",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub processing_data: ::std::option::Option<ProcessingData>,
    /// The Internet plan.
    #[serde(
        rename = "profileId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub profile_id: ::std::option::Option<Text>,
    /// Through which door the customer came. Needed; ignored by updates.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub source: ::std::option::Option<Text>,
    /** The name to log in with, unique in the organization, at most 63 bytes. A random one if absent or blank. Ignored
 by updates.*/
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub username: ::std::option::Option<Text>,
    /// Postal code.
    #[serde(rename = "zipCode", skip_serializing_if = "::std::option::Option::is_none")]
    pub zip_code: ::std::option::Option<Text>,
}
/// A customer that was created or changed. Members without a value are absent, never null.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct NewCustomerResponse {
    /// When the response was generated.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub generated: ::std::option::Option<Text>,
    /// The access point, if one is known.
    #[serde(
        rename = "hotspotId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub hotspot_id: ::std::option::Option<Text>,
    /// The customer's id.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<Text>,
    /// The location's id.
    #[serde(
        rename = "locationId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub location_id: ::std::option::Option<Text>,
    /// Whether the customer is locked and cannot log in.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub locked: ::std::option::Option<Flag>,
    /// The organization's id.
    #[serde(
        rename = "organizationId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub organization_id: ::std::option::Option<Text>,
    /** The password with which the customer logs in. Absent from updates by id, and if the organization's settings
 forbid returning it again.*/
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub password: ::std::option::Option<Secret>,
    /// Always OK.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<Text>,
    /// The name with which the customer logs in.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub username: ::std::option::Option<Text>,
}
/// What may be done with a person's data.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct ProcessingData {
    /// The person agrees to the processing of personal data.
    #[serde(
        rename = "processingPersonalData",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub processing_personal_data: ::std::option::Option<Flag>,
    /// The person agrees to profiling.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub profiling: ::std::option::Option<Flag>,
}
/// A service and its rights.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct ServiceDomain {
    /// Its role.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub authorities: ::std::option::Option<::std::vec::Vec<Text>>,
    /// The service's id.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<Text>,
    /// Always empty: a service may access all locations of its organization.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub locations: ::std::option::Option<::std::vec::Vec<Text>>,
    /// The service's name.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub name: ::std::option::Option<Text>,
    /// The id of the only organization whose data it may access.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub organizations: ::std::option::Option<::std::vec::Vec<Text>>,
    /// Its scopes, separated by commas.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub scope: ::std::option::Option<Text>,
}
/// The rights of a service.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct ServiceDomains {
    /// The service itself.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub service: ::std::option::Option<ServiceDomain>,
}
/// A service, for the mobile SDKs. They fail on unknown members, so there is neither `status` nor `generated`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct ServiceInfo {
    /// The service's rights.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub domains: ::std::option::Option<ServiceDomains>,
    /// The service's id, which is the `iss` of its JWTs.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<Text>,
}
/// A session. The JWT is also in the header `Authorization`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct Session {
    /// The JWT for the header `Authorization: Bearer` of every other request. It is valid for one day.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub token: ::std::option::Option<Secret>,
}
/// Everything that is stored of a customer, but for the password. Members without a value are absent, never null.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct StoredCustomer {
    /// Birth date.
    #[serde(
        rename = "birthDate",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub birth_date: ::std::option::Option<Text>,
    /// Form of address. In any case.
    #[serde(
        rename = "civilStatus",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub civil_status: ::std::option::Option<Text>,
    /// Company.
    #[serde(
        rename = "companyName",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub company_name: ::std::option::Option<Text>,
    /// Country. An ISO 3166-1 alpha-2 code, or a subdivision in the form of ISO 3166-2.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub country: ::std::option::Option<Text>,
    /// When the customer was created.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub created: ::std::option::Option<Text>,
    /// Attributes of your own.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub custom: ::std::option::Option<::serde_json::Value>,
    /// The device with which the person signed up.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub device: ::std::option::Option<Device>,
    /// The devices on which the customer has the app, in the order of their ids.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub devices: ::std::option::Option<::std::vec::Vec<StoredDevice>>,
    /// An identity document.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub document: ::std::option::Option<Document>,
    /// State of the double opt-in. In any case.
    #[serde(
        rename = "doubleOptin",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub double_optin: ::std::option::Option<Text>,
    /// E-mail address. As it was typed.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub email: ::std::option::Option<Text>,
    /// The address was proven to be the person's.
    #[serde(
        rename = "emailVerified",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub email_verified: ::std::option::Option<Flag>,
    /// The customer's id in an outside system.
    #[serde(rename = "extId", skip_serializing_if = "::std::option::Option::is_none")]
    pub ext_id: ::std::option::Option<Text>,
    /// The first property of an outside system.
    #[serde(rename = "extProp1", skip_serializing_if = "::std::option::Option::is_none")]
    pub ext_prop1: ::std::option::Option<Text>,
    /// The second property of an outside system.
    #[serde(rename = "extProp2", skip_serializing_if = "::std::option::Option::is_none")]
    pub ext_prop2: ::std::option::Option<Text>,
    /// First name.
    #[serde(
        rename = "firstName",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub first_name: ::std::option::Option<Text>,
    /// Gender. `M`, `F` and `O` are accepted too, in any case.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub gender: ::std::option::Option<Text>,
    /// When the answer was made.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub generated: ::std::option::Option<Text>,
    /// The access point at which the customer signed up.
    #[serde(
        rename = "hotspotId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub hotspot_id: ::std::option::Option<Text>,
    /// The customer's id.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<Text>,
    /// Language. The ISO 639-1 code, if it has one.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub language: ::std::option::Option<Text>,
    /// The language as it was sent, as a tag of BCP 47, where that says more than the code: `zh-Hant-TW`.
    #[serde(
        rename = "languageTag",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub language_tag: ::std::option::Option<Text>,
    /// Last name.
    #[serde(rename = "lastName", skip_serializing_if = "::std::option::Option::is_none")]
    pub last_name: ::std::option::Option<Text>,
    /// The location's id.
    #[serde(
        rename = "locationId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub location_id: ::std::option::Option<Text>,
    /// Whether the customer is kept from logging in.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub lock: ::std::option::Option<Flag>,
    /// When the customer last changed.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub modified: ::std::option::Option<Text>,
    /// The organization's id.
    #[serde(
        rename = "organizationId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub organization_id: ::std::option::Option<Text>,
    /// Telephone number. In E.164 form.
    #[serde(
        rename = "phoneNumber",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub phone_number: ::std::option::Option<Text>,
    /** Whether the numbering plans as they are known today assign the number. False of one that is only possible, as
 the organization's settings may allow.*/
    #[serde(
        rename = "phoneNumberValid",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub phone_number_valid: ::std::option::Option<Flag>,
    /// The number was proven to be the person's.
    #[serde(
        rename = "phoneVerified",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub phone_verified: ::std::option::Option<Flag>,
    /// A picture's address, or a small picture as a data URL.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub picture: ::std::option::Option<Text>,
    /// What the person accepted.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub policies: ::std::option::Option<::serde_json::Value>,
    /// What may be done with the person's data.
    #[serde(
        rename = "processingData",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub processing_data: ::std::option::Option<ProcessingData>,
    /// The Internet plan.
    #[serde(
        rename = "profileId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub profile_id: ::std::option::Option<Text>,
    /// Through which door the customer came. Needed; ignored by updates.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub source: ::std::option::Option<Text>,
    /// Always OK.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<Text>,
    /// The name to log in with.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub username: ::std::option::Option<Text>,
    /// Postal code.
    #[serde(rename = "zipCode", skip_serializing_if = "::std::option::Option::is_none")]
    pub zip_code: ::std::option::Option<Text>,
}
/// What is known of a device on which the customer has the app. Members without a value are absent.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct StoredDevice {
    /// The advertising id.
    #[serde(rename = "advId", skip_serializing_if = "::std::option::Option::is_none")]
    pub adv_id: ::std::option::Option<Text>,
    /// The app's bundle id.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub bundle: ::std::option::Option<Text>,
    /// When the app was installed, as the device wrote it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub created: ::std::option::Option<Text>,
    /// The model.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub device: ::std::option::Option<Text>,
    /// The device's guid.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub guid: ::std::option::Option<Text>,
    /// The id of the app's installation.
    #[serde(
        rename = "installId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub install_id: ::std::option::Option<Text>,
    /// When the app was last used, as the device wrote it.
    #[serde(rename = "lastSeen", skip_serializing_if = "::std::option::Option::is_none")]
    pub last_seen: ::std::option::Option<Text>,
    /// The operating system.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub os: ::std::option::Option<Text>,
    /// The operating system's version.
    #[serde(
        rename = "osVersion",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub os_version: ::std::option::Option<Text>,
    /// Whether the Passpoint profile is installed: 1 or 0.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub pp_installed: ::std::option::Option<Number>,
    /// Where to send push messages.
    #[serde(
        rename = "pushToken",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub push_token: ::std::option::Option<Text>,
    /// When the device was last reported.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub reported: ::std::option::Option<Text>,
    /// The vendor's id of the device.
    #[serde(rename = "vendorId", skip_serializing_if = "::std::option::Option::is_none")]
    pub vendor_id: ::std::option::Option<Text>,
    /// Whether the WPA2 Enterprise profile is installed: 1 or 0.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub wpa2ent_installed: ::std::option::Option<Number>,
}
/// The owner of a token.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct TokenOwner {
    /// When the token expires.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub expires: ::std::option::Option<Text>,
    /// When the response was generated.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub generated: ::std::option::Option<Text>,
    /// The customer's id.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<Text>,
    /// The organization's id.
    #[serde(
        rename = "organizationId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub organization_id: ::std::option::Option<Text>,
    /// Always OK.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<Text>,
}
